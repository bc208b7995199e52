#pragma once

// The frame of an adapter: the walk, the nodes under construction, and what was found where it does
// not belong. Every method that lowers a node is called with the walk on that node and leaves it
// there.

#include <string_view>

#include "syntax/tree_walk.h"

namespace cerebro {

// Derived has statements(NodeList&), which lowers everything below the node.
template <class Derived, class NodeKindOfGrammar>
class TreeLowering {
 protected:
  using Kind = NodeKindOfGrammar;

  TreeLowering(TSNode root, const SymbolTable<Kind>& symbols, Builder& builder)
      : builder_(builder), walk_(root, symbols) {}

  // Calls f(kind) for each child, with the walk on it. Comments are passed over; so are errors,
  // after salvaging what they hold.
  template <class F>
  void each(F f) {
    if (!walk_.first_child()) return;
    visit(f);
    each_sibling(f);
  }
  // The same for the siblings after the node that the walk is on; then goes up to the parent.
  template <class F>
  void each_sibling(F f) {
    while (!builder_.exhausted() && walk_.next_sibling()) visit(f);
    walk_.parent();
  }

  // What tree-sitter could not place is lowered piece by piece, so that nothing of a broken file is
  // lost: what is found inside an expression follows its statement.
  void salvage_strays() {
    NodeList pieces(stack_);
    static_cast<Derived*>(this)->statements(pieces);
    strays_.insert(strays_.end(), pieces.span().begin(), pieces.span().end());
  }
  void release_strays(size_t first, NodeList& out) {
    for (size_t i = first; i < strays_.size(); ++i) out.push(strays_[i]);
    strays_.resize(first);
  }

  // A node over the bytes of the node that the walk is on.
  NodeId add(NodeKind kind, std::string_view text, std::span<const NodeId> children,
             uint16_t flags = 0, uint32_t aux = 0) {
    return builder_.add(kind, walk_.begin(), walk_.end(), text, children, flags, aux);
  }
  NodeId add(NodeKind kind, std::string_view text = {}, std::initializer_list<NodeId> children = {},
             uint16_t flags = 0, uint32_t aux = 0) {
    return builder_.add(kind, walk_.begin(), walk_.end(), text, children, flags, aux);
  }
  NodeId or_empty(NodeId id) { return id == kNoNode ? builder_.empty(walk_.begin()) : id; }
  NodeKind kind_of(NodeId id) const { return builder_.module()[id].kind; }
  std::string_view source(uint32_t begin, uint32_t end) const {
    return std::string_view(builder_.module().source).substr(begin, end - begin);
  }
  std::string_view text() const { return source(walk_.begin(), walk_.end()); }

  Builder& builder_;
  TreeWalk<Kind> walk_;
  std::vector<NodeId> stack_;   // of the NodeLists
  std::vector<NodeId> strays_;  // salvaged, not yet in a statement list

 private:
  template <class F>
  void visit(F& f) {
    if (walk_.kind() == Kind::kError) {
      salvage_strays();
    } else if (walk_.kind() != Kind::kExtra) {
      f(walk_.kind());
    }
  }
};

}  // namespace cerebro
