#pragma once

// Signs that need no meaning, only a look at the text: long or encoded strings, invisible
// characters, mangled names, code pushed off the screen (features E3 and E4).

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/catalogue.h"
#include "syntax/ir.h"

namespace cerebro {

// Behaviours of one string. `written` is the literal as it stands in the source (for escapes).
void classify_shape(std::string_view text, std::string_view written, std::vector<BehaviourId>& out);

// Printable text inside a base64 string; empty when there is none.
std::string readable_base64(std::string_view text);

// A sentence for people that may name a command or an address ("not found. Run: curl ..."), as
// against a command line.
bool is_prose(std::string_view text);

// What feature tests evaluate: "", "return this".
bool is_feature_test(std::string_view code);

struct TextSign {
  BehaviourId behaviour;
  uint32_t offset;  // in the module's source
};

// Signs of a whole file: mangled names, hidden lines, invisible characters.
std::vector<TextSign> file_signs(const Module& module, const StringPool& pool);

}  // namespace cerebro
