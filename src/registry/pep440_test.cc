#include "registry/pep440.h"

#include <gtest/gtest.h>

namespace cerebro {
namespace {

TEST(Pep440, OrderOfTheStandard) {
  const char* const ascending[] = {"1.dev0",
                                   "1.0.dev456",
                                   "1.0a1",
                                   "1.0a2.dev456",
                                   "1.0a12.dev456",
                                   "1.0a12",
                                   "1.0b1.dev456",
                                   "1.0b2",
                                   "1.0b2.post345.dev456",
                                   "1.0b2.post345",
                                   "1.0rc1.dev456",
                                   "1.0rc1",
                                   "1.0",
                                   "1.0+abc.5",
                                   "1.0+abc.7",
                                   "1.0+5",
                                   "1.0.post456.dev34",
                                   "1.0.post456",
                                   "1.0.15",
                                   "1.1.dev1",
                                   "1!0.1"};
  for (size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(compare(*parse_pep440(ascending[i]), *parse_pep440(ascending[i + 1])), 0)
        << ascending[i];
  }
}

TEST(Pep440, SpellingsOfOneVersion) {
  const std::pair<const char*, const char*> rows[] = {
      {"1.1RC1", "1.1rc1"},     {"v1.0", "1.0"},          {"1.0", "1"},
      {"1.1.a1", "1.1a1"},      {"1.1-alpha_1", "1.1a1"}, {"1.1c3", "1.1rc3"},
      {"1.0a", "1.0a0"},        {"1.2-r4", "1.2.post4"},  {"1.0-1", "1.0.post1"},
      {"1.0post", "1.0.post0"}, {"1.2-dev2", "1.2.dev2"}, {"1.0+ubuntu-1", "1.0+ubuntu.1"},
      {" 01.0 ", "1.0"},        {"1.0preview2", "1.0rc2"}};
  for (const auto& [a, b] : rows) {
    ASSERT_TRUE(parse_pep440(a)) << a;
    EXPECT_EQ(compare(*parse_pep440(a), *parse_pep440(b)), 0) << a;
  }
  for (const char* text : {"", "abc", "1.0foo", "1..0", "1.0+", "1.0-", "1.0a1b1", "1!", "1.0 1",
                           "1234567890123456789012"}) {
    EXPECT_FALSE(parse_pep440(text)) << text;
  }
}

struct Row {
  const char* specifiers;
  const char* version;
  bool matches;
};

constexpr Row kRows[] = {
    {"", "1.0", true},
    {"==1.0", "1.0.0", true},
    {"==1.0", "1.0+local", true},
    {"==1.0+local", "1.0", false},
    {"==1.1.*", "1.1.post1", true},
    {"==1.1.*", "1.1a1", true},
    {"==1.1.*", "1.10", false},
    {"!=1.1.*", "1.2", true},
    {"!=1.1", "1.1.post1", true},
    {"~=2.2", "2.9", true},
    {"~=2.2", "3.0", false},
    {"~=1.4.5", "1.4.9", true},
    {"~=1.4.5", "1.5.0", false},
    {"~=2.2.post3", "2.2", false},
    {">=3,<4", "3.1.2", true},
    {">=3,<4", "4.0", false},
    {"<4", "4.0rc1", false},
    {"<4.0rc2", "4.0rc1", true},
    {">1.7", "1.7.0.post1", false},
    {">1.7", "1.7.1", true},
    {">1.7.post2", "1.7.0.post3", true},
    {">1.7", "1.7+x", false},
    {"<=2", "2.0+x", true},
    {"=== 1.0", "1.0", true},
    {"===1.0", "1.0.0", false},
    {"== 1.0 , != 1.1", "1.0", true},
};

TEST(Pep440Specifiers, Matches) {
  for (const Row& row : kRows) {
    const auto specifiers = Pep440Specifiers::parse(row.specifiers);
    ASSERT_TRUE(specifiers) << row.specifiers;
    EXPECT_EQ(specifiers->matches(*parse_pep440(row.version), row.version), row.matches)
        << row.specifiers << " " << row.version;
  }
}

TEST(Pep440Specifiers, WhatIsWanted) {
  EXPECT_TRUE(Pep440Specifiers::parse("==1.0")->is_exact());
  EXPECT_FALSE(Pep440Specifiers::parse("==1.*")->is_exact());
  EXPECT_TRUE(Pep440Specifiers::parse(">=1.0rc1")->names_prerelease());
  EXPECT_FALSE(Pep440Specifiers::parse("!=1.0rc1")->names_prerelease());
  for (const char* text : {"1.0", "=1.0", "~=1", ">=1.*", ">=", "==abc", ">=1;python"}) {
    EXPECT_FALSE(Pep440Specifiers::parse(text)) << text;
  }
}

}  // namespace
}  // namespace cerebro
