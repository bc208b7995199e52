#pragma once

// Where JavaScript sees the end of a line or a comment and the grammars do not. Whoever knows that
// hides code there: Node runs `<!-- x` + CR + `f()`, and in `a<!--` + "`" it sees a comment, but a
// reader that does not sees a template that goes on to the next "`".

#include <cstdint>
#include <span>
#include <string>

#include "syntax/flat_tree.h"

namespace cerebro {

// Makes the ends of lines (ECMA-262, 12.3) those of the grammars, without moving a byte: a carriage
// return alone, and U+2028 or U+2029 behind #!, become a line feed. NUL, which ends the text for
// some rules of the grammars, becomes U+0001.
void normalise_javascript_lines(std::string& source);

// A carriage return alone is the end of a line to Python too.
void normalise_line_ends(std::string& source);

// What Annex B.1.1 of ECMA-262 calls a comment in scripts, read as operators: "<!--" behind an
// expression, "-->" at the beginning of a line behind one. Returns where the first is, or npos. Not
// for modules, which have no such comments.
size_t find_html_comment(std::string_view source, std::span<const CerebroFlatNode> tree);

// Takes the comment at `at` out. What it holds is put at the end of the text, as lines of their
// own, for it would be code in a module.
void remove_html_comment(std::string& source, size_t at);

}  // namespace cerebro
