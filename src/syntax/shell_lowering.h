#pragma once

// The shell adapter's inside: lower_shell.cc has the statements, shell_redirects.cc the
// redirections and here-documents, shell_words.cc the words.

#include "syntax/shell_grammar.h"
#include "syntax/template_parts.h"
#include "syntax/tree_lowering.h"

namespace cerebro {

// What stands behind a statement, in the grammar outside of it, and belongs to its last command.
struct ShellTail {
  std::vector<NodeId> words, redirects;
  std::vector<NodeId> piped;  // cat <<EOF | these
  std::string_view op;        // cat <<EOF && right
  NodeId right = kNoNode;
  bool empty() const { return words.empty() && redirects.empty(); }
};

class ShellLowering : private TreeLowering<ShellLowering, ShellKind> {
 public:
  ShellLowering(TSNode root, Builder& builder);
  void run() { builder_.module().root = block(); }

 private:
  friend TreeLowering;
  using Tail = ShellTail;

  // lower_shell.cc
  NodeId block();
  void statements(NodeList& out);
  template <class Stop>
  void statements_until(NodeList& out, Stop stop);
  template <class Stop>
  NodeId sequence(Stop stop);
  NodeId statement(const Tail& tail = {});
  NodeId compound(Kind kind);
  NodeId command(const Tail& tail);
  void brace_expansion(NodeList& out);
  NodeId list(const Tail& tail);
  NodeId pipeline(const Tail& tail);
  NodeId redirected();
  NodeId declaration();
  NodeId test();
  void test_operands(NodeList& out);
  NodeId negated();
  NodeId if_statement();
  void if_clause(std::vector<NodeId>& parts);
  NodeId while_statement();
  NodeId for_statement();
  NodeId c_for_statement();
  NodeId case_statement();
  NodeId case_item();
  NodeId function();
  NodeId assignment();

  // shell_redirects.cc
  void redirect(Tail& tail);
  void file_redirect(Tail& tail);
  void heredoc(Tail& tail);
  void piped_commands(Tail& tail);
  NodeId heredoc_body(bool quoted, bool strip_tabs);

  // shell_words.cc
  NodeId word();
  void word_parts(TemplateParts& parts);
  void quoted_parts(TemplateParts& parts, uint32_t begin, uint32_t end, bool heredoc);
  NodeId expansion();
  NodeId substitution();
  NodeId arithmetic();
  void substitutions(NodeList& out);
  NodeId array();
  NodeId variable();
};

}  // namespace cerebro
