#include "baselines.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "phrase_features.h"
#include "phrases.h"

namespace cerebro::train {
namespace {

// By the paper's roots; a rule holds when one of its roots occurs.
const std::vector<std::string_view> kRuleRoots[kRules] = {
    {"D2"}, {"P2", "P3"}, {"P4"}, {"E2", "E3"}, {"R5"}};

constexpr int kIterations = 300;
constexpr double kLearningRate = 0.05, kPenalty = 1e-4;

double dot(const std::vector<double>& weights, const Features& features) {
  double sum = weights.back();
  for (const auto& [feature, value] : features) sum += weights[feature] * value;
  return sum;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

int count_rules(const Entries& entries) {
  const bool has_early = std::any_of(entries.begin(), entries.end(), [](const std::string& entry) {
    return stage_of(entry) <= Stage::kImport;
  });
  std::set<std::string_view> roots;
  for (const std::string& entry : entries) {
    if (has_early && stage_of(entry) > Stage::kImport) continue;
    for (const std::string_view phrase : split_phrases(entry)) roots.insert(root_of(phrase));
  }
  return static_cast<int>(
      std::count_if(std::begin(kRuleRoots), std::end(kRuleRoots), [&](const auto& rule) {
        return std::any_of(rule.begin(), rule.end(),
                           [&](std::string_view root) { return roots.contains(root); });
      }));
}

PhraseRegression::PhraseRegression(const Packages& packages, Ablation ablation)
    : weights_(feature_count() + 1) {
  std::vector<Features> samples;
  std::vector<bool> labels;
  for (const LabelledPackage& package : packages) {
    if (package.entries.empty()) continue;
    samples.push_back(features_of(ablate(package.entries, ablation)));
    labels.push_back(package.malicious);
  }
  const auto malicious = static_cast<double>(std::count(labels.begin(), labels.end(), true));
  const double benign = static_cast<double>(labels.size()) - malicious;

  // Full-batch gradient descent with Adam's step sizes; convex, so nothing else is needed.
  std::vector<double> first(weights_.size()), second(weights_.size());
  for (int step = 1; step <= kIterations; ++step) {
    std::vector<double> gradient(weights_.size());
    for (size_t i = 0; i + 1 < weights_.size(); ++i) gradient[i] = kPenalty * weights_[i];
    for (size_t i = 0; i < samples.size(); ++i) {
      const double target = labels[i] ? 1 : 0;
      const double error =
          (sigmoid(dot(weights_, samples[i])) - target) / (2 * (labels[i] ? malicious : benign));
      for (const auto& [feature, value] : samples[i]) gradient[feature] += error * value;
      gradient.back() += error;
    }
    for (size_t i = 0; i < weights_.size(); ++i) {
      first[i] += 0.1 * (gradient[i] - first[i]);
      second[i] += 0.001 * (gradient[i] * gradient[i] - second[i]);
      const double mean = first[i] / (1 - std::pow(0.9, step));
      const double square = second[i] / (1 - std::pow(0.999, step));
      weights_[i] -= kLearningRate * mean / (std::sqrt(square) + 1e-8);
    }
  }
}

double PhraseRegression::logit(const Entries& entries) const {
  return dot(weights_, features_of(entries));
}

const std::string& PhraseRegression::worst_entry(const Entries& entries) const {
  return *std::max_element(
      entries.begin(), entries.end(),
      [&](const std::string& a, const std::string& b) { return logit({a}) < logit({b}); });
}

}  // namespace cerebro::train
