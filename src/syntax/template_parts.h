#pragma once

// Joins the pieces of an interpolated string or a shell word: neighbouring constant pieces become
// one kString, and a string without any other piece is just that kString.

#include <string>
#include <string_view>

#include "syntax/tree_walk.h"

namespace cerebro {

class TemplateParts {
 public:
  TemplateParts(Builder& builder, std::vector<NodeId>& stack) : builder_(builder), parts_(stack) {}

  void literal(uint32_t begin, uint32_t end, std::string_view text, bool bytes = false) {
    if (pending_.empty()) begin_ = begin;
    end_ = end;
    pending_ += text;
    if (bytes) flags_ = kBytes;
  }

  // Not while a later NodeList is alive.
  void value(NodeId id) {
    flush();
    parts_.push(id);
  }

  // The whole over [begin, end). A single value is returned as it is when `unwrap`.
  NodeId finish(uint32_t begin, uint32_t end, bool unwrap) {
    if (parts_.size() == 0)
      return builder_.add(NodeKind::kString, begin, end, pending_, {}, flags_);
    flush();
    if (unwrap && parts_.size() == 1) return parts_[0];
    return builder_.add(NodeKind::kTemplate, begin, end, {}, parts_.span());
  }

 private:
  void flush() {
    if (pending_.empty()) return;
    parts_.push(builder_.add(NodeKind::kString, begin_, end_, pending_, {}, flags_));
    pending_.clear();
  }

  Builder& builder_;
  NodeList parts_;
  std::string pending_;
  uint32_t begin_ = 0, end_ = 0;  // of pending_
  uint16_t flags_ = 0;
};

}  // namespace cerebro
