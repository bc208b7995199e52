#pragma once

// The Python adapter's inside: lower_python.cc has the statements, python_definitions.cc functions,
// classes and match, python_expressions.cc the expressions, python_strings.cc the string literals,
// python_grammar.cc the names of the grammar.

#include <string>
#include <string_view>

#include "syntax/template_parts.h"
#include "syntax/tree_lowering.h"

namespace cerebro {

enum class PythonKind : uint8_t {
  kToken,  // punctuation, keywords, and nodes that no one asks about
  kExtra,  // comments, line continuations
  kError,
  // tokens
  kOperator,
  kComma,
  kColon,
  kEquals,
  kAsync,
  // statements, kExpressionStatement to kMatch
  kExpressionStatement,
  kImport,
  kImportFrom,
  kPrint,
  kExec,
  kAssert,
  kReturn,
  kDelete,
  kRaise,
  kGlobal,
  kNonlocal,
  kDropped,  // __future__ imports, type aliases, pass, break, continue
  kIf,
  kFor,
  kWhile,
  kTry,
  kWith,
  kFunction,
  kClass,
  kDecorated,
  kMatch,
  // parts of statements and expressions
  kBlock,
  kElif,
  kElse,
  kExcept,
  kFinally,
  kWithClause,
  kWithItem,
  kCase,
  kDecorator,
  kParameters,
  kTypedParameter,
  kDefaultParameter,
  kTypeParameter,
  kType,
  kArguments,
  kChevron,
  kRelativeImport,
  kImportPrefix,
  kAliasedImport,
  kWildcard,
  kForIn,
  kIfClause,
  kInterpolation,
  kConversion,
  kFormatSpecifier,
  // expressions, kIdentifier to kComplexPattern
  kIdentifier,
  kDottedName,
  kString,
  kStringContent,  // matters only where the string has no end
  kConcatenated,
  kNumber,
  kTrue,
  kFalse,
  kNull,  // None and ...
  kParenthesized,
  kBinary,
  kComparison,
  kAttribute,
  kSubscript,
  kCall,
  kUnary,
  kNot,
  kAwait,
  kYield,
  kConditional,
  kNamed,
  kAssignment,
  kAugmented,
  kAs,
  kAsTarget,
  kLambda,
  kSlice,
  kKeywordArgument,
  kList,
  kTuple,
  kExpressionList,  // a, b without parentheses
  kDictionary,
  kPair,
  kSplat,
  kDictionarySplat,
  kComprehension,
  kCasePattern,
  kUnionPattern,
  kClassPattern,
  kDictPattern,
  kComplexPattern,
};

class PythonLowering : private TreeLowering<PythonLowering, PythonKind> {
 public:
  PythonLowering(TSNode root, Builder& builder);
  void run();

 private:
  friend TreeLowering;

  // lower_python.cc
  void statements(NodeList& out);
  void statement(NodeList& out);
  void simple_statement(NodeList& out);
  NodeId expression_statement();  // kNoNode when there is nothing to keep
  bool declares_only();
  void annotation();
  void import_statement(NodeList& out);
  NodeId import_module();
  NodeId import_from();
  NodeId import_name();
  NodeId python2_call(std::string_view function);
  NodeId flat_list(NodeKind kind);
  NodeId scope_statement(std::string_view text);
  NodeId block();
  NodeId inner_block();
  NodeId if_statement();
  NodeId for_statement();
  NodeId while_statement();
  NodeId try_statement();
  NodeId except_clause();
  NodeId with_statement();

  // python_definitions.cc
  NodeId function(const NodeList* decorators);
  NodeId lambda();
  NodeId class_definition(const NodeList* decorators);
  NodeId definition(NodeKind kind, std::string_view name, NodeId head, NodeId body,
                    const NodeList* decorators, uint16_t flags);
  NodeId decorated();
  NodeId parameters();
  NodeId parameter();
  struct Parameter {
    NodeId target = kNoNode, value = kNoNode;
    uint16_t flags = 0;
  };
  void read_parameter(Parameter& parameter);
  NodeId match_statement();
  NodeId match_subject();
  NodeId case_clause();
  NodeId case_pattern();
  NodeId union_pattern();
  NodeId dict_pattern();

  // python_expressions.cc
  NodeId expression();
  bool enter_left_operand();
  bool at_python2_exec();
  NodeId climb(Kind kind, NodeId left);
  NodeId comparison(NodeId left);
  NodeId call(NodeId callee);
  NodeId operand();
  void expressions(NodeList& out);  // every expression among the children
  NodeId inner_expression();        // the first one, the others are strays
  NodeId list(NodeKind kind, uint16_t flags = 0);
  NodeId array_unless_single(const NodeList& values, bool comma);
  NodeId unary(std::string_view op);
  NodeId assignment();
  NodeId conditional();
  NodeId as_pattern();
  void read_as(NodeId& value, NodeId& target);
  NodeId slice();
  NodeId comprehension();
  NodeId for_in_clause();
  NodeId pair();
  NodeId keyword(NodeKind kind);
  NodeId identifier();
  NodeId number();
  NodeId dotted_name();
  std::string name_text() const;  // of the identifier
  std::string dotted_text();      // of the dotted_name

  // python_strings.cc
  NodeId string();
  NodeId concatenated_string();
  void string_parts(TemplateParts& parts);
  void format_string_parts(TemplateParts& parts);
  NodeId interpolation(std::string& debug_text);
  void format_specifier(std::string& spec, NodeList& fields);

  std::vector<Kind> spine_;  // what stands above the operand that is being lowered
  bool generator_ = false;   // a yield was seen in the function that is being lowered
};

const SymbolTable<PythonKind>& python_symbols(const TSLanguage* language);
constexpr bool is_statement(PythonKind kind) {
  return kind >= PythonKind::kExpressionStatement && kind <= PythonKind::kMatch;
}
constexpr bool is_expression(PythonKind kind) { return kind >= PythonKind::kIdentifier; }

}  // namespace cerebro
