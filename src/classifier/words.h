#pragma once

// The second judge: two logistic regressions on the words of the source text (word_features.h), one
// on the bag of the whole package, one on the bag of each file, of which the most suspicious
// counts. It knows neither behaviour nor order, costs a few nanoseconds a byte, and errs elsewhere
// than the encoder does (docs/evaluation.md), so the model adds a bounded part of its logits to the
// encoder's (calibration.h).
//
// A feature that occurs n times in a bag has the value 1 + ln n, and bags are scaled to unit
// length: a logit is bias + sum(weight * value) / |values|.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "classifier/safetensors.h"
#include "classifier/word_features.h"

namespace cerebro {

struct WordScore {
  double package = 0, file = 0;  // logits; `file` is the highest
  size_t worst_file = 0;         // which call of WordReader::add that was
};

// A line of a file by what its words add to the file's logit.
struct WordLine {
  int line = 1, column = 1;  // 1-based; of the word that adds most, in bytes
  double weight = 0;
};

class WordModel {
 public:
  // words.safetensors: package.weight, file.weight [kWordFeatures] and package.bias, file.bias [1].
  // Error: kModelInvalid.
  static Result<WordModel> create(const TensorFile& file);

  // The lines of a file whose words add most to its logit, heaviest first.
  std::vector<WordLine> heaviest_lines(std::string_view text, size_t most) const;

 private:
  friend class WordReader;
  struct Weights {
    float package, file;  // side by side, as both are needed for every word
  };
  std::vector<Weights> weights_;  // [kWordFeatures]
  double package_bias_ = 0, file_bias_ = 0;
};

// Reads one package, file by file; the logits do not depend on the files' order but in the last
// bits.
class WordReader {
 public:
  explicit WordReader(const WordModel& model);
  // The file's own logit; 0 if there is no word in it.
  double add(std::string_view text);
  // All zero if there was no word.
  WordScore finish() const;

 private:
  // The sums of a bag, kept up to date word by word.
  struct Bag {
    double sum = 0, squares = 0;
    void add(uint16_t& count, float weight);
    double logit(double bias) const;
  };
  struct Counts {
    uint16_t package = 0, file = 0;
  };

  const WordModel& model_;
  std::vector<Counts> counts_;     // by feature
  std::vector<uint32_t> present_;  // features of the file
  Bag package_, file_;
  WordScore score_;
  size_t files_ = 0;
  bool any_ = false;
};

}  // namespace cerebro
