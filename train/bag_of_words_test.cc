#include "bag_of_words.h"

#include <gtest/gtest.h>

namespace cerebro::train {
namespace {

WordVector words(std::string_view text) { return scaled(count_words(text)); }

std::vector<const WordSample*> pointers(const std::vector<WordSample>& samples) {
  std::vector<const WordSample*> all;
  for (const WordSample& sample : samples) all.push_back(&sample);
  return all;
}

TEST(BagOfWords, IsOfUnitLengthAndKnowsPairs) {
  double squares = 0;
  for (const auto& [feature, value] : words("import os; os.system('id')")) {
    squares += static_cast<double>(value) * value;
  }
  EXPECT_NEAR(squares, 1, 1e-6);
  EXPECT_EQ(words("a b"), words("a  (b)"));
  EXPECT_NE(words("a b"), words("b a"));
  EXPECT_TRUE(words("... !").empty());
}

TEST(BagOfWords, MergedCountsAreThoseOfBoth) {
  const WordCounts merged = merge({count_words("x"), {}, count_words("x")});
  ASSERT_EQ(merged.size(), 1);
  EXPECT_EQ(merged[0], std::make_pair(count_words("x")[0].first, 2U));
}

TEST(BagOfWords, LearnsWhatTellsTheClassesApart) {
  std::vector<WordSample> samples;
  for (int i = 0; i < 20; ++i) {
    const std::string common = "import os x" + std::to_string(i);
    samples.push_back({words(common + " steal token"), {}, true, 1});
    samples.push_back({words(common + " add numbers"), {}, false, 1});
  }
  const WordRegression regression(pointers(samples), WordBags::kWhole, 1);
  EXPECT_GT(regression.logit(words("import sys steal token now")), 0);
  EXPECT_LT(regression.logit(words("import sys add numbers now")), 0);
}

TEST(BagOfWords, OneBadFileAmongManyStandsOut) {
  std::vector<WordSample> samples;
  for (int i = 0; i < 20; ++i) {
    const std::string number = std::to_string(i), good = "add numbers n" + number;
    const std::vector<WordVector> files(10, words(good));
    samples.push_back({words(good), files, false, 1});
    samples.push_back({words(good + " steal token"), files, true, 1});
    samples.back().files[static_cast<size_t>(i) % files.size()] = words("steal token n" + number);
  }
  const WordRegression regression(pointers(samples), WordBags::kFiles, 1);
  EXPECT_GT(regression.highest({words("add numbers"), words("steal token")}), 0);
  EXPECT_LT(regression.highest({words("add numbers"), words("numbers to add")}), 0);
}

}  // namespace
}  // namespace cerebro::train
