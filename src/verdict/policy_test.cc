#include "verdict/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "verdict/fingerprint.h"

namespace cerebro {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNow = 1'800'000'000;  // 2027-01-15 08:00 UTC
constexpr int64_t kDay = 86'400;

ReportedBehaviour finding(const char* id, Phase phase, const char* file, double weight) {
  ReportedBehaviour row;
  row.id = id;
  row.phase = phase;
  row.file = file;
  row.line = 3;
  row.weight = weight;
  row.snippet = "  x( 1 )";
  row.path = {"postinstall", "setup.js:<module>"};
  return row;
}

ScanReport report() {
  ScanReport out;
  out.ecosystem = Ecosystem::kNpm;
  out.name = "@scope/pad";
  out.version = "1.2.3";
  out.sha256 = std::string(64, 'a');
  out.root = "package/";
  out.decision = Decision::kMalicious;
  out.behaviours = {finding("net.send", Phase::kInstall, "package/setup.js", 2),
                    finding("read.environment", Phase::kRun, "package/tests/a/b.js", 1)};
  return out;
}

Policy policy(std::string_view text) {
  ParsedPolicy parsed = parse_policy(text);
  EXPECT_TRUE(parsed.errors.empty()) << parsed.errors[0].line << " " << parsed.errors[0].message;
  return parsed.policy;
}

TEST(Pattern, Matches) {
  struct Row {
    const char *pattern, *text;
    bool path, expected;
  };
  const Row rows[] = {
      {"net.*", "net.send", false, true},
      {"net.*", "internet.send", false, false},
      {"*", "", false, true},
      {"@scope/*", "@scope/pad", false, true},
      {"1.2.?", "1.2.3", false, true},
      {"a*b*c", "aXbYc", false, true},
      {"a*b*c", "aXbY", false, false},
      {"tests/*.js", "tests/a.js", true, true},
      {"tests/*.js", "tests/a/b.js", true, false},
      {"tests/**", "tests/a/b.js", true, true},
      {"tests/**", "mytests/a.js", true, false},
      {"**/t.js", "t.js", true, true},
      {"**/t.js", "a/b/t.js", true, true},
      {"**/t.js", "a/bt.js", true, false},
      {"a/**/b", "a/b", true, true},
      {"a/**/b", "a/x/y/b", true, true},
      {"a/**/b", "a/xb", true, false},
      {"a?b", "a/b", true, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(matches_pattern(row.pattern, row.text, row.path), row.expected)
        << row.pattern << " " << row.text;
  }
  // Hostile text against a pattern with many stars takes no longer.
  EXPECT_FALSE(matches_pattern("*a*a*a*a*a*a*a*a*b", std::string(100'000, 'a'), false));
}

TEST(Policy, EveryErrorHasItsLine) {
  struct Row {
    const char* text;
    int line;
    const char* message;
  };
  const Row rows[] = {
      {"[scan]\nthreshold = 2", 2, "from 0 to 1"},
      {"[scan]\nfail-on = 'clean'", 2, "malicious, suspicious or never"},
      {"[scan]\nminimum-release-age = 'soon'", 2, "\"7d\""},
      {"[scan]\ntreshold = 0.5", 2, "`treshold` is not known"},
      {"\n[sacn]", 2, "`sacn` is not known"},
      {"[allow]\nname = 'x'", 1, "two brackets"},
      {"[[allow]]\nname = 'x'", 1, "reason is missing"},
      {"[[allow]]\nreason = 'x'", 1, "everything"},
      {"[[allow]]\nname = 'x'\nreason = 'r'\nexpires = '2027-02-30'", 4, "must be a date"},
      {"[[allow]]\nname = 'x'\nreason = 'r'\nsha256 = 'abc'", 4, "64 lower-case"},
      {"[[allow]]\nbehaviour = 'net.htpp'\nreason = 'r'", 2, "no behaviour is called"},
      {"[[forbid]]\nphase = 'install'", 1, "behaviour is missing"},
      {"[[forbid]]\nbehaviour = 'net.*'\nphase = 'never'", 3, "install, import or run"},
      {"[ignore]\npaths = 'tests'", 2, "list"},
      {"a = [\n", 1, ""},
  };
  for (const Row& row : rows) {
    const ParsedPolicy parsed = parse_policy(row.text);
    ASSERT_FALSE(parsed.errors.empty()) << row.text;
    EXPECT_EQ(parsed.errors[0].line, row.line) << row.text << parsed.errors[0].message;
    EXPECT_THAT(parsed.errors[0].message, HasSubstr(row.message));
  }
}

TEST(Policy, WarnsOfWideRows) {
  EXPECT_EQ(parse_policy("[[allow]]\nname='x'\nreason='r'").warnings.size(), 1U);
  EXPECT_EQ(parse_policy("[[allow]]\nbehaviour='net.*'\nreason='r'").warnings.size(), 1U);
  EXPECT_TRUE(parse_policy("[[allow]]\nname='x'\nversion='1'\nreason='r'").warnings.empty());
}

TEST(Policy, AllowsAPackageByNameVersionAndHash) {
  struct Row {
    const char* text;
    bool accepted;
  };
  const Row rows[] = {
      {"name='@scope/*'", true},
      {"name='npm:@scope/pad'", true},
      {"name='pypi:@scope/pad'", false},
      {"name='@scope/pad'\nversion='1.2.*'", true},
      {"name='@scope/pad'\nversion='1.3.*'", false},
      {"sha256='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", true},
      {"sha256='baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", false},
      {"name='@scope/pad'\nexpires=2027-01-15", true},
      {"name='@scope/pad'\nexpires=2027-01-14", false},
      {"behaviour='net.*'", false},  // read.environment is left
      {"behaviour='*'", true},
      {"path='setup.js'", false},
  };
  for (const Row& row : rows) {
    ScanReport one = report();
    apply_policy(policy(std::string("[[allow]]\nreason='known'\n") + row.text), nullptr, kNow, one);
    EXPECT_EQ(one.suppressed.has_value(), row.accepted) << row.text;
    EXPECT_EQ(one.decision, Decision::kMalicious) << "the verdict stays visible";
  }
  EXPECT_EQ(
      expired_rows(policy("[[allow]]\nname='x'\nreason='r'\nexpires=2027-01-14"), kNow).size(), 1U);
}

TEST(Policy, PypiNamesAreNormalised) {
  ScanReport one = report();
  one.ecosystem = Ecosystem::kPypi;
  one.name = "My_Package";
  apply_policy(policy("[[allow]]\nname='my-package'\nreason='r'"), nullptr, kNow, one);
  EXPECT_TRUE(one.suppressed);
}

TEST(Policy, IgnoredPathsDoNotHideWhatRunsByItself) {
  ScanReport one = report();
  const Policy tests = policy("[ignore]\npaths=['tests/']");
  apply_policy(tests, nullptr, kNow, one);
  EXPECT_FALSE(one.behaviours[0].suppressed);
  ASSERT_TRUE(one.behaviours[1].suppressed);
  EXPECT_EQ(one.behaviours[1].suppressed->by, "ignore");
  one.behaviours[1].phase = Phase::kInstall;
  apply_policy(tests, nullptr, kNow, one);
  EXPECT_FALSE(one.behaviours[1].suppressed);
}

TEST(Policy, Forbids) {
  ScanReport one = report();
  one.decision = Decision::kClean;
  apply_policy(policy("[[forbid]]\nbehaviour='net.*'\nphase='install'\n"
                      "[[forbid]]\nbehaviour='read.*'\nphase='import'"),
               nullptr, kNow, one);
  ASSERT_EQ(one.violations.size(), 1U);
  EXPECT_EQ(one.violations[0].behaviour, 0);
  EXPECT_THAT(one.violations[0].message, HasSubstr("forbids net.* at install"));
}

TEST(Policy, MinimumReleaseAgeNeedsADate) {
  const Policy week = policy("[scan]\nminimum-release-age='7d'");
  ScanReport unknown = report(), young = report(), old = report();
  young.released = kNow - 3 * kDay;
  old.released = kNow - 8 * kDay;
  for (ScanReport* one : {&unknown, &young, &old}) apply_policy(week, nullptr, kNow, *one);
  EXPECT_TRUE(unknown.violations.empty());
  EXPECT_TRUE(old.violations.empty());
  ASSERT_EQ(young.violations.size(), 1U);
  EXPECT_EQ(young.violations[0].message, "The release is 3 days old; the policy asks for 7 days.");
}

TEST(Baseline, AcceptsTodaysFindingsAndFailsOnNewOnes) {
  std::set<std::string> lines;
  add_to_baseline(report(), lines);
  const auto baseline = parse_baseline(baseline_text(lines));
  ASSERT_TRUE(baseline);

  ScanReport moved = report();  // another version, the same code elsewhere in the file
  moved.version = "1.2.4";
  moved.sha256 = std::string(64, 'b');
  moved.behaviours[0].line = 30;
  moved.behaviours[0].snippet = "x(1)";
  ScanReport same = moved;
  apply_policy({}, &*baseline, kNow, same);
  ASSERT_TRUE(same.suppressed);
  EXPECT_EQ(same.suppressed->by, "baseline");

  ScanReport fresh = moved;
  fresh.behaviours.push_back(finding("proc.run", Phase::kInstall, "package/setup.js", 0));
  apply_policy({}, &*baseline, kNow, fresh);
  EXPECT_FALSE(fresh.suppressed);
  EXPECT_TRUE(fresh.behaviours[0].suppressed);
  EXPECT_FALSE(fresh.behaviours[2].suppressed);

  EXPECT_FALSE(parse_baseline("{}"));
  EXPECT_FALSE(parse_baseline("# cerebro baseline 1\nxyz"));
}

TEST(Fingerprint, EqualLinesAreCounted) {
  ScanReport one = report();
  one.behaviours.push_back(one.behaviours[0]);
  const std::vector<std::string> names = fingerprints(one);
  EXPECT_EQ(names[0].size(), 32U);
  EXPECT_NE(names[0], names[2]);
}

}  // namespace
}  // namespace cerebro
