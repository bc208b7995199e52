#include "syntax/lower_javascript.h"

#include <algorithm>

#include "syntax/javascript_text.h"

namespace cerebro {

JavaScriptLowering::JavaScriptLowering(const TSLanguage* grammar,
                                       std::span<const CerebroFlatNode> tree, Builder& builder)
    : builder_(builder),
      syntax_(SyntaxTable::of(grammar)),
      source_(builder.module().source),
      tree_(tree) {}

JavaScriptLowering::Parts::Parts(JavaScriptLowering& lowering)
    : stack_(lowering.stack_), begin_(stack_.size()) {}

JavaScriptLowering::Parts::Parts(JavaScriptLowering& lowering, FlatId parent, uint8_t keep)
    : Parts(lowering) {
  if (parent == kNoFlat) return;
  // The children come from the last to the first.
  const auto first_error = static_cast<std::ptrdiff_t>(lowering.errors_.size());
  const CerebroFlatNode* const tree = lowering.tree_.data();
  const FlatId first = tree[parent].first;
  for (FlatId next = parent; next > first;) {
    const FlatId child = next - 1;
    next = tree[child].first;
    const Part part = lowering.part(child);
    if (part.syntax == Syntax::kIgnored) continue;
    if (part.syntax == Syntax::kComma) {
      if (!(keep & kCommas)) continue;
    } else if (is_token(part.syntax)) {
      if (!(keep & kTokens)) continue;
    } else if (part.syntax == Syntax::kError && !(keep & kErrors)) {
      lowering.set_aside(part.node);
      continue;
    }
    push(part);
  }
  std::reverse(stack_.end() - static_cast<std::ptrdiff_t>(size_), stack_.end());
  std::reverse(lowering.errors_.begin() + first_error, lowering.errors_.end());
}

JavaScriptLowering::Part JavaScriptLowering::first_child(const Part& parent) const {
  if (parent.node == kNoFlat) return {};
  FlatId child = kNoFlat;
  for (FlatId next = parent.node; next > tree_[parent.node].first;) {
    child = next - 1;
    next = tree_[child].first;
  }
  return child == kNoFlat ? Part{} : part(child);
}

JavaScriptLowering::Part JavaScriptLowering::Parts::find(Syntax syntax) const {
  for (size_t i = 0; i < size_; ++i) {
    if (stack_[begin_ + i].syntax == syntax) return stack_[begin_ + i];
  }
  return {};
}

std::string_view JavaScriptLowering::text(const Part& part) const {
  return part ? source_.substr(part.begin(), part.end() - part.begin()) : std::string_view();
}

std::string_view JavaScriptLowering::keep(const std::string& text) {
  return builder_.pool().text(builder_.pool().intern(text));
}

std::string_view JavaScriptLowering::identifier(const Part& part) {
  const std::string_view raw = text(part);
  const bool plain = std::all_of(raw.begin(), raw.end(), [](char c) { return c > 0 && c != '\\'; });
  return plain ? raw : keep(unescape_identifier(raw));
}

std::string_view JavaScriptLowering::string_value(const Part& part) {
  std::string_view raw = text(part);
  if (raw.empty()) return {};
  const char quote = raw.front();
  raw.remove_prefix(1);
  if (raw.ends_with(quote)) raw.remove_suffix(1);
  return raw.find('\\') == std::string_view::npos ? raw : keep(unescape_javascript(raw));
}

NodeId JavaScriptLowering::program() {
  List list;
  statements(static_cast<FlatId>(tree_.size() - 1), list);
  return builder_.add(NodeKind::kBlock, 0, static_cast<uint32_t>(source_.size()), {}, list);
}

void lower_javascript(const TSLanguage* grammar, std::span<const CerebroFlatNode> tree,
                      Builder& builder) {
  JavaScriptLowering lowering(grammar, tree, builder);
  builder.module().root = lowering.program();
}

}  // namespace cerebro
