#include "dropout.h"

#include <torch/autograd.h>

namespace cerebro::train {
namespace {

// Two rounds of multiply and shift (the finaliser of MurmurHash3) decide each value by itself, so
// the loop is vector code. The integers of the mask are far better than dropout needs.
__attribute__((target_clones("avx2", "default"))) void scale_kept(const float* in, float* out,
                                                                  uint32_t count, uint32_t seed,
                                                                  uint32_t dropped, float scale) {
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t hash = i * 0x9e3779b1U + seed;
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U;
    const bool keep = (hash >> 8) >= dropped;  // 24 bits: compared as signed numbers
    out[i] = keep ? in[i] * scale : 0.0F;
  }
}

torch::Tensor drop(const torch::Tensor& x, double probability, int64_t seed) {
  const torch::Tensor in = x.contiguous();
  torch::Tensor out = torch::empty_like(in);
  scale_kept(in.data_ptr<float>(), out.data_ptr<float>(), static_cast<uint32_t>(in.numel()),
             static_cast<uint32_t>(seed), static_cast<uint32_t>(probability * (1 << 24)),
             static_cast<float>(1 / (1 - probability)));
  return out;
}

struct HashDropout : torch::autograd::Function<HashDropout> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               double probability, int64_t seed) {
    context->saved_data["probability"] = probability;
    context->saved_data["seed"] = seed;
    return drop(x, probability, seed);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {drop(gradients[0], context->saved_data["probability"].toDouble(),
                 context->saved_data["seed"].toInt()),
            {},
            {}};
  }
};

}  // namespace

torch::Tensor Dropout::operator()(const torch::Tensor& x) {
  if (probability_ == 0) return x;
  if (!x.device().is_cpu()) return torch::dropout(x, probability_, /*train=*/true);
  seed_ = seed_ * 6364136223846793005U + 1442695040888963407U;
  return HashDropout::apply(x, probability_, static_cast<int64_t>(seed_ >> 32));
}

}  // namespace cerebro::train
