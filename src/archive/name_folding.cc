#include "archive/name_folding.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace cerebro {
namespace {

struct Folding {
  uint32_t code_point;
  std::string_view text;
};
constexpr Folding kFoldings[] = {
#include "name_foldings.inc"
};

// The code point that starts at path[at], and its bytes.
uint32_t code_point_at(std::string_view path, size_t at, size_t& bytes) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(at + i < path.size() ? static_cast<uint8_t>(path[at + i]) : 0);
  };
  const uint32_t lead = byte(0);
  bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  bytes = std::min(bytes, path.size() - at);
  uint32_t code = lead < 0x80 ? lead : lead & (0xFFU >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) code = code << 6 | (byte(i) & 0x3F);
  return code;
}

void end_part(std::string& folded) {
  while (!folded.empty() && (folded.back() == '.' || folded.back() == ' ')) folded.pop_back();
}

}  // namespace

std::string fold_name(std::string_view path) {
  std::string folded;
  folded.reserve(path.size());
  for (size_t at = 0; at < path.size();) {
    const char c = path[at];
    if (static_cast<uint8_t>(c) < 0x80) {
      if (c == '/') end_part(folded);
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
      ++at;
      continue;
    }
    size_t bytes = 1;
    const uint32_t code = code_point_at(path, at, bytes);
    const auto row =
        std::lower_bound(std::begin(kFoldings), std::end(kFoldings), code,
                         [](const Folding& of, uint32_t wanted) { return of.code_point < wanted; });
    const bool found = row != std::end(kFoldings) && row->code_point == code;
    folded += found ? row->text : path.substr(at, bytes);
    at += bytes;
  }
  end_part(folded);
  return folded;
}

}  // namespace cerebro
