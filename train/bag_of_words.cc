#include "bag_of_words.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <random>

#include "classifier/word_features.h"

namespace cerebro::train {
namespace {

constexpr int kEpochs = 12, kWarmEpochs = 2;
constexpr double kLearningRate = 0.3, kPenalty = 1e-6;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

WordCounts count_words(std::string_view text) {
  std::vector<uint32_t> features;
  for_each_word_feature(text, [&](uint32_t feature, size_t) { features.push_back(feature); });
  std::sort(features.begin(), features.end());
  WordCounts counts;
  for (const uint32_t feature : features) {
    if (counts.empty() || counts.back().first != feature) counts.emplace_back(feature, 0);
    ++counts.back().second;
  }
  return counts;
}

WordCounts merge(const std::vector<WordCounts>& parts) {
  WordCounts all;
  for (const WordCounts& part : parts) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end());
  WordCounts sums;
  for (const auto& [feature, count] : all) {
    if (sums.empty() || sums.back().first != feature) sums.emplace_back(feature, 0);
    sums.back().second += count;
  }
  return sums;
}

WordVector scaled(const WordCounts& counts) {
  WordVector words;
  double squares = 0;
  for (const auto& [feature, count] : counts) {
    const double value = 1 + std::log(static_cast<double>(count));
    words.emplace_back(feature, static_cast<float>(value));
    squares += value * value;
  }
  const auto scale = static_cast<float>(1 / std::sqrt(std::max(squares, 1e-9)));
  for (auto& [feature, value] : words) value *= scale;
  return words;
}

WordRegression::WordRegression(const std::vector<const WordSample*>& samples, WordBags bags,
                               uint64_t seed)
    : weights_(kWordFeatures), squares_(kWordFeatures, 1e-4F) {
  std::vector<size_t> order(samples.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937_64 rng(seed);
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    std::shuffle(order.begin(), order.end(), rng);
    for (const size_t i : order) {
      const WordSample& sample = *samples[i];
      if (bags == WordBags::kWhole || epoch < kWarmEpochs) {
        learn(sample.whole, sample.malicious, sample.weight);
        continue;
      }
      learn(sample.files[argmax(sample.files)], sample.malicious, sample.weight);
      if (!sample.malicious && sample.files.size() > 1)
        learn(sample.files[rng() % sample.files.size()], false, sample.weight / 2);
    }
  }
}

void WordRegression::learn(const WordVector& words, bool malicious, double weight) {
  const double error = weight * (sigmoid(logit(words)) - (malicious ? 1 : 0));
  for (const auto& [feature, value] : words) {
    const double gradient = error * value + kPenalty * weights_[feature];
    squares_[feature] += static_cast<float>(gradient * gradient);
    weights_[feature] -=
        static_cast<float>(kLearningRate * gradient / std::sqrt(squares_[feature]));
  }
  bias_squares_ += error * error;
  bias_ -= kLearningRate * error / std::sqrt(bias_squares_);
}

double WordRegression::logit(const WordVector& words) const {
  double sum = bias_;
  for (const auto& [feature, value] : words) sum += static_cast<double>(weights_[feature]) * value;
  return sum;
}

size_t WordRegression::argmax(const std::vector<WordVector>& bags) const {
  size_t best = 0;
  double highest = 0;
  for (size_t i = 0; i < bags.size(); ++i) {
    const double one = logit(bags[i]);
    if (i > 0 && one <= highest) continue;
    highest = one;
    best = i;
  }
  return best;
}

double WordRegression::highest(const std::vector<WordVector>& files) const {
  return files.empty() ? bias_ : logit(files[argmax(files)]);
}

}  // namespace cerebro::train
