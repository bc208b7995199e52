#pragma once

#include <torch/types.h>

#include <cstdint>

namespace cerebro::train {

// Dropout whose mask is a hash of (seed, index): nothing is stored for the backward pass, and on a
// CPU it is about thirty times as fast as torch::dropout, which draws from a sequential generator.
// Each application takes the next seed, so one Dropout serves one forward pass of one thread.
class Dropout {
 public:
  Dropout() = default;  // none
  Dropout(double probability, uint64_t seed) : probability_(probability), seed_(seed) {}

  torch::Tensor operator()(const torch::Tensor& x);

 private:
  double probability_ = 0;
  uint64_t seed_ = 0;
};

}  // namespace cerebro::train
