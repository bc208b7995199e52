#pragma once

// Memory for tree-sitter: small pieces from large blocks, given back all at once when a file is
// done. tree-sitter frees a tree node by node, which takes a fifth of the time of parsing and
// leaves the C library a heap of fragments.

#include <cstdint>

namespace cerebro {

// While one lives, tree-sitter allocates from it on this thread; all that it got is gone
// afterwards, so nothing of tree-sitter's may outlive the object. Not to be nested.
class ParseMemory {
 public:
  ParseMemory();
  ~ParseMemory();
  ParseMemory(const ParseMemory&) = delete;
  ParseMemory& operator=(const ParseMemory&) = delete;

  // Bytes that were asked for since the object was made, freed ones included.
  static uint64_t requested_bytes();
};

}  // namespace cerebro
