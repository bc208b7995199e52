#pragma once

// Versions and ranges of npm: https://semver.org 2.0.0 and the range grammar of node-semver 7.
//
//   SemverRange::parse("^1.2 || 3.x")->matches(*parse_semver("1.9.0"))

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

struct Semver {
  uint64_t major = 0, minor = 0, patch = 0;
  std::vector<std::string> prerelease;  // "rc.1" -> {"rc", "1"}; build metadata is dropped

  bool operator==(const Semver&) const = default;
};

// "1.2.3-rc.1+build", with a leading "v" or "=" too. Nothing when it is not a whole version.
std::optional<Semver> parse_semver(std::string_view text);

// Precedence (semver 2.0.0, section 11): below 0, 0, above 0.
int compare(const Semver& a, const Semver& b);

class SemverRange {
 public:
  // Nothing when `text` is no range, for example a tag. "" is every release.
  static std::optional<SemverRange> parse(std::string_view text);

  // A pre-release matches only where a comparator names one of the same major.minor.patch.
  bool matches(const Semver& version) const;

 private:
  enum class Op : uint8_t { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual };
  struct Comparator {
    Op op;
    Semver version;
  };
  using Set = std::vector<Comparator>;  // all must hold; empty: any release
  struct Partial;

  static std::optional<Partial> parse_partial(std::string_view text);
  static bool add_comparator(std::string_view op, std::string_view text, Set& set);
  static bool add_hyphen(std::string_view low, std::string_view high, Set& set);
  static std::optional<Set> parse_set(std::string_view text);
  static bool holds(const Comparator& comparator, const Semver& version);
  static bool matches(const Set& set, const Semver& version);

  std::vector<Set> sets_;  // one must hold
};

}  // namespace cerebro
