#include "optimizer.h"

#include <torch/autograd.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

namespace cerebro::train {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.98, kEpsilon = 1e-8;

std::vector<torch::Tensor> zeros_like(const std::vector<torch::Tensor>& tensors) {
  std::vector<torch::Tensor> zeros;
  for (const torch::Tensor& tensor : tensors) zeros.push_back(torch::zeros_like(tensor.detach()));
  return zeros;
}

std::vector<torch::Tensor> copies(const std::vector<torch::Tensor>& tensors) {
  std::vector<torch::Tensor> result;
  for (const torch::Tensor& tensor : tensors) result.push_back(tensor.detach().clone());
  return result;
}

}  // namespace

void add_gradients(const torch::Tensor& loss, const Bert& model, Gradients& sum) {
  add_gradients(torch::autograd::grad({loss}, model.parameters(), {}, /*retain_graph=*/{},
                                      /*create_graph=*/false, /*allow_unused=*/true),
                sum);
}

void add_gradients(const Gradients& more, Gradients& sum) {
  if (sum.empty()) {
    sum = more;
    return;
  }
  for (size_t i = 0; i < more.size(); ++i) {
    if (!more[i].defined()) continue;
    sum[i] = sum[i].defined() ? sum[i] + more[i] : more[i];
  }
}

Optimizer::Optimizer(const Bert& model, const OptimizerOptions& options, size_t total_steps)
    : parameters_(model.parameters()),
      first_(zeros_like(parameters_)),
      second_(zeros_like(parameters_)),
      decays_(model.decays()),
      options_(options),
      total_steps_(total_steps) {
  if (options.average > 0) average_ = copies(parameters_);
}

double Optimizer::learning_rate() const {
  const double done = static_cast<double>(steps_) / static_cast<double>(total_steps_ + 1);
  return options_.learning_rate * (done < options_.warmup
                                       ? done / options_.warmup
                                       : std::max(0.0, (1 - done) / (1 - options_.warmup)));
}

void Optimizer::step(const Gradients& gradients) {
  const torch::NoGradGuard no_gradients;
  ++steps_;
  double square_sum = 0;
  for (const torch::Tensor& gradient : gradients) {
    if (gradient.defined()) square_sum += gradient.square().sum().item<double>();
  }
  const double norm = std::sqrt(square_sum);
  if (!std::isfinite(norm)) return;  // one bad step is better skipped than taken
  const double scale = std::min(1.0, options_.clip_norm / (norm + 1e-12));
  const double rate = learning_rate(), steps = static_cast<double>(steps_);
  const double correction1 = 1 - std::pow(kBeta1, steps), correction2 = 1 - std::pow(kBeta2, steps);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!gradients[i].defined()) continue;
    const torch::Tensor gradient = gradients[i] * scale;
    first_[i].mul_(kBeta1).add_(gradient, 1 - kBeta1);
    second_[i].mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
    if (decays_[i]) parameters_[i].mul_(1 - rate * options_.weight_decay);
    parameters_[i].addcdiv_(first_[i], (second_[i] / correction2).sqrt_().add_(kEpsilon),
                            -rate / correction1);
  }
  // The average of few steps follows them closely instead of keeping the initial weights.
  const double decay = std::min(options_.average, steps / (steps + 10));
  for (size_t i = 0; i < average_.size(); ++i) average_[i].lerp_(parameters_[i], 1 - decay);
}

void Optimizer::swap_average() {
  const torch::NoGradGuard no_gradients;
  for (size_t i = 0; i < average_.size(); ++i) {
    const torch::Tensor weights = parameters_[i].detach().clone();
    parameters_[i].copy_(average_[i]);
    average_[i].copy_(weights);
  }
}

void Optimizer::save(torch::serialize::OutputArchive& archive) const {
  archive.write("steps", torch::tensor(static_cast<int64_t>(steps_)));
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const std::string index = std::to_string(i);
    archive.write("parameter" + index, parameters_[i].detach());
    archive.write("first" + index, first_[i]);
    archive.write("second" + index, second_[i]);
    if (!average_.empty()) archive.write("average" + index, average_[i]);
  }
}

void Optimizer::load(torch::serialize::InputArchive& archive) {
  const torch::NoGradGuard no_gradients;
  const auto read = [&](const std::string& name, const torch::Tensor& target) {
    torch::Tensor value;
    archive.read(name, value);
    target.copy_(value);
  };
  torch::Tensor steps;
  archive.read("steps", steps);
  steps_ = static_cast<size_t>(steps.item<int64_t>());
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const std::string index = std::to_string(i);
    read("parameter" + index, parameters_[i]);
    read("first" + index, first_[i]);
    read("second" + index, second_[i]);
    if (!average_.empty()) read("average" + index, average_[i]);
  }
}

}  // namespace cerebro::train
