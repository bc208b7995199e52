#include "model_directory.h"

#include <torch/types.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "classifier/safetensors.h"
#include "files.h"

namespace cerebro::train {
namespace {

using Json = nlohmann::ordered_json;

Json config_json(const BertConfig& config) {
  return {
      {"architectures", {"BertForSequenceClassification"}},
      {"model_type", "bert"},
      {"hidden_size", config.hidden},
      {"num_hidden_layers", config.layers},
      {"num_attention_heads", config.heads},
      {"intermediate_size", config.intermediate},
      {"max_position_embeddings", config.positions},
      {"type_vocab_size", 2},
      {"vocab_size", config.vocabulary},
      {"hidden_act", "gelu"},
      {"layer_norm_eps", 1e-12},
      {"position_embedding_type", "absolute"},
      {"pad_token_id", 0},
      {"hidden_dropout_prob", 0.1},
      {"attention_probs_dropout_prob", 0.0},
      {"id2label", {{"0", "benign"}, {"1", "malicious"}}},
      {"label2id", {{"benign", 0}, {"malicious", 1}}},
      {"problem_type", "single_label_classification"},
      {"torch_dtype", "float32"},
  };
}

Json special_tokens_json() {
  return {{"unk_token", "[UNK]"},
          {"sep_token", "[SEP]"},
          {"pad_token", "[PAD]"},
          {"cls_token", "[CLS]"},
          {"mask_token", "[MASK]"}};
}

Json tokenizer_json(const BertConfig& config) {
  Json json = special_tokens_json();
  json["tokenizer_class"] = "BertTokenizer";
  json["do_lower_case"] = true;
  json["strip_accents"] = false;
  json["model_max_length"] = config.positions;
  return json;
}

TensorMap read_tensors(const std::string& path, const BertConfig& config) {
  auto file = TensorFile::parse(read_file(path));
  if (!file) throw std::runtime_error(path + ": " + file.error().message);
  // The shapes are those of a model made from the same config.json.
  TensorMap tensors = Bert(config, 0, torch::kCPU).export_tensors();
  for (auto& [name, tensor] : tensors) {
    const TensorFile::Shape shape(tensor.sizes().begin(), tensor.sizes().end());
    const auto values = file->read(name, shape);
    if (!values) throw std::runtime_error(path + ": " + values.error().message);
    std::memcpy(tensor.data_ptr(), values->data(), tensor.nbytes());
  }
  return tensors;
}

}  // namespace

// Eight bytes of little-endian header length, the JSON header, the tensors without gaps
// (src/classifier/safetensors.h). The header is padded so that the tensors lie at multiples of 8.
std::string safetensors(const TensorMap& tensors) {
  Json header = {{"__metadata__", {{"format", "pt"}}}};
  size_t end = 0;
  for (const auto& [name, tensor] : tensors) {
    const size_t begin = end;
    end += tensor.nbytes();
    header[name] = {{"dtype", tensor.scalar_type() == torch::kHalf ? "F16" : "F32"},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const uint64_t size_bytes = text.size();
  std::string file(sizeof size_bytes, '\0');
  std::memcpy(file.data(), &size_bytes, sizeof size_bytes);
  file += text;
  for (const auto& [name, tensor] : tensors) {
    file.append(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  }
  return file;
}

void save_model(const std::string& directory, const BertConfig& config, const TensorMap& tensors,
                const std::string& vocabulary, const Calibrated& calibrated) {
  write_file(directory + "/config.json", config_json(config).dump(2) + "\n");
  write_file(directory + "/tokenizer_config.json", tokenizer_json(config).dump(2) + "\n");
  write_file(directory + "/special_tokens_map.json", special_tokens_json().dump(2) + "\n");
  write_file(directory + "/vocab.txt", vocabulary);
  write_file(directory + "/model.safetensors", safetensors(tensors));
  save_calibration(directory, calibrated);
}

SavedModel load_model(const std::string& directory) {
  const Json json = Json::parse(read_file(directory + "/config.json"));
  SavedModel model;
  model.config = {.vocabulary = json.at("vocab_size"),
                  .hidden = json.at("hidden_size"),
                  .layers = json.at("num_hidden_layers"),
                  .heads = json.at("num_attention_heads"),
                  .intermediate = json.at("intermediate_size"),
                  .positions = json.at("max_position_embeddings")};
  model.tensors = read_tensors(directory + "/model.safetensors", model.config);
  model.vocabulary = read_file(directory + "/vocab.txt");
  model.calibrated = load_calibration(directory);
  return model;
}

void save_calibration(const std::string& directory, const Calibrated& calibrated) {
  const Json json = {{"version", calibrated.version},
                     {"max_tokens", calibrated.max_tokens},
                     {"pooling", "max"},
                     {"temperature", calibrated.temperature},
                     {"bias", calibrated.bias},
                     {"threshold_malicious", calibrated.threshold_malicious},
                     {"threshold_suspicious", calibrated.threshold_suspicious}};
  write_file(directory + "/cerebro.json", json.dump(2) + "\n");
}

Calibrated load_calibration(const std::string& directory) {
  const Json json = Json::parse(read_file(directory + "/cerebro.json"));
  return {.version = json.at("version"),
          .max_tokens = json.at("max_tokens"),
          .temperature = json.at("temperature"),
          .bias = json.at("bias"),
          .threshold_malicious = json.at("threshold_malicious"),
          .threshold_suspicious = json.at("threshold_suspicious")};
}

}  // namespace cerebro::train
