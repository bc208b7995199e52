#include "syntax/encoding.h"

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
