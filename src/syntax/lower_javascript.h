#pragma once

// The lowering of JavaScript, TypeScript and TSX, spread over lower_javascript*.cc. Left-deep and
// right-deep chains are walked by loops, all other nesting by recursion under Builder::Depth.
//
// Syntax errors: an ERROR node among statements is read as more statements. One inside another
// construct would shift its parts, so it is set aside and its contents follow the statement.

#include <span>
#include <string_view>
#include <vector>

#include "syntax/flat_tree.h"
#include "syntax/javascript_syntax.h"
#include "syntax/lower.h"

namespace cerebro {

class JavaScriptLowering {
 public:
  JavaScriptLowering(const TSLanguage* grammar, std::span<const CerebroFlatNode> tree,
                     Builder& builder);
  JavaScriptLowering(const JavaScriptLowering&) = delete;
  JavaScriptLowering& operator=(const JavaScriptLowering&) = delete;

  NodeId program();

 private:
  using FlatId = uint32_t;  // an index into tree_
  static constexpr FlatId kNoFlat = 0xFFFFFFFF;
  struct Part {
    FlatId node = kNoFlat;
    Syntax syntax = Syntax::kIgnored;
    uint32_t begin_bytes = 0, end_bytes = 0;

    explicit operator bool() const { return syntax != Syntax::kIgnored; }
    uint32_t begin() const { return begin_bytes; }
    uint32_t end() const { return end_bytes; }
  };
  using List = std::vector<NodeId>;

  // The children of a node that mean something, on a stack that all of them share. Tokens, commas
  // and errors are left out unless asked for.
  enum Keep : uint8_t { kParts = 0, kTokens = 1, kCommas = 2, kErrors = 4 };
  class Parts {
   public:
    Parts(JavaScriptLowering& lowering, FlatId parent, uint8_t keep = kParts);
    explicit Parts(JavaScriptLowering& lowering);  // empty, to be filled by push
    ~Parts() { stack_.resize(begin_); }
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    void push(const Part& part) { stack_.push_back(part), ++size_; }
    size_t size() const { return size_; }
    Part operator[](size_t i) const { return i < size_ ? stack_[begin_ + i] : Part{}; }
    Part back() const { return size_ == 0 ? Part{} : stack_[begin_ + size_ - 1]; }
    Part find(Syntax syntax) const;
    bool has(Syntax syntax) const { return static_cast<bool>(find(syntax)); }

   private:
    std::vector<Part>& stack_;
    size_t begin_;
    size_t size_ = 0;
  };

  struct FunctionParts {
    Part name, parameters, body;
    uint16_t flags = 0;
    List decorators;
  };

  // lower_javascript.cc
  Part part(FlatId node) const {
    const CerebroFlatNode& flat = tree_[node];
    return {node, syntax_[flat.symbol], flat.begin, flat.end};
  }
  Part first_child(const Part& part) const;
  std::string_view text(const Part& part) const;
  std::string_view identifier(const Part& part);
  std::string_view string_value(const Part& part);
  std::string_view keep(const std::string& text);
  NodeId add(NodeKind kind, const Part& part, std::string_view text,
             std::span<const NodeId> children, uint16_t flags = 0, uint32_t aux = 0) {
    return builder_.add(kind, part.begin(), part.end(), text, children, flags, aux);
  }
  NodeId add(NodeKind kind, const Part& part, std::string_view text = {},
             std::initializer_list<NodeId> children = {}, uint16_t flags = 0, uint32_t aux = 0) {
    return builder_.add(kind, part.begin(), part.end(), text, children, flags, aux);
  }
  NodeId empty(const Part& part) { return builder_.empty(part.begin()); }
  void set_aside(FlatId error) { errors_.push_back(error); }

  // _statements.cc
  void statements(FlatId parent, List& out);
  void statements(const Parts& parts, size_t first, List& out);
  void statement(const Part& part, List& out);
  NodeId body(const Part& part);  // one node of a statement
  NodeId block(const Part& part);
  void declaration(const Part& part, List& out);
  NodeId declarations(const Part& part);
  NodeId if_chain(Part part);
  NodeId for_loop(const Part& part);
  NodeId for_in(const Part& part);
  NodeId try_statement(const Part& part);
  NodeId switch_statement(const Part& part);
  NodeId leave(NodeKind kind, const Part& part);

  // _modules.cc
  void import_statement(const Part& part, List& out);
  void export_statement(const Part& part, List& out);
  void export_names(const Part& clause, List& out);
  std::string_view module_name(const Part& part);
  NodeId enumeration(const Part& part);
  NodeId name_space(const Part& part);

  // _expressions.cc
  NodeId expression(const Part& part);
  NodeId simple_expression(const Part& part);
  NodeId others(const Part& part);
  void arguments(const Part& part, List& out);
  NodeId chain(const Part& part);
  NodeId link(const Part& part, NodeId object);
  NodeId binary(const Part& part);
  NodeId ternary(const Part& part);
  NodeId assignment(const Part& part);
  NodeId new_expression(const Part& part);
  NodeId unary(const Part& part);
  NodeId template_string(const Part& part);
  NodeId array(const Part& part);
  NodeId object(const Part& part);
  NodeId property(const Part& part);
  NodeId key(const Part& part);
  NodeId defaulted(const Part& part);

  // _functions.cc
  FunctionParts function_parts(const Part& part);
  NodeId function(const Part& part, const FunctionParts& parts, std::string_view name,
                  NodeId computed_key = kNoNode);
  NodeId plain_function(const Part& part, uint16_t flags);
  NodeId parameters(const Part& part, List& decorators, List& properties);
  NodeId parameter(const Part& part, List& decorators, List& properties);
  NodeId function_body(const Part& part, const List& first);
  NodeId method(const Part& part, List decorators);
  NodeId method_property(const Part& part);
  NodeId class_like(const Part& part, uint16_t flags, List decorators);
  void bases(const Part& part, List& out);
  NodeId class_body(const Part& part);
  NodeId field(const Part& part, List decorators);

  // _jsx.cc
  NodeId jsx_element(const Part& part);
  NodeId jsx_tag(const Part& tag, NodeId& properties);
  NodeId jsx_attribute(const Part& part);
  NodeId jsx_text(const Part& part, std::string_view raw);

  Builder& builder_;
  const SyntaxTable& syntax_;
  std::string_view source_;
  std::span<const CerebroFlatNode> tree_;
  std::vector<Part> stack_;
  std::vector<FlatId> errors_;  // set aside, to be read after the current statement
  int namespaces_ = 0;          // TypeScript namespaces we are inside of
};

}  // namespace cerebro
