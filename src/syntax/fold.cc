#include "syntax/fold.h"

#include "syntax/fold_internal.h"

namespace cerebro {

struct Folder::Impl {
  folding::Evaluator evaluator;
};

Folder::Folder(const Module& module, const Scopes& scopes, const StringPool& pool,
               const Limits& limits, FoldBudget* budget)
    : impl_(new Impl{folding::Evaluator(module, scopes, pool, limits, budget)}) {}
Folder::~Folder() = default;
Folder::Folder(Folder&&) noexcept = default;

const Value& Folder::fold(NodeId expression) { return impl_->evaluator.fold(expression); }
bool Folder::exhausted() const { return impl_->evaluator.exhausted(); }

}  // namespace cerebro
