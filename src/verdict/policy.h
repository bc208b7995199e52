#pragma once

// What a team has decided: `.cerebro.toml`. Findings that it allows stay in the report as
// suppressed; what it forbids is a violation, whatever the model thinks. docs/policy.md has the
// format.
//
//   ParsedPolicy parsed = parse_policy(text);
//   if (!parsed.errors.empty()) ...
//   apply_policy(parsed.policy, nullptr, now, report);

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "verdict/report_data.h"

namespace cerebro {

// One [[allow]]; empty members match everything. The texts are patterns with `*`.
struct AllowRow {
  std::string name, version, sha256, behaviour, path, reason;
  std::optional<int64_t> expires;  // Unix time from which the row does not apply
  std::string expires_text;        // "2027-01-31", the last day on which it does
  int line = 0;
};

struct ForbidRow {
  std::string behaviour, reason;
  std::optional<Phase> phase;
  int line = 0;
};

struct Policy {
  std::optional<double> threshold, suspicious;  // on the calibrated probability
  std::string fail_on;                          // "malicious", "suspicious", "never" or empty
  std::optional<int64_t> minimum_release_age;   // seconds
  std::vector<std::string> ignored_paths;
  std::vector<AllowRow> allow;
  std::vector<ForbidRow> forbid;
};

struct PolicyProblem {
  int line = 0;
  std::string message;
};

struct ParsedPolicy {
  Policy policy;
  std::vector<PolicyProblem> errors;    // with any, the policy must not be used
  std::vector<PolicyProblem> warnings;  // legal, but wider than one may think
};

ParsedPolicy parse_policy(std::string_view text);

// Rows that no longer apply.
std::vector<const AllowRow*> expired_rows(const Policy& policy, int64_t now);

// Findings that were there when the baseline was written.
struct Baseline {
  std::set<std::string, std::less<>> fingerprints;
};
// A line for each finding of an alarming package, and of what the policy forbids.
void add_to_baseline(const ScanReport& report, std::set<std::string>& lines);
std::string baseline_text(const std::set<std::string>& lines);
// Nothing when the text is no baseline.
std::optional<Baseline> parse_baseline(std::string_view text);

// Marks what is accepted and adds what is forbidden. `baseline` may be null; `now` is Unix time.
void apply_policy(const Policy& policy, const Baseline* baseline, int64_t now, ScanReport& report);

// `*` is any text, in a path without "/"; `**` is any text; `?` is one character.
bool matches_pattern(std::string_view pattern, std::string_view text, bool is_path);

}  // namespace cerebro
