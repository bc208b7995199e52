#include "report/printable.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>

namespace cerebro {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

struct Range {
  char32_t first, last;
};

// Unicode 15: controls (Cc), format characters (Cf) that hide or reorder text, line separators,
// tag characters and private use.
constexpr Range kHidden[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},        {0xAD, 0xAD},     {0x061C, 0x061C}, {0x115F, 0x1160},
    {0x180B, 0x180F},   {0x200B, 0x200F},    {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
    {0xE000, 0xF8FF},   {0xFE00, 0xFE0F},    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB},
    {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
};

// Decodes one code point and removes it; one byte and kInvalid when it is not UTF-8 (RFC 3629).
char32_t take(std::string_view& bytes) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t lead = byte(0);
  const size_t size = lead < 0x80   ? 1
                      : lead < 0xC2 ? 0
                      : lead < 0xE0 ? 2
                      : lead < 0xF0 ? 3
                      : lead < 0xF5 ? 4
                                    : 0;
  static constexpr uint8_t kLeadBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  char32_t code = kInvalid;
  if (size > 0 && size <= bytes.size()) {
    code = lead & kLeadBits[size];
    for (size_t i = 1; i < size && code != kInvalid; ++i) {
      code = (byte(i) & 0xC0) == 0x80 ? code << 6 | (byte(i) & 0x3F) : kInvalid;
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < kSmallest[size] || code > 0x10FFFF || surrogate) code = kInvalid;
  }
  bytes.remove_prefix(code == kInvalid ? 1 : size);
  return code;
}

std::string escape(char32_t code) {
  char text[16];
  std::snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : "\\u{%x}",
                static_cast<unsigned>(code));
  return text;
}

bool is_hidden(char32_t code) {
  return std::any_of(std::begin(kHidden), std::end(kHidden),
                     [&](const Range& range) { return code >= range.first && code <= range.last; });
}

// UTF-16, as JSON has it (RFC 8259, section 7).
void append_json_escape(char32_t code, std::string& out) {
  char text[16];
  if (code >= 0x10000) {
    code -= 0x10000;
    std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(0xD800 + (code >> 10)));
    out += text;
    code = 0xDC00 + (code & 0x3FF);
  }
  std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(code));
  out += text;
}

}  // namespace

std::string printable_json(std::string json) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) < 0x7F; };
  if (std::all_of(json.begin(), json.end(), plain)) return json;  // controls are escaped already
  std::string out;
  out.reserve(json.size());
  for (std::string_view rest = json; !rest.empty();) {
    if (plain(rest[0])) {
      out += rest[0];
      rest.remove_prefix(1);
      continue;
    }
    const std::string_view before = rest;
    const char32_t code = take(rest);
    if (code != kInvalid && is_hidden(code)) {
      append_json_escape(code, out);
    } else {
      out += before.substr(0, before.size() - rest.size());
    }
  }
  return out;
}

std::string printable(std::string_view bytes, size_t columns) {
  std::string out;
  size_t used = 0, cut = 0;  // `cut`: where the text ends if an ellipsis must follow
  while (!bytes.empty()) {
    const std::string_view before = bytes;
    const char32_t code = take(bytes);
    std::string piece(before.substr(0, before.size() - bytes.size()));
    size_t width = 1;
    if (code == kInvalid || is_hidden(code)) {
      piece = escape(code == kInvalid ? static_cast<uint8_t>(before[0]) : code);
      width = piece.size();
    }
    if (used + width > columns) return out.substr(0, cut) + "…";
    out += piece;
    used += width;
    if (used < columns) cut = out.size();
  }
  return out;
}

}  // namespace cerebro
