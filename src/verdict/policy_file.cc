// The only file that knows TOML here.

#include <algorithm>
#include <chrono>

#include "behaviour/catalogue.h"
#include "package/tomlplusplus.h"
#include "verdict/policy.h"

namespace cerebro {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr int64_t kDay = 86'400;

std::optional<Phase> phase_of(std::string_view text) {
  for (const Phase phase : {Phase::kInstall, Phase::kImport, Phase::kRun}) {
    if (name(phase) == text) return phase;
  }
  return std::nullopt;
}

int64_t unix_time(const toml::date& date) {
  const std::chrono::year_month_day day{std::chrono::year{date.year},
                                        std::chrono::month{date.month}, std::chrono::day{date.day}};
  return std::chrono::sys_days{day}.time_since_epoch().count() * kDay;
}

// "7d", "36h", "90m"
std::optional<int64_t> seconds_of(std::string_view text) {
  int64_t value = 0;
  size_t digits = 0;
  while (digits < text.size() && digits < 6 && text[digits] >= '0' && text[digits] <= '9') {
    value = value * 10 + (text[digits++] - '0');
  }
  if (digits == 0 || digits + 1 != text.size()) return std::nullopt;
  switch (text.back()) {
    case 'd':
      return value * kDay;
    case 'h':
      return value * 3600;
    case 'm':
      return value * 60;
    default:
      return std::nullopt;
  }
}

class Reader {
 public:
  ParsedPolicy read(std::string_view text) {
    if (text.size() > kMaxBytes) {
      error(1, "the file is larger than 1 MiB");
      return std::move(out_);
    }
    const toml::parse_result result = toml::parse(text);
    if (!result) {
      error(static_cast<int>(result.error().source().begin.line),
            std::string(result.error().description()));
      return std::move(out_);
    }
    const toml::table& root = result.table();
    for (const auto& [key, node] : root) {
      const std::string_view name = key.str();
      if (name == "scan") {
        scan(node);
      } else if (name == "ignore") {
        ignore(node);
      } else if (name == "allow") {
        rows(node, "allow", [this](const toml::table& row) { allow(row); });
      } else if (name == "forbid") {
        rows(node, "forbid", [this](const toml::table& row) { forbid(row); });
      } else {
        error(line(key), "`" + std::string(name) +
                             "` is not known here; known are [scan], [ignore], [[allow]], "
                             "[[forbid]]");
      }
    }
    const auto by_line = [](const PolicyProblem& a, const PolicyProblem& b) {
      return a.line < b.line;
    };
    std::stable_sort(out_.errors.begin(), out_.errors.end(), by_line);
    std::stable_sort(out_.warnings.begin(), out_.warnings.end(), by_line);
    return std::move(out_);
  }

 private:
  static int line(const toml::node& node) { return static_cast<int>(node.source().begin.line); }
  static int line(const toml::key& key) { return static_cast<int>(key.source().begin.line); }

  void error(int at, std::string message) { out_.errors.push_back({at, std::move(message)}); }
  void warn(int at, std::string message) { out_.warnings.push_back({at, std::move(message)}); }

  void unknown(const toml::key& key, std::string_view where) {
    error(line(key), std::string(where) + ": `" + std::string(key.str()) + "` is not known");
  }

  std::string text(const toml::node& node, std::string_view key) {
    if (const auto value = node.value_exact<std::string>()) {
      if (!value->empty()) return *value;
      error(line(node), std::string(key) + " is empty");
      return {};
    }
    error(line(node), std::string(key) + " must be a text in quotes");
    return {};
  }

  void probability(const toml::node& node, std::string_view key, std::optional<double>& into) {
    const auto value = node.value<double>();
    if (!value || !(*value >= 0 && *value <= 1)) {
      error(line(node), std::string(key) + " must be a number from 0 to 1");
      return;
    }
    into = *value;
  }

  void scan(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return error(line(node), "scan must be a table: [scan]");
    for (const auto& [key, value] : *table) {
      const std::string_view name = key.str();
      if (name == "threshold") {
        probability(value, name, out_.policy.threshold);
      } else if (name == "suspicious") {
        probability(value, name, out_.policy.suspicious);
      } else if (name == "fail-on") {
        const std::string word = text(value, name);
        if (word != "malicious" && word != "suspicious" && word != "never" && !word.empty()) {
          error(line(value), "fail-on must be malicious, suspicious or never");
        }
        out_.policy.fail_on = word;
      } else if (name == "minimum-release-age") {
        const auto days = value.value_exact<int64_t>();
        std::optional<int64_t> seconds;
        if (days && *days >= 0 && *days < 100'000) seconds = *days * kDay;
        if (const auto words = value.value_exact<std::string>()) seconds = seconds_of(*words);
        if (!seconds) {
          error(line(value),
                "minimum-release-age must be days, or a text such as \"7d\" or "
                "\"36h\"");
        }
        out_.policy.minimum_release_age = seconds;
      } else {
        unknown(key, "[scan]");
      }
    }
  }

  void ignore(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return error(line(node), "ignore must be a table: [ignore]");
    for (const auto& [key, value] : *table) {
      if (key.str() != "paths") {
        unknown(key, "[ignore]");
        continue;
      }
      const toml::array* paths = value.as_array();
      if (paths == nullptr) {
        error(line(value), "paths must be a list of texts");
        continue;
      }
      for (const toml::node& path : *paths) {
        const std::string pattern = text(path, "paths");
        if (!pattern.empty()) out_.policy.ignored_paths.push_back(pattern);
      }
    }
  }

  template <typename Row>
  void rows(const toml::node& node, const std::string& name, Row row) {
    const toml::array* array = node.as_array();
    if (array == nullptr) return error(line(node), "write [[" + name + "]], with two brackets");
    for (const toml::node& one : *array) {
      if (const toml::table* table = one.as_table()) {
        row(*table);
      } else {
        error(line(one), name + " must hold tables: [[" + name + "]]");
      }
    }
  }

  // Catches `net.htpp`, which would allow or forbid nothing.
  void check_behaviour(const toml::node& node, const std::string& pattern) {
    if (pattern.empty()) return;
    for (const Behaviour& one : behaviours()) {
      if (matches_pattern(pattern, one.id, false)) return;
    }
    error(line(node), "no behaviour is called `" + pattern + "` (see cerebro behaviours)");
  }

  void allow(const toml::table& table) {
    AllowRow row;
    row.line = line(table);
    const size_t errors_before = out_.errors.size();
    for (const auto& [key, value] : table) {
      const std::string_view name = key.str();
      if (name == "name") {
        row.name = text(value, name);
      } else if (name == "version") {
        row.version = text(value, name);
      } else if (name == "sha256") {
        row.sha256 = text(value, name);
        const bool digits = row.sha256.size() == 64 &&
                            row.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
        if (!digits) error(line(value), "sha256 must be 64 lower-case hex digits");
      } else if (name == "behaviour") {
        row.behaviour = text(value, name);
        check_behaviour(value, row.behaviour);
      } else if (name == "path") {
        row.path = text(value, name);
      } else if (name == "reason") {
        row.reason = text(value, name);
      } else if (name == "expires") {
        expires(value, row);
      } else {
        unknown(key, "[[allow]]");
      }
    }
    if (out_.errors.size() != errors_before) return;
    if (row.reason.empty()) return error(row.line, "[[allow]]: the reason is missing");
    if (row.name.empty() && row.sha256.empty() && row.behaviour.empty() && row.path.empty()) {
      return error(row.line,
                   "[[allow]]: one of name, sha256, behaviour and path is needed; this would allow "
                   "everything");
    }
    if (row.version.empty() && row.sha256.empty() && row.behaviour.empty() && row.path.empty()) {
      warn(row.line, "[[allow]]: every version of `" + row.name +
                         "` is allowed, a hijacked one too; add version or sha256");
    }
    if (row.name.empty() && row.sha256.empty() && row.path.empty()) {
      warn(row.line, "[[allow]]: `" + row.behaviour + "` is allowed in every package; add name");
    }
    out_.policy.allow.push_back(std::move(row));
  }

  void expires(const toml::node& value, AllowRow& row) {
    std::optional<toml::date> date = value.value_exact<toml::date>();
    if (const auto quoted = value.value_exact<std::string>()) {
      int year = 0, month = 0, day = 0;
      char rest = 0;
      if (quoted->size() == 10 &&
          std::sscanf(quoted->c_str(), "%4d-%2d-%2d%c", &year, &month, &day, &rest) == 3) {
        date = toml::date(year, month, day);
      }
    }
    const bool real = date && std::chrono::year_month_day{std::chrono::year{date->year},
                                                          std::chrono::month{date->month},
                                                          std::chrono::day{date->day}}
                                  .ok();
    if (!real) return error(line(value), "expires must be a date such as 2027-01-31");
    row.expires = unix_time(*date) + kDay;  // the day itself still counts
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", int{date->year}, int{date->month},
                  int{date->day});
    row.expires_text = text;
  }

  void forbid(const toml::table& table) {
    ForbidRow row;
    row.line = line(table);
    const size_t errors_before = out_.errors.size();
    for (const auto& [key, value] : table) {
      const std::string_view name = key.str();
      if (name == "behaviour") {
        row.behaviour = text(value, name);
        check_behaviour(value, row.behaviour);
      } else if (name == "phase") {
        row.phase = phase_of(text(value, name));
        if (!row.phase) error(line(value), "phase must be install, import or run");
      } else if (name == "reason") {
        row.reason = text(value, name);
      } else {
        unknown(key, "[[forbid]]");
      }
    }
    if (out_.errors.size() != errors_before) return;
    if (row.behaviour.empty()) return error(row.line, "[[forbid]]: the behaviour is missing");
    out_.policy.forbid.push_back(std::move(row));
  }

  ParsedPolicy out_;
};

}  // namespace

ParsedPolicy parse_policy(std::string_view text) { return Reader().read(text); }

}  // namespace cerebro
