#include "syntax/javascript_syntax.h"

#include <map>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "syntax/flat_tree.h"

namespace cerebro {
namespace {

struct Row {
  std::string_view name;
  Syntax syntax;
};

constexpr Row kNodes[] = {
    {"identifier", Syntax::kIdentifier},
    {"property_identifier", Syntax::kIdentifier},
    {"private_property_identifier", Syntax::kIdentifier},
    {"type_identifier", Syntax::kIdentifier},
    {"super", Syntax::kIdentifier},
    {"this", Syntax::kThis},
    {"shorthand_property_identifier", Syntax::kShorthand},
    {"shorthand_property_identifier_pattern", Syntax::kShorthand},
    {"undefined", Syntax::kConstant},
    {"null", Syntax::kConstant},
    {"true", Syntax::kConstant},
    {"false", Syntax::kConstant},
    {"number", Syntax::kNumber},
    {"string", Syntax::kString},
    {"template_string", Syntax::kTemplate},
    {"template_substitution", Syntax::kTransparent},
    {"regex", Syntax::kRegex},
    {"regex_pattern", Syntax::kRegexPattern},
    {"object", Syntax::kObject},
    {"object_pattern", Syntax::kObject},
    {"array", Syntax::kArray},
    {"array_pattern", Syntax::kArray},
    {"pair", Syntax::kPair},
    {"pair_pattern", Syntax::kPair},
    {"spread_element", Syntax::kSpread},
    {"rest_pattern", Syntax::kSpread},
    {"assignment_pattern", Syntax::kDefaulted},
    {"object_assignment_pattern", Syntax::kDefaulted},
    {"function_expression", Syntax::kFunction},
    {"generator_function", Syntax::kFunction},
    {"function_declaration", Syntax::kFunctionDeclaration},
    {"generator_function_declaration", Syntax::kFunctionDeclaration},
    {"arrow_function", Syntax::kArrow},
    {"class", Syntax::kClass},
    {"class_declaration", Syntax::kClassDeclaration},
    {"abstract_class_declaration", Syntax::kClassDeclaration},
    {"class_body", Syntax::kClassBody},
    {"class_heritage", Syntax::kClassHeritage},
    {"extends_clause", Syntax::kClassHeritage},
    {"method_definition", Syntax::kMethod},
    {"field_definition", Syntax::kField},
    {"public_field_definition", Syntax::kField},
    {"class_static_block", Syntax::kStaticBlock},
    {"decorator", Syntax::kDecorator},
    {"formal_parameters", Syntax::kParameters},
    {"required_parameter", Syntax::kParameter},
    {"optional_parameter", Syntax::kParameter},
    {"accessibility_modifier", Syntax::kModifier},
    {"override_modifier", Syntax::kModifier},
    {"call_expression", Syntax::kCall},
    {"new_expression", Syntax::kNew},
    {"arguments", Syntax::kArguments},
    {"await_expression", Syntax::kAwait},
    {"yield_expression", Syntax::kYield},
    {"member_expression", Syntax::kMember},
    {"nested_identifier", Syntax::kMember},
    {"subscript_expression", Syntax::kSubscript},
    {"assignment_expression", Syntax::kAssignment},
    {"augmented_assignment_expression", Syntax::kAugmentedAssignment},
    {"ternary_expression", Syntax::kTernary},
    {"binary_expression", Syntax::kBinary},
    {"unary_expression", Syntax::kUnary},
    {"update_expression", Syntax::kUpdate},
    {"sequence_expression", Syntax::kSequence},
    {"parenthesized_expression", Syntax::kTransparent},
    {"as_expression", Syntax::kTransparent},
    {"satisfies_expression", Syntax::kTransparent},
    {"non_null_expression", Syntax::kTransparent},
    {"instantiation_expression", Syntax::kTransparent},
    {"type_assertion", Syntax::kTypeAssertion},
    {"computed_property_name", Syntax::kComputedName},
    {"import", Syntax::kImportWord},
    {"meta_property", Syntax::kMetaProperty},
    {"jsx_element", Syntax::kJsxElement},
    {"jsx_self_closing_element", Syntax::kJsxTag},
    {"jsx_opening_element", Syntax::kJsxTag},
    {"jsx_attribute", Syntax::kJsxAttribute},
    {"jsx_expression", Syntax::kTransparent},
    {"jsx_text", Syntax::kJsxText},
    {"html_character_reference", Syntax::kJsxText},
    {"jsx_namespace_name", Syntax::kJsxName},
    {"expression_statement", Syntax::kExpressionStatement},
    {"variable_declaration", Syntax::kDeclaration},
    {"lexical_declaration", Syntax::kDeclaration},
    {"using_declaration", Syntax::kDeclaration},
    {"variable_declarator", Syntax::kDeclarator},
    {"enum_declaration", Syntax::kEnum},
    {"enum_body", Syntax::kEnumBody},
    {"enum_assignment", Syntax::kEnumAssignment},
    {"module", Syntax::kNamespace},
    {"internal_module", Syntax::kNamespace},
    {"statement_block", Syntax::kBlock},
    {"if_statement", Syntax::kIf},
    {"else_clause", Syntax::kElse},
    {"for_statement", Syntax::kFor},
    {"for_in_statement", Syntax::kForIn},
    {"while_statement", Syntax::kWhile},
    {"do_statement", Syntax::kDo},
    {"try_statement", Syntax::kTry},
    {"catch_clause", Syntax::kCatch},
    {"finally_clause", Syntax::kFinally},
    {"with_statement", Syntax::kWith},
    {"switch_statement", Syntax::kSwitch},
    {"switch_body", Syntax::kSwitchBody},
    {"switch_case", Syntax::kCase},
    {"switch_default", Syntax::kDefaultCase},
    {"return_statement", Syntax::kReturn},
    {"throw_statement", Syntax::kThrow},
    {"labeled_statement", Syntax::kLabeled},
    {"empty_statement", Syntax::kNothing},
    {"break_statement", Syntax::kNothing},
    {"continue_statement", Syntax::kNothing},
    {"debugger_statement", Syntax::kNothing},
    {"import_statement", Syntax::kImport},
    {"import_clause", Syntax::kImportClause},
    {"namespace_import", Syntax::kNamespaceImport},
    {"named_imports", Syntax::kNamedImports},
    {"import_specifier", Syntax::kImportSpecifier},
    {"import_require_clause", Syntax::kImportRequire},
    {"import_alias", Syntax::kImportAlias},
    {"export_statement", Syntax::kExport},
    {"namespace_export", Syntax::kNamespaceExport},
    {"export_clause", Syntax::kExportClause},
    {"export_specifier", Syntax::kExportSpecifier},
};

constexpr Row kTokens[] = {
    {",", Syntax::kComma},       {"*", Syntax::kStar},          {"=", Syntax::kEquals},
    {"async", Syntax::kAsync},   {"static", Syntax::kStatic},   {"static get", Syntax::kStaticGet},
    {"get", Syntax::kGet},       {"set", Syntax::kSet},         {"default", Syntax::kDefaultWord},
    {"type", Syntax::kTypeWord}, {"declare", Syntax::kDropped}, {"abstract", Syntax::kDropped},
    {"var", Syntax::kVar},       {"let", Syntax::kLet},         {"const", Syntax::kConst},
    {"using", Syntax::kConst},   {"await", Syntax::kAwaitWord}, {"readonly", Syntax::kModifier},
};

constexpr std::string_view kOperators[] = {
    "&&", "||", "??",     ">>",   ">>>",    "<<",  "&",   "^",   "|",   "+",   "-",  "/",
    "%",  "**", "<",      "<=",   "==",     "===", "!=",  "!==", ">=",  ">",   "in", "instanceof",
    "!",  "~",  "typeof", "void", "delete", "++",  "--",  "+=",  "-=",  "*=",  "/=", "%=",
    "^=", "&=", "|=",     ">>=",  ">>>=",   "<<=", "**=", "&&=", "||=", "?\?="};

using ByName = std::unordered_map<std::string_view, Syntax>;

ByName node_names() {
  ByName names;
  for (const Row& row : kNodes) names.emplace(row.name, row.syntax);
  return names;
}

ByName token_names() {
  ByName names;
  for (const Row& row : kTokens) names.emplace(row.name, row.syntax);
  for (const std::string_view op : kOperators) names.emplace(op, Syntax::kOperator);
  return names;
}

}  // namespace

SyntaxTable::SyntaxTable(const TSLanguage* grammar)
    : by_symbol_(ts_language_symbol_count(grammar), Syntax::kIgnored) {
  static const ByName kNodeNames = node_names();
  static const ByName kTokenNames = token_names();
  for (TSSymbol symbol = 0; symbol < by_symbol_.size(); ++symbol) {
    const TSSymbolType type = ts_language_symbol_type(grammar, symbol);
    if (type != TSSymbolTypeRegular && type != TSSymbolTypeAnonymous) continue;
    const ByName& names = type == TSSymbolTypeRegular ? kNodeNames : kTokenNames;
    const auto found = names.find(ts_language_symbol_name(grammar, symbol));
    if (found != names.end()) by_symbol_[symbol] = found->second;
  }
  for (const Syntax syntax : by_symbol_) {
    keep_.push_back(syntax == Syntax::kIgnored ? CEREBRO_DROP
                    : syntax == Syntax::kComma ? CEREBRO_IN_LISTS
                    : syntax == Syntax::kArray ? CEREBRO_LIST
                                               : CEREBRO_KEEP);
  }
}

const SyntaxTable& SyntaxTable::of(const TSLanguage* grammar) {
  static std::mutex mutex;
  static std::map<const TSLanguage*, SyntaxTable> tables;
  const std::lock_guard lock(mutex);
  const auto found = tables.find(grammar);
  if (found != tables.end()) return found->second;
  return tables.emplace(grammar, SyntaxTable(grammar)).first->second;
}

}  // namespace cerebro
