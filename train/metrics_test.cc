#include "metrics.h"

#include <gmock/gmock.h>

#include <cmath>

namespace cerebro::train {
namespace {

using testing::DoubleNear;

ScoredList list_of(const std::vector<std::pair<double, bool>>& items) {
  ScoredList list;
  for (const auto& [score, malicious] : items) list.push_back({score, malicious, {}});
  return list;
}

const ScoredList kMixed = list_of({{0.9, true}, {0.8, false}, {0.7, true}, {0.1, false}});

TEST(Metrics, MeasuresARanking) {
  EXPECT_THAT(average_precision(kMixed), DoubleNear(0.5 * 1 + 0.5 * 2 / 3, 1e-12));
  EXPECT_THAT(roc_area(kMixed), DoubleNear(0.75, 1e-12));
  EXPECT_EQ(recall_at_fpr(kMixed, 0.01), 0.5);
  EXPECT_EQ(recall_at_fpr(kMixed, 0.5), 1);
}

TEST(Metrics, CountsTiesAsOneStep) {
  const ScoredList tied = list_of({{1, true}, {1, false}, {1, true}, {1, false}});
  EXPECT_EQ(average_precision(tied), 0.5);
  EXPECT_EQ(roc_area(tied), 0.5);
  EXPECT_EQ(recall_at_fpr(tied, 0.25), 0);
}

TEST(Metrics, CountsAtAThreshold) {
  const Confusion at = confusion(kMixed, 0.7);
  EXPECT_THAT(at.precision(), DoubleNear(2.0 / 3, 1e-12));
  EXPECT_EQ(at.recall(), 1);
  EXPECT_THAT(at.f1(), DoubleNear(0.8, 1e-12));
  EXPECT_EQ(at.false_positive_rate(), 0.5);
}

TEST(Metrics, SaysHowAProbabilityKeepsItsWord) {
  const ScoredList list = list_of({{0.2, false}, {0.3, true}, {0.8, true}, {1, true}});
  const std::vector<ReliabilityBin> bins = reliability(list, 2);
  ASSERT_EQ(bins.size(), 2);
  EXPECT_EQ(bins[0].count, 2);
  // One benign item weighs as much as three malicious ones.
  EXPECT_THAT(bins[0].malicious, DoubleNear(0.25, 1e-12));
  EXPECT_THAT(bins[0].mean_score, DoubleNear((0.2 * 3 + 0.3) / 4, 1e-12));
  EXPECT_THAT(bins[1].malicious, DoubleNear(1, 1e-12));
  EXPECT_THAT(calibration_error(list, 2),
              DoubleNear(2.0 / 3 * (0.25 - 0.225) + 1.0 / 3 * (1 - 0.9), 1e-12));
  EXPECT_TRUE(std::isnan(calibration_error(list_of({{1, true}}), 2)));
}

TEST(Metrics, HasNoValueWithoutBothLabels) {
  const ScoredList benign = list_of({{1, false}, {2, false}});
  EXPECT_TRUE(std::isnan(average_precision(benign)));
  EXPECT_TRUE(std::isnan(roc_area(benign)));
  EXPECT_TRUE(std::isnan(recall_at_fpr(list_of({{1, true}}), 0.01)));
  EXPECT_TRUE(std::isnan(threshold_at_fpr({}, 0.01)));
}

TEST(Metrics, InterpolatesThresholds) {
  const ScoredList benign = list_of({{0, false}, {1, false}, {2, false}, {10, false}, {99, true}});
  EXPECT_THAT(threshold_at_fpr(benign, 0), DoubleNear(10, 1e-5));
  EXPECT_GT(threshold_at_fpr(benign, 0), 10);
  EXPECT_EQ(threshold_at_fpr(benign, 1), 0);
  EXPECT_THAT(threshold_at_fpr(benign, 1.0 / 6), DoubleNear(6, 1e-9));
}

TEST(Metrics, PutsThresholdsAboveTies) {
  const ScoredList tied = list_of({{1, false}, {1, false}, {1, false}, {1, false}, {3, false}});
  const double threshold = threshold_at_fpr(tied, 0.5);
  EXPECT_EQ(threshold, 2);
  EXPECT_EQ(confusion(tied, threshold).false_positives, 1);
}

TEST(Metrics, DrawsClustersWhole) {
  // Two clusters: recall is 0, 1/2 or 1 in any draw of clusters, never in between.
  ScoredList list;
  for (int i = 0; i < 10; ++i) {
    list.push_back({1, true, "found"});
    list.push_back({0, true, "missed"});
  }
  const Interval interval =
      bootstrap(list, 200, 1, [](const ScoredList& l) { return confusion(l, 0.5).recall(); });
  EXPECT_EQ(interval.low, 0);
  EXPECT_EQ(interval.high, 1);
}

}  // namespace
}  // namespace cerebro::train
