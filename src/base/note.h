#pragma once

// Diagnostics about an input: what was odd, what was cut, what could not be read. Notes travel in
// results and reports; nothing is skipped in silence. The rows are in codes.def.

#include <compare>
#include <string>
#include <string_view>

namespace cerebro {

enum class Code {
#define CODE(enumerator, number, slug, unread, sentence) enumerator = number,
#include "base/codes.def"
#undef CODE
};

struct CodeInfo {
  Code code;
  std::string_view slug;      // "archive.truncated"
  bool unread;                // something was not read: never call the package clean
  std::string_view sentence;  // for people
};

const CodeInfo& info(Code code);
std::string number(Code code);  // "E0102"

struct Note {
  Code code;
  std::string message;  // specifics, one line; the general sentence is in info(code)
  std::string file;     // path inside the package, may be empty

  auto operator<=>(const Note&) const = default;
};

}  // namespace cerebro
