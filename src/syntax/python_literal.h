#pragma once

// Python's string literals as text: prefixes, quotes and escapes. Pure functions.

#include <string>
#include <string_view>

namespace cerebro {

struct PythonLiteral {
  std::string_view body;   // between the quotes, escapes unresolved
  size_t body_offset = 0;  // of `body` in the literal
  bool bytes = false, raw = false, format = false;
  bool backquoted = false;  // Python 2 `x`, which is repr(x)
};

// Splits a literal such as rb'''...''' into its parts. An unterminated literal loses no text.
PythonLiteral split_python_literal(std::string_view literal);

// Resolves escapes, and line ends to '\n'. A str becomes UTF-8, with U+FFFD for what UTF-8 cannot
// hold (lone surrogates) and for \N{...}; bytes stay bytes; unknown escapes stay as written.
std::string decode_python_text(std::string_view body, bool bytes, bool raw);

// As above for the constant text of an f-string, where {{ and }} stand for braces.
std::string decode_python_format_text(std::string_view body, bool raw);

}  // namespace cerebro
