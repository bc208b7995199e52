#pragma once

// One adapter per grammar: fills module.nodes and module.root from module.source.
// parse.cc runs tree-sitter (ts_parser), notes syntax errors, and calls these.

#include <tree_sitter/api.h>

#include <span>

#include "syntax/builder.h"
#include "syntax/flat_tree.h"

namespace cerebro {

// Also TypeScript and TSX; types are dropped. `tree` is not empty.
void lower_javascript(const TSLanguage* grammar, std::span<const CerebroFlatNode> tree,
                      Builder& builder);
void lower_python(TSNode root, Builder& builder);
void lower_shell(TSNode root, Builder& builder);

// Batch, PowerShell and Visual Basic are read without a grammar.
void lower_windows(Language language, Builder& builder);

}  // namespace cerebro
