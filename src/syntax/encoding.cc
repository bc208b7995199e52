#include "syntax/encoding.h"

#include <algorithm>
#include <cstring>

namespace cerebro {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;

bool is_high_surrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

std::string from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit_at = [&](size_t at) {
    const auto first = static_cast<uint8_t>(bytes[at]);
    const auto second = static_cast<uint8_t>(bytes[at + 1]);
    return static_cast<uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string out;
  out.reserve(bytes.size());
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    uint32_t unit = unit_at(at);
    if (is_high_surrogate(unit) && at + 3 < bytes.size() && is_low_surrogate(unit_at(at + 2))) {
      unit = 0x10000 + ((unit - 0xD800) << 10) + (unit_at(at + 2) - 0xDC00);
      at += 2;
    }
    append_utf8(out, unit);
  }
  return out;
}

// The first byte from `at` on that is no ASCII, eight at a time as long as they all are.
size_t skip_ascii(std::string_view bytes, size_t at) {
  for (uint64_t word = 0; bytes.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  while (at < bytes.size() && static_cast<uint8_t>(bytes[at]) < 0x80) ++at;
  return at;
}

}  // namespace

void append_utf8(std::string& out, uint32_t code_point) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) {
    code_point = kReplacement;
  }
  const auto push = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    push(code_point);
  } else if (code_point < 0x800) {
    push(0xC0 | code_point >> 6);
    push(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    push(0xE0 | code_point >> 12);
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  } else {
    push(0xF0 | code_point >> 18);
    push(0x80 | (code_point >> 12 & 0x3F));
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  }
}

uint32_t next_code_point(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const size_t trail = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < trail) return kMalformed;
  uint32_t code_point = lead & (0x3Fu >> trail);
  for (size_t i = 0; i < trail; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kMalformed;
    code_point = code_point << 6 | (byte(at + i) & 0x3Fu);
  }
  constexpr uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};  // a longer form is not UTF-8
  const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
  if (code_point < kSmallest[trail] || code_point > 0x10FFFF || surrogate) return kMalformed;
  at += trail;
  return code_point;
}

namespace {

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// RFC 2152: "+" begins base64 of UTF-16, "-" or another byte ends it; "+-" is a plus.
std::string from_utf7(std::string_view bytes) {
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    if (bytes[at] != '+') {
      out += bytes[at++];
      continue;
    }
    if (++at < bytes.size() && bytes[at] == '-') {
      out += '+';
      ++at;
      continue;
    }
    std::string units;
    uint32_t bits = 0;
    int count = 0;
    for (; at < bytes.size() && base64_digit(bytes[at]) >= 0; ++at) {
      bits = bits << 6 | static_cast<uint32_t>(base64_digit(bytes[at]));
      count += 6;
      if (count < 8) continue;
      count -= 8;
      units += static_cast<char>(bits >> count & 0xFF);
      bits &= (1u << count) - 1;
    }
    out += from_utf16(units, true);
    if (at < bytes.size() && bytes[at] == '-') ++at;
  }
  return out;
}

// \uXXXX and \UXXXXXXXX, and where `all` \n, \xXX and \OOO, too.
std::string from_escapes(std::string_view bytes, bool all) {
  std::string out;
  for (size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] != '\\' || at + 1 == bytes.size()) {
      append_utf8(out, static_cast<uint8_t>(bytes[at]));
      continue;
    }
    const char kind = bytes[at + 1];
    const size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : all && kind == 'x' ? 2 : 0;
    uint32_t value = 0;
    size_t end = at + 2;
    for (; end < bytes.size() && end < at + 2 + digits; ++end) {
      const char c = static_cast<char>(bytes[end] | 0x20);
      const bool letter = c >= 'a' && c <= 'f';
      if (!letter && (bytes[end] < '0' || bytes[end] > '9')) break;
      value = value << 4 | static_cast<uint32_t>(letter ? c - 'a' + 10 : bytes[end] - '0');
    }
    if (digits > 0 && end == at + 2 + digits) {
      append_utf8(out, value);
      at = end - 1;
    } else if (all && kind == 'n') {
      out += '\n';
      ++at;
    } else if (all && kind >= '0' && kind <= '7') {
      for (end = at + 1;
           end < bytes.size() && end < at + 4 && bytes[end] >= '0' && bytes[end] <= '7'; ++end) {
        value = value * 8 + static_cast<uint32_t>(bytes[end] - '0');
      }
      append_utf8(out, value);
      at = end - 1;
    } else {
      out += bytes[at];
    }
  }
  return out;
}

// The encoding that one of the first two lines names (PEP 263), in lower case with '_', or "".
std::string named_encoding(std::string_view bytes) {
  for (int line = 0; line < 2 && !bytes.empty(); ++line) {
    const size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    const std::string_view text = bytes.substr(0, end);
    bytes.remove_prefix(std::min(bytes.size(), end + 1));
    if (bytes.starts_with('\n')) bytes.remove_prefix(1);
    const size_t hash = text.find_first_not_of(" \t\f");
    if (hash == text.npos) continue;
    if (text[hash] != '#') return {};
    size_t at = text.find("coding", hash);
    if (at == text.npos || at + 6 >= text.size()) continue;
    at += 6;
    if (text[at] != ':' && text[at] != '=') continue;
    at = text.find_first_not_of(" \t", at + 1);
    std::string name;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      const bool upper = c >= 'A' && c <= 'Z';
      const bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!plain && c != '-' && c != '_' && c != '.') break;
      name += upper ? static_cast<char>(c | 0x20) : c == '-' ? '_' : c;
    }
    return name;
  }
  return {};
}

}  // namespace

DecodedText python_to_utf8(std::string_view bytes) {
  const std::string name = named_encoding(bytes);
  if (name == "utf_7" || name == "utf7" || name == "u7" || name == "unicode_1_1_utf_7") {
    return {from_utf7(bytes), true};
  }
  if (name == "unicode_escape" || name == "unicodeescape") return {from_escapes(bytes, true), true};
  if (name == "raw_unicode_escape") return {from_escapes(bytes, false), true};
  return to_utf8(bytes);
}

DecodedText to_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return {from_utf16(bytes.substr(2), false), true};
  if (bytes.starts_with("\xFE\xFF")) return {from_utf16(bytes.substr(2), true), true};
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);

  DecodedText text;
  size_t copied = 0;
  for (size_t at = 0; at < bytes.size();) {
    at = skip_ascii(bytes, at);
    if (at == bytes.size()) break;
    const size_t begin = at;
    if (next_code_point(bytes, at) != kMalformed) continue;
    text.utf8.append(bytes, copied, begin - copied);
    append_utf8(text.utf8, static_cast<uint8_t>(bytes[begin]));
    copied = at;
    text.converted = true;
  }
  text.utf8.append(bytes, copied);
  return text;
}

}  // namespace cerebro
