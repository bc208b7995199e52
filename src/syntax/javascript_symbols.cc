#include "syntax/javascript_symbols.h"

#include <cstring>

extern "C" const TSLanguage* tree_sitter_javascript();

namespace cerebro {
namespace {

constexpr const char* kRules[] = {
    "program",
    "identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "this",
    "super",
    "undefined",
    "null",
    "true",
    "false",
    "number",
    "string",
    "template_string",
    "template_substitution",
    "regex",
    "regex_pattern",
    "object",
    "object_pattern",
    "array",
    "array_pattern",
    "pair",
    "pair_pattern",
    "spread_element",
    "rest_pattern",
    "assignment_pattern",
    "object_assignment_pattern",
    "function_expression",
    "generator_function",
    "function_declaration",
    "generator_function_declaration",
    "arrow_function",
    "class",
    "class_declaration",
    "class_body",
    "class_heritage",
    "method_definition",
    "field_definition",
    "class_static_block",
    "formal_parameters",
    "call_expression",
    "new_expression",
    "arguments",
    "await_expression",
    "yield_expression",
    "member_expression",
    "subscript_expression",
    "assignment_expression",
    "augmented_assignment_expression",
    "ternary_expression",
    "binary_expression",
    "unary_expression",
    "update_expression",
    "sequence_expression",
    "parenthesized_expression",
    "computed_property_name",
    "import",
    "meta_property",
    "expression_statement",
    "variable_declaration",
    "lexical_declaration",
    "variable_declarator",
    "statement_block",
    "if_statement",
    "else_clause",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "do_statement",
    "try_statement",
    "catch_clause",
    "finally_clause",
    "with_statement",
    "switch_statement",
    "switch_body",
    "switch_case",
    "switch_default",
    "return_statement",
    "throw_statement",
    "labeled_statement",
    "empty_statement",
    "break_statement",
    "continue_statement",
    "debugger_statement",
    "import_statement",
    "import_clause",
    "namespace_import",
    "named_imports",
    "import_specifier",
    "export_statement",
    "namespace_export",
    "export_clause",
    "export_specifier",
};

constexpr const char* kTokens[] = {
    ",",      "=",   "async", "static", "get", "set",        "default", "var",  "let",    "const",
    "await",  "??",  "||",    "&&",     "|",   "^",          "&",       "==",   "!=",     "===",
    "!==",    "<",   "<=",    ">",      ">=",  "instanceof", "in",      "<<",   ">>",     ">>>",
    "+",      "-",   "*",     "/",      "%",   "**",         "!",       "~",    "typeof", "void",
    "delete", "++",  "--",    "+=",     "-=",  "*=",         "/=",      "%=",   "^=",     "&=",
    "|=",     ">>=", ">>>=",  "<<=",    "**=", "&&=",        "||=",     "?\?=",
};
static_assert(std::size(kRules) == static_cast<size_t>(Grammar::kCommaToken));
static_assert(std::size(kRules) + std::size(kTokens) == static_cast<size_t>(Grammar::kCount));

GrammarSymbols look_up() {
  const TSLanguage* grammar = tree_sitter_javascript();
  GrammarSymbols symbols{};
  size_t at = 0;
  const auto add = [&](const char* name, bool rule) {
    const auto length = static_cast<uint32_t>(std::strlen(name));
    symbols[at++] = ts_language_symbol_for_name(grammar, name, length, rule);
  };
  for (const char* name : kRules) add(name, true);
  for (const char* name : kTokens) add(name, false);
  return symbols;
}

}  // namespace

const GrammarSymbols& javascript_symbols() {
  static const GrammarSymbols kSymbols = look_up();
  return kSymbols;
}

}  // namespace cerebro
