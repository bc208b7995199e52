#pragma once

#include <torch/serialize.h>
#include <torch/types.h>

#include <vector>

#include "bert.h"

namespace cerebro::train {

using Gradients = std::vector<torch::Tensor>;  // by parameter; undefined where there is none

// d loss / d parameters, on the calling thread and without touching the parameters' grad fields, so
// that threads can share a model. Calls add up in `sum`.
void add_gradients(const torch::Tensor& loss, const Bert& model, Gradients& sum);
void add_gradients(const Gradients& more, Gradients& sum);

struct OptimizerOptions {
  double learning_rate = 5e-4;  // at its peak
  double warmup = 0.1;          // share of all steps; then it falls linearly to zero
  double weight_decay = 0.01;
  double clip_norm = 1;
  double average = 0;  // decay of the exponential moving average of the weights; 0: none
};

// AdamW (https://arxiv.org/abs/1711.05101).
class Optimizer {
 public:
  Optimizer(const Bert& model, const OptimizerOptions& options, size_t total_steps);

  void step(const Gradients& gradients);

  // Exchanges the model's weights and their moving average, if there is one.
  void swap_average();

  // Weights and state; the model must have the same shape.
  void save(torch::serialize::OutputArchive& archive) const;
  void load(torch::serialize::InputArchive& archive);

 private:
  double learning_rate() const;

  std::vector<torch::Tensor> parameters_, first_, second_, average_;
  std::vector<bool> decays_;
  OptimizerOptions options_;
  size_t total_steps_;
  size_t steps_ = 0;
};

}  // namespace cerebro::train
