// JavaScript's regular expressions, as far as RE2 has them: no look-around, no back references.
// A regular expression is the path "regex/FLAGS/PATTERN"; `lastIndex` is not kept, so what depends
// on it stays unknown.

#include <re2/re2.h>

#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

constexpr std::string_view kRegexPath = "regex/";
constexpr size_t kPatternBytes = 4096;
constexpr int kGroups = 16;

struct Pattern {
  std::unique_ptr<re2::RE2> compiled;
  int groups = 0;
  bool global = false, sticky = false, unicode = false;
};

// The differences in spelling: \uXXXX, [^], (?<name>...).
std::string in_re2(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    if (rest.starts_with("\\u{") && rest.find('}') != rest.npos) {
      out += "\\x";
      ++i;
    } else if (rest.starts_with("\\u") && rest.size() >= 6) {
      out.append("\\x{").append(rest.substr(2, 4)).append("}");
      i += 5;
    } else if (rest.starts_with("\\") && rest.size() > 1) {
      out += rest.substr(0, 2);
      ++i;
    } else if (rest.starts_with("[^]")) {
      out += "(?s:.)";
      i += 2;
    } else if (rest.starts_with("(?<") && rest.size() > 3 && rest[3] != '=' && rest[3] != '!') {
      out += "(?P<";
      i += 2;
    } else {
      out += pattern[i];
    }
  }
  return out;
}

std::optional<Pattern> compile(const Call& call, const Value& value) {
  if (value.kind != Kind::kPath || !value.text.starts_with(kRegexPath)) return std::nullopt;
  const size_t slash = value.text.find('/', kRegexPath.size());
  if (slash == std::string::npos || value.text.size() - slash > kPatternBytes) return std::nullopt;
  const std::string_view flags =
      std::string_view(value.text).substr(kRegexPath.size(), slash - kRegexPath.size());
  constexpr size_t kCompileSteps = 500;
  if (!call.eval.spend(kCompileSteps)) return std::nullopt;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  options.set_case_sensitive(flags.find('i') == flags.npos);
  options.set_dot_nl(flags.find('s') != flags.npos);
  std::string source = in_re2(std::string_view(value.text).substr(slash + 1));
  if (flags.find('m') != flags.npos) source = "(?m)" + source;
  Pattern pattern;
  pattern.compiled = std::make_unique<re2::RE2>(source, options);
  if (!pattern.compiled->ok()) return std::nullopt;
  pattern.groups = std::min(pattern.compiled->NumberOfCapturingGroups() + 1, kGroups);
  pattern.global = flags.find('g') != flags.npos;
  pattern.sticky = flags.find('y') != flags.npos;
  pattern.unicode = flags.find('u') != flags.npos;
  return pattern;
}

using Groups = std::array<re2::StringPiece, kGroups>;

// Calls `visit(groups, at)` for every match until it says false.
template <typename Visit>
bool matches(const Call& call, const Pattern& pattern, const std::string& text, bool all,
             const Visit& visit) {
  // Without the flag u the halves of surrogate pairs are matched one by one.
  const bool astral = std::any_of(text.begin(), text.end(),
                                  [](char c) { return static_cast<unsigned char>(c) >= 0xF0; });
  if (pattern.sticky || (astral && !pattern.unicode)) return false;
  size_t at = 0;
  while (at <= text.size()) {
    Groups groups;
    if (!call.eval.spend(4 + (text.size() - at) / 64)) return false;
    if (!pattern.compiled->Match(text, at, text.size(), re2::RE2::UNANCHORED, groups.data(),
                                 pattern.groups)) {
      return true;
    }
    const auto from = static_cast<size_t>(groups[0].data() - text.data());
    if (!visit(groups, from)) return false;
    if (!all) return true;
    at = from + groups[0].size();
    if (groups[0].empty()) {
      do ++at;
      while (at < text.size() && (text[at] & 0xC0) == 0x80);
    }
  }
  return true;
}

std::string_view view(const re2::StringPiece& piece) { return {piece.data(), piece.size()}; }

Value group(const re2::StringPiece& piece) {
  return piece.data() == nullptr ? undefined() : string(std::string(view(piece)));
}

// $1, $&, $$, $` and $'.
void expand(std::string_view format, const std::string& text, const Groups& groups, int count,
            std::string& out) {
  for (size_t i = 0; i < format.size(); ++i) {
    const char next = i + 1 < format.size() ? format[i + 1] : '\0';
    const auto from = static_cast<size_t>(groups[0].data() - text.data());
    if (format[i] != '$') {
      out += format[i];
      continue;
    }
    ++i;
    if (next == '$') {
      out += '$';
    } else if (next == '&') {
      out += view(groups[0]);
    } else if (next == '`') {
      out += text.substr(0, from);
    } else if (next == '\'') {
      out += text.substr(from + groups[0].size());
    } else if (next >= '1' && next <= '9' && next - '0' < count) {
      out += view(groups[static_cast<size_t>(next - '0')]);
    } else {
      out += '$';
      --i;
    }
  }
}

int64_t units_before(const std::string& text, size_t at) {
  const std::string_view before = std::string_view(text).substr(0, at);
  return static_cast<int64_t>(is_ascii(before) ? at : utf16_units(before).size());
}

// What a function makes of a match.
std::optional<std::string> made_by(const Call& call, const Groups& groups, int count, size_t at) {
  std::vector<Ref> args;
  for (int i = 0; i < count; ++i) args.push_back(share(group(groups[static_cast<size_t>(i)])));
  args.push_back(share(integer(units_before(call.self->text, at))));
  args.push_back(call.self);
  return to_text(*call.eval.call(call.args[1], unknown(), args), false);
}

Value fold_replace(const Call& call) {
  const std::string& text = call.self->text;
  const bool with_function = call.arg(1).kind == Kind::kFunction || call.arg(1).kind == Kind::kPath;
  const auto to = with_function ? std::nullopt : to_text(call.arg(1), false);
  if (!with_function && (!to || call.size() < 2)) return {};
  const bool everywhere = call.member() == "replaceAll";
  if (call.text(0) != nullptr && !with_function && to->find('$') == std::string::npos) {
    return replaced(call, *call.text(0), *to, everywhere ? SIZE_MAX : 1);
  }
  std::optional<Pattern> pattern = compile(call, call.arg(0));
  if (call.text(0) != nullptr) {
    re2::RE2::Options options;
    options.set_literal(true);
    pattern.emplace();
    pattern->compiled = std::make_unique<re2::RE2>(*call.text(0), options);
    pattern->groups = 1;
    pattern->unicode = true;
    pattern->global = everywhere;
  }
  if (!pattern) return {};
  std::string out;
  size_t copied = 0;
  const bool ok =
      matches(call, *pattern, text, pattern->global, [&](const Groups& groups, size_t at) {
        out.append(text, copied, at - copied);
        copied = at + groups[0].size();
        if (to) {
          expand(*to, text, groups, pattern->groups, out);
        } else if (const auto made = made_by(call, groups, pattern->groups, at)) {
          out += *made;
        } else {
          return false;
        }
        return out.size() <= call.eval.max_bytes();
      });
  if (!ok) return {};
  out.append(text, copied);
  return string(std::move(out));
}

Value fold_split(const Call& call) {
  const auto pattern = compile(call, call.arg(0));
  if (!pattern) {
    const std::string* separator = call.text(0);
    if (call.size() == 0 || is_undefined(call.arg(0))) return list({*call.self});
    return separator == nullptr ? Value() : split_text(call, *separator);
  }
  const std::string& text = call.self->text;
  ValueList out;
  size_t copied = 0;
  const bool ok = matches(call, *pattern, text, true, [&](const Groups& groups, size_t at) {
    if (groups[0].empty() && (at == copied || at >= text.size())) return true;
    if (!can_make(call, static_cast<size_t>(pattern->groups))) return false;
    out.push_back(string(text.substr(copied, at - copied)));
    for (int i = 1; i < pattern->groups; ++i) {
      out.push_back(group(groups[static_cast<size_t>(i)]));
    }
    copied = at + groups[0].size();
    return true;
  });
  if (!ok || call.size() > 1) return {};
  out.push_back(string(text.substr(copied)));
  for (Value& part : out) part.decoded = call.self->decoded;
  return list(std::move(out));
}

Value fold_match(const Call& call) {
  const auto pattern = compile(call, call.arg(0));
  if (!pattern) return {};
  const bool with_groups = !pattern->global || call.member() == "matchAll";
  ValueList out;
  const bool ok =
      matches(call, *pattern, call.self->text, pattern->global, [&](const Groups& groups, size_t) {
        if (!can_make(call, static_cast<size_t>(pattern->groups))) return false;
        ValueList found;
        for (int i = 0; i < (with_groups ? pattern->groups : 1); ++i) {
          found.push_back(group(groups[static_cast<size_t>(i)]));
          found.back().decoded = call.self->decoded && found.back().is_text();
        }
        if (!pattern->global) {
          out = std::move(found);
        } else if (with_groups) {
          out.push_back(list(std::move(found)));
        } else {
          out.push_back(std::move(found[0]));
        }
        return true;
      });
  if (!ok) return {};
  return out.empty() && call.member() == "match" ? null() : list(std::move(out));
}

// re.test(text) and re.exec(text), text.search(re)
Value fold_test(const Call& call) {
  const bool searches = call.member() == "search";
  const Value& regex = searches ? call.arg(0) : *call.self;
  const auto pattern = compile(call, regex);
  const auto text = to_text(searches ? *call.self : call.arg(0), false);
  if (!pattern || !text || (pattern->global && !searches)) return {};
  Value found = searches ? integer(-1) : call.member() == "exec" ? null() : boolean(false);
  const bool ok = matches(call, *pattern, *text, false, [&](const Groups& groups, size_t at) {
    if (searches) {
      found = integer(units_before(*text, at));
    } else if (call.member() == "test") {
      found = boolean(true);
    } else {
      ValueList parts;
      for (int i = 0; i < pattern->groups; ++i) {
        parts.push_back(group(groups[static_cast<size_t>(i)]));
      }
      found = list(std::move(parts));
    }
    return true;
  });
  return ok ? found : Value();
}

Value fold_new_regex(const Call& call) {
  if (call.arg(0).kind == Kind::kPath && call.size() == 1) return call.arg(0);
  const std::string* pattern = call.text(0);
  const std::string* flags = call.text(1);
  if (pattern == nullptr || pattern->size() > kPatternBytes || (call.size() > 1 && !flags)) {
    return {};
  }
  return path(std::string(kRegexPath) + (flags != nullptr ? *flags : "") + "/" + *pattern);
}

constexpr Row kRows[] = {
    {"globalThis.RegExp", fold_new_regex},
    {"RegExp.test", fold_test},
    {"RegExp.exec", fold_test},
    {"String.search", fold_test},
    {"String.match", fold_match},
    {"String.matchAll", fold_match},
    {"String.replace", fold_replace},
    {"String.replaceAll", fold_replace},
    {"String.split", fold_split},
};

}  // namespace

std::span<const Row> javascript_regex_rows() { return kRows; }

}  // namespace cerebro::folding
