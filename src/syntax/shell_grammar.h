#pragma once

// What the shell adapter tells apart in tree-sitter-bash.

#include "syntax/tree_walk.h"

namespace cerebro {

enum class ShellKind : uint8_t {
  kToken,  // punctuation, keywords, and nodes that no one asks about
  kExtra,  // comments
  kError,
  // tokens
  kAmpersand,
  kAndOr,
  kThen,
  kCloseParenthesis,
  kOperator,
  // statements, kCommand to kSubshell
  kCommand,
  kRedirected,
  kAssignment,
  kAssignments,
  kDeclaration,  // export, local, unset, ...
  kTest,
  kNegated,
  kFor,
  kCFor,
  kWhile,
  kIf,
  kCase,
  kPipeline,
  kList,
  kCompound,
  kFunction,
  kSubshell,
  // parts of statements
  kDoGroup,
  kElif,
  kElse,
  kCaseItem,
  kFileRedirect,
  kHeredoc,
  kHeredocStart,
  kHeredocBody,
  kHerestring,
  kDescriptor,
  // words, kCommandName to kSubscript
  kCommandName,
  kWord,
  kVariable,
  kString,
  kTranslated,
  kRaw,
  kAnsiC,
  kSimpleExpansion,
  kExpansion,
  kSubstitution,
  kArithmetic,
  kConcatenation,
  kArray,
  kSubscript,
};

const SymbolTable<ShellKind>& shell_symbols(const TSLanguage* language);
constexpr bool is_statement(ShellKind kind) {
  return kind >= ShellKind::kCommand && kind <= ShellKind::kSubshell;
}
constexpr bool is_word(ShellKind kind) { return kind >= ShellKind::kCommandName; }
constexpr bool is_redirect(ShellKind kind) {
  return kind == ShellKind::kFileRedirect || kind == ShellKind::kHeredoc ||
         kind == ShellKind::kHerestring;
}

}  // namespace cerebro
