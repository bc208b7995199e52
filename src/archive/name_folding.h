#pragma once

// Which paths are one file to a file system that ignores case (Windows, macOS) or normalises names
// (macOS): README and readme, U+00E9 and e + U+0301, the ligature fi and fi.

#include <string>
#include <string_view>

namespace cerebro {

// The path by compatibility decomposition and case folding, without the blanks and dots at the end
// of a part, which Windows drops. `path` is valid UTF-8. Equal results: perhaps one file.
std::string fold_name(std::string_view path);

}  // namespace cerebro
