#include <algorithm>
#include <cmath>

#include "classifier/kernels.h"

namespace cerebro {
namespace {

double activate(double x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kGelu:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case Activation::kGeluTanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::kRelu:
      return std::max(x, 0.0);
    case Activation::kTanh:
      return std::tanh(x);
  }
  return x;
}

double dot(const float* a, const float* b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

class ReferenceKernels final : public Kernels {
 public:
  void dense(const float* x, size_t rows, const DenseView& layer, Activation activation,
             float* y) const override {
    for (size_t row = 0; row < rows; ++row) {
      for (size_t j = 0; j < layer.out; ++j) {
        const double sum = dot(x + row * layer.in, layer.weight + j * layer.in, layer.in);
        y[row * layer.out + j] = static_cast<float>(activate(sum + layer.bias[j], activation));
      }
    }
  }

  void normalize(float* x, size_t rows, const NormView& norm) const override {
    const auto width = static_cast<double>(norm.width);
    for (size_t row = 0; row < rows; ++row, x += norm.width) {
      double sum = 0, squares = 0;
      for (size_t i = 0; i < norm.width; ++i) sum += x[i];
      const double mean = sum / width;
      for (size_t i = 0; i < norm.width; ++i) squares += (x[i] - mean) * (x[i] - mean);
      const double scale = 1 / std::sqrt(squares / width + norm.epsilon);
      for (size_t i = 0; i < norm.width; ++i) {
        x[i] = static_cast<float>((x[i] - mean) * scale * norm.gain[i] + norm.shift[i]);
      }
    }
  }

  void attend(const RowsView& q, const RowsView& k, const RowsView& v, const HeadShape& shape,
              float* scores, float* out) const override {
    const double scale = 1 / std::sqrt(static_cast<double>(shape.size));
    for (size_t head = 0; head < shape.heads; ++head) {
      const size_t column = head * shape.size;
      for (size_t row = 0; row < q.rows; ++row) {
        const float* query = q.data + row * q.stride + column;
        for (size_t key = 0; key < k.rows; ++key) {
          scores[key] =
              static_cast<float>(scale * dot(query, k.data + key * k.stride + column, shape.size));
        }
        const double highest = *std::max_element(scores, scores + k.rows);
        double sum = 0;
        for (size_t key = 0; key < k.rows; ++key) sum += std::exp(scores[key] - highest);
        for (size_t i = 0; i < shape.size; ++i) {
          double mixed = 0;
          for (size_t key = 0; key < k.rows; ++key) {
            mixed += std::exp(scores[key] - highest) / sum * v.data[key * v.stride + column + i];
          }
          out[row * shape.heads * shape.size + column + i] = static_cast<float>(mixed);
        }
      }
    }
  }

  size_t score_floats(size_t, size_t keys) const override { return keys; }
};

}  // namespace

const Kernels& reference_kernels() {
  static const ReferenceKernels kernels;
  return kernels;
}

}  // namespace cerebro
