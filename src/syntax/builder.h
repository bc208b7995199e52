#pragma once

// What the adapters share: appending nodes to a Module, and the bounded walk's bookkeeping.

#include <initializer_list>
#include <span>
#include <string_view>

#include "syntax/ir.h"

namespace cerebro {

class Builder {
 public:
  Builder(Module& module, StringPool& pool, const Limits& limits)
      : module_(module), pool_(pool), limits_(limits) {}

  // Appends a node over the bytes [begin, end) of the source; children in order. A node whose
  // subtree would be higher than max_height() loses its children (noted once), so that whoever
  // walks the tree may recurse.
  NodeId add(NodeKind kind, uint32_t begin, uint32_t end, std::string_view text = {},
             std::span<const NodeId> children = {}, uint16_t flags = 0, uint32_t aux = 0);
  NodeId add(NodeKind kind, uint32_t begin, uint32_t end, std::string_view text,
             std::initializer_list<NodeId> children, uint16_t flags = 0, uint32_t aux = 0) {
    return add(kind, begin, end, text, std::span(children.begin(), children.size()), flags, aux);
  }
  NodeId empty(uint32_t at) { return add(NodeKind::kEmpty, at, at); }
  Module& module() { return module_; }
  StringPool& pool() { return pool_; }

  // True when the node budget is used up (noted once); adapters then return kEmpty nodes.
  bool exhausted();

  // Chains (`a + b + ...`, `a.b().c() ...`, `else if`) are lowered by loops, not by recursion, and
  // so may be higher than the nesting that Depth admits.
  uint32_t max_height() const { return 10 * static_cast<uint32_t>(limits_.syntax_depth); }

  // Guards recursion: Depth depth(builder); if (!depth) return builder.empty(at);
  class Depth {
   public:
    explicit Depth(Builder& builder);
    ~Depth();
    explicit operator bool() const;
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    Builder& builder_;
  };

 private:
  void note(Code code, bool& noted);
  void note_depth() { note(Code::kSyntaxLimitDepth, noted_depth_); }

  Module& module_;
  StringPool& pool_;
  const Limits& limits_;
  std::vector<uint32_t> heights_;  // by NodeId
  int depth_ = 0;
  bool noted_nodes_ = false;
  bool noted_depth_ = false;
};

}  // namespace cerebro
