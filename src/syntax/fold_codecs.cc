// Python's codecs: between text and bytes, and between bytes and bytes.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "syntax/decode.h"
#include "syntax/fold_text.h"
#include "syntax/python_literal.h"

namespace cerebro::folding {
namespace {

// --- EBCDIC, as Unicode's CP037.TXT and its kin map it

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

struct Difference {
  unsigned char byte;
  char16_t code;
};
// Where the other pages differ from CP037.
constexpr Difference kCp500[] = {{0x4a, 0x5b}, {0x4f, 0x21}, {0x5a, 0x5d}, {0x5f, 0x5e},
                                 {0xb0, 0xa2}, {0xba, 0xac}, {0xbb, 0x7c}};
constexpr Difference kCp273[] = {
    {0x43, 0x7b}, {0x4a, 0xc4}, {0x4f, 0x21},   {0x59, 0x7e}, {0x5a, 0xdc}, {0x5f, 0x5e},
    {0x63, 0x5b}, {0x6a, 0xf6}, {0x7c, 0xa7},   {0xa1, 0xdf}, {0xb0, 0xa2}, {0xb5, 0x40},
    {0xba, 0xac}, {0xbb, 0x7c}, {0xbc, 0x203e}, {0xc0, 0xe4}, {0xcc, 0xa6}, {0xd0, 0xfc},
    {0xdc, 0x7d}, {0xe0, 0xd6}, {0xec, 0x5c},   {0xfc, 0x5d}};
constexpr Difference kCp1026[] = {
    {0x48, 0x7b},  {0x4a, 0xc7},  {0x4f, 0x21},  {0x5a, 0x11e}, {0x5b, 0x130}, {0x5f, 0x5e},
    {0x68, 0x5b},  {0x6a, 0x15f}, {0x79, 0x131}, {0x7b, 0xd6},  {0x7c, 0x15e}, {0x7f, 0xdc},
    {0x8c, 0x7d},  {0x8d, 0x60},  {0x8e, 0xa6},  {0xa1, 0xf6},  {0xac, 0x5d},  {0xad, 0x24},
    {0xae, 0x40},  {0xb0, 0xa2},  {0xba, 0xac},  {0xbb, 0x7c},  {0xc0, 0xe7},  {0xcc, 0x7e},
    {0xd0, 0x11f}, {0xdc, 0x5c},  {0xe0, 0xfc},  {0xec, 0x23},  {0xfc, 0x22}};
constexpr Difference kCp1140[] = {{0x9f, 0x20ac}};

struct Page {
  std::string_view number;
  std::span<const Difference> differences;
};
constexpr Page kPages[] = {
    {"037", {}}, {"500", kCp500}, {"273", kCp273}, {"1026", kCp1026}, {"1140", kCp1140}};

// "cp500" and "ibm500" are one page.
const Page* ebcdic_page(std::string_view name) {
  if (!name.starts_with("cp") && !name.starts_with("ibm")) return nullptr;
  name.remove_prefix(name[0] == 'c' ? 2 : 3);
  for (const Page& page : kPages) {
    if (page.number == name) return &page;
  }
  return nullptr;
}

std::array<char16_t, 256> codes_of(const Page& page) {
  std::array<char16_t, 256> codes;
  std::copy(kCp037.begin(), kCp037.end(), codes.begin());
  for (const Difference& row : page.differences) codes[row.byte] = row.code;
  return codes;
}

std::string from_ebcdic(std::string_view bytes, const Page& page) {
  const std::array<char16_t, 256> codes = codes_of(page);
  std::string out;
  for (const char c : bytes) append_utf8(out, codes[static_cast<unsigned char>(c)]);
  return out;
}

std::optional<std::string> to_ebcdic(std::string_view utf8, const Page& page) {
  const std::array<char16_t, 256> codes = codes_of(page);
  std::string out;
  for (const char32_t c : code_points(utf8)) {
    const auto hit = std::find(codes.begin(), codes.end(), c);
    if (hit == codes.end()) return std::nullopt;
    out += static_cast<char>(hit - codes.begin());
  }
  return out;
}

// --- Unicode's encodings

std::optional<std::string> to_latin1(std::string_view utf8, char32_t limit) {
  std::string out;
  for (const char32_t c : code_points(utf8)) {
    if (c >= limit) return std::nullopt;
    out += static_cast<char>(c);
  }
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

std::optional<std::string> from_utf32(std::string_view bytes, Order order, bool mark) {
  if (bytes.size() % 4 != 0) return std::nullopt;
  std::u32string codes;
  for (size_t i = 0; i < bytes.size(); i += 4) {
    char32_t code = 0;
    for (size_t k = 0; k < 4; ++k) {
      const size_t at = i + (order == Order::kBig ? k : 3 - k);
      code = code << 8 | static_cast<unsigned char>(bytes[at]);
    }
    if (mark && i == 0 && code == 0xFFFE0000)
      return from_utf32(bytes.substr(4), Order::kBig, false);
    if (mark && i == 0 && code == 0xFEFF) continue;
    if (code > 0x10FFFF) return std::nullopt;
    codes.push_back(code);
  }
  return utf8_of(codes);
}

// RFC 2152: +base64 of UTF-16BE-; "+-" is a plus.
std::optional<std::string> from_utf7(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '+') {
      out += bytes[i];
      continue;
    }
    size_t end = i + 1;
    const auto is_digit = [](char c) {
      return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
             c == '/';
    };
    while (end < bytes.size() && is_digit(bytes[end])) ++end;
    if (end == i + 1) {
      out += '+';
    } else {
      auto units = decode_base64(bytes.substr(i + 1, end - i - 1), bytes.size());
      if (!units) return std::nullopt;
      units->resize(units->size() / 2 * 2);
      out += from_utf16(*units, Order::kBig, false).value_or("");
    }
    i = end < bytes.size() && bytes[end] == '-' ? end : end - 1;
  }
  return out;
}

// RFC 3492, section 6.2.
std::optional<std::string> from_punycode(std::string_view bytes) {
  constexpr uint32_t kBase = 36, kLow = 1, kHigh = 26, kSkew = 38, kDamp = 700;
  constexpr size_t kLongest = 4096;  // inserting is quadratic
  const size_t dash = bytes.rfind('-');
  const std::string_view basic = dash == bytes.npos ? "" : bytes.substr(0, dash);
  std::string_view rest = dash == bytes.npos ? bytes : bytes.substr(dash + 1);
  if (!is_ascii(basic)) return std::nullopt;
  if (rest.empty()) return std::string(basic);
  if (bytes.size() > kLongest) return std::nullopt;
  std::u32string out(basic.begin(), basic.end());
  uint32_t code = 128, place = 0, bias = 72;
  while (!rest.empty()) {
    const uint32_t old = place;
    uint32_t weight = 1;
    for (uint32_t k = kBase;; k += kBase) {
      if (rest.empty()) return std::nullopt;
      const char c = static_cast<char>(rest[0] | 0x20);
      const bool letter = c >= 'a' && c <= 'z';
      if (!letter && !(rest[0] >= '0' && rest[0] <= '9')) return std::nullopt;
      const auto digit = static_cast<uint32_t>(letter ? c - 'a' : rest[0] - '0' + 26);
      rest.remove_prefix(1);
      uint32_t step = 0;
      if (__builtin_mul_overflow(digit, weight, &step) ||
          __builtin_add_overflow(place, step, &place)) {
        return std::nullopt;
      }
      const uint32_t limit = k <= bias ? kLow : k >= bias + kHigh ? kHigh : k - bias;
      if (digit < limit) break;
      if (__builtin_mul_overflow(weight, kBase - limit, &weight)) return std::nullopt;
    }
    const auto count = static_cast<uint32_t>(out.size() + 1);
    uint32_t delta = old == 0 ? place / kDamp : (place - old) / 2;
    delta += delta / count;
    uint32_t k = 0;
    for (; delta > (kBase - kLow) * kHigh / 2; k += kBase) delta /= kBase - kLow;
    bias = k + (kBase - kLow + 1) * delta / (delta + kSkew);
    code += place / count;
    place %= count;
    if (code > 0x10FFFF) return std::nullopt;
    out.insert(place, 1, static_cast<char32_t>(code));
    ++place;
  }
  return utf8_of(out);
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

// Pages that hold ASCII where ASCII has it: enough for code, whose other bytes are comments.
constexpr std::string_view kAsciiPages[] = {
    "ascii",  "usascii",  "646",     "cp1250",   "cp1251",      "cp1252",      "cp1253",
    "cp1254", "cp1255",   "cp1256",  "cp1257",   "cp1258",      "cp437",       "cp850",
    "cp852",  "cp866",    "cp874",   "cp932",    "cp936",       "cp949",       "cp950",
    "gb2312", "gbk",      "gb18030", "big5",     "shiftjis",    "sjis",        "eucjp",
    "euckr",  "koi8r",    "koi8u",   "iso88592", "iso88595",    "iso88599",    "iso885915",
    "latin2", "macroman", "ansi",    "mbcs",     "windows1252", "windows1251", "idna"};

bool is_ascii_page(std::string_view name) {
  return std::find(std::begin(kAsciiPages), std::end(kAsciiPages), name) != std::end(kAsciiPages);
}

bool is_latin1(std::string_view name) {
  return name == "latin1" || name == "latin" || name == "iso88591" || name == "l1" ||
         name == "binary" || name == "8859" || name == "cp819" || name == "charmap";
}

}  // namespace

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
  if (name == "utf8" || name == "u8" || name == "utf") return std::string(utf8);
  if (is_ascii_page(name)) return to_latin1(utf8, 0x80);
  if (is_latin1(name)) return to_latin1(utf8, 0x100);
  if (name == "rawunicodeescape") return to_latin1(utf8, 0x100);
  if (name == "utf16" || name == "u16") return to_utf16(utf8, Order::kLittle, true);
  if (name == "utf16le" || name == "ucs2") return to_utf16(utf8, Order::kLittle, false);
  if (name == "utf16be") return to_utf16(utf8, Order::kBig, false);
  if (const Page* page = ebcdic_page(name)) return to_ebcdic(utf8, *page);
  return std::nullopt;
}

std::optional<std::string> decode_text(std::string_view bytes, std::string_view codec) {
  const std::string name = codec_name(codec);
  if (name == "utf8" || name == "u8" || name == "utf" || name == "utf8sig") {
    if (!is_utf8(bytes)) return std::nullopt;
    if (name == "utf8sig" && bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    return std::string(bytes);
  }
  if (is_ascii_page(name)) {
    if (!is_ascii(bytes)) return std::nullopt;
    return std::string(bytes);
  }
  if (is_latin1(name)) return utf8_of_latin1(bytes);
  if (name == "utf16" || name == "u16") return from_utf16(bytes, Order::kLittle, true);
  if (name == "utf16le" || name == "ucs2") return from_utf16(bytes, Order::kLittle, false);
  if (name == "utf16be") return from_utf16(bytes, Order::kBig, false);
  if (name == "utf32" || name == "u32") return from_utf32(bytes, Order::kLittle, true);
  if (name == "utf32le") return from_utf32(bytes, Order::kLittle, false);
  if (name == "utf32be") return from_utf32(bytes, Order::kBig, false);
  if (name == "utf7" || name == "u7") return from_utf7(bytes);
  if (name == "punycode") return from_punycode(bytes);
  if (name == "unicodeescape" || name == "rawunicodeescape" || name == "stringescape") {
    return decode_python_text(utf8_of_latin1(bytes), false, false);
  }
  if (const Page* page = ebcdic_page(name)) return from_ebcdic(bytes, *page);
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
  if (name == "uu") return decode_uu(bytes, max_bytes);
  if (name == "quopri" || name == "quotedprintable") {
    return decode_quoted_printable(bytes, max_bytes);
  }
  return std::nullopt;
}

}  // namespace cerebro::folding
