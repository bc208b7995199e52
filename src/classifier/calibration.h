#pragma once

// From window logits to one probability; the fields of cerebro.json (README.md).

#include <cstddef>
#include <span>
#include <string>

namespace cerebro {

// How much of the word judge's logits (words.h) is added to the pooled logit of the encoder. Both
// are cut to a range first, so that words alone can neither condemn nor clear: padding with
// harmless words takes 2.4 off at most, and the most suspicious ones add 1.8. Chosen by
// cross-validation on the training packages.
struct WordShares {
  double package = 0.6, file = 0.3;
  double least_package = -2, most_package = 2;
  double least_file = -4, most_file = 2;

  double logit(double package_logit, double file_logit) const;
};

enum class Pooling { kMax, kLogSumExp };

struct Calibration {
  std::string version = "unversioned";
  double temperature = 1, bias = 0;
  double threshold_malicious = 0.9, threshold_suspicious = 0.5;
  size_t max_tokens = 512;  // window length, [CLS] and [SEP] included
  Pooling pooling = Pooling::kMax;
  WordShares words;

  // One logit for a package: the highest window's, or log(sum(exp(logit))). Not for no window.
  double pool(std::span<const double> logits) const;

  // sigmoid(logit / temperature + bias)
  double probability(double logit) const;
};

}  // namespace cerebro
