#include "boosting.h"

#include <gtest/gtest.h>

#include "baselines.h"

namespace cerebro::train {
namespace {

LabelledPackage package_of(const std::vector<std::string>& phrases, bool malicious) {
  std::string entry = "start entry install";
  for (const std::string& phrase : phrases) entry += ", " + phrase;
  LabelledPackage package;
  package.malicious = malicious;
  package.entries = {entry + ", end of entry"};
  return package;
}

// Either of the two makes a package malicious, both together do not: no sum of weights says so.
TEST(Boosting, SeesWhatPhrasesMeanTogether) {
  const std::string read = "read sensitive information", send = "use network module call";
  Packages packages;
  const auto add = [&](int count, const std::vector<std::string>& phrases, bool malicious) {
    packages.insert(packages.end(), static_cast<size_t>(count), package_of(phrases, malicious));
  };
  // Unequal numbers: where the four are as many, no single split gains anything.
  add(16, {read, "check platform"}, true);
  add(6, {send}, true);
  add(10, {"check platform"}, false);
  add(14, {read, send}, false);
  const PhraseBoosting boosting(packages);
  const PhraseRegression regression(packages);
  size_t wrong = 0;
  for (const LabelledPackage& package : packages) {
    EXPECT_EQ(boosting.logit(package.entries) > 0, package.malicious) << package.entries[0];
    wrong += (regression.logit(package.entries) > 0) != package.malicious;
  }
  EXPECT_GT(wrong, 0);
  EXPECT_EQ(boosting.logit(packages[1].entries),
            PhraseBoosting(packages).logit(packages[1].entries));
}

TEST(Boosting, KnowsNothingWithoutPackages) {
  EXPECT_EQ(PhraseBoosting({}).logit({"start entry run, check platform, end of entry"}), 0);
}

}  // namespace
}  // namespace cerebro::train
