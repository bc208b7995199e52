#include "classifier/products.h"

#include <algorithm>
#include <cstring>
#include <vector>

// Why not a library: oneDNN compiles its kernels when they are first needed, 29 ms for a product of
// 40 x 40 x 32, more than all else of a cold start; and a worker that compiles nothing needs no
// memory that is written and then run. At this model's sizes these loops are as fast.

namespace cerebro {
namespace {

namespace narrow {
#define CEREBRO_LANES 4
#include "classifier/product_tile.inc"
#undef CEREBRO_LANES
}  // namespace narrow

#if defined(__x86_64__) && !defined(__clang__)
#define CEREBRO_WIDE
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
namespace avx2 {
#define CEREBRO_LANES 8
#include "classifier/product_tile.inc"
#undef CEREBRO_LANES
}  // namespace avx2
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4,prefer-vector-width=512")
namespace avx512 {
#define CEREBRO_LANES 16
#include "classifier/product_tile.inc"
#undef CEREBRO_LANES
}  // namespace avx512
#pragma GCC pop_options
#endif

using Multiply = decltype(&narrow::multiply);

Multiply best() {
#ifdef CEREBRO_WIDE
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512) return avx512::multiply;
  if (avx2) return avx2::multiply;
#endif
  return narrow::multiply;
}

}  // namespace

void multiply(size_t m, size_t n, size_t k, float scale, const float* a, size_t a_stride,
              const Right& b, float* c, size_t c_stride) {
  static const Multiply kBest = best();
  thread_local std::vector<float> panel;
  kBest(m, n, k, scale, a, a_stride, b, c, c_stride, panel);
}

}  // namespace cerebro
