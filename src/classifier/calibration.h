#pragma once

// From window logits to one probability; the fields of cerebro.json (README.md).

#include <cstddef>
#include <span>
#include <string>

namespace cerebro {

enum class Pooling { kMax, kLogSumExp };

struct Calibration {
  std::string version = "unversioned";
  double temperature = 1, bias = 0;
  double threshold_malicious = 0.9, threshold_suspicious = 0.5;
  size_t max_tokens = 512;  // window length, [CLS] and [SEP] included
  Pooling pooling = Pooling::kMax;

  // One logit for a package: the highest window's, or log(sum(exp(logit))). Not for no window.
  double pool(std::span<const double> logits) const;

  // sigmoid(logit / temperature + bias)
  double probability(double logit) const;
};

}  // namespace cerebro
