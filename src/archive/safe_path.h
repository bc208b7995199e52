#pragma once

// Names inside an archive are the attacker's. These functions turn them into names that are safe
// to print, compare and join.

#include <string>
#include <string_view>

namespace cerebro {

struct SafePath {
  std::string path;        // relative, '/' separated, valid UTF-8, no control characters
  bool escapes = false;    // it was absolute, or climbed out of the root
  bool shortened = false;  // it was longer than the limit; the end (with the extension) is kept
};

SafePath safe_path(std::string_view raw, size_t max_bytes);

// `text` with each invalid UTF-8 sequence and each control character replaced by U+FFFD.
std::string printable_utf8(std::string_view text);

}  // namespace cerebro
