#include "syntax/fold_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "syntax/decode.h"
#include "syntax/fold_internal.h"

namespace cerebro::folding {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_high(char32_t c) { return c >= 0xD800 && c < 0xDC00; }
bool is_low(char32_t c) { return c >= 0xDC00 && c < 0xE000; }

// The next code point of [*i, size); advances *i. Surrogates are let through (see append_utf8).
char32_t next_code(std::string_view s, size_t* i, bool* well_formed) {
  const auto at = [&](size_t n) { return static_cast<unsigned char>(s[n]); };
  const unsigned char first = at(*i);
  const int length = first < 0x80   ? 1
                     : first < 0xC2 ? 0
                     : first < 0xE0 ? 2
                     : first < 0xF0 ? 3
                     : first < 0xF5 ? 4
                                    : 0;
  char32_t code = length == 1   ? first
                  : length == 2 ? first & 0x1F
                  : length == 3 ? first & 0x0F
                                : first & 0x07;
  bool ok = length > 0 && *i + static_cast<size_t>(length) <= s.size();
  for (int n = 1; ok && n < length; ++n) {
    const unsigned char c = at(*i + static_cast<size_t>(n));
    ok = (c & 0xC0) == 0x80;
    code = code << 6 | (c & 0x3F);
  }
  ok =
      ok && !(length == 3 && code < 0x800) && !(length == 4 && (code < 0x10000 || code > 0x10FFFF));
  if (!ok) {
    *well_formed = false;
    ++*i;
    return kReplacement;
  }
  *i += static_cast<size_t>(length);
  return code;
}

std::string encode_digits(std::string_view bytes, std::string_view alphabet,
                          unsigned bits_per_digit, size_t group) {
  std::string out;
  uint32_t buffer = 0;
  unsigned bits = 0;
  const auto put = [&](uint32_t value) { out += alphabet[value & ((1U << bits_per_digit) - 1)]; };
  for (const char c : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= bits_per_digit;) {
      bits -= bits_per_digit;
      put(buffer >> bits);
    }
  }
  if (bits > 0) put(buffer << (bits_per_digit - bits));
  while (out.size() % group != 0) out += '=';
  return out;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

}  // namespace

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
  return all < 0x80;
}

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xE0 | code >> 12);
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
    }
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

std::u32string code_points(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  bool well_formed = true;
  for (size_t i = 0; i < utf8.size();) out.push_back(next_code(utf8, &i, &well_formed));
  return out;
}

std::u32string utf16_units(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  for (const char32_t c : code_points(utf8)) {
    if (c < 0x10000) {
      out.push_back(c);
    } else {
      out.push_back(0xD800 + ((c - 0x10000) >> 10));
      out.push_back(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string utf8_of(std::u32string_view units) {
  std::string out;
  out.reserve(units.size());
  for (size_t i = 0; i < units.size(); ++i) {
    if (is_high(units[i]) && i + 1 < units.size() && is_low(units[i + 1])) {
      append_utf8(out, 0x10000 + ((units[i] - 0xD800) << 10) + (units[i + 1] - 0xDC00));
      ++i;
    } else {
      append_utf8(out, units[i]);
    }
  }
  return out;
}

std::string utf8_of_bytes(std::string_view bytes) {
  if (is_ascii(bytes)) return std::string(bytes);
  std::string out;
  for (const char32_t c : code_points(bytes)) append_utf8(out, c);
  return out;
}

std::string utf8_of_latin1(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

bool is_utf8(std::string_view bytes) {
  bool well_formed = true;
  for (size_t i = 0; i < bytes.size() && well_formed;) next_code(bytes, &i, &well_formed);
  return well_formed;
}

std::string_view trim(std::string_view text) { return trim_set(text, " \t\n\r\v\f", true, true); }

std::string_view trim_set(std::string_view text, std::string_view set, bool left, bool right) {
  if (left) text.remove_prefix(std::min(text.find_first_not_of(set), text.size()));
  if (right) text = text.substr(0, text.find_last_not_of(set) + 1);
  return text;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string upper_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to,
                        size_t max_count) {
  std::string out;
  size_t at = 0;
  for (; max_count > 0; --max_count) {
    const size_t hit = text.find(from, at);
    if (hit == text.npos) break;
    out.append(text.substr(at, hit - at)).append(to);
    at = hit + from.size();
  }
  return out.append(text.substr(at));
}

size_t count_of(std::string_view text, std::string_view part) {
  size_t count = 0;
  if (part.empty()) return code_points(text).size() + 1;
  for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string base64_of(std::string_view bytes) {
  return encode_digits(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6,
                       4);
}

std::string base32_of(std::string_view bytes) {
  return encode_digits(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8);
}

std::string url_encoded(std::string_view text, std::string_view safe) {
  std::string out;
  for (const char c : text) {
    const bool keep = digit_value(c) < 36 || safe.find(c) != safe.npos;
    if (keep) {
      out += c;
    } else {
      out.append("%").append(upper_ascii(hex_of(std::string_view(&c, 1))));
    }
  }
  return out;
}

std::string digits_of(uint64_t value, unsigned base) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, static_cast<int>(base));
  return {buffer.data(), end.ptr};
}

std::optional<int64_t> integer_prefix(std::string_view text, int base, size_t& used) {
  size_t i = 0;
  while (i < text.size() && (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))) ++i;
  const bool negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  if (i + 1 < text.size() && text[i] == '0') {
    const char mark = static_cast<char>(text[i + 1] | 0x20);
    const int marked = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (marked != 0 && (base == marked || base == 0)) {
      base = marked;
      i += 2;
    }
  }
  if (base == 0) base = 10;
  uint64_t value = 0;
  const size_t begin = i;
  for (; i < text.size() && digit_value(text[i]) < base; ++i) {
    if (__builtin_mul_overflow(value, static_cast<uint64_t>(base), &value) ||
        __builtin_add_overflow(value, static_cast<uint64_t>(digit_value(text[i])), &value) ||
        value > static_cast<uint64_t>(INT64_MAX)) {
      return std::nullopt;
    }
  }
  used = i;
  if (i == begin) return std::nullopt;
  return negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
}

std::optional<Value> number_literal(std::string_view text) {
  if (text.empty() || digit_value(text[0] == '.' && text.size() > 1 ? text[1] : text[0]) > 9) {
    return std::nullopt;
  }
  const bool prefixed =
      text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o' || text[1] == 'b');
  if (prefixed || text.find_first_not_of("0123456789") == text.npos) {
    size_t used = 0;
    if (const auto value = integer_prefix(text, prefixed ? 0 : 10, used);
        value && used == text.size()) {
      return integer(*value);
    }
    if (prefixed) return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return real(value);
}

}  // namespace cerebro::folding
