#include "bag_of_words.h"

#include <gtest/gtest.h>

namespace cerebro::train {
namespace {

WordVector words(std::string_view text) {
  WordCounter counter;
  counter.add(text);
  return counter.finish();
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

TEST(BagOfWords, LearnsWhatTellsTheClassesApart) {
  std::vector<WordSample> samples;
  for (int i = 0; i < 20; ++i) {
    const std::string common = "import os x" + std::to_string(i);
    samples.push_back({words(common + " steal token"), true, 1});
    samples.push_back({words(common + " add numbers"), false, 1});
  }
  const WordRegression regression(samples, 1);
  EXPECT_GT(regression.logit(words("import sys steal token now")), 0);
  EXPECT_LT(regression.logit(words("import sys add numbers now")), 0);
}

}  // namespace
}  // namespace cerebro::train
