#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

#include <algorithm>
#include <cmath>

#include "classifier/elementwise.h"
#include "classifier/kernels.h"

// Why oneDNN's sgemm and not its matmul primitive: below AVX-512 both run the same generated code
// (the primitive reports gemm:jit and prefers plain weights), but sgemm needs no primitive per
// shape. Creating one costs 50 to 80 us, which would force lengths into padded and masked buckets;
// so windows are packed end to end and no multiplication is spent on padding.

namespace cerebro {
namespace {

// Score rows computed at a time: 64 rows of 512 keys are 128 KiB and stay in the L2 cache.
constexpr size_t kQueryBlock = 64;

// The scanner's workers are the parallelism. OpenMP's thread count belongs to the calling thread
// and to others (LibTorch in the trainer), so it is put back.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

class OnednnKernels final : public Kernels {
 public:
  void dense(const float* x, size_t rows, const DenseView& layer, Activation activation,
             float* y) const override {
    const OneThread one_thread;
    const auto m = static_cast<dnnl_dim_t>(rows), n = static_cast<dnnl_dim_t>(layer.out),
               k = static_cast<dnnl_dim_t>(layer.in);
    dnnl_sgemm('N', 'T', m, n, k, 1, x, k, layer.weight, k, 0, y, n);
    add_bias(y, rows, layer.out, layer.bias, activation);
  }

  void normalize(float* x, size_t rows, const NormView& norm) const override {
    layer_norm(x, rows, norm);
  }

  void attend(const RowsView& q, const RowsView& k, const RowsView& v, const HeadShape& shape,
              float* scores, float* out) const override {
    const OneThread one_thread;
    const float scale = 1 / std::sqrt(static_cast<float>(shape.size));
    const size_t width = shape.heads * shape.size;
    const auto keys = static_cast<dnnl_dim_t>(k.rows), size = static_cast<dnnl_dim_t>(shape.size),
               q_stride = static_cast<dnnl_dim_t>(q.stride),
               k_stride = static_cast<dnnl_dim_t>(k.stride),
               v_stride = static_cast<dnnl_dim_t>(v.stride),
               out_stride = static_cast<dnnl_dim_t>(width);
    for (size_t column = 0; column < width; column += shape.size) {
      for (size_t first = 0; first < q.rows; first += kQueryBlock) {
        const size_t rows = std::min(kQueryBlock, q.rows - first);
        const auto m = static_cast<dnnl_dim_t>(rows);
        dnnl_sgemm('N', 'T', m, keys, size, scale, q.data + first * q.stride + column, q_stride,
                   k.data + column, k_stride, 0, scores, keys);
        softmax(scores, rows, k.rows);
        dnnl_sgemm('N', 'N', m, size, keys, 1, scores, keys, v.data + column, v_stride, 0,
                   out + first * width + column, out_stride);
      }
    }
  }

  size_t score_floats(size_t queries, size_t keys) const override {
    return std::min(queries, kQueryBlock) * keys;
  }
};

}  // namespace

const Kernels& onednn_kernels() {
  static const OnednnKernels kernels;
  return kernels;
}

}  // namespace cerebro
