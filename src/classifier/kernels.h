#pragma once

// The arithmetic of the encoder behind one interface, so that the fast kernels can be checked
// against plain ones. All matrices are f32 and row-major. Stateless: threads may share them.

#include <cstddef>

namespace cerebro {

class NarrowWeights;

enum class Activation { kNone, kGelu, kGeluTanh, kRelu, kTanh };

// A linear layer: weight [out, in] as checkpoints store it, bias [out].
struct DenseView {
  const float* weight;
  const float* bias;
  size_t in, out;
  const NarrowWeights* narrow = nullptr;  // the same weights for quicker products, if there are any
  size_t narrow_first = 0;                // the row of `narrow` that `weight` begins with
};

// gain and shift [width].
struct NormView {
  const float* gain;
  const float* shift;
  size_t width;
  float epsilon;
};

// Rows of a wider matrix: row i starts at data + i * stride.
struct RowsView {
  const float* data;
  size_t rows, stride;
};

struct HeadShape {
  size_t heads, size;
};

class Kernels {
 public:
  virtual ~Kernels() = default;

  // y[rows, out] = activation(x[rows, in] weight^T + bias)
  virtual void dense(const float* x, size_t rows, const DenseView& layer, Activation activation,
                     float* y) const = 0;

  // x[rows, width] = (x - mean(x)) / sqrt(variance(x) + epsilon) * gain + shift, row by row
  virtual void normalize(float* x, size_t rows, const NormView& norm) const = 0;

  // out[queries, heads * size] = softmax(q k^T / sqrt(size)) v, head by head.
  // `scores` is scratch of score_floats(queries, keys).
  virtual void attend(const RowsView& q, const RowsView& k, const RowsView& v,
                      const HeadShape& shape, float* scores, float* out) const = 0;
  virtual size_t score_floats(size_t queries, size_t keys) const = 0;
};

const Kernels& fast_kernels();       // one thread
const Kernels& reference_kernels();  // obvious; sums in f64

}  // namespace cerebro
