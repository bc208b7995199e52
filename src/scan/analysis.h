#pragma once

// The steps from bytes to behaviour sequence for one package, kept together so that every step can
// be dumped and explained.

#include <memory>
#include <vector>

#include "archive/file_tree.h"
#include "behaviour/extract.h"
#include "package/package.h"
#include "resolve/resolver.h"
#include "sequence/sequence.h"

namespace cerebro {

struct Analysis {
  Limits limits;  // of this package: budgets in proportion to what was read
  FileTree tree;
  Package package;
  StringPool pool;
  std::unique_ptr<Resolver> resolver;
  std::vector<FunctionId> entry_functions;  // by package.entries
  Behaviours behaviours;
  Sequence sequence;
  std::vector<Note> notes;  // of all steps, sorted
  uint64_t parsed_bytes = 0;
};

// Never fails: what could not be read is in `notes`. Needs a deep stack: call it through
// with_deep_stack (scan/deep_stack.h).
std::unique_ptr<Analysis> analyse(FileTree tree, const Limits& limits,
                                  const SequenceOptions& options = {});

}  // namespace cerebro
