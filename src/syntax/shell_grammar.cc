#include "syntax/shell_grammar.h"

namespace cerebro {
namespace {

using Kind = ShellKind;

// Node names of tree-sitter-bash 0.25.1.
constexpr SymbolRow<Kind> kRows[] = {
    {Kind::kExtra, true, "comment"},

    {Kind::kAmpersand, false, "&"},
    {Kind::kAndOr, false, "&&"},
    {Kind::kAndOr, false, "||"},
    {Kind::kThen, false, "then"},
    {Kind::kCloseParenthesis, false, ")"},
    {Kind::kOperator, false, "!"},
    {Kind::kOperator, false, "="},
    {Kind::kOperator, false, "+="},
    {Kind::kOperator, false, "=="},
    {Kind::kOperator, false, "!="},
    {Kind::kOperator, false, "=~"},
    {Kind::kOperator, false, "<"},
    {Kind::kOperator, false, ">"},
    {Kind::kOperator, true, "test_operator"},

    {Kind::kCommand, true, "command"},
    {Kind::kRedirected, true, "redirected_statement"},
    {Kind::kAssignment, true, "variable_assignment"},
    {Kind::kAssignments, true, "variable_assignments"},
    {Kind::kDeclaration, true, "declaration_command"},
    {Kind::kDeclaration, true, "unset_command"},
    {Kind::kTest, true, "test_command"},
    {Kind::kNegated, true, "negated_command"},
    {Kind::kFor, true, "for_statement"},
    {Kind::kCFor, true, "c_style_for_statement"},
    {Kind::kWhile, true, "while_statement"},
    {Kind::kIf, true, "if_statement"},
    {Kind::kCase, true, "case_statement"},
    {Kind::kPipeline, true, "pipeline"},
    {Kind::kList, true, "list"},
    {Kind::kCompound, true, "compound_statement"},
    {Kind::kFunction, true, "function_definition"},
    {Kind::kSubshell, true, "subshell"},

    {Kind::kDoGroup, true, "do_group"},
    {Kind::kElif, true, "elif_clause"},
    {Kind::kElse, true, "else_clause"},
    {Kind::kCaseItem, true, "case_item"},
    {Kind::kFileRedirect, true, "file_redirect"},
    {Kind::kHeredoc, true, "heredoc_redirect"},
    {Kind::kHeredocStart, true, "heredoc_start"},
    {Kind::kHeredocBody, true, "heredoc_body"},
    {Kind::kHerestring, true, "herestring_redirect"},
    {Kind::kDescriptor, true, "file_descriptor"},

    {Kind::kCommandName, true, "command_name"},
    {Kind::kWord, true, "word"},
    {Kind::kWord, true, "number"},
    {Kind::kWord, true, "regex"},
    {Kind::kWord, true, "extglob_pattern"},
    {Kind::kWord, true, "brace_expression"},
    {Kind::kWord, true, "string_content"},  // matters only where the string has no end
    {Kind::kWord, false, "$"},
    {Kind::kVariable, true, "variable_name"},
    {Kind::kVariable, true, "special_variable_name"},
    {Kind::kString, true, "string"},
    {Kind::kTranslated, true, "translated_string"},
    {Kind::kRaw, true, "raw_string"},
    {Kind::kAnsiC, true, "ansi_c_string"},
    {Kind::kSimpleExpansion, true, "simple_expansion"},
    {Kind::kExpansion, true, "expansion"},
    {Kind::kSubstitution, true, "command_substitution"},
    {Kind::kSubstitution, true, "process_substitution"},
    {Kind::kArithmetic, true, "arithmetic_expansion"},
    {Kind::kConcatenation, true, "concatenation"},
    {Kind::kArray, true, "array"},
    {Kind::kSubscript, true, "subscript"},
};

}  // namespace

const SymbolTable<ShellKind>& shell_symbols(const TSLanguage* language) {
  static const SymbolTable<Kind> symbols(language, kRows);
  return symbols;
}

}  // namespace cerebro
