#pragma once

// Matrix products in f32, row-major, on the calling thread, for the processor at hand.

#include <cstddef>

namespace cerebro {

// The right side of a product: b [k, n], or [n, k] when it is transposed.
struct Right {
  const float* data;
  size_t stride;
  bool transposed;
};

// c[m, n] = scale * a[m, k] b
void multiply(size_t m, size_t n, size_t k, float scale, const float* a, size_t a_stride,
              const Right& b, float* c, size_t c_stride);

}  // namespace cerebro
