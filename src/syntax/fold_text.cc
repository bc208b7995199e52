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

// EBCDIC to Latin-1, as Unicode's CP037.TXT and CP500.TXT map it; the pages differ in seven places.
constexpr std::array<unsigned char, 256> kCp037 = {
    0x00, 0x01, 0x02, 0x03, 0x9c, 0x09, 0x86, 0x7f, 0x97, 0x8d, 0x8e, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
    0x10, 0x11, 0x12, 0x13, 0x9d, 0x85, 0x08, 0x87, 0x18, 0x19, 0x92, 0x8f, 0x1c, 0x1d, 0x1e, 0x1f,
    0x80, 0x81, 0x82, 0x83, 0x84, 0x0a, 0x17, 0x1b, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x05, 0x06, 0x07,
    0x90, 0x91, 0x16, 0x93, 0x94, 0x95, 0x96, 0x04, 0x98, 0x99, 0x9a, 0x9b, 0x14, 0x15, 0x9e, 0x1a,
    0x20, 0xa0, 0xe2, 0xe4, 0xe0, 0xe1, 0xe3, 0xe5, 0xe7, 0xf1, 0xa2, 0x2e, 0x3c, 0x28, 0x2b, 0x7c,
    0x26, 0xe9, 0xea, 0xeb, 0xe8, 0xed, 0xee, 0xef, 0xec, 0xdf, 0x21, 0x24, 0x2a, 0x29, 0x3b, 0xac,
    0x2d, 0x2f, 0xc2, 0xc4, 0xc0, 0xc1, 0xc3, 0xc5, 0xc7, 0xd1, 0xa6, 0x2c, 0x25, 0x5f, 0x3e, 0x3f,
    0xf8, 0xc9, 0xca, 0xcb, 0xc8, 0xcd, 0xce, 0xcf, 0xcc, 0x60, 0x3a, 0x23, 0x40, 0x27, 0x3d, 0x22,
    0xd8, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xab, 0xbb, 0xf0, 0xfd, 0xfe, 0xb1,
    0xb0, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72, 0xaa, 0xba, 0xe6, 0xb8, 0xc6, 0xa4,
    0xb5, 0x7e, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0xa1, 0xbf, 0xd0, 0xdd, 0xde, 0xae,
    0x5e, 0xa3, 0xa5, 0xb7, 0xa9, 0xa7, 0xb6, 0xbc, 0xbd, 0xbe, 0x5b, 0x5d, 0xaf, 0xa8, 0xb4, 0xd7,
    0x7b, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0xad, 0xf4, 0xf6, 0xf2, 0xf3, 0xf5,
    0x7d, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0xb9, 0xfb, 0xfc, 0xf9, 0xfa, 0xff,
    0x5c, 0xf7, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0xb2, 0xd4, 0xd6, 0xd2, 0xd3, 0xd5,
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0xb3, 0xdb, 0xdc, 0xd9, 0xda, 0x9f,
};
constexpr std::array<std::pair<unsigned char, unsigned char>, 7> kCp500 = {{{0x4a, 0x5b},
                                                                            {0x4f, 0x21},
                                                                            {0x5a, 0x5d},
                                                                            {0x5f, 0x5e},
                                                                            {0xb0, 0xa2},
                                                                            {0xba, 0xac},
                                                                            {0xbb, 0x7c}}};

unsigned char from_ebcdic(unsigned char c, bool cp500) {
  if (cp500) {
    for (const auto& [code, latin] : kCp500) {
      if (code == c) return latin;
    }
  }
  return kCp037[c];
}

std::string ebcdic_to_latin1(std::string_view bytes, bool cp500) {
  std::string out(bytes);
  for (char& c : out) c = static_cast<char>(from_ebcdic(static_cast<unsigned char>(c), cp500));
  return out;
}

std::optional<std::string> to_latin1(std::string_view utf8, char32_t limit) {
  std::string out;
  for (const char32_t c : code_points(utf8)) {
    if (c >= limit) return std::nullopt;
    out += static_cast<char>(c);
  }
  return out;
}

std::optional<std::string> latin1_to_ebcdic(std::string_view latin1, bool cp500) {
  std::array<char, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    table[from_ebcdic(static_cast<unsigned char>(c), cp500)] = static_cast<char>(c);
  }
  std::string out(latin1);
  for (char& c : out) c = table[static_cast<unsigned char>(c)];
  return out;
}

enum class Order { kLittle, kBig };

std::optional<std::string> from_utf16(std::string_view bytes, Order order, bool mark) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  std::u32string units;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    const auto a = static_cast<unsigned char>(bytes[i]),
               b = static_cast<unsigned char>(bytes[i + 1]);
    units.push_back(order == Order::kBig ? static_cast<char32_t>(a << 8 | b)
                                         : static_cast<char32_t>(b << 8 | a));
    if (mark && i == 0 && units[0] == 0xFFFE) order = Order::kBig;
    if (mark && i == 0 && (units[0] == 0xFEFF || units[0] == 0xFFFE)) units.clear();
  }
  return utf8_of(units);
}

std::string to_utf16(std::string_view utf8, Order order, bool mark) {
  std::string out;
  std::u32string units = utf16_units(utf8);
  if (mark) units.insert(units.begin(), 0xFEFF);
  for (const char32_t unit : units) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    out += order == Order::kBig ? high : low;
    out += order == Order::kBig ? low : high;
  }
  return out;
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

std::string codec_name(std::string_view name) {
  std::string out;
  for (const char c : lower_ascii(name)) {
    if (c != '-' && c != '_' && c != ' ') out += c;
  }
  if (out.ends_with("codec")) out.resize(out.size() - 5);
  return out;
}

std::optional<std::string> encode_text(std::string_view utf8, std::string_view codec) {
  const std::string name = codec_name(codec);
  if (name == "utf8" || name == "u8") return std::string(utf8);
  if (name == "ascii" || name == "usascii") return to_latin1(utf8, 0x80);
  if (name == "latin1" || name == "iso88591" || name == "l1" || name == "binary") {
    return to_latin1(utf8, 0x100);
  }
  if (name == "utf16") return to_utf16(utf8, Order::kLittle, true);
  if (name == "utf16le" || name == "ucs2") return to_utf16(utf8, Order::kLittle, false);
  if (name == "utf16be") return to_utf16(utf8, Order::kBig, false);
  if (name == "cp037" || name == "ibm037" || name == "cp500" || name == "ibm500") {
    const auto latin1 = to_latin1(utf8, 0x100);
    if (!latin1) return std::nullopt;
    return latin1_to_ebcdic(*latin1, name.ends_with("500"));
  }
  return std::nullopt;
}

std::optional<std::string> decode_text(std::string_view bytes, std::string_view codec) {
  const std::string name = codec_name(codec);
  if (name == "utf8" || name == "u8" || name == "utf8sig") {
    if (!is_utf8(bytes)) return std::nullopt;
    if (name == "utf8sig" && bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    return std::string(bytes);
  }
  if (name == "ascii" || name == "usascii") {
    if (!is_ascii(bytes)) return std::nullopt;
    return std::string(bytes);
  }
  if (name == "latin1" || name == "iso88591" || name == "l1" || name == "binary") {
    return utf8_of_latin1(bytes);
  }
  if (name == "utf16") return from_utf16(bytes, Order::kLittle, true);
  if (name == "utf16le" || name == "ucs2") return from_utf16(bytes, Order::kLittle, false);
  if (name == "utf16be") return from_utf16(bytes, Order::kBig, false);
  if (name == "cp037" || name == "ibm037" || name == "cp500" || name == "ibm500") {
    return utf8_of_latin1(ebcdic_to_latin1(bytes, name.ends_with("500")));
  }
  return std::nullopt;
}

std::optional<std::string> decode_binary(std::string_view bytes, std::string_view codec,
                                         size_t max_bytes) {
  const std::string name = codec_name(codec);
  if (name == "hex") return decode_base16(bytes, max_bytes);
  if (name == "base64") return decode_base64(bytes, max_bytes);
  if (name == "rot13") return decode_rot13(bytes);
  if (name == "zlib" || name == "zip") return inflate_any(bytes, max_bytes);
  if (name == "bz2") return decode_bz2(bytes, max_bytes);
  return std::nullopt;
}

}  // namespace cerebro::folding
