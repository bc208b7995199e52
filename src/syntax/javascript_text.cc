#include "syntax/javascript_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "syntax/encoding.h"
#include "syntax/nfkc.h"

namespace cerebro {
namespace {

// All of `digits` as a number; nothing when it is empty, not digits, or does not fit.
std::optional<uint32_t> parse_digits(std::string_view digits, int base) {
  uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

// \u with its digits, `at` behind the 'u': NNNN or {N...}.
std::optional<uint32_t> unicode_escape(std::string_view raw, size_t& at) {
  std::string_view digits = raw.substr(at, 4);
  size_t length = digits.size();
  if (digits.starts_with('{')) {
    const size_t close = raw.find('}', at);
    if (close == std::string_view::npos) return std::nullopt;
    digits = raw.substr(at + 1, close - at - 1);
    length = close + 1 - at;
  } else if (length < 4) {
    return std::nullopt;
  }
  const auto value = parse_digits(digits, 16);
  if (value) at += length;
  return value;
}

// Joins \uD83D with a \uDE00 that follows.
uint32_t join_surrogates(uint32_t high, std::string_view raw, size_t& at) {
  if (high < 0xD800 || high >= 0xDC00 || raw.substr(at, 2) != "\\u") return high;
  size_t after = at + 2;
  const auto low = unicode_escape(raw, after);
  if (!low || *low < 0xDC00 || *low >= 0xE000) return high;
  at = after;
  return 0x10000 + ((high - 0xD800) << 10) + (*low - 0xDC00);
}

size_t octal_length(std::string_view raw) {
  const size_t longest = raw[0] <= '3' ? 3 : 2;  // at most \377
  size_t length = 0;
  while (length < std::min(longest, raw.size()) && raw[length] >= '0' && raw[length] <= '7')
    ++length;
  return length;
}

char simple_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    default:
      return c;
  }
}

// Resolves one escape, `at` behind the backslash.
void append_escape(std::string& out, std::string_view raw, size_t& at) {
  const char c = raw[at];
  if (c == 'u') {
    size_t after = at + 1;
    if (const auto unit = unicode_escape(raw, after)) {
      append_utf8(out, join_surrogates(*unit, raw, after));
      at = after;
      return;
    }
  } else if (c == 'x' && raw.size() - at > 2) {
    if (const auto value = parse_digits(raw.substr(at + 1, 2), 16)) {
      append_utf8(out, *value);
      at += 3;
      return;
    }
  } else if (c >= '0' && c <= '7') {
    const size_t length = octal_length(raw.substr(at));
    append_utf8(out, *parse_digits(raw.substr(at, length), 8));
    at += length;
    return;
  }
  for (const std::string_view line_end : {"\r\n", "\r", "\n", "\u2028", "\u2029"}) {
    if (!raw.substr(at).starts_with(line_end)) continue;
    at += line_end.size();
    return;
  }
  out += simple_escape(c);
  ++at;
}

struct Reference {
  std::string_view name;
  char value;
};
constexpr Reference kReferences[] = {
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

// The inside of &...; appended to `out`; false when it is no reference we know.
bool append_reference(std::string& out, std::string_view body) {
  if (body.starts_with("#")) {
    const bool hex = body.starts_with("#x") || body.starts_with("#X");
    const auto value = hex ? parse_digits(body.substr(2), 16) : parse_digits(body.substr(1), 10);
    if (value) append_utf8(out, *value);
    return value.has_value();
  }
  for (const auto& [name, value] : kReferences) {
    if (body != name) continue;
    out += value;
    return true;
  }
  return false;
}

}  // namespace

std::string unescape_javascript(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  size_t at = 0;
  while (at < raw.size()) {
    const size_t backslash = std::min(raw.find('\\', at), raw.size());
    out.append(raw, at, backslash - at);
    at = backslash + 1;
    if (at < raw.size()) append_escape(out, raw, at);
  }
  return out;
}

std::string unescape_identifier(std::string_view raw) {
  return nfkc_ascii(raw.find('\\') == std::string_view::npos ? raw : unescape_javascript(raw));
}

std::string normalise_number(std::string_view raw) {
  std::string out;
  for (const char c : raw) {
    if (c == '_') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  if (out.ends_with('n')) out.pop_back();
  return out;
}

std::string unescape_jsx(std::string_view raw) {
  constexpr size_t kLongestReference = 32;  // the longest of HTML has 29 letters
  std::string out;
  size_t at = 0;
  while (at < raw.size()) {
    const size_t ampersand = std::min(raw.find('&', at), raw.size());
    out.append(raw, at, ampersand - at);
    at = ampersand;
    if (at == raw.size()) break;
    const std::string_view window = raw.substr(at + 1, kLongestReference);
    const size_t semicolon = window.find(';');
    if (semicolon != std::string_view::npos && append_reference(out, window.substr(0, semicolon))) {
      at += semicolon + 2;
    } else {
      out += raw[at++];
    }
  }
  return out;
}

}  // namespace cerebro
