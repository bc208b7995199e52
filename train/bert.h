#pragma once

// BERT (https://arxiv.org/abs/1810.04805) for training: post-layer-norm, erf gelu, absolute
// positions, one token type. Two heads: the classifier over [CLS], whose logit is label 1's less
// label 0's, and the masked-token head tied to the word embeddings, which is not saved.
//
// Kept fast on a CPU: query, key and value are one product; the last layer of the classifier is
// computed for [CLS] alone; attention weights have no dropout (the hidden states have).

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dropout.h"

namespace cerebro::train {

struct BertConfig {
  int64_t vocabulary = 0;
  int64_t hidden = 128, layers = 4, heads = 4, intermediate = 512, positions = 512;
};

using TokenIds = std::vector<int32_t>;  // one window, with [CLS] and [SEP]

// Windows of one batch, padded to the longest.
struct PaddedBatch {
  torch::Tensor ids;  // [windows, length] i64
  torch::Tensor
      hidden;  // [windows, 1, 1, length] f32, -inf-like at padding; undefined if there is none
};
PaddedBatch pad(const std::vector<const TokenIds*>& windows, int32_t pad_id, torch::Device device);

using TensorMap = std::map<std::string, torch::Tensor>;  // by transformers' names, f32 on the CPU

class Bert {
 public:
  Bert(const BertConfig& config, uint64_t seed, torch::Device device);

  const BertConfig& config() const { return config_; }
  torch::Device device() const { return device_; }

  // Leaves, in a fixed order; `decays[i]` says whether weight decay is meant for the i-th.
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }
  const std::vector<bool>& decays() const { return decays_; }

  torch::Tensor window_logits(const PaddedBatch& batch, Dropout dropout) const;  // [windows]

  // Logits over the vocabulary at `places`, indices into the flattened batch: [places, vocabulary].
  torch::Tensor token_logits(const PaddedBatch& batch, const torch::Tensor& places,
                             Dropout dropout) const;

  // The tensors of BertForSequenceClassification. import_tensors throws std::runtime_error when one
  // is missing or has another shape.
  TensorMap export_tensors() const;
  void import_tensors(const TensorMap& tensors);

 private:
  struct Linear {
    torch::Tensor weight, bias;
    torch::Tensor operator()(const torch::Tensor& x) const;
  };
  struct Norm {
    torch::Tensor weight, bias;
    torch::Tensor operator()(const torch::Tensor& x) const;
  };
  struct Layer {
    Linear qkv, attention_out, up, down;
    Norm attention_norm, norm;
  };

  // Parameters, or views of them, by transformers' names.
  std::vector<std::pair<std::string, torch::Tensor>> named_tensors() const;

  torch::Tensor parameter(torch::Tensor initial, bool decays);
  Linear linear(int64_t in, int64_t out);
  Norm norm();

  // x: [windows, length, hidden]. With `cls_only`, the result is [windows, 1, hidden].
  torch::Tensor apply_layer(const Layer& layer, const torch::Tensor& x, const torch::Tensor& hidden,
                            bool cls_only, Dropout& dropout) const;
  torch::Tensor encode(const PaddedBatch& batch, bool cls_only, Dropout& dropout) const;

  BertConfig config_;
  torch::Device device_;
  std::vector<torch::Tensor> parameters_;
  std::vector<bool> decays_;

  torch::Tensor words_, positions_, types_;
  Norm embedding_norm_;
  std::vector<Layer> layers_;
  Linear pooler_, classifier_;
  Linear transform_;  // of the masked-token head
  Norm transform_norm_;
  torch::Tensor token_bias_;
};

}  // namespace cerebro::train
