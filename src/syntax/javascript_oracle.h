#pragma once

// For tests and fuzzing: the parser of javascript_parser.h beside tree-sitter, which it must equal.
// Where an `await` is known to be read otherwise, tree-sitter gets `void`, which stands in the same
// place in an expression, and the trees are equal but for the word. At the beginning of a statement
// tree-sitter takes `using` for that of a declaration even where no name follows; ours reads it as
// a name or not at all, so tree-sitter gets another name of that length. So it does for a reserved
// word that is a name in an import or export, which is an error to it.

#include <cstdint>
#include <string>

namespace cerebro {

struct ParserComparison {
  bool read = false;        // the parser read the source; otherwise nothing is compared
  uint32_t refused_at = 0;  // where it gave up, if it did
  size_t awaits = 0;        // that are compared so
  size_t nodes = 0;
  // The first difference: offset, and the nodes by kind and bytes. Empty if the trees are equal and
  // tree-sitter saw no error.
  std::string difference;
};

// `source` is UTF-8.
ParserComparison compare_javascript_parsers(const std::string& source, int max_depth);

}  // namespace cerebro
