#pragma once

// What the Python and shell adapters share: one cursor for a whole tree, so that no node costs an
// allocation and no child list costs O(n^2), and a table that turns grammar symbols into an
// adapter's own enum once, so that no node costs a string comparison.

#include <tree_sitter/api.h>

#include <span>
#include <string_view>
#include <vector>

#include "syntax/builder.h"

namespace cerebro {

// Maps a grammar's node name to an adapter's Kind. A name may be a rule ("await") and a token.
template <class Kind>
struct SymbolRow {
  Kind kind;
  bool named;
  std::string_view name;
};

// Kind{} is what no row names: punctuation. Kind must have kError.
template <class Kind>
class SymbolTable {
 public:
  SymbolTable(const TSLanguage* language, std::span<const SymbolRow<Kind>> rows)
      : kinds_(ts_language_symbol_count(language)) {
    for (TSSymbol symbol = 0; symbol < kinds_.size(); ++symbol) {
      const bool named = ts_language_symbol_type(language, symbol) == TSSymbolTypeRegular;
      for (const SymbolRow<Kind>& row : rows) {
        if (row.named == named && row.name == ts_language_symbol_name(language, symbol)) {
          kinds_[symbol] = row.kind;
        }
      }
    }
  }
  Kind operator[](TSSymbol symbol) const {
    return symbol < kinds_.size() ? kinds_[symbol] : Kind::kError;  // the ERROR symbol is 65535
  }

 private:
  std::vector<Kind> kinds_;
};

// A cursor that knows the kind and the byte range of the node it stands on.
template <class Kind>
class TreeWalk {
 public:
  TreeWalk(TSNode root, const SymbolTable<Kind>& symbols)
      : symbols_(symbols), cursor_(ts_tree_cursor_new(root)) {
    load();
  }
  ~TreeWalk() { ts_tree_cursor_delete(&cursor_); }
  TreeWalk(const TreeWalk&) = delete;
  TreeWalk& operator=(const TreeWalk&) = delete;

  Kind kind() const { return kind_; }
  uint32_t begin() const { return begin_; }
  uint32_t end() const { return end_; }
  bool missing() const { return begin_ == end_; }
  bool previous_sibling() { return ts_tree_cursor_goto_previous_sibling(&cursor_) && load(); }
  std::string_view symbol_name() const { return ts_node_type(node_); }

  bool first_child() { return ts_tree_cursor_goto_first_child(&cursor_) && load(); }
  bool next_sibling() { return ts_tree_cursor_goto_next_sibling(&cursor_) && load(); }
  void parent() {
    ts_tree_cursor_goto_parent(&cursor_);
    load();
  }

 private:
  bool load() {
    node_ = ts_tree_cursor_current_node(&cursor_);
    kind_ = symbols_[ts_node_symbol(node_)];
    begin_ = ts_node_start_byte(node_);
    end_ = ts_node_end_byte(node_);
    return true;
  }

  const SymbolTable<Kind>& symbols_;
  TSTreeCursor cursor_;
  TSNode node_{};
  Kind kind_{};
  uint32_t begin_ = 0, end_ = 0;
};

// The children of a node under construction: a frame on a stack that all frames share. A frame may
// be used only while no later frame is alive.
class NodeList {
 public:
  explicit NodeList(std::vector<NodeId>& stack) : stack_(stack), base_(stack.size()) {}
  ~NodeList() { stack_.resize(base_); }
  NodeList(const NodeList&) = delete;
  NodeList& operator=(const NodeList&) = delete;

  void push(NodeId id) { stack_.push_back(id); }
  NodeId pop() {
    const NodeId id = stack_.back();
    stack_.pop_back();
    return id;
  }
  size_t size() const { return stack_.size() - base_; }
  NodeId operator[](size_t i) const { return stack_[base_ + i]; }
  std::span<const NodeId> span() const { return std::span(stack_).subspan(base_); }

 private:
  std::vector<NodeId>& stack_;
  size_t base_;
};

}  // namespace cerebro
