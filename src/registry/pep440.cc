#include "registry/pep440.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace cerebro {
namespace {

constexpr size_t kMaxText = 1024;
constexpr size_t kMaxDigits = 18;  // fits into 64 bits; calendar versions take 14

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string lowered(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Pep440> read() {
    Pep440 version;
    take("v");
    auto first = number();
    if (!first) return std::nullopt;
    if (take("!")) {
      version.epoch = *first;
      if (!(first = number())) return std::nullopt;
    }
    version.release.push_back(*first);
    while (rest().size() > 1 && rest()[0] == '.' && is_digit(rest()[1])) {
      ++at_;
      const auto part = number();
      if (!part) return std::nullopt;
      version.release.push_back(*part);
    }
    read_pre(version);
    read_post(version);
    read_dev(version);
    if (!bad_ && take("+")) read_local(version);
    if (bad_ || at_ != text_.size()) return std::nullopt;
    return version;
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }

  bool take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  std::optional<uint64_t> number() {
    size_t digits = 0;
    while (digits < rest().size() && is_digit(rest()[digits])) ++digits;
    uint64_t value = 0;
    if (digits == 0 || digits > kMaxDigits) {
      bad_ = bad_ || digits != 0;
      return std::nullopt;
    }
    std::from_chars(rest().data(), rest().data() + digits, value);
    at_ += digits;
    return value;
  }

  void separator() {
    if (!rest().empty() && (rest()[0] == '.' || rest()[0] == '-' || rest()[0] == '_')) ++at_;
  }

  // A word, perhaps after a separator, and its number, perhaps after another: 0 when missing.
  std::optional<uint64_t> tagged(std::string_view word) {
    const size_t start = at_;
    separator();
    if (!take(word) || (!rest().empty() && is_letter(rest()[0]))) {
      at_ = start;
      return std::nullopt;
    }
    const size_t after = at_;
    separator();
    if (const auto value = number()) return value;
    at_ = after;
    return 0;
  }

  void read_pre(Pep440& version) {
    static constexpr std::pair<std::string_view, int> kWords[] = {
        {"alpha", 0}, {"beta", 1}, {"preview", 2}, {"pre", 2},
        {"rc", 2},    {"a", 0},    {"b", 1},       {"c", 2}};
    for (const auto& [word, kind] : kWords) {
      if (const auto value = tagged(word)) {
        version.pre_kind = kind;
        version.pre = *value;
        return;
      }
    }
  }

  void read_post(Pep440& version) {
    if (rest().size() > 1 && rest()[0] == '-' && is_digit(rest()[1])) {
      ++at_;
      version.post = number();
      return;
    }
    for (const std::string_view word : {"post", "rev", "r"}) {
      if (const auto value = tagged(word)) {
        version.post = value;
        return;
      }
    }
  }

  void read_dev(Pep440& version) { version.dev = tagged("dev"); }

  void read_local(Pep440& version) {
    for (;;) {
      size_t size = 0;
      while (size < rest().size() && (is_digit(rest()[size]) || is_letter(rest()[size]))) ++size;
      if (size == 0) {
        bad_ = true;
        return;
      }
      version.local.emplace_back(rest().substr(0, size));
      at_ += size;
      if (rest().empty()) return;
      if (rest()[0] != '.' && rest()[0] != '-' && rest()[0] != '_') return;
      ++at_;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  bool bad_ = false;
};

int sign(uint64_t a, uint64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

uint64_t release_part(const Pep440& version, size_t i) {
  return i < version.release.size() ? version.release[i] : 0;
}

int compare_release(const Pep440& a, const Pep440& b) {
  if (a.epoch != b.epoch) return sign(a.epoch, b.epoch);
  for (size_t i = 0; i < std::max(a.release.size(), b.release.size()); ++i) {
    if (const int order = sign(release_part(a, i), release_part(b, i))) return order;
  }
  return 0;
}

// A development release without more comes before alphas, a final one after candidates.
int pre_rank(const Pep440& version) {
  if (version.pre_kind >= 0) return version.pre_kind;
  return version.dev && !version.post ? -1 : 3;
}

bool digits_only(const std::string& text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

int compare_local(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const bool a_number = digits_only(a[i]), b_number = digits_only(b[i]);
    if (a_number != b_number) return a_number ? 1 : -1;
    std::string_view left = a[i], right = b[i];
    if (a_number) {
      left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
      right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
      if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
    }
    if (const int order = left.compare(right)) return order;
  }
  return sign(a.size(), b.size());
}

int compare_public(const Pep440& a, const Pep440& b) {
  if (const int order = compare_release(a, b)) return order;
  if (pre_rank(a) != pre_rank(b)) return pre_rank(a) < pre_rank(b) ? -1 : 1;
  if (a.pre_kind >= 0 && a.pre != b.pre) return sign(a.pre, b.pre);
  if (a.post.has_value() != b.post.has_value()) return a.post ? 1 : -1;
  if (a.post && *a.post != *b.post) return sign(*a.post, *b.post);
  if (a.dev.has_value() != b.dev.has_value()) return a.dev ? -1 : 1;
  return a.dev ? sign(*a.dev, *b.dev) : 0;
}

bool has_prefix(const Pep440& version, const Pep440& prefix, size_t numbers) {
  if (version.epoch != prefix.epoch) return false;
  for (size_t i = 0; i < numbers; ++i) {
    if (release_part(version, i) != prefix.release[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<Pep440> parse_pep440(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  return Reader(lowered(text)).read();
}

int compare(const Pep440& a, const Pep440& b) {
  if (const int order = compare_public(a, b)) return order;
  return compare_local(a.local, b.local);
}

std::optional<Pep440Specifiers> Pep440Specifiers::parse(std::string_view text) {
  if (text.size() > kMaxText) return std::nullopt;
  static constexpr std::pair<std::string_view, Op> kOps[] = {
      {"===", Op::kSame},     {"~=", Op::kCompatible},   {"==", Op::kEqual}, {"!=", Op::kNotEqual},
      {"<=", Op::kLessEqual}, {">=", Op::kGreaterEqual}, {"<", Op::kLess},   {">", Op::kGreater}};
  Pep440Specifiers all;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string part = lowered(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (part.empty()) continue;
    const auto op = std::find_if(std::begin(kOps), std::end(kOps),
                                 [&](const auto& row) { return part.starts_with(row.first); });
    if (op == std::end(kOps)) return std::nullopt;
    Specifier specifier{op->second, false, {}, lowered(part.substr(op->first.size()))};
    if (specifier.op == Op::kSame) {
      if (specifier.text.empty()) return std::nullopt;
      all.specifiers_.push_back(std::move(specifier));
      continue;
    }
    std::string version = specifier.text;
    if (version.ends_with(".*")) {
      if (specifier.op != Op::kEqual && specifier.op != Op::kNotEqual) return std::nullopt;
      specifier.prefix = true;
      version.resize(version.size() - 2);
    }
    const auto parsed = parse_pep440(version);
    if (!parsed) return std::nullopt;
    if (specifier.op == Op::kCompatible && parsed->release.size() < 2) return std::nullopt;
    specifier.version = *parsed;
    all.specifiers_.push_back(std::move(specifier));
  }
  return all;
}

bool Pep440Specifiers::holds(const Specifier& specifier, const Pep440& version,
                             std::string_view text) {
  const Pep440& named = specifier.version;
  const auto equal = [&] {
    if (specifier.prefix) return has_prefix(version, named, named.release.size());
    return named.local.empty() ? compare_public(version, named) == 0 : compare(version, named) == 0;
  };
  switch (specifier.op) {
    case Op::kSame:
      return lowered(text) == specifier.text;
    case Op::kEqual:
      return equal();
    case Op::kNotEqual:
      return !equal();
    case Op::kCompatible:
      return compare_public(version, named) >= 0 &&
             has_prefix(version, named, named.release.size() - 1);
    case Op::kLessEqual:
      return compare_public(version, named) <= 0;
    case Op::kGreaterEqual:
      return compare_public(version, named) >= 0;
    case Op::kLess:  // without pre-releases of the version itself
      return compare_public(version, named) < 0 &&
             (named.is_prerelease() || !version.is_prerelease() ||
              compare_release(version, named) != 0);
    case Op::kGreater:  // without post-releases of the version itself
      return compare_public(version, named) > 0 &&
             (named.post || !version.post || compare_release(version, named) != 0);
  }
  return false;
}

bool Pep440Specifiers::matches(const Pep440& version, std::string_view text) const {
  return std::all_of(specifiers_.begin(), specifiers_.end(),
                     [&](const Specifier& specifier) { return holds(specifier, version, text); });
}

bool Pep440Specifiers::names_prerelease() const {
  return std::any_of(specifiers_.begin(), specifiers_.end(), [](const Specifier& specifier) {
    return specifier.op == Op::kSame ||
           (specifier.op != Op::kNotEqual && specifier.version.is_prerelease());
  });
}

bool Pep440Specifiers::is_exact() const {
  return std::any_of(specifiers_.begin(), specifiers_.end(), [](const Specifier& specifier) {
    return specifier.op == Op::kSame || (specifier.op == Op::kEqual && !specifier.prefix);
  });
}

}  // namespace cerebro
