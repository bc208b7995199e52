#pragma once

// Training of the second judge (src/classifier/words.h): logistic regression on the words of the
// source texts, of whole packages or of each file alone. It needs the archives themselves; nothing
// of them is shipped or committed but the weights of hashed features and the scores.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace cerebro::train {

// Feature (below kWordFeatures) and how often it occurs; sorted.
using WordCounts = std::vector<std::pair<uint32_t, uint32_t>>;
WordCounts count_words(std::string_view text);
WordCounts merge(const std::vector<WordCounts>& parts);

// Feature and value 1 + ln(count), scaled to unit length.
using WordVector = std::vector<std::pair<uint32_t, float>>;
WordVector scaled(const WordCounts& counts);

struct WordSample {
  WordVector whole;               // all files in one bag
  std::vector<WordVector> files;  // each file's
  bool malicious = false;
  double weight = 1;
};

enum class WordBags { kWhole, kFiles };

class WordRegression {
 public:
  // Stochastic gradient descent with AdaGrad's step sizes; the same seed gives the same weights. By
  // files, what is learnt from is the file with the highest logit (multiple instances: one bad file
  // makes a package bad), and of a benign package also one drawn at random, at half the weight; two
  // epochs on whole bags come before, so that the highest means something.
  WordRegression(const std::vector<const WordSample*>& samples, WordBags bags, uint64_t seed);
  double logit(const WordVector& words) const;
  double highest(const std::vector<WordVector>& files) const;  // logit; of no file the bias

  const std::vector<float>& weights() const { return weights_; }
  double bias() const { return bias_; }

 private:
  void learn(const WordVector& words, bool malicious, double weight);
  size_t argmax(const std::vector<WordVector>& bags) const;

  std::vector<float> weights_, squares_;
  double bias_ = 0, bias_squares_ = 1e-4;
};

}  // namespace cerebro::train
