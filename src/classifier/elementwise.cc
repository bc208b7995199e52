#include "classifier/elementwise.h"

#include <bit>
#include <cmath>
#include <cstdint>

// One copy of a function per x86-64 level (https://gitlab.com/x86-psABIs/x86-64-ABI: v3 has AVX2
// and FMA, v4 AVX-512), chosen when the program starts.
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define CEREBRO_PER_PROCESSOR \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CEREBRO_PER_PROCESSOR
#endif

namespace cerebro {
namespace {

// exp(x) as 2^n * exp(r), |r| <= ln(2) / 2, with the polynomial of Cephes' expf: about 1e-7
// relative. Clamped to normal numbers, so that no denormal slows the products down.
inline float fast_exp(float x) {
  constexpr float kRound = 0x1.8p23F;  // adding it leaves the nearest integer in the low bits
  x = x < -80.0F ? -80.0F : x;
  x = x > 80.0F ? 80.0F : x;
  const float shifted = x * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = x - n * 0.693359375F + n * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const int32_t exponent = std::bit_cast<int32_t>(shifted) - std::bit_cast<int32_t>(kRound);
  return p * std::bit_cast<float>((exponent + 127) << 23);
}

// Abramowitz and Stegun, 7.1.26: absolute error below 1.5e-7.
inline float fast_erf(float x) {
  const float a = std::fabs(x);
  const float t = 1.0F / (1.0F + 0.3275911F * a);
  float p = 1.061405429F;
  p = p * t - 1.453152027F;
  p = p * t + 1.421413741F;
  p = p * t - 0.284496736F;
  p = p * t + 0.254829592F;
  return std::copysign(1.0F - p * t * fast_exp(-a * a), x);
}

inline float gelu(float x) { return 0.5F * x * (1.0F + fast_erf(x * 0.707106781F)); }

// 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2u))
inline float gelu_tanh(float x) {
  const float u = 0.797884561F * (x + 0.044715F * x * x * x);
  return x / (1.0F + fast_exp(-2.0F * u));
}

inline float fast_tanh(float x) { return 1.0F - 2.0F / (1.0F + fast_exp(2.0F * x)); }

template <float (*kActivate)(float)>
[[gnu::always_inline]] inline void add_bias_rows(float* y, size_t rows, size_t width,
                                                 const float* bias) {
  for (size_t row = 0; row < rows; ++row, y += width) {
#pragma omp simd
    for (size_t i = 0; i < width; ++i) y[i] = kActivate(y[i] + bias[i]);
  }
}

inline float identity(float x) { return x; }
inline float relu(float x) { return x > 0.0F ? x : 0.0F; }

}  // namespace

CEREBRO_PER_PROCESSOR
void add_bias(float* y, size_t rows, size_t width, const float* bias, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return add_bias_rows<identity>(y, rows, width, bias);
    case Activation::kGelu:
      return add_bias_rows<gelu>(y, rows, width, bias);
    case Activation::kGeluTanh:
      return add_bias_rows<gelu_tanh>(y, rows, width, bias);
    case Activation::kRelu:
      return add_bias_rows<relu>(y, rows, width, bias);
    case Activation::kTanh:
      return add_bias_rows<fast_tanh>(y, rows, width, bias);
  }
}

CEREBRO_PER_PROCESSOR
void softmax(float* x, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; ++row, x += width) {
    float highest = x[0];
#pragma omp simd reduction(max : highest)
    for (size_t i = 0; i < width; ++i) highest = x[i] > highest ? x[i] : highest;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < width; ++i) {
      x[i] = fast_exp(x[i] - highest);
      sum += x[i];
    }
    const float scale = 1.0F / sum;
#pragma omp simd
    for (size_t i = 0; i < width; ++i) x[i] *= scale;
  }
}

CEREBRO_PER_PROCESSOR
void layer_norm(float* x, size_t rows, const NormView& norm) {
  const auto width = static_cast<float>(norm.width);
  for (size_t row = 0; row < rows; ++row, x += norm.width) {
    float sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < norm.width; ++i) sum += x[i];
    const float mean = sum / width;
#pragma omp simd reduction(+ : squares)
    for (size_t i = 0; i < norm.width; ++i) squares += (x[i] - mean) * (x[i] - mean);
    const float scale = 1.0F / std::sqrt(squares / width + norm.epsilon);
#pragma omp simd
    for (size_t i = 0; i < norm.width; ++i) {
      x[i] = (x[i] - mean) * scale * norm.gain[i] + norm.shift[i];
    }
  }
}

}  // namespace cerebro
