#pragma once

// Constant folding and propagation over one module, on demand, memoised, bounded by
// Limits::fold_*. Both languages share the evaluator; what a builtin does is a row of a table
// keyed by its dotted path ("base64.b64decode", "str.join", "globalThis.atob").

#include <cstdint>
#include <memory>

#include "syntax/scope.h"
#include "syntax/value.h"

namespace cerebro {

// What the files of one package may still take together.
struct FoldBudget {
  uint64_t machine_steps = 0;  // of JavaScript that is run
};

class Folder {
 public:
  // `budget`, when given, is shared by the folders of a package and outlives them.
  Folder(const Module& module, const Scopes& scopes, const StringPool& pool, const Limits& limits,
         FoldBudget* budget = nullptr);
  ~Folder();
  Folder(Folder&&) noexcept;

  // The value of an expression node. The reference stays valid for the Folder's life.
  const Value& fold(NodeId expression);

  // True once a budget was hit; the caller makes a kFoldLimit note.
  bool exhausted() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cerebro
