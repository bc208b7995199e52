#include "registry/semver.h"

#include <gtest/gtest.h>

namespace cerebro {
namespace {

TEST(Semver, PrecedenceOfTheStandard) {
  // semver.org 2.0.0, section 11.
  const char* const ascending[] = {
      "1.0.0-0",    "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
      "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
      "1.0.0",      "1.0.1",        "1.1.0",         "2.0.0",
      "10.0.0"};
  for (size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(compare(*parse_semver(ascending[i]), *parse_semver(ascending[i + 1])), 0)
        << ascending[i];
  }
  EXPECT_EQ(compare(*parse_semver("v1.0.0+a"), *parse_semver("1.0.0+b")), 0);
}

TEST(Semver, RefusesWhatIsNone) {
  for (const char* text : {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "latest", "1.2.3-",
                           "1.2.3-01", "1.2.3-a..b", "1.2.3+", "99999999999999999999.0.0"}) {
    EXPECT_FALSE(parse_semver(text)) << text;
  }
}

struct Row {
  const char* range;
  const char* version;
  bool matches;
};

// As node-semver's own documentation and test tables have it.
constexpr Row kRows[] = {
    {"", "1.0.0", true},
    {"*", "1.2.3", true},
    {"*", "1.2.3-rc.1", false},
    {"1.2.3", "1.2.3", true},
    {"=1.2.3", "1.2.4", false},
    {"v1.2.3", "1.2.3", true},
    {"1", "1.9.9", true},
    {"1", "2.0.0", false},
    {"1.x", "1.4.0", true},
    {"1.2.x", "1.2.9", true},
    {"1.2.x", "1.3.0", false},
    {"1.2.*", "1.2.0", true},
    {"~1.2.3", "1.2.9", true},
    {"~1.2.3", "1.3.0", false},
    {"~1.2.3", "1.3.0-alpha", false},
    {"~1", "1.9.0", true},
    {"~> 1.2", "1.2.5", true},
    {"^1.2.3", "1.9.9", true},
    {"^1.2.3", "1.2.2", false},
    {"^1.2.3", "2.0.0", false},
    {"^1.2.3", "2.0.0-rc.1", false},
    {"^1.2.3-beta.2", "1.2.3-beta.4", true},
    {"^1.2.3-beta.2", "1.2.4-beta.2", false},
    {"^1.2.3-beta.2", "1.9.0", true},
    {"^0.2.3", "0.2.9", true},
    {"^0.2.3", "0.3.0", false},
    {"^0.0.3", "0.0.3", true},
    {"^0.0.3", "0.0.4", false},
    {"^0.0", "0.0.9", true},
    {"^0.0", "0.1.0", false},
    {"^0", "0.9.9", true},
    {"^0", "1.0.0", false},
    {"^0.x", "0.7.0", true},
    {"^1.x", "1.9.0", true},
    {"^*", "3.0.0", true},
    {">1", "1.9.9", false},
    {">1", "2.0.0", true},
    {">1.2", "1.3.0", true},
    {">1.2", "1.2.9", false},
    {">=1.2", "1.2.0", true},
    {"<=1.2", "1.2.9", true},
    {"<=1.2", "1.3.0", false},
    {"<1", "0.9.9", true},
    {"<1", "1.0.0-rc.1", false},
    {"<*", "0.0.0", false},
    {">= 1.2.3 < 2", "1.9.0", true},
    {">=1.2.3 <2", "2.0.0", false},
    {"1.2.3 - 2.3.4", "2.3.4", true},
    {"1.2.3 - 2.3", "2.3.9", true},
    {"1.2.3 - 2.3", "2.4.0", false},
    {"1.2 - 2", "2.9.9", true},
    {"1.2 - 2", "1.1.9", false},
    {"1.x || >=2.5.0 || 5.0.0 - 7.2.3", "6.0.0", true},
    {"1.x || >=2.5.0", "2.4.0", false},
    {"||", "1.3.4", true},
    {">1.2.3-alpha.3", "1.2.3-alpha.7", true},
    {">1.2.3-alpha.3", "3.4.5-alpha.9", false},
};

TEST(SemverRange, Matches) {
  for (const Row& row : kRows) {
    const auto range = SemverRange::parse(row.range);
    ASSERT_TRUE(range) << row.range;
    EXPECT_EQ(range->matches(*parse_semver(row.version)), row.matches)
        << row.range << " " << row.version;
  }
}

TEST(SemverRange, RefusesTagsAndNonsense) {
  for (const char* text :
       {"latest", "next-11", "1.2.3.4", ">>1", "^a", "1.2.3 - ", "git+x", "1.2 -beta"}) {
    EXPECT_FALSE(SemverRange::parse(text)) << text;
  }
}

}  // namespace
}  // namespace cerebro
