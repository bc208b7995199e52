#include <fmt/format.h>
#include <torch/torch.h>

#include <stdexcept>

#include "commands.h"
#include "model_directory.h"
#include "progress.h"

namespace cerebro::train {

void soup(const SoupOptions& options) {
  if (options.models.empty()) throw std::runtime_error("no model to average");
  SavedModel mean = load_model(options.models.front());
  for (size_t i = 1; i < options.models.size(); ++i) {
    const SavedModel other = load_model(options.models[i]);
    if (other.vocabulary != mean.vocabulary) {
      throw std::runtime_error(options.models[i] + ": another vocabulary");
    }
    for (auto& [name, tensor] : mean.tensors) {
      const auto found = other.tensors.find(name);
      if (found == other.tensors.end() || found->second.sizes() != tensor.sizes()) {
        throw std::runtime_error(options.models[i] + ": another shape of " + name);
      }
      tensor += found->second;
    }
  }
  for (auto& [name, tensor] : mean.tensors) tensor /= static_cast<double>(options.models.size());
  mean.calibrated = {.version = "uncalibrated", .max_tokens = mean.calibrated.max_tokens};
  save_model(options.out, mean.config, mean.tensors, mean.vocabulary, mean.calibrated);
  Progress().say(fmt::format("{} models averaged: {}", options.models.size(), options.out));
}

}  // namespace cerebro::train
