#pragma once

// BERT with the sequence classification head (https://arxiv.org/abs/1810.04805; tensor names and
// layout of transformers' BertForSequenceClassification, with or without the "bert." prefix, and
// the older LayerNorm.gamma and .beta). Inference only, one segment.

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "classifier/config.h"
#include "classifier/kernels.h"
#include "classifier/narrow_products.h"
#include "classifier/safetensors.h"

namespace cerebro {

// Token sequences end to end: sequence i has lengths[i] of `tokens`.
struct TokenBatch {
  std::vector<int32_t> tokens;
  std::vector<size_t> lengths;
};

// Buffers that live from call to call; one per thread.
struct Workspace {
  std::vector<float> hidden, mixed, projected, inner, scores;
};

class Encoder {
 public:
  static Result<Encoder> create(const EncoderConfig& config, const TensorFile& file);

  const EncoderConfig& config() const { return config_; }
  uint64_t parameters() const { return parameters_; }

  // [sequences, labels]. Every sequence has 1 to `positions` tokens, each below `vocabulary`.
  std::vector<float> logits(const TokenBatch& batch, const Kernels& kernels,
                            Workspace& workspace) const;

 private:
  struct Dense {
    std::vector<float> weight, bias;  // [out, in], [out]
    NarrowWeights narrow;             // of the encoder's layers; the head stays in f32

    size_t in() const { return weight.size() / bias.size(); }
    void make_narrow() { narrow = NarrowWeights(weight.data(), bias.size(), in()); }
    DenseView view() const { return rows(0, bias.size()); }
    DenseView rows(size_t first, size_t count) const {
      const bool fits = !narrow.empty() && first % NarrowWeights::kPanel == 0;
      return {weight.data() + first * in(),
              bias.data() + first,
              in(),
              count,
              fits ? &narrow : nullptr,
              first};
    }
  };
  struct Norm {
    std::vector<float> gain, shift;  // [hidden]
  };
  struct Layer {
    Dense qkv;  // [3 * hidden, hidden]: query, key and value stacked
    Dense attention_output, intermediate, output;
    Norm attention_norm, output_norm;
  };
  class Reader;

  void embed(const TokenBatch& batch, const Kernels& kernels, std::vector<float>& hidden) const;
  void run_layer(const Layer& layer, const TokenBatch& batch, const Kernels& kernels,
                 Workspace& workspace) const;
  void run_last_layer(const Layer& layer, const TokenBatch& batch, const Kernels& kernels,
                      Workspace& workspace) const;
  void finish_layer(const Layer& layer, size_t rows, const Kernels& kernels,
                    Workspace& workspace) const;
  NormView view(const Norm& norm) const;

  EncoderConfig config_;
  std::vector<float> words_;      // [vocabulary, hidden]
  std::vector<float> positions_;  // [positions, hidden], the first segment's embedding added
  Norm embedding_norm_;
  std::vector<Layer> layers_;
  Dense pooler_, classifier_;
  uint64_t parameters_ = 0;
};

}  // namespace cerebro
