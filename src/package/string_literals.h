#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

// The string literals of Python source text, for manifests that are code (setup.py, binding.gyp)
// and are scanned without a parser. Comments are skipped; adjacent literals stay apart.
struct StringLiteral {
  std::string value;  // simple escapes resolved
  size_t begin = 0;   // offset of the opening quote
  size_t end = 0;     // offset behind the closing quote
  int line = 1;
};

std::vector<StringLiteral> python_strings(std::string_view text);

// `text` without comments and with the content of literals over 64 KiB cut (a payload is neither a
// name nor a command). Lines stay as they are.
std::string condensed_python(std::string_view text);

}  // namespace cerebro
