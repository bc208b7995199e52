#include "metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

namespace cerebro::train {
namespace {

constexpr double kAboveAll = 1e-6;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) { return whole > 0 ? part / whole : kNothing; }

// Calls visit(true positives, false positives) for each distinct threshold, from the highest.
template <typename Visit>
void walk_curve(ScoredList list, const Visit& visit) {
  std::sort(list.begin(), list.end(),
            [](const Scored& a, const Scored& b) { return a.score > b.score; });
  double positives = 0, negatives = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    (list[i].malicious ? positives : negatives) += 1;
    if (i + 1 == list.size() || list[i + 1].score != list[i].score) visit(positives, negatives);
  }
}

struct Totals {
  double positives = 0, negatives = 0;
};

Totals count(const ScoredList& list) {
  Totals totals;
  for (const Scored& item : list) (item.malicious ? totals.positives : totals.negatives) += 1;
  return totals;
}

}  // namespace

std::vector<ReliabilityBin> reliability(const ScoredList& list, size_t bins) {
  const Totals totals = count(list);
  std::vector<ReliabilityBin> table(bins);
  const auto width = 1 / static_cast<double>(bins);
  for (size_t i = 0; i < bins; ++i) {
    table[i].from = static_cast<double>(i) * width;
    table[i].to = static_cast<double>(i + 1) * width;
  }
  for (const Scored& item : list) {
    const double place = std::clamp(item.score, 0.0, 1.0) * static_cast<double>(bins);
    ReliabilityBin& bin = table[std::min(static_cast<size_t>(place), bins - 1)];
    const double weight = 0.5 / (item.malicious ? totals.positives : totals.negatives);
    ++bin.count;
    bin.weight += weight;
    bin.mean_score += weight * item.score;
    bin.malicious += item.malicious ? weight : 0;
  }
  for (ReliabilityBin& bin : table) {
    if (bin.weight == 0) continue;
    bin.mean_score /= bin.weight;
    bin.malicious /= bin.weight;
  }
  return table;
}

double calibration_error(const ScoredList& list, size_t bins) {
  const Totals totals = count(list);
  if (totals.positives == 0 || totals.negatives == 0) return kNothing;
  double error = 0;
  for (const ReliabilityBin& bin : reliability(list, bins)) {
    error += bin.weight * std::abs(bin.mean_score - bin.malicious);
  }
  return error;
}

double average_precision(const ScoredList& list) {
  const Totals totals = count(list);
  double area = 0, last_positives = 0;
  walk_curve(list, [&](double positives, double negatives) {
    area += (positives - last_positives) * positives / (positives + negatives);
    last_positives = positives;
  });
  return ratio(area, totals.positives);
}

double roc_area(const ScoredList& list) {
  const Totals totals = count(list);
  double area = 0, last_positives = 0, last_negatives = 0;
  walk_curve(list, [&](double positives, double negatives) {
    area += (negatives - last_negatives) * (positives + last_positives) / 2;
    last_positives = positives;
    last_negatives = negatives;
  });
  return ratio(area, totals.positives * totals.negatives);
}

double recall_at_fpr(const ScoredList& list, double fpr) {
  const Totals totals = count(list);
  if (totals.negatives == 0) return kNothing;
  double best = 0;
  walk_curve(list, [&](double positives, double negatives) {
    if (negatives <= fpr * totals.negatives) best = std::max(best, positives);
  });
  return ratio(best, totals.positives);
}

double Confusion::precision() const {
  return ratio(static_cast<double>(true_positives),
               static_cast<double>(true_positives + false_positives));
}
double Confusion::recall() const {
  return ratio(static_cast<double>(true_positives),
               static_cast<double>(true_positives + false_negatives));
}
double Confusion::f1() const {
  return ratio(2 * static_cast<double>(true_positives),
               static_cast<double>(2 * true_positives + false_positives + false_negatives));
}
double Confusion::false_positive_rate() const {
  return ratio(static_cast<double>(false_positives),
               static_cast<double>(false_positives + true_negatives));
}

Confusion confusion(const ScoredList& list, double threshold) {
  Confusion result;
  for (const Scored& item : list) {
    if (item.score >= threshold) {
      ++(item.malicious ? result.true_positives : result.false_positives);
    } else {
      ++(item.malicious ? result.false_negatives : result.true_negatives);
    }
  }
  return result;
}

double threshold_at_fpr(const ScoredList& list, double fpr) {
  std::vector<double> negatives;
  for (const Scored& item : list) {
    if (!item.malicious) negatives.push_back(item.score);
  }
  if (negatives.empty()) return kNothing;
  std::sort(negatives.begin(), negatives.end());
  const double place = (1 - fpr) * static_cast<double>(negatives.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, negatives.size() - 1);
  const double share = place - static_cast<double>(below);
  const double threshold = negatives[below] * (1 - share) + negatives[above] * share;
  if (threshold < negatives[above]) return threshold;
  const auto higher = std::upper_bound(negatives.begin(), negatives.end(), threshold);
  return higher == negatives.end() ? threshold + kAboveAll : (threshold + *higher) / 2;
}

Interval bootstrap(const ScoredList& list, size_t resamples, uint64_t seed,
                   const std::function<double(const ScoredList&)>& measure) {
  std::map<std::string_view, std::vector<size_t>> by_cluster;
  for (size_t i = 0; i < list.size(); ++i) by_cluster[list[i].cluster].push_back(i);
  std::vector<const std::vector<size_t>*> clusters;
  for (const auto& [name, members] : by_cluster) clusters.push_back(&members);
  if (clusters.empty()) return {kNothing, kNothing};

  std::mt19937_64 rng(seed);
  std::uniform_int_distribution<size_t> any(0, clusters.size() - 1);
  std::vector<double> values;
  ScoredList sample;
  for (size_t i = 0; i < resamples; ++i) {
    sample.clear();
    for (size_t drawn = 0; drawn < clusters.size(); ++drawn) {
      for (const size_t member : *clusters[any(rng)]) sample.push_back(list[member]);
    }
    if (const double value = measure(sample); !std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return {kNothing, kNothing};
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double q) {
    return values[static_cast<size_t>(std::lround(q * static_cast<double>(values.size() - 1)))];
  };
  return {quantile(0.025), quantile(0.975)};
}

}  // namespace cerebro::train
