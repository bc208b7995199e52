#include "registry/semver.h"

#include <algorithm>
#include <charconv>

namespace cerebro {
namespace {

constexpr size_t kMaxText = 1024;  // longer than any real range
constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t value = 0;
  if (!is_digits(text) || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // Number.MAX_SAFE_INTEGER: node-semver takes nothing larger, and one can be added to it.
  if (error != std::errc{} || value > (1ULL << 53) - 1) return std::nullopt;
  return value;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

int compare_identifiers(const std::string& a, const std::string& b) {
  const bool a_number = is_digits(a), b_number = is_digits(b);
  if (a_number != b_number) return a_number ? -1 : 1;
  if (a_number && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

// The lowest of all versions of that number, so that "<2.0.0-0" leaves out 2.0.0's pre-releases.
Semver floor_of(uint64_t major, uint64_t minor, uint64_t patch) {
  return {major, minor, patch, {"0"}};
}

}  // namespace

// A version of which the last numbers may be missing or "x".
struct SemverRange::Partial {
  int given = 0;  // how many numbers are known
  uint64_t numbers[3] = {0, 0, 0};
  std::vector<std::string> prerelease;

  Semver version() const { return {numbers[0], numbers[1], numbers[2], prerelease}; }
  // One more than the last number that is known.
  Semver next() const {
    return given == 1 ? floor_of(numbers[0] + 1, 0, 0) : floor_of(numbers[0], numbers[1] + 1, 0);
  }
};

std::optional<SemverRange::Partial> SemverRange::parse_partial(std::string_view text) {
  while (!text.empty() && (text[0] == 'v' || text[0] == '=' || text[0] == ' ')) {
    text.remove_prefix(1);
  }
  Partial partial;
  const size_t build = text.find('+');
  if (build != std::string_view::npos) {
    for (const auto part : split(text.substr(build + 1), ".")) {
      if (!is_identifier(part)) return std::nullopt;
    }
    text = text.substr(0, build);
  }
  const size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    for (const auto part : split(text.substr(dash + 1), ".")) {
      if (!is_identifier(part)) return std::nullopt;
      if (is_digits(part) && part.size() > 1 && part[0] == '0') return std::nullopt;
      partial.prerelease.emplace_back(part);
    }
    text = text.substr(0, dash);
  }
  if (text.empty()) return dash == std::string_view::npos ? std::optional(partial) : std::nullopt;
  const auto parts = split(text, ".");
  if (parts.size() > 3) return std::nullopt;
  bool open = false;
  for (const std::string_view part : parts) {
    if (part == "x" || part == "X" || part == "*") {
      open = true;
      continue;
    }
    const auto number = parse_number(part);
    if (!number) return std::nullopt;
    if (!open) partial.numbers[partial.given++] = *number;
  }
  if (partial.given < 3) partial.prerelease.clear();
  return partial;
}

std::optional<Semver> parse_semver(std::string_view text) {
  text = trimmed(text);
  if (text.size() > kMaxText) return std::nullopt;
  while (!text.empty() && (text[0] == 'v' || text[0] == '=')) text.remove_prefix(1);
  const std::string_view core = text.substr(0, text.find_first_of("-+"));
  const auto parts = split(core, ".");
  if (parts.size() != 3) return std::nullopt;
  Semver version;
  uint64_t* const numbers[] = {&version.major, &version.minor, &version.patch};
  for (size_t i = 0; i < 3; ++i) {
    const auto number = parse_number(parts[i]);
    if (!number) return std::nullopt;
    *numbers[i] = *number;
  }
  text.remove_prefix(core.size());
  const size_t build = text.find('+');
  std::string_view prerelease = text.substr(0, build);
  if (build != std::string_view::npos) {
    for (const auto part : split(text.substr(build + 1), ".")) {
      if (!is_identifier(part)) return std::nullopt;
    }
  }
  if (prerelease.empty()) return version;
  prerelease.remove_prefix(1);
  for (const auto part : split(prerelease, ".")) {
    if (!is_identifier(part)) return std::nullopt;
    if (is_digits(part) && part.size() > 1 && part[0] == '0') return std::nullopt;
    version.prerelease.emplace_back(part);
  }
  return version;
}

int compare(const Semver& a, const Semver& b) {
  if (a.major != b.major) return a.major < b.major ? -1 : 1;
  if (a.minor != b.minor) return a.minor < b.minor ? -1 : 1;
  if (a.patch != b.patch) return a.patch < b.patch ? -1 : 1;
  if (a.prerelease.empty() != b.prerelease.empty()) return a.prerelease.empty() ? 1 : -1;
  const size_t common = std::min(a.prerelease.size(), b.prerelease.size());
  for (size_t i = 0; i < common; ++i) {
    const int order = compare_identifiers(a.prerelease[i], b.prerelease[i]);
    if (order != 0) return order;
  }
  if (a.prerelease.size() == b.prerelease.size()) return 0;
  return a.prerelease.size() < b.prerelease.size() ? -1 : 1;
}

bool SemverRange::add_comparator(std::string_view op, std::string_view text, Set& set) {
  const auto partial = parse_partial(text);
  if (!partial) return false;
  const Semver version = partial->version();
  const int given = partial->given;
  if (given == 0) {  // "*": all, and beyond all there is nothing
    if (op == "<" || op == ">") set.push_back({Op::kLess, floor_of(0, 0, 0)});
    return true;
  }
  if (op == "^") {
    set.push_back({Op::kGreaterEqual, version});
    Semver end = floor_of(version.major + 1, 0, 0);
    if (version.major == 0 && given >= 2) {
      end = floor_of(0, version.minor + 1, 0);
      if (version.minor == 0 && given == 3) end = floor_of(0, 0, version.patch + 1);
    }
    set.push_back({Op::kLess, end});
  } else if (op == "~" || op == "~>" || ((op.empty() || op == "=") && given < 3)) {
    set.push_back({Op::kGreaterEqual, version});
    set.push_back({Op::kLess, partial->next()});
  } else if (op.empty() || op == "=") {
    set.push_back({Op::kEqual, version});
  } else if (op == ">") {
    if (given == 3) {
      set.push_back({Op::kGreater, version});
    } else {
      Semver next = partial->next();
      next.prerelease.clear();
      set.push_back({Op::kGreaterEqual, next});
    }
  } else if (op == "<=") {
    set.push_back(given == 3 ? Comparator{Op::kLessEqual, version}
                             : Comparator{Op::kLess, partial->next()});
  } else if (op == ">=") {
    set.push_back({Op::kGreaterEqual, version});
  } else {
    Semver end = version;
    if (given < 3) end.prerelease = {"0"};
    set.push_back({Op::kLess, end});
  }
  return true;
}

bool SemverRange::add_hyphen(std::string_view low, std::string_view high, Set& set) {
  return add_comparator(">=", low, set) && add_comparator("<=", high, set);
}

std::optional<SemverRange::Set> SemverRange::parse_set(std::string_view text) {
  Set set;
  const size_t hyphen = text.find(" - ");
  if (hyphen != std::string_view::npos) {
    if (!add_hyphen(trimmed(text.substr(0, hyphen)), trimmed(text.substr(hyphen + 3)), set)) {
      return std::nullopt;
    }
    return set;
  }
  while (!(text = trimmed(text)).empty()) {
    const size_t after_op = std::min(text.find_first_not_of("<>=~^"), text.size());
    const std::string_view op = text.substr(0, after_op);
    static constexpr std::string_view kOps[] = {"", "=", "<", "<=", ">", ">=", "~", "~>", "^"};
    if (std::find(std::begin(kOps), std::end(kOps), op) == std::end(kOps)) return std::nullopt;
    text = trimmed(text.substr(after_op));  // ">= 1.2" is one comparator
    const size_t end = std::min(text.find_first_of(kSpace), text.size());
    if (!add_comparator(op, text.substr(0, end), set)) return std::nullopt;
    text.remove_prefix(end);
  }
  return set;
}

std::optional<SemverRange> SemverRange::parse(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  SemverRange range;
  for (const std::string_view part : split(text, "||")) {
    auto set = parse_set(trimmed(part));
    if (!set) return std::nullopt;
    range.sets_.push_back(std::move(*set));
  }
  return range;
}

bool SemverRange::holds(const Comparator& comparator, const Semver& version) {
  const int order = compare(version, comparator.version);
  switch (comparator.op) {
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    case Op::kGreaterEqual:
      return order >= 0;
    case Op::kEqual:
      return order == 0;
  }
  return false;
}

bool SemverRange::matches(const Set& set, const Semver& version) {
  const auto all = [&](const Comparator& comparator) { return holds(comparator, version); };
  if (!std::all_of(set.begin(), set.end(), all)) return false;
  if (version.prerelease.empty()) return true;
  return std::any_of(set.begin(), set.end(), [&](const Comparator& comparator) {
    const Semver& named = comparator.version;
    return !named.prerelease.empty() && named.major == version.major &&
           named.minor == version.minor && named.patch == version.patch;
  });
}

bool SemverRange::matches(const Semver& version) const {
  return std::any_of(sets_.begin(), sets_.end(),
                     [&](const Set& set) { return matches(set, version); });
}

}  // namespace cerebro
