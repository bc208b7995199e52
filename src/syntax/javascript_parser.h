#pragma once

// JavaScript (ECMAScript 2024, scripts and modules) to the tree that tree-sitter's grammar gives
// it, several times as fast and without tree-sitter's memory: a recursive descent that writes each
// node once. It reads only what it is sure of. JSX, decorators, HTML-like comments, escapes in
// names and other rare things, all syntax errors, and what the grammar reads otherwise than the
// language (it has several readings of one text and may choose the wrong one) are left to
// tree-sitter.

#include <string>

#include "syntax/flat_buffer.h"

namespace cerebro {

// In one thing the tree differs: in an async function `await (x)`, `await [x]`, `await -x` and the
// like await, where tree-sitter as often as not calls, indexes or calculates with a variable of
// that name.
//
// Writes the tree of `source`, which is UTF-8, to `tree`: what cerebro_flatten writes of
// tree-sitter's tree, which then has no errors. False: not read; `tree` has nothing of use, and
// `refused_at` is about where it gave up (a byte). Recurses at most `max_depth` levels of nesting,
// each about a kilobyte of stack.
bool parse_javascript(const std::string& source, int max_depth, FlatBuffer& tree,
                      uint32_t* refused_at = nullptr);

}  // namespace cerebro
