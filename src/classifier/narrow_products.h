#pragma once

// Products of activations with a layer's weights in 16-bit integers, by AVX-512 VNNI's vpdpwssd:
// twice the multiplications of f32 for each instruction, and the weights are packed once.
//
// Every row of activations and every row of weights has a scale of its own, by which its largest
// value becomes +-`top`. `top` is the most that `in` products can be added of in 32 bits (2047 for
// 512, 4095 for 128), so sums are exact and do not depend on what shares a batch.
//
// Why not 8 bits (vpdpbusd, twice as fast again): docs/performance.md has what it does to scores.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cerebro {

class NarrowWeights {
 public:
  static constexpr size_t kPanel = 32;  // outputs that are computed together

  NarrowWeights() = default;
  // weight [out, in]. Stays empty where the processor lacks the instruction or `in` does not fit:
  // below 64, no multiple of 32, or above 512, where fewer than 12 bits would be left.
  NarrowWeights(const float* weight, size_t out, size_t in);
  bool empty() const { return packed_.empty(); }

  // y[rows, count] = x[rows, in] weight[first .. first + count]^T; `first` is a multiple of kPanel.
  void multiply(const float* x, size_t rows, size_t first, size_t count, float* y) const;

 private:
  size_t in_ = 0;
  float top_ = 0;
  std::vector<int16_t> packed_;  // [panels][in / 2][kPanel][2]
  std::vector<float> scales_;    // [panels * kPanel]: what one step of a weight is worth
};

}  // namespace cerebro
