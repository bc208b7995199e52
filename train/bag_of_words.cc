#include "bag_of_words.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <random>

namespace cerebro::train {
namespace {

constexpr size_t kLongestWord = 40, kMostFeatures = 1 << 22;
constexpr int kEpochs = 12;
constexpr double kLearningRate = 0.3, kPenalty = 1e-6;

bool is_word_byte(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c >= 0x80;
}

uint64_t hash(std::string_view word, uint64_t seed) {  // FNV-1a
  uint64_t value = seed ^ 0xCBF29CE484222325ULL;
  for (const char c : word) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return value ^ (value >> 29);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

void WordCounter::add(std::string_view text) {
  uint64_t before = 0;
  for (size_t at = 0; at < text.size() && features_.size() < kMostFeatures;) {
    if (!is_word_byte(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_word_byte(static_cast<unsigned char>(text[end]))) ++end;
    const uint64_t word = hash(text.substr(at, std::min(end - at, kLongestWord)), 0);
    features_.push_back(static_cast<uint32_t>(word % kWordFeatures));
    if (before != 0) {
      const uint64_t pair = (before * 0x9E3779B97F4A7C15ULL) ^ word;
      features_.push_back(static_cast<uint32_t>((pair ^ (pair >> 31)) % kWordFeatures));
    }
    before = word;
    at = end;
  }
}

WordVector WordCounter::finish() {
  std::sort(features_.begin(), features_.end());
  WordVector words;
  double squares = 0;
  for (size_t i = 0; i < features_.size();) {
    size_t end = i;
    while (end < features_.size() && features_[end] == features_[i]) ++end;
    const double value = 1 + std::log(static_cast<double>(end - i));
    words.emplace_back(features_[i], static_cast<float>(value));
    squares += value * value;
    i = end;
  }
  const auto scale = static_cast<float>(1 / std::sqrt(std::max(squares, 1e-9)));
  for (auto& [feature, value] : words) value *= scale;
  features_.clear();
  return words;
}

WordRegression::WordRegression(const std::vector<WordSample>& samples, uint64_t seed)
    : weights_(kWordFeatures) {
  std::vector<float> squares(kWordFeatures, 1e-4F);
  double bias_squares = 1e-4;
  std::vector<size_t> order(samples.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937_64 rng(seed);
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    std::shuffle(order.begin(), order.end(), rng);
    for (const size_t i : order) {
      const WordSample& sample = samples[i];
      const double error =
          sample.weight * (sigmoid(logit(sample.words)) - (sample.malicious ? 1 : 0));
      for (const auto& [feature, value] : sample.words) {
        const double gradient = error * value + kPenalty * weights_[feature];
        squares[feature] += static_cast<float>(gradient * gradient);
        weights_[feature] -=
            static_cast<float>(kLearningRate * gradient / std::sqrt(squares[feature]));
      }
      bias_squares += error * error;
      bias_ -= kLearningRate * error / std::sqrt(bias_squares);
    }
  }
}

double WordRegression::logit(const WordVector& words) const {
  double sum = bias_;
  for (const auto& [feature, value] : words) sum += static_cast<double>(weights_[feature]) * value;
  return sum;
}

}  // namespace cerebro::train
