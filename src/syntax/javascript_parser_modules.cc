#include "syntax/javascript_parsing.h"

namespace cerebro {

void JavaScriptParser::import_statement(Start from) {
  advance();
  if (token() != Token::kString) {
    import_clause();
    expect(Token::kFrom);
  }
  module_source();
  if (token() == Token::kWith) {  // import attributes, which nobody reads
    if (lexer_.current().comment_before || lexer_.current().newline_before) return fail();
    advance();
    const uint32_t written = out_.size();
    if (token() != Token::kLeftBrace) return fail();
    object();
    out_.truncate(written);
  }
  semicolon(Or::kInvalid);
  node(Grammar::kImport, from);
}

void JavaScriptParser::import_clause() {
  const Start from = start();
  bool more = true;
  if (is_name(token())) {
    token_leaf(Grammar::kIdentifier);
    more = accept(Token::kComma);
  }
  const Start names = start();
  if (!more) {
    // import a from 'b'
  } else if (token() == Token::kStar) {
    token_leaf(Grammar::kStarToken);
    expect(Token::kAs);
    if (!is_name(token())) return fail();
    token_leaf(Grammar::kIdentifier);
    node(Grammar::kNamespaceImport, names);
  } else {
    expect(Token::kLeftBrace);
    while (token() != Token::kRightBrace && !failed()) {
      const Start specifier = start();
      const bool plain = is_name(token());
      module_name();
      if (accept(Token::kAs)) {
        if (!is_name(token())) return fail();
        token_leaf(Grammar::kIdentifier);
      } else if (!plain) {
        return fail();
      }
      node(Grammar::kImportSpecifier, specifier);
      if (!accept(Token::kComma)) break;
    }
    expect(Token::kRightBrace);
    node(Grammar::kNamedImports, names);
  }
  node(Grammar::kImportClause, from);
}

void JavaScriptParser::export_statement(Start from) {
  advance();
  if (lexer_.current().newline_before) return fail();  // a variable to tree-sitter
  const Start what = start();
  switch (token()) {
    case Token::kStar:
      token_leaf(Grammar::kStarToken);
      if (accept(Token::kAs)) {
        module_name();
        node(Grammar::kNamespaceExport, what);
      }
      expect(Token::kFrom);
      module_source();
      semicolon(Or::kInvalid);
      break;
    case Token::kLeftBrace:
      export_clause();
      if (token() == Token::kFrom) {
        if (lexer_.current().newline_before || lexer_.current().comment_before) return fail();
        advance();
        module_source();
      }
      semicolon(Or::kInvalid);
      break;
    case Token::kDefault:
      token_leaf(Grammar::kDefaultToken);
      export_default();
      break;
    case Token::kVar:
    case Token::kLet:
    case Token::kConst:
      declaration(what, false);
      break;
    case Token::kFunction:
      function(what, true, Or::kInvalid);
      break;
    case Token::kAsync:
      if (peek() != Token::kFunction) return fail();
      function(what, true, Or::kInvalid);
      break;
    case Token::kClass:
      class_like(what, true, Or::kInvalid);
      break;
    default:
      return fail();
  }
  node(Grammar::kExport, from);
}

void JavaScriptParser::export_clause() {
  const Start from = start();
  expect(Token::kLeftBrace);
  while (token() != Token::kRightBrace && !failed()) {
    const Start specifier = start();
    module_name();
    if (accept(Token::kAs)) module_name();
    node(Grammar::kExportSpecifier, specifier);
    if (!accept(Token::kComma)) break;
  }
  expect(Token::kRightBrace);
  node(Grammar::kExportClause, from);
}

void JavaScriptParser::export_default() {
  const Start from = start();
  // A declaration if it has a name.
  const JavaScriptLexer::Current here = lexer_.current();
  const bool async = token() == Token::kAsync && peek() == Token::kFunction;
  bool declares = false;
  if (token() == Token::kFunction || token() == Token::kClass || async) {
    if (async) lexer_.next();
    lexer_.next();
    if (token() == Token::kStar) lexer_.next();
    declares = is_name(token());
    lexer_.restore(here);
  }
  if (declares && token() == Token::kClass) {
    class_like(from, true);
  } else if (declares) {
    function(from, true);
  } else {
    assignment();
    semicolon(Or::kValid);
  }
}

// What is imported or exported: a name, a string or the word `default`.
void JavaScriptParser::module_name() {
  if (token() == Token::kString) return token_leaf(Grammar::kString);
  if (token() == Token::kDefault) return token_leaf(Grammar::kDefaultToken);
  if (!is_word(token())) return fail();
  if (!is_name(token())) reserved_names_.push_back(start().begin);
  token_leaf(Grammar::kIdentifier);
}

void JavaScriptParser::module_source() {
  if (token() != Token::kString) return fail();
  token_leaf(Grammar::kString);
}

}  // namespace cerebro
