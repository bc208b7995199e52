#include "session.h"

#include <torch/cuda.h>
#include <torch/serialize.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace cerebro::train {

Session::Session(std::string directory, Optimizer& optimizer)
    : path_(std::move(directory) + "/checkpoint.pt"), optimizer_(optimizer) {}

void Session::save(size_t next_epoch) const {
  torch::serialize::OutputArchive archive;
  optimizer_.save(archive);
  archive.write("epoch", torch::tensor(static_cast<int64_t>(next_epoch)));
  archive.write("best", torch::tensor(best, torch::kFloat64));
  archive.write("best_epoch", torch::tensor(static_cast<int64_t>(best_epoch)));
  archive.save_to(path_ + ".tmp");
  std::filesystem::rename(path_ + ".tmp", path_);
}

void Session::load() {
  if (!std::filesystem::exists(path_)) return;
  torch::serialize::InputArchive archive;
  archive.load_from(path_);
  optimizer_.load(archive);
  const auto read = [&](const char* name) {
    torch::Tensor value;
    archive.read(name, value);
    return value;
  };
  epoch = static_cast<size_t>(read("epoch").item<int64_t>());
  best = read("best").item<double>();
  best_epoch = static_cast<size_t>(read("best_epoch").item<int64_t>());
}

double Stopwatch::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

size_t last_epoch(const TrainingOptions& options) {
  return options.stop_after > 0 ? std::min(options.stop_after, options.epochs) : options.epochs;
}

torch::Device best_device() {
  return torch::cuda::is_available() ? torch::Device(torch::kCUDA) : torch::Device(torch::kCPU);
}

size_t shard_count(const CommonOptions& options, torch::Device device) {
  return device.is_cpu() ? thread_count(options) : 1;
}

Tokenizer make_tokenizer(std::string_view vocabulary) {
  auto tokenizer = Tokenizer::create(vocabulary);
  if (!tokenizer) throw std::runtime_error("vocab.txt: " + tokenizer.error().message);
  return std::move(*tokenizer);
}

}  // namespace cerebro::train
