#pragma once

// The parser of javascript_parser.h, spread over javascript_parser*.cc. Each function reads one
// construct, beginning at the current token, and writes its nodes; the current token is then the
// one behind it. What cannot be read fails the lexer, which gives no token any more, so that all
// functions return.

#include <vector>

#include "syntax/flat_buffer.h"
#include "syntax/javascript_lexer.h"
#include "syntax/javascript_symbols.h"

namespace cerebro {

class JavaScriptParser {
 public:
  JavaScriptParser(const std::string& source, int max_depth, FlatBuffer& out)
      : lexer_(source), out_(out), symbols_(javascript_symbols()), depth_left_(max_depth) {}
  JavaScriptParser(const JavaScriptParser&) = delete;
  JavaScriptParser& operator=(const JavaScriptParser&) = delete;

  bool program();
  // Where `await` is read otherwise than by tree-sitter.
  const std::vector<uint32_t>& awaits() const { return awaits_; }
  // Reserved words that are names in an import or export: `export {a as null}`.
  const std::vector<uint32_t>& reserved_names() const { return reserved_names_; }
  uint32_t refused_at() const { return lexer_.failed_at(); }

 private:
  // Where a construct begins: its first byte, and the first node of its subtree.
  struct Start {
    uint32_t begin, first;
  };
  // Where tree-sitter's scanner would see || (javascript_lexer.h).
  enum class Or : bool { kInvalid, kValid };
  // What the words await, yield and `in` mean depends on.
  struct Context {
    bool async = false;
    bool generator = false;
    bool no_in = false;  // in the head of a for loop
    bool top = false;    // outside of functions, where modules may await
  };
  class Within;   // changes the context for a scope
  class Nesting;  // guards recursion

  // Reading
  Token token() const { return lexer_.current().token; }
  void advance() {
    end_ = lexer_.current().end;
    lexer_.next();
  }
  bool accept(Token wanted) {
    if (token() != wanted) return false;
    advance();
    return true;
  }
  void expect(Token wanted) {
    if (!accept(wanted)) fail();
  }
  void fail() { lexer_.fail(); }
  bool failed() const { return lexer_.failed(); }
  Token peek();  // the token behind the current one, kInvalid if a line ends between them
  bool automatic_semicolon(Or before);
  void semicolon(Or before);

  // Writing
  Start start() const { return {lexer_.current().begin, out_.size()}; }
  TSSymbol symbol(Grammar grammar) const { return symbols_[static_cast<size_t>(grammar)]; }
  bool is(uint32_t node, Grammar grammar) { return out_[node].symbol == symbol(grammar); }
  void rename(uint32_t node, Grammar grammar) { out_[node].symbol = symbol(grammar); }
  void leaf(Grammar grammar, uint32_t begin, uint32_t end) {
    out_.push({begin, end, out_.size(), symbol(grammar)});
  }
  void token_leaf(Grammar grammar) {
    leaf(grammar, lexer_.current().begin, lexer_.current().end);
    advance();
  }
  void operator_leaf();
  void node(Grammar grammar, Start from) {
    out_.push({from.begin, end_, from.first, symbol(grammar)});
  }

  // _expressions.cc
  void expressions();
  void assignment();
  bool operand(Start from, bool arrow_allowed);  // true: it was an arrow function
  bool primary(Start from, bool arrow_allowed);
  void binary(Start from, int above);
  void assign(Start from);
  void ternary(Start from);
  bool is_variable();
  void prefix(Start from, Grammar grammar);
  void await_expression(Start from);
  void yield_expression(Start from);
  void suffixes(Start from, bool calls);
  void member_name();
  void arguments();
  void argument_list();
  void new_expression(Start from);
  void import_expression(Start from);
  bool parenthesized(Start from, bool arrow_allowed);
  bool async_expression(Start from, bool arrow_allowed);
  void template_string();
  void regex(Start from);
  void array();

  // _objects.cc
  void object();
  void property();
  bool property_name();  // whether it may stand alone, as in {a}
  void to_target(uint32_t node);
  void to_element(uint32_t node);
  void to_rest(uint32_t node);
  void binding();

  // _functions.cc
  void function(Start from, bool declaration, Or behind = Or::kValid);
  void parameters();
  void arrow_function(Start from, bool async);
  void arrow_parameters(Start from, uint32_t first);
  void method(Start from, bool async, bool generator);
  void class_like(Start from, bool declaration, Or behind = Or::kValid);
  void class_body();
  void member();
  enum BlockKind { kStatement, kFunctionBody, kArrowBody, kOther };
  void no_slash();
  void first_statement();
  bool may_be_value(uint32_t statement);
  void block(BlockKind kind, Or behind);

  // _statements.cc
  void statement();
  void expression_statement(Start from);
  void labeled_statement(Start from);
  void declaration(Start from, bool in_head);
  void parenthesis();
  void if_statement(Start from);
  void for_statement(Start from);
  void for_clauses(Start from);
  void for_in(Start from);
  void while_statement(Start from);
  void do_statement(Start from);
  void switch_statement(Start from);
  void try_statement(Start from);
  void leave(Start from, Grammar grammar);
  void jump(Start from, Grammar grammar);

  // _modules.cc
  void import_statement(Start from);
  void import_clause();
  void export_statement(Start from);
  void export_clause();
  void export_default();
  void module_name();
  void module_source();

  JavaScriptLexer lexer_;
  FlatBuffer& out_;
  const GrammarSymbols& symbols_;
  Context context_{.top = true};
  uint32_t end_ = 0;  // of what was read last
  int depth_left_;
  // Objects read as {a = 1}, which are right only if they turn out to be patterns.
  int open_patterns_ = 0;
  std::vector<uint32_t> awaits_;
  std::vector<uint32_t> reserved_names_;
};

class JavaScriptParser::Within {
 public:
  Within(JavaScriptParser& parser, Context context) : parser_(parser), outer_(parser.context_) {
    parser.context_ = context;
  }
  // Within brackets of any kind.
  explicit Within(JavaScriptParser& parser) : Within(parser, parser.context_) {
    parser.context_.no_in = false;
  }
  ~Within() { parser_.context_ = outer_; }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  JavaScriptParser& parser_;
  Context outer_;
};

class JavaScriptParser::Nesting {
 public:
  explicit Nesting(JavaScriptParser& parser) : parser_(parser) {
    if (--parser.depth_left_ < 0) parser.fail();
  }
  ~Nesting() { ++parser_.depth_left_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  JavaScriptParser& parser_;
};

}  // namespace cerebro
