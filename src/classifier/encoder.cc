#include "classifier/encoder.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cerebro {
namespace {

void add(std::vector<float>& sum, const std::vector<float>& addend) {
  std::transform(sum.begin(), sum.end(), addend.begin(), sum.begin(), std::plus<>());
}

}  // namespace

// Finds tensors under either naming. The first error is kept, and everything is empty after it.
class Encoder::Reader {
 public:
  explicit Reader(const TensorFile& file)
      : file_(file),
        prefix_(file.contains("bert.embeddings.word_embeddings.weight") ? "bert." : "") {}

  std::vector<float> tensor(const std::string& name, const TensorFile::Shape& shape) {
    if (error_) return {};
    auto values = file_.read(name, shape);
    if (!values) {
      error_ = std::move(values).error();
      return {};
    }
    parameters_ += values->size();
    return std::move(*values);
  }

  std::vector<float> bert_tensor(const std::string& name, const TensorFile::Shape& shape) {
    return tensor(prefix_ + name, shape);
  }

  Dense dense(const std::string& name, size_t out, size_t in) {
    return {bert_tensor(name + ".weight", {out, in}), bert_tensor(name + ".bias", {out}), {}};
  }

  Norm norm(const std::string& name, size_t width) {
    const bool old = file_.contains(prefix_ + name + ".gamma");
    return {bert_tensor(name + (old ? ".gamma" : ".weight"), {width}),
            bert_tensor(name + (old ? ".beta" : ".bias"), {width})};
  }

  Layer layer(size_t index, const EncoderConfig& config) {
    const std::string name = "encoder.layer." + std::to_string(index) + ".";
    const size_t hidden = config.hidden, intermediate = config.intermediate;
    Layer layer;
    for (const char* part : {"query", "key", "value"}) {
      const Dense dense = this->dense(name + "attention.self." + part, hidden, hidden);
      layer.qkv.weight.insert(layer.qkv.weight.end(), dense.weight.begin(), dense.weight.end());
      layer.qkv.bias.insert(layer.qkv.bias.end(), dense.bias.begin(), dense.bias.end());
    }
    layer.attention_output = dense(name + "attention.output.dense", hidden, hidden);
    layer.attention_norm = norm(name + "attention.output.LayerNorm", hidden);
    layer.intermediate = dense(name + "intermediate.dense", intermediate, hidden);
    layer.output = dense(name + "output.dense", hidden, intermediate);
    layer.output_norm = norm(name + "output.LayerNorm", hidden);
    return layer;
  }

  bool failed() const { return error_.has_value(); }
  Error error() const { return *error_; }
  uint64_t parameters() const { return parameters_; }

 private:
  const TensorFile& file_;
  std::string prefix_;
  std::optional<Error> error_;
  uint64_t parameters_ = 0;
};

Result<Encoder> Encoder::create(const EncoderConfig& config, const TensorFile& file) {
  const size_t hidden = config.hidden;
  Reader reader(file);
  Encoder encoder;
  encoder.config_ = config;
  encoder.words_ =
      reader.bert_tensor("embeddings.word_embeddings.weight", {config.vocabulary, hidden});
  encoder.positions_ =
      reader.bert_tensor("embeddings.position_embeddings.weight", {config.positions, hidden});
  const std::vector<float> types =
      reader.bert_tensor("embeddings.token_type_embeddings.weight", {config.types, hidden});
  encoder.embedding_norm_ = reader.norm("embeddings.LayerNorm", hidden);
  for (size_t i = 0; i < config.layers && !reader.failed(); ++i) {
    encoder.layers_.push_back(reader.layer(i, config));
    if (reader.failed()) break;
    Layer& layer = encoder.layers_.back();
    for (Dense* dense : {&layer.qkv, &layer.attention_output, &layer.intermediate, &layer.output}) {
      dense->make_narrow();
    }
  }
  encoder.pooler_ = reader.dense("pooler.dense", hidden, hidden);
  encoder.classifier_ = {reader.tensor("classifier.weight", {config.labels, hidden}),
                         reader.tensor("classifier.bias", {config.labels}),
                         {}};
  if (reader.failed()) return tl::unexpected(reader.error());

  for (size_t i = 0; i < encoder.positions_.size(); ++i) {
    encoder.positions_[i] += types[i % hidden];
  }
  encoder.parameters_ = reader.parameters();
  return encoder;
}

NormView Encoder::view(const Norm& norm) const {
  return {norm.gain.data(), norm.shift.data(), config_.hidden, config_.norm_epsilon};
}

std::vector<float> Encoder::logits(const TokenBatch& batch, const Kernels& kernels,
                                   Workspace& workspace) const {
  if (batch.lengths.empty()) return {};
  const size_t sequences = batch.lengths.size();
  embed(batch, kernels, workspace.hidden);
  for (size_t i = 0; i + 1 < layers_.size(); ++i) run_layer(layers_[i], batch, kernels, workspace);
  run_last_layer(layers_.back(), batch, kernels, workspace);

  workspace.projected.resize(sequences * config_.hidden);
  kernels.dense(workspace.hidden.data(), sequences, pooler_.view(), Activation::kTanh,
                workspace.projected.data());
  std::vector<float> logits(sequences * config_.labels);
  kernels.dense(workspace.projected.data(), sequences, classifier_.view(), Activation::kNone,
                logits.data());
  return logits;
}

// hidden [tokens, hidden]
void Encoder::embed(const TokenBatch& batch, const Kernels& kernels,
                    std::vector<float>& hidden) const {
  const size_t width = config_.hidden;
  hidden.resize(batch.tokens.size() * width);
  float* row = hidden.data();
  const int32_t* token = batch.tokens.data();
  for (const size_t length : batch.lengths) {
    for (size_t position = 0; position < length; ++position, ++token, row += width) {
      const float* word = &words_[static_cast<size_t>(*token) * width];
      std::transform(word, word + width, &positions_[position * width], row, std::plus<>());
    }
  }
  kernels.normalize(hidden.data(), batch.tokens.size(), view(embedding_norm_));
}

void Encoder::run_layer(const Layer& layer, const TokenBatch& batch, const Kernels& kernels,
                        Workspace& workspace) const {
  const size_t width = config_.hidden, tokens = batch.tokens.size();
  workspace.projected.resize(tokens * 3 * width);  // [tokens, query | key | value]
  workspace.mixed.resize(tokens * width);
  kernels.dense(workspace.hidden.data(), tokens, layer.qkv.view(), Activation::kNone,
                workspace.projected.data());
  size_t first = 0;
  for (const size_t length : batch.lengths) {
    const float* qkv = workspace.projected.data() + first * 3 * width;
    const auto rows = [&](size_t part) { return RowsView{qkv + part * width, length, 3 * width}; };
    workspace.scores.resize(kernels.score_floats(length, length));
    kernels.attend(rows(0), rows(1), rows(2), {config_.heads, width / config_.heads},
                   workspace.scores.data(), workspace.mixed.data() + first * width);
    first += length;
  }
  finish_layer(layer, tokens, kernels, workspace);
}

// The head reads only [CLS], the first token, so here only that row is queried and carried on:
// hidden [tokens, hidden] goes in and [sequences, hidden] comes out.
void Encoder::run_last_layer(const Layer& layer, const TokenBatch& batch, const Kernels& kernels,
                             Workspace& workspace) const {
  const size_t width = config_.hidden, sequences = batch.lengths.size();
  const size_t tokens = batch.tokens.size();
  workspace.projected.resize((2 * tokens + sequences) * width);
  workspace.mixed.resize(sequences * width);
  float* key_value = workspace.projected.data();  // [tokens, key | value]
  float* query = key_value + 2 * tokens * width;  // [sequences, query]
  kernels.dense(workspace.hidden.data(), tokens, layer.qkv.rows(width, 2 * width),
                Activation::kNone, key_value);

  size_t first = 0;
  for (size_t i = 0; i < sequences; ++i) {  // moves rows only towards the front
    std::copy_n(workspace.hidden.data() + first * width, width,
                workspace.hidden.data() + i * width);
    first += batch.lengths[i];
  }
  workspace.hidden.resize(sequences * width);
  kernels.dense(workspace.hidden.data(), sequences, layer.qkv.rows(0, width), Activation::kNone,
                query);

  first = 0;
  for (size_t i = 0; i < sequences; ++i) {
    const size_t length = batch.lengths[i];
    const float* key = key_value + first * 2 * width;
    workspace.scores.resize(kernels.score_floats(1, length));
    kernels.attend({query + i * width, 1, width}, {key, length, 2 * width},
                   {key + width, length, 2 * width}, {config_.heads, width / config_.heads},
                   workspace.scores.data(), workspace.mixed.data() + i * width);
    first += length;
  }
  finish_layer(layer, sequences, kernels, workspace);
}

// From the attention's result in `mixed` to the layer's in `hidden`, both [rows, hidden].
void Encoder::finish_layer(const Layer& layer, size_t rows, const Kernels& kernels,
                           Workspace& workspace) const {
  workspace.projected.resize(rows * config_.hidden);
  workspace.inner.resize(rows * config_.intermediate);
  kernels.dense(workspace.mixed.data(), rows, layer.attention_output.view(), Activation::kNone,
                workspace.projected.data());
  add(workspace.hidden, workspace.projected);
  kernels.normalize(workspace.hidden.data(), rows, view(layer.attention_norm));

  kernels.dense(workspace.hidden.data(), rows, layer.intermediate.view(), config_.activation,
                workspace.inner.data());
  kernels.dense(workspace.inner.data(), rows, layer.output.view(), Activation::kNone,
                workspace.projected.data());
  add(workspace.hidden, workspace.projected);
  kernels.normalize(workspace.hidden.data(), rows, view(layer.output_norm));
}

}  // namespace cerebro
