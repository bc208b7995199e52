#include "syntax/lower_javascript.h"

#include <algorithm>

#include "syntax/javascript_text.h"

namespace cerebro {

JavaScriptLowering::JavaScriptLowering(TSNode root, Builder& builder)
    : builder_(builder),
      syntax_(SyntaxTable::of(ts_tree_language(root.tree))),
      source_(builder.module().source),
      cursor_(ts_tree_cursor_new(root)) {}

JavaScriptLowering::~JavaScriptLowering() { ts_tree_cursor_delete(&cursor_); }

JavaScriptLowering::Parts::Parts(JavaScriptLowering& lowering)
    : stack_(lowering.stack_), begin_(stack_.size()) {}

JavaScriptLowering::Parts::Parts(JavaScriptLowering& lowering, TSNode parent, uint8_t keep)
    : Parts(lowering) {
  TSTreeCursor& cursor = lowering.cursor_;
  ts_tree_cursor_reset(&cursor, parent);
  for (bool more = ts_tree_cursor_goto_first_child(&cursor); more;
       more = ts_tree_cursor_goto_next_sibling(&cursor)) {
    const Part part = lowering.part(ts_tree_cursor_current_node(&cursor));
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

NodeId JavaScriptLowering::program(TSNode root) {
  List list;
  statements(root, list);
  return builder_.add(NodeKind::kBlock, 0, static_cast<uint32_t>(source_.size()), {}, list);
}

void lower_javascript(TSNode root, Builder& builder) {
  JavaScriptLowering lowering(root, builder);
  builder.module().root = lowering.program(root);
}

}  // namespace cerebro
