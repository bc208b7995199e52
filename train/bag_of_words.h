#pragma once

// A judge that looks at no behaviour at all, measured beside the model: logistic regression on the
// words of the source texts and on pairs of neighbouring words, hashed and scaled to unit length.
// It needs the archives themselves, so nothing of it is shipped or committed but its scores.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace cerebro::train {

// Feature (below kWordFeatures) and value; sorted, of unit length.
using WordVector = std::vector<std::pair<uint32_t, float>>;
inline constexpr uint32_t kWordFeatures = 1U << 20;

class WordCounter {
 public:
  void add(std::string_view text);  // one file
  WordVector finish();

 private:
  std::vector<uint32_t> features_;
};

struct WordSample {
  WordVector words;
  bool malicious = false;
  double weight = 1;
};

class WordRegression {
 public:
  // Stochastic gradient descent with AdaGrad's step sizes; the same seed gives the same weights.
  WordRegression(const std::vector<WordSample>& samples, uint64_t seed);
  double logit(const WordVector& words) const;

 private:
  std::vector<float> weights_;
  double bias_ = 0;
};

}  // namespace cerebro::train
