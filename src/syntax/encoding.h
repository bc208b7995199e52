#pragma once

// Bytes of a source file to UTF-8, the way interpreters read them.

#include <cstdint>
#include <string>
#include <string_view>

namespace cerebro {

struct DecodedText {
  std::string utf8;        // without byte-order mark
  bool converted = false;  // the bytes were not UTF-8
};

// A byte-order mark decides between UTF-8 and UTF-16. Without one the text is UTF-8, and every byte
// that cannot be is read as Latin-1, so that one stray byte does not garble the rest.
DecodedText to_utf8(std::string_view bytes);

// The same for a Python file, which may name an encoding in which ASCII means other text (PEP 263):
// UTF-7 and the escapes of string literals.
DecodedText python_to_utf8(std::string_view bytes);

// Appends one code point; surrogates and what is no code point become U+FFFD.
void append_utf8(std::string& out, uint32_t code_point);

// Reads the code point at text[at], which must exist, and moves `at` behind it. Malformed bytes are
// read one at a time as kMalformed.
constexpr uint32_t kMalformed = 0xFFFFFFFF;
uint32_t next_code_point(std::string_view text, size_t& at);

}  // namespace cerebro
