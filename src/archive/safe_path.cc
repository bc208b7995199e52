#include "archive/safe_path.h"

#include <cstdint>
#include <vector>

namespace cerebro {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Length of the well-formed UTF-8 sequence at the start of `text`, or 0 (Unicode 15, table 3-7).
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;   // no overlong forms
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;  // no surrogates
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

bool is_control(char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }

bool is_drive(std::string_view part) {
  return part.size() == 2 && part[1] == ':' && ((part[0] | 0x20) >= 'a' && (part[0] | 0x20) <= 'z');
}

}  // namespace

std::string printable_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    if (length == 0 || is_control(text[0])) {
      out += kReplacement;
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

SafePath safe_path(std::string_view raw, size_t max_bytes) {
  SafePath safe;
  if (raw.size() > max_bytes) {
    raw.remove_prefix(raw.size() - max_bytes);
    safe.shortened = true;
  }
  safe.escapes = !safe.shortened && !raw.empty() && (raw[0] == '/' || raw[0] == '\\');
  std::vector<std::string_view> parts;
  while (!raw.empty()) {
    const size_t end = std::min(raw.find_first_of("/\\"), raw.size());
    const std::string_view part = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty()) {
      parts.pop_back();
    } else if (part == ".." || (parts.empty() && is_drive(part))) {
      safe.escapes = true;
    } else {
      parts.push_back(part);
    }
  }
  for (const std::string_view part : parts) {
    if (!safe.path.empty()) safe.path += '/';
    safe.path += printable_utf8(part);
  }
  return safe;
}

}  // namespace cerebro
