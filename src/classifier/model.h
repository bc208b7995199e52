#pragma once

// The judge: a BERT sequence classifier over behaviour sequences (paper section "detection model").
// A model is a directory in the Hugging Face layout of BertForSequenceClassification: config.json,
// vocab.txt, model.safetensors, plus cerebro.json (calibration, thresholds, version; README.md). It
// is immutable and may be shared by threads; each thread has its own Workspace.
//
// A window's logit is that of label 1 (malicious) less that of label 0, or the only one of a model
// with one label. The package's is the highest, or log(sum(exp)), as cerebro.json's "pooling" says;
// its probability is sigmoid((logit + words) / temperature + bias), where `words` is what a second
// judge (words.h) adds if the directory holds words.safetensors, else 0.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "classifier/words.h"

namespace cerebro {

struct ModelInfo {
  std::string version;  // "2026.11.1"; of cerebro.json, or "unversioned"
  int hidden_size = 0, layers = 0, heads = 0, intermediate_size = 0;
  int vocabulary = 0, positions = 0, labels = 0;
  uint64_t parameters = 0;
  std::string sha256;                // of model.safetensors
  std::string all_sha256;            // of all that was read
  double threshold_malicious = 0.9;  // on the calibrated probability
  double threshold_suspicious = 0.5;
};

// The sequence of one entry, e.g. "start entry install, use network module call, end of entry".
using EntryText = std::string;

struct Score {
  double probability = 0;      // calibrated; 0 for an empty sequence
  double logit = 0;            // pooled over windows, before calibration
  double words = 0;            // what the words of the source add to it
  size_t deciding_window = 0;  // index of the window with the highest logit
  std::vector<double> window_logits;
  size_t windows_dropped = 0;  // beyond Limits::windows (the caller makes a note)
};

// One window: whole phrases, cut at entry borders where possible.
struct Window {
  std::string text;
  struct Part {
    size_t entry, first_phrase, end_phrase;
  };  // half-open; phrases split at ", "
  std::vector<Part> parts;
};

class Model {
 public:
  // Errors: kModelMissing, kModelInvalid, kModelUnsupported.
  static Result<Model> load(const std::string& directory);
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  const ModelInfo& info() const;

  // The windows that score() judges. A pure function of the texts and the vocabulary.
  std::vector<Window> windows(const std::vector<EntryText>& entries) const;

  // `words` is what WordReader says of the same package; without it the encoder judges alone. What
  // shows no behaviour has the probability 0, whatever its words.
  Score score(const std::vector<EntryText>& entries, const Limits& limits,
              const WordScore* words = nullptr) const;

  // The second judge, or null if the directory has none.
  const WordModel* words() const;

  // What the words of a package add to the encoder's logit.
  double word_logit(const WordScore& words) const;

  // Raw logits of texts, [texts][labels]; for parity tests and explanation. Batched; a text longer
  // than the model's positions is cut.
  std::vector<std::vector<float>> logits(const std::vector<std::string>& texts) const;

  // Calibrated probability of a pooled logit.
  double calibrate(double logit) const;

 private:
  struct Impl;
  explicit Model(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cerebro
