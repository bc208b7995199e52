#pragma once

// Model directories in the layout that cerebro::Model and transformers read.

#include <string>

#include "bert.h"

namespace cerebro::train {

// cerebro.json (src/classifier/README.md).
struct Calibrated {
  std::string version = "unversioned";
  int64_t max_tokens = 256;
  double temperature = 1, bias = 0;
  double threshold_malicious = 0.9, threshold_suspicious = 0.5;
};

// Writes config.json, model.safetensors, vocab.txt, tokenizer_config.json, special_tokens_map.json
// and cerebro.json.
void save_model(const std::string& directory, const BertConfig& config, const TensorMap& tensors,
                const std::string& vocabulary, const Calibrated& calibrated);

// One file of tensors, f32 or f16 (src/classifier/safetensors.h).
std::string safetensors(const TensorMap& tensors);

struct SavedModel {
  BertConfig config;
  TensorMap tensors;
  std::string vocabulary;
  Calibrated calibrated;
};
SavedModel load_model(const std::string& directory);  // throws std::runtime_error

void save_calibration(const std::string& directory, const Calibrated& calibrated);
Calibrated load_calibration(const std::string& directory);

}  // namespace cerebro::train
