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

struct WordRegressionWeights {
  std::vector<float> weights;  // [kWordFeatures]
  double bias = 0;
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
  WordRegressionWeights package_, file_;
};

// Reads one package, file by file; the logits do not depend on the files' order but in the last
// bits.
class WordReader {
 public:
  explicit WordReader(const WordModel& model);
  void add(std::string_view text);
  // All zero if there was no word.
  WordScore finish() const;

 private:
  // A bag of words with its logit, kept up to date word by word.
  struct Bag {
    explicit Bag(const WordRegressionWeights& regression);
    void add(uint32_t feature);
    double logit() const;
    void clear();

    const WordRegressionWeights* regression;
    std::vector<uint16_t> counts;  // by feature
    std::vector<uint32_t> present;
    double sum = 0, squares = 0;
  };

  Bag package_, file_;
  WordScore score_;
  size_t files_ = 0;
  bool any_ = false;
};

}  // namespace cerebro
