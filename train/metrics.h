#pragma once

// Measures of a ranking. Ties count as one step of the curve; a measure that has no meaning for the
// sample (no positive or no negative) is NaN.

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace cerebro::train {

struct Scored {
  double score = 0;
  bool malicious = false;
  std::string_view cluster;
};
using ScoredList = std::vector<Scored>;

double average_precision(const ScoredList& list);  // area under precision over recall, by steps
double roc_area(const ScoredList& list);
double recall_at_fpr(const ScoredList& list, double fpr);  // the best of thresholds within `fpr`

struct Confusion {
  size_t true_positives = 0, false_positives = 0, true_negatives = 0, false_negatives = 0;
  double precision() const;
  double recall() const;
  double f1() const;
  double false_positive_rate() const;
};
Confusion confusion(const ScoredList& list, double threshold);  // positive: score >= threshold

// The score that a share `fpr` of the negatives reaches. Between two order statistics it is
// interpolated linearly, so give logits and not probabilities; where several negatives have that
// score, it lies between them and the next higher. NaN without negatives.
double threshold_at_fpr(const ScoredList& list, double fpr);

// How a probability keeps its word: among the items with scores in [from, to), the mean of the
// scores and the share of malicious ones. Both labels weigh the same in all, as in calibration, so
// that the mixture of the sample does not matter.
struct ReliabilityBin {
  double from = 0, to = 1;
  size_t count = 0;
  double weight = 0, mean_score = 0, malicious = 0;  // 0 in an empty bin
};
std::vector<ReliabilityBin> reliability(const ScoredList& list, size_t bins);
// The mean distance between the two, by weight (Guo et al., arXiv 1706.04599); NaN without both
// labels.
double calibration_error(const ScoredList& list, size_t bins);

struct Interval {
  double low = 0, high = 0;
};

// 95 % percentile bootstrap: clusters are drawn with replacement, since packages of a cluster are
// not independent. Resamples without a meaning are left out.
Interval bootstrap(const ScoredList& list, size_t resamples, uint64_t seed,
                   const std::function<double(const ScoredList&)>& measure);

}  // namespace cerebro::train
