#include "verdict/policy.h"

#include <algorithm>

#include "verdict/fingerprint.h"

namespace cerebro {
namespace {

constexpr std::string_view kBaselineHead = "# cerebro baseline 1";
constexpr size_t kDigits = 32;
constexpr size_t kLongestText = 4096;  // of what is matched; patterns are the user's own

// PEP 503 for PyPI; npm names are case-sensitive.
std::string comparable(std::string_view name, Ecosystem ecosystem) {
  std::string out;
  for (const char c : name) {
    if (ecosystem != Ecosystem::kPypi) {
      out += c;
    } else if (c == '_' || c == '.' || c == '-') {
      if (out.empty() || out.back() != '-') out += '-';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

bool matches_name(std::string_view pattern, const ScanReport& report) {
  if (report.name.empty()) return false;
  const std::string prefix = std::string(name(report.ecosystem)) + ":";
  if (pattern.starts_with(prefix)) {
    pattern.remove_prefix(prefix.size());
  } else if (pattern.starts_with("npm:") || pattern.starts_with("pypi:")) {
    return false;
  }
  return matches_pattern(comparable(pattern, report.ecosystem),
                         comparable(report.name, report.ecosystem), false);
}

bool matches_package(const AllowRow& row, const ScanReport& report) {
  return (row.name.empty() || matches_name(row.name, report)) &&
         (row.version.empty() || matches_pattern(row.version, report.version, false)) &&
         (row.sha256.empty() || row.sha256 == report.sha256);
}

// "tests/" is everything below it, "*.min.js" a file name anywhere.
bool matches_path(std::string_view pattern, const ScanReport& report, std::string_view file) {
  if (file.starts_with(report.root)) file.remove_prefix(report.root.size());
  if (pattern.ends_with('/')) return matches_pattern(std::string(pattern) + "**", file, true);
  if (pattern.find('/') == std::string_view::npos) {
    return matches_pattern(pattern, file.substr(file.rfind('/') + 1), true);
  }
  return matches_pattern(pattern, file, true);
}

bool applies(const AllowRow& row, int64_t now) { return !row.expires || now < *row.expires; }

std::optional<Suppression> accept_row(const Policy& policy,
                                      const std::vector<const AllowRow*>& rows,
                                      const ScanReport& report, const ReportedBehaviour& finding) {
  for (const AllowRow* row : rows) {
    if (!row->behaviour.empty() && !matches_pattern(row->behaviour, finding.id, false)) continue;
    if (!row->path.empty() && !matches_path(row->path, report, finding.file)) continue;
    return Suppression{"allow", row->reason};
  }
  // A payload in tests/ that the install script runs is no test.
  const bool starts_by_itself = !finding.unreached && finding.phase != Phase::kRun;
  if (starts_by_itself) return std::nullopt;
  for (const std::string& pattern : policy.ignored_paths) {
    if (matches_path(pattern, report, finding.file)) return Suppression{"ignore", pattern};
  }
  return std::nullopt;
}

bool is_alarming(const ScanReport& report) {
  return report.decision == Decision::kMalicious || report.decision == Decision::kSuspicious;
}

// The model judges the package as a whole, so it is accepted when nothing is left that spoke
// against it. Of a baseline, everything must have been there: what is new may have been decisive in
// a way that the weights, which are of one window, do not show.
void accept_package(ScanReport& report) {
  bool some = false, by_baseline = false, open = false, open_weighty = false;
  for (const ReportedBehaviour& row : report.behaviours) {
    if (row.suppressed) {
      some = some || row.weight > 0;
      by_baseline = by_baseline || row.suppressed->by == "baseline";
    } else {
      open = true;
      open_weighty = open_weighty || row.weight > 0;
    }
  }
  if (!is_alarming(report) || report.suppressed || open_weighty) return;
  if (by_baseline && !open) {
    report.suppressed = {"baseline", "all findings were there when the baseline was written"};
  } else if (some && !by_baseline) {
    report.suppressed = {"allow", "every behaviour that speaks against the package is accepted"};
  }
}

std::string days(int64_t seconds) {
  constexpr int64_t kHour = 3600;
  if (seconds < 48 * kHour) return std::to_string(seconds / kHour) + " hours";
  return std::to_string(seconds / (24 * kHour)) + " days";
}

void forbid(const Policy& policy, ScanReport& report) {
  for (size_t i = 0; i < report.behaviours.size(); ++i) {
    const ReportedBehaviour& finding = report.behaviours[i];
    if (finding.suppressed) continue;
    for (const ForbidRow& row : policy.forbid) {
      if (!matches_pattern(row.behaviour, finding.id, false)) continue;
      if (row.phase && (finding.unreached || *row.phase != finding.phase)) continue;
      std::string text = "The policy forbids " + row.behaviour;
      if (row.phase) text += " at " + std::string(name(*row.phase));
      text += ": " + finding.id + " in " + finding.file + ":" + std::to_string(finding.line);
      if (!row.reason.empty()) text += " (" + row.reason + ")";
      report.violations.push_back({"forbidden-behaviour", text + ".", static_cast<int>(i)});
      break;
    }
  }
}

// One line of a baseline file is a fingerprint and words for people.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text, bool is_path) {
  text = text.substr(0, kLongestText);
  // One row of the table of (pattern, text) at a time; no backtracking.
  std::vector<char> row(text.size() + 1, 0), next;
  row[0] = 1;
  for (size_t p = 0; p < pattern.size(); ++p) {
    next.assign(text.size() + 1, 0);
    const bool star = pattern[p] == '*';
    const bool any = star && (!is_path || pattern.substr(p).starts_with("**"));
    const bool folders = any && is_path && pattern.substr(p).starts_with("**/");
    if (star) {
      bool reached = false;
      for (size_t t = 0; t <= text.size(); ++t) {
        if (folders) {  // nothing, or whole folders
          if (t > 0 && text[t - 1] == '/' && reached) next[t] = 1;
          if (row[t] != 0) next[t] = 1;
          reached = reached || row[t] != 0;
        } else {
          if (t > 0 && !any && text[t - 1] == '/') reached = false;
          reached = reached || row[t] != 0;
          next[t] = reached ? 1 : 0;
        }
      }
      if (any && is_path) p += folders ? 2 : 1;
    } else {
      for (size_t t = 1; t <= text.size(); ++t) {
        const bool same =
            pattern[p] == '?' ? !is_path || text[t - 1] != '/' : pattern[p] == text[t - 1];
        next[t] = same && row[t - 1] != 0 ? 1 : 0;
      }
    }
    row.swap(next);
  }
  return row.back() != 0;
}

std::vector<const AllowRow*> expired_rows(const Policy& policy, int64_t now) {
  std::vector<const AllowRow*> rows;
  for (const AllowRow& row : policy.allow) {
    if (!applies(row, now)) rows.push_back(&row);
  }
  return rows;
}

void apply_policy(const Policy& policy, const Baseline* baseline, int64_t now, ScanReport& report) {
  std::vector<const AllowRow*> of_findings;
  for (const AllowRow& row : policy.allow) {
    if (!applies(row, now) || !matches_package(row, report)) continue;
    if (row.behaviour.empty() && row.path.empty()) {
      if (!report.suppressed) report.suppressed = {"allow", row.reason};
    } else {
      of_findings.push_back(&row);
    }
  }
  if (baseline != nullptr && baseline->fingerprints.contains(package_fingerprint(report)) &&
      !report.suppressed) {
    report.suppressed = {"baseline", "these very bytes were there when the baseline was written"};
  }
  const std::vector<std::string> names =
      baseline != nullptr ? fingerprints(report) : std::vector<std::string>();
  for (size_t i = 0; i < report.behaviours.size(); ++i) {
    ReportedBehaviour& row = report.behaviours[i];
    row.suppressed = accept_row(policy, of_findings, report, row);
    if (!row.suppressed && baseline != nullptr && baseline->fingerprints.contains(names[i])) {
      row.suppressed = {"baseline", "was there when the baseline was written"};
    }
  }
  accept_package(report);
  if (report.suppressed) return;
  forbid(policy, report);
  if (policy.minimum_release_age && report.released) {
    const int64_t age = std::max<int64_t>(now - *report.released, 0);
    if (age < *policy.minimum_release_age) {
      report.violations.push_back({"release-age",
                                   "The release is " + days(age) + " old; the policy asks for " +
                                       days(*policy.minimum_release_age) + ".",
                                   -1});
    }
  }
}

void add_to_baseline(const ScanReport& report, std::set<std::string>& lines) {
  if (!is_alarming(report) && report.violations.empty()) return;
  const std::string package = package_label(report);
  if (!report.sha256.empty()) {
    lines.insert(one_line(package_fingerprint(report) + " " + package + " " + report.version + " " +
                          std::string(name(report.decision))));
  }
  const std::vector<std::string> names = fingerprints(report);
  for (size_t i = 0; i < names.size(); ++i) {
    const ReportedBehaviour& row = report.behaviours[i];
    lines.insert(one_line(names[i] + " " + package + " " + row.id + " " + row.file));
  }
}

std::string baseline_text(const std::set<std::string>& lines) {
  std::string text(kBaselineHead);
  text +=
      "\n# Findings that are accepted: fingerprint, package, behaviour, file. See "
      "docs/policy.md.\n";
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::optional<Baseline> parse_baseline(std::string_view text) {
  if (!text.starts_with(kBaselineHead)) return std::nullopt;
  Baseline baseline;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    const std::string_view digits = line.substr(0, line.find(' '));
    if (digits.size() != kDigits) return std::nullopt;
    baseline.fingerprints.insert(std::string(digits));
  }
  return baseline;
}

}  // namespace cerebro
