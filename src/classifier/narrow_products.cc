#include "classifier/narrow_products.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#if defined(__x86_64__) && !defined(__clang__)
#define CEREBRO_NARROW
#include <immintrin.h>
#endif

namespace cerebro {
namespace {

constexpr size_t kStep = 32;             // values of a row that are quantised together
constexpr size_t kFewestInputs = 64;     // below that packing and scaling cost what the sums save
constexpr float kFewestSteps = 2047.0F;  // 12 bits; docs/performance.md: what 8 and 12 do to scores

// In f64: f32 would round 4095.99, the bound for 128, up.
float most_steps(size_t in) {
  const double each = std::numeric_limits<int32_t>::max() / static_cast<double>(in);
  return static_cast<float>(std::floor(std::sqrt(each)));
}

#ifdef CEREBRO_NARROW
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4,avx512vnni,prefer-vector-width=512")

// to[in] = x[in] / scale, rounded; gives the scale. `in` is a multiple of kStep.
float quantise(const float* x, size_t in, float top, int16_t* to) {
  __m512 highest = _mm512_setzero_ps();
  for (size_t i = 0; i < in; i += 16) {
    highest = _mm512_max_ps(highest, _mm512_abs_ps(_mm512_loadu_ps(x + i)));
  }
  const float most = _mm512_reduce_max_ps(highest);
  if (!(most > 1e-30F)) {  // its inverse would be no number
    std::fill_n(to, in, int16_t{0});
    return 0;
  }
  const __m512 steps = _mm512_set1_ps(top / most);
  for (size_t i = 0; i < in; i += 16) {
    const __m512i rounded = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(x + i), steps));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), _mm512_cvtsepi32_epi16(rounded));
  }
  return most / top;
}

// sum + pairs of a times pairs of b. Of the intrinsic GCC 12 copies every sum, twice.
[[gnu::always_inline]] inline __m512i add_products(__m512i sum, __m512i a, __m512i b) {
  asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
  return sum;
}

// y[kRows, columns] = a[kRows, in] panel, with the scales of both sides.
template <size_t kRows>
void tile(size_t in, const int16_t* a, const float* a_scales, const int16_t* panel,
          const float* scales, float* y, size_t y_stride, size_t columns) {
  __m512i left[kRows], right[kRows];
#pragma GCC unroll 8
  for (size_t row = 0; row < kRows; ++row) left[row] = right[row] = _mm512_setzero_si512();
  for (size_t p = 0; p < in; p += 2, panel += 2 * NarrowWeights::kPanel) {
    const __m512i b0 = _mm512_loadu_si512(panel);
    const __m512i b1 = _mm512_loadu_si512(panel + NarrowWeights::kPanel);
#pragma GCC unroll 8
    for (size_t row = 0; row < kRows; ++row) {
      int32_t pair = 0;
      std::memcpy(&pair, a + row * in + p, sizeof pair);
      const __m512i both = _mm512_set1_epi32(pair);
      left[row] = add_products(left[row], both, b0);
      right[row] = add_products(right[row], both, b1);
    }
  }
  const auto mask = [&](size_t from) {
    const size_t count = columns <= from ? 0 : std::min<size_t>(16, columns - from);
    return static_cast<__mmask16>((1U << count) - 1);
  };
#pragma GCC unroll 8
  for (size_t row = 0; row < kRows; ++row) {
    const __m512 scale = _mm512_set1_ps(a_scales[row]);
    const __m512 s0 = _mm512_mul_ps(scale, _mm512_loadu_ps(scales));
    const __m512 s1 = _mm512_mul_ps(scale, _mm512_loadu_ps(scales + 16));
    float* to = y + row * y_stride;
    _mm512_mask_storeu_ps(to, mask(0), _mm512_mul_ps(_mm512_cvtepi32_ps(left[row]), s0));
    _mm512_mask_storeu_ps(to + 16, mask(16), _mm512_mul_ps(_mm512_cvtepi32_ps(right[row]), s1));
  }
}

template <size_t kRows>
void rest_of_rows(size_t rows, size_t in, const int16_t* a, const float* a_scales,
                  const int16_t* panel, const float* scales, float* y, size_t y_stride,
                  size_t columns) {
  if constexpr (kRows > 0) {
    if (rows == kRows) return tile<kRows>(in, a, a_scales, panel, scales, y, y_stride, columns);
    rest_of_rows<kRows - 1>(rows, in, a, a_scales, panel, scales, y, y_stride, columns);
  }
}

#pragma GCC pop_options

constexpr size_t kTall =
    8;  // rows of a tile: 16 sums, two panels' loads and one row stay in registers

bool available() {
  static const bool kAvailable =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni") &&
      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
  return kAvailable;
}
#endif

}  // namespace

#ifdef CEREBRO_NARROW
NarrowWeights::NarrowWeights(const float* weight, size_t out, size_t in) {
  const float top = in == 0 ? 0 : most_steps(in);
  if (!available() || out == 0 || in < kFewestInputs || in % kStep != 0 || top < kFewestSteps) {
    return;
  }
  in_ = in;
  top_ = std::min(top, 32767.0F);
  const size_t panels = (out + kPanel - 1) / kPanel;
  packed_.assign(panels * in * kPanel, 0);
  scales_.assign(panels * kPanel, 0);
  std::vector<int16_t> row(in);
  for (size_t o = 0; o < out; ++o) {
    scales_[o] = quantise(weight + o * in, in, top_, row.data());
    int16_t* to = packed_.data() + o / kPanel * in * kPanel + o % kPanel * 2;
    for (size_t p = 0; p < in; p += 2, to += 2 * kPanel) {
      std::memcpy(to, row.data() + p, 2 * sizeof(int16_t));
    }
  }
}

void NarrowWeights::multiply(const float* x, size_t rows, size_t first, size_t count,
                             float* y) const {
  thread_local std::vector<int16_t> a;
  thread_local std::vector<float> a_scales;
  a.resize(rows * in_);
  a_scales.resize(rows);
  for (size_t row = 0; row < rows; ++row) {
    a_scales[row] = quantise(x + row * in_, in_, top_, a.data() + row * in_);
  }
  for (size_t column = 0; column < count; column += kPanel) {
    const int16_t* panel = packed_.data() + (first + column) * in_;
    const float* scales = scales_.data() + first + column;
    const size_t columns = std::min(kPanel, count - column);
    for (size_t row = 0; row < rows; row += kTall) {
      rest_of_rows<kTall>(std::min(kTall, rows - row), in_, a.data() + row * in_,
                          a_scales.data() + row, panel, scales, y + row * count + column, count,
                          columns);
    }
  }
}
#else
NarrowWeights::NarrowWeights(const float*, size_t, size_t) {}
void NarrowWeights::multiply(const float*, size_t, size_t, size_t, float*) const {}
#endif

}  // namespace cerebro
