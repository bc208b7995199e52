#include <algorithm>
#include <cmath>

#include "classifier/elementwise.h"
#include "classifier/kernels.h"
#include "classifier/narrow_products.h"
#include "classifier/products.h"

namespace cerebro {
namespace {

// Score rows computed at a time: 64 rows of 512 keys are 128 KiB and stay in the L2 cache.
constexpr size_t kQueryBlock = 64;

class FastKernels final : public Kernels {
 public:
  void dense(const float* x, size_t rows, const DenseView& layer, Activation activation,
             float* y) const override {
    if (layer.narrow != nullptr) {
      layer.narrow->multiply(x, rows, layer.narrow_first, layer.out, y);
    } else {
      multiply(rows, layer.out, layer.in, 1, x, layer.in, {layer.weight, layer.in, true}, y,
               layer.out);
    }
    add_bias(y, rows, layer.out, layer.bias, activation);
  }

  void normalize(float* x, size_t rows, const NormView& norm) const override {
    layer_norm(x, rows, norm);
  }

  void attend(const RowsView& q, const RowsView& k, const RowsView& v, const HeadShape& shape,
              float* scores, float* out) const override {
    const float scale = 1 / std::sqrt(static_cast<float>(shape.size));
    const size_t width = shape.heads * shape.size;
    for (size_t column = 0; column < width; column += shape.size) {
      for (size_t first = 0; first < q.rows; first += kQueryBlock) {
        const size_t rows = std::min(kQueryBlock, q.rows - first);
        multiply(rows, k.rows, shape.size, scale, q.data + first * q.stride + column, q.stride,
                 {k.data + column, k.stride, true}, scores, k.rows);
        softmax(scores, rows, k.rows);
        multiply(rows, shape.size, k.rows, 1, scores, k.rows, {v.data + column, v.stride, false},
                 out + first * width + column, width);
      }
    }
  }

  size_t score_floats(size_t queries, size_t keys) const override {
    return std::min(queries, kQueryBlock) * keys;
  }
};

}  // namespace

const Kernels& fast_kernels() {
  static const FastKernels kernels;
  return kernels;
}

}  // namespace cerebro
