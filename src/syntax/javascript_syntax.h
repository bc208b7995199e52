#pragma once

// The node types of the JavaScript, TypeScript and TSX grammars, as far as the lowering tells them
// apart. Grammar symbols are numbered differently in each grammar; a table built once per grammar
// turns them into these.

#include <tree_sitter/api.h>

#include <cstdint>
#include <vector>

namespace cerebro {

enum class Syntax : uint8_t {
  kIgnored,  // comments, types, punctuation
  kError,

  // tokens
  kComma,
  kOperator,
  kStar,
  kEquals,
  kAsync,
  kStatic,
  kGet,
  kSet,
  kStaticGet,  // one token when a line ends behind it
  kDefaultWord,
  kTypeWord,
  kDropped,   // `declare` and `abstract` members leave nothing behind
  kModifier,  // public, private, protected, readonly, override: makes a parameter a property
  kVar,
  kLet,
  kConst,
  kAwaitWord,

  // expressions
  kIdentifier,
  kThis,
  kShorthand,
  kConstant,
  kNumber,
  kString,
  kTemplate,
  kRegex,
  kRegexPattern,
  kObject,
  kArray,
  kPair,
  kSpread,
  kDefaulted,
  kFunction,
  kArrow,
  kClass,
  kClassBody,
  kClassHeritage,
  kMethod,
  kField,
  kStaticBlock,
  kDecorator,
  kParameters,
  kParameter,
  kCall,
  kNew,
  kArguments,
  kAwait,
  kYield,
  kMember,
  kSubscript,
  kAssignment,
  kAugmentedAssignment,
  kTernary,
  kBinary,
  kUnary,
  kUpdate,
  kSequence,
  kTransparent,  // parentheses, `as`, `satisfies`, `!`, ${...}, {...} of JSX: the first child's
                 // value
  kTypeAssertion,
  kComputedName,
  kImportWord,
  kMetaProperty,
  kJsxElement,
  kJsxTag,  // opening, closing, self-closing
  kJsxAttribute,
  kJsxText,
  kJsxName,

  // statements
  kExpressionStatement,
  kDeclaration,
  kDeclarator,
  kFunctionDeclaration,
  kClassDeclaration,
  kEnum,
  kEnumBody,
  kEnumAssignment,
  kNamespace,
  kBlock,
  kIf,
  kElse,
  kFor,
  kForIn,
  kWhile,
  kDo,
  kTry,
  kCatch,
  kFinally,
  kWith,
  kSwitch,
  kSwitchBody,
  kCase,
  kDefaultCase,
  kReturn,
  kThrow,
  kLabeled,
  kNothing,  // empty, break, continue, debugger
  kImport,
  kImportClause,
  kNamespaceImport,
  kNamedImports,
  kImportSpecifier,
  kImportRequire,
  kImportAlias,
  kExport,
  kNamespaceExport,
  kExportClause,
  kExportSpecifier,
};

constexpr bool is_token(Syntax syntax) {
  return syntax >= Syntax::kComma && syntax <= Syntax::kAwaitWord;
}

// Syntax by grammar symbol.
class SyntaxTable {
 public:
  static const SyntaxTable& of(const TSLanguage* grammar);  // of one of the three grammars

  Syntax operator[](TSSymbol symbol) const {
    return symbol < by_symbol_.size() ? by_symbol_[symbol] : Syntax::kError;
  }
  // By grammar symbol, for cerebro_flatten.
  const uint8_t* keep() const { return keep_.data(); }

 private:
  explicit SyntaxTable(const TSLanguage* grammar);
  std::vector<Syntax> by_symbol_;
  std::vector<uint8_t> keep_;
};

}  // namespace cerebro
