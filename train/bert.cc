#include "bert.h"

#include <torch/nn/functional.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace cerebro::train {
namespace {

constexpr double kInitialDeviation = 0.02;  // as in BERT
constexpr double kNormEpsilon = 1e-12;
constexpr float kNever = -1e9F;  // added to the attention scores of padding

}  // namespace

PaddedBatch pad(const std::vector<const TokenIds*>& windows, int32_t pad_id, torch::Device device) {
  size_t longest = 0, tokens = 0;
  for (const TokenIds* window : windows) {
    longest = std::max(longest, window->size());
    tokens += window->size();
  }
  const auto rows = static_cast<int64_t>(windows.size()), length = static_cast<int64_t>(longest);
  PaddedBatch batch;
  batch.ids = torch::full({rows, length}, int64_t{pad_id}, torch::kInt64);
  const bool padded = tokens != windows.size() * longest;
  if (padded) batch.hidden = torch::zeros({rows, 1, 1, length});
  for (size_t i = 0; i < windows.size(); ++i) {
    std::copy(windows[i]->begin(), windows[i]->end(), batch.ids.data_ptr<int64_t>() + i * longest);
    if (padded) {
      float* row = batch.hidden.data_ptr<float>() + i * longest;
      std::fill(row + windows[i]->size(), row + longest, kNever);
    }
  }
  batch.ids = batch.ids.to(device);
  if (padded) batch.hidden = batch.hidden.to(device);
  return batch;
}

torch::Tensor Bert::Linear::operator()(const torch::Tensor& x) const {
  // Two dimensions, so that torch takes one product with the bias in it.
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = weight.size(0);
  return torch::addmm(bias, x.reshape({-1, x.size(-1)}), weight.t()).view(shape);
}

torch::Tensor Bert::Norm::operator()(const torch::Tensor& x) const {
  return torch::layer_norm(x, {x.size(-1)}, weight, bias, kNormEpsilon);
}

Bert::Bert(const BertConfig& config, uint64_t seed, torch::Device device)
    : config_(config), device_(device) {
  if (config.hidden % config.heads != 0) {
    throw std::runtime_error("the hidden size is not a multiple of the heads");
  }
  torch::manual_seed(seed);
  const auto embedding = [&](int64_t rows) {
    return parameter(torch::randn({rows, config.hidden}) * kInitialDeviation, true);
  };
  words_ = embedding(config.vocabulary);
  positions_ = embedding(config.positions);
  types_ = embedding(2);
  embedding_norm_ = norm();
  for (int64_t i = 0; i < config.layers; ++i) {
    layers_.push_back({.qkv = linear(config.hidden, 3 * config.hidden),
                       .attention_out = linear(config.hidden, config.hidden),
                       .up = linear(config.hidden, config.intermediate),
                       .down = linear(config.intermediate, config.hidden),
                       .attention_norm = norm(),
                       .norm = norm()});
  }
  pooler_ = linear(config.hidden, config.hidden);
  classifier_ = linear(config.hidden, 2);
  transform_ = linear(config.hidden, config.hidden);
  transform_norm_ = norm();
  token_bias_ = parameter(torch::zeros(config.vocabulary), false);
}

torch::Tensor Bert::parameter(torch::Tensor initial, bool decays) {
  parameters_.push_back(initial.to(device_).set_requires_grad(true));
  decays_.push_back(decays);
  return parameters_.back();
}

Bert::Linear Bert::linear(int64_t in, int64_t out) {
  return {parameter(torch::randn({out, in}) * kInitialDeviation, true),
          parameter(torch::zeros(out), false)};
}

Bert::Norm Bert::norm() {
  return {parameter(torch::ones(config_.hidden), false),
          parameter(torch::zeros(config_.hidden), false)};
}

torch::Tensor Bert::apply_layer(const Layer& layer, const torch::Tensor& x,
                                const torch::Tensor& hidden, bool cls_only,
                                Dropout& dropout) const {
  const int64_t rows = x.size(0), length = x.size(1), size = config_.hidden;
  const int64_t heads = config_.heads, width = size / heads;
  const auto split = [&](const torch::Tensor& t) {  // [rows * heads, length, width]
    return t.view({rows, t.size(1), heads, width})
        .transpose(1, 2)
        .reshape({rows * heads, -1, width});
  };

  torch::Tensor query, key, value, residual = x;
  if (cls_only) {
    residual = x.slice(1, 0, 1);
    const Linear q{layer.qkv.weight.slice(0, 0, size), layer.qkv.bias.slice(0, 0, size)};
    const Linear kv{layer.qkv.weight.slice(0, size), layer.qkv.bias.slice(0, size)};
    const auto parts = kv(x).view({rows, length, 2, size});
    query = split(q(residual));
    key = split(parts.select(2, 0));
    value = split(parts.select(2, 1));
  } else {
    const auto parts = layer.qkv(x).view({rows, length, 3, size});
    query = split(parts.select(2, 0));
    key = split(parts.select(2, 1));
    value = split(parts.select(2, 2));
  }

  torch::Tensor scores =
      torch::bmm(query * (1 / std::sqrt(static_cast<double>(width))), key.transpose(1, 2));
  if (hidden.defined()) {
    scores = scores.view({rows, heads, -1, length}).add_(hidden).view({rows * heads, -1, length});
  }
  const torch::Tensor context = torch::bmm(torch::softmax(scores, -1), value)
                                    .view({rows, heads, -1, width})
                                    .transpose(1, 2)
                                    .reshape({rows, -1, size});
  const torch::Tensor attended =
      layer.attention_norm(residual + dropout(layer.attention_out(context)));
  return layer.norm(attended + dropout(layer.down(torch::gelu(layer.up(attended)))));
}

torch::Tensor Bert::encode(const PaddedBatch& batch, bool cls_only, Dropout& dropout) const {
  const torch::Tensor places = positions_.slice(0, 0, batch.ids.size(1)) + types_[0];
  torch::Tensor x = dropout(embedding_norm_(torch::embedding(words_, batch.ids) + places));
  for (const Layer& layer : layers_) {
    x = apply_layer(layer, x, batch.hidden, cls_only && &layer == &layers_.back(), dropout);
  }
  return x;
}

torch::Tensor Bert::window_logits(const PaddedBatch& batch, Dropout dropout) const {
  const torch::Tensor cls = encode(batch, /*cls_only=*/true, dropout).select(1, 0);
  const torch::Tensor logits = classifier_(dropout(torch::tanh(pooler_(cls))));
  return logits.select(1, 1) - logits.select(1, 0);
}

torch::Tensor Bert::token_logits(const PaddedBatch& batch, const torch::Tensor& places,
                                 Dropout dropout) const {
  const torch::Tensor all = encode(batch, /*cls_only=*/false, dropout).view({-1, config_.hidden});
  const torch::Tensor x = transform_norm_(torch::gelu(transform_(all.index_select(0, places))));
  return torch::addmm(token_bias_, x, words_.t());
}

std::vector<std::pair<std::string, torch::Tensor>> Bert::named_tensors() const {
  std::vector<std::pair<std::string, torch::Tensor>> tensors = {
      {"bert.embeddings.word_embeddings.weight", words_},
      {"bert.embeddings.position_embeddings.weight", positions_},
      {"bert.embeddings.token_type_embeddings.weight", types_}};
  const auto add = [&](const std::string& name, const auto& part) {
    tensors.emplace_back(name + ".weight", part.weight);
    tensors.emplace_back(name + ".bias", part.bias);
  };
  add("bert.embeddings.LayerNorm", embedding_norm_);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    const std::string prefix = "bert.encoder.layer." + std::to_string(i) + ".";
    int64_t begin = 0;
    for (const char* const name : {"query", "key", "value"}) {
      const int64_t end = begin + config_.hidden;
      add(prefix + "attention.self." + name,
          Linear{layer.qkv.weight.slice(0, begin, end), layer.qkv.bias.slice(0, begin, end)});
      begin = end;
    }
    add(prefix + "attention.output.dense", layer.attention_out);
    add(prefix + "attention.output.LayerNorm", layer.attention_norm);
    add(prefix + "intermediate.dense", layer.up);
    add(prefix + "output.dense", layer.down);
    add(prefix + "output.LayerNorm", layer.norm);
  }
  add("bert.pooler.dense", pooler_);
  add("classifier", classifier_);
  return tensors;
}

TensorMap Bert::export_tensors() const {
  const torch::NoGradGuard no_gradients;
  TensorMap tensors;
  for (const auto& [name, tensor] : named_tensors()) {
    tensors[name] = tensor.detach().to(torch::kCPU).clone(torch::MemoryFormat::Contiguous);
  }
  return tensors;
}

void Bert::import_tensors(const TensorMap& tensors) {
  const torch::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : named_tensors()) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) throw std::runtime_error("the model has no tensor " + name);
    if (found->second.sizes() != tensor.sizes()) {
      throw std::runtime_error("the model's " + name + " has another shape");
    }
    tensor.copy_(found->second);
  }
}

}  // namespace cerebro::train
