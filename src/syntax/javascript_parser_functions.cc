// Functions, classes and blocks.

#include "syntax/javascript_parsing.h"

namespace cerebro {

// At `async` or `function`.
void JavaScriptParser::function(Start from, bool declaration, Or behind) {
  Context context;
  if (token() == Token::kAsync) {
    context.async = true;
    token_leaf(Grammar::kAsyncToken);
  }
  expect(Token::kFunction);
  if (token() == Token::kStar) {
    context.generator = true;
    token_leaf(Grammar::kStarToken);
  }
  if (is_name(token())) {
    token_leaf(Grammar::kIdentifier);
  } else if (declaration) {
    fail();
  }
  {
    const Within within(*this, context);
    parameters();
    block(kFunctionBody, behind);
  }
  const bool generator = context.generator;
  node(declaration ? (generator ? Grammar::kGeneratorDeclaration : Grammar::kFunctionDeclaration)
                   : (generator ? Grammar::kGeneratorFunction : Grammar::kFunctionExpression),
       from);
  if (declaration) no_slash();
}

void JavaScriptParser::parameters() {
  const Start from = start();
  expect(Token::kLeftParen);
  while (token() != Token::kRightParen && !failed()) {
    const Start part = start();
    if (accept(Token::kEllipsis)) {
      binding();
      node(Grammar::kRestPattern, part);
      break;
    }
    const bool undefined = token() == Token::kUndefined;
    binding();
    if (undefined) rename(out_.size() - 1, Grammar::kUndefined);
    if (token() == Token::kEquals) {
      token_leaf(Grammar::kEqualsToken);
      assignment();
      node(Grammar::kAssignmentPattern, part);
    }
    if (!accept(Token::kComma)) break;
  }
  expect(Token::kRightParen);
  node(Grammar::kParameters, from);
}

// Expressions in parentheses that turned out to be parameters; `first` is their first node.
void JavaScriptParser::arrow_parameters(Start from, uint32_t first) {
  for (uint32_t next = out_.size(); next > first && !failed(); next = out_[next - 1].first) {
    const uint32_t part = next - 1;
    if (is(part, Grammar::kMember) || is(part, Grammar::kSubscript)) fail();
    to_element(part);
  }
  node(Grammar::kParameters, from);
}

// At the arrow.
void JavaScriptParser::arrow_function(Start from, bool async) {
  const Within within(*this, {async, false, context_.no_in, context_.top && !async});
  expect(Token::kArrow);
  if (token() == Token::kLeftBrace) {
    block(kArrowBody, Or::kValid);
  } else {
    assignment();
  }
  node(Grammar::kArrowFunction, from);
}

// At the parameters.
void JavaScriptParser::method(Start from, bool async, bool generator) {
  {
    const Within within(*this, {async, generator});
    parameters();
    block(kOther, Or::kInvalid);
  }
  node(Grammar::kMethod, from);
}

void JavaScriptParser::class_like(Start from, bool declaration, Or behind) {
  advance();
  if (is_name(token())) {
    token_leaf(Grammar::kIdentifier);
  } else if (declaration) {
    fail();
  }
  if (token() == Token::kExtends) {
    const Start heritage = start();
    advance();
    const Start base = start();
    primary(base, false);
    suffixes(base, true);
    node(Grammar::kClassHeritage, heritage);
  }
  class_body();
  if (declaration) automatic_semicolon(behind);
  node(declaration ? Grammar::kClassDeclaration : Grammar::kClass, from);
  if (declaration) no_slash();
}

void JavaScriptParser::class_body() {
  const Within within(*this, {});
  const Nesting nesting(*this);
  const Start from = start();
  expect(Token::kLeftBrace);
  while (token() != Token::kRightBrace && !failed()) {
    if (!accept(Token::kSemicolon)) member();
  }
  expect(Token::kRightBrace);
  node(Grammar::kClassBody, from);
}

// A method, a field, or a static block.
void JavaScriptParser::member() {
  const Start from = start();
  bool async = false;
  bool generator = false;
  bool accessor = false;
  bool named = false;
  // Whether the word is no name but says what follows.
  const auto modifier = [&](Grammar grammar) {
    const uint32_t word = out_.size();
    token_leaf(Grammar::kPropertyIdentifier);
    if (lexer_.current().newline_before) fail();  // a name to tree-sitter, or two words in one
    switch (token()) {
      case Token::kLeftParen:
      case Token::kEquals:
      case Token::kSemicolon:
      case Token::kRightBrace:
        named = true;
        return false;
      default:
        if (lexer_.current().comment_before) fail();
        rename(word, grammar);
        return true;
    }
  };
  if (token() == Token::kStatic && modifier(Grammar::kStaticToken)) {
    if (token() == Token::kLeftBrace) {
      block(kOther, Or::kInvalid);
      return node(Grammar::kStaticBlock, from);
    }
  }
  if (!named && token() == Token::kAsync) async = modifier(Grammar::kAsyncToken);
  if (!named && !async && token() == Token::kGet) accessor = modifier(Grammar::kGetToken);
  if (!named && !async && !accessor && token() == Token::kSet) {
    accessor = modifier(Grammar::kSetToken);
  }
  if (!named && !accessor && token() == Token::kStar) {
    generator = true;
    token_leaf(Grammar::kStarToken);
  }
  if (!named) property_name();
  if (token() == Token::kLeftParen) {
    uint32_t at = end_;
    if (lexer_.current().comment_before && lexer_.automatic_semicolon(at, false)) return fail();
    return method(from, async, generator);
  }
  if (async || generator || accessor) return fail();
  Or before = Or::kInvalid;
  if (token() == Token::kEquals) {
    if (lexer_.current().comment_before) return fail();
    token_leaf(Grammar::kEqualsToken);
    assignment();
    before = Or::kValid;
  }
  node(Grammar::kField, from);
  semicolon(before);
}

// A regular expression behind a statement that might be an expression is a division to tree-sitter.
void JavaScriptParser::no_slash() {
  if (token() == Token::kSlash || token() == Token::kSlashEquals) fail();
}

// The first of a block. To the grammar the block may be an object, whose keys look like labels and
// whose methods look like calls before a block, and it may well choose that.
void JavaScriptParser::first_statement() {
  const JavaScriptLexer::Current word = lexer_.current();
  statement();
  if (failed()) return;
  const uint32_t written = out_.size() - 1;
  if (is(written, Grammar::kLabeled)) {
    if (may_be_value(written - 1)) fail();
  } else if (is(written, Grammar::kExpressionStatement) && token() != Token::kRightBrace) {
    const bool open = lexer_.byte(out_[written].end - 1) != ';';
    const bool alone = out_[written].end == word.end && word.token != Token::kIdentifier;
    if (open && (alone || token() == Token::kLeftBrace)) fail();
  }
}

// Whether what was read as a statement behind a label might be the value behind a key.
bool JavaScriptParser::may_be_value(uint32_t statement) {
  for (;;) {
    if (is(statement, Grammar::kExpressionStatement)) {
      return lexer_.byte(out_[statement].end - 1) != ';';
    }
    if (is(statement, Grammar::kFunctionDeclaration) ||
        is(statement, Grammar::kGeneratorDeclaration) ||
        is(statement, Grammar::kClassDeclaration)) {
      return true;
    }
    if (!is(statement, Grammar::kBlock)) return false;
    if (out_[statement].first == statement) return true;  // {}
    uint32_t first = statement - 1;
    while (out_[first].first != out_[statement].first) first = out_[first].first - 1;
    statement = first;
    if (is(statement, Grammar::kLabeled)) {
      --statement;
    } else if (is(statement, Grammar::kBlock)) {
      return false;  // {{
    }
  }
}

// `behind`: of the state of the grammar behind the brace, where it accepts an automatic semicolon.
void JavaScriptParser::block(BlockKind kind, Or behind) {
  const Within within(*this);
  const Nesting nesting(*this);
  const Start from = start();
  expect(Token::kLeftBrace);
  const bool empty = token() == Token::kRightBrace;
  if (!empty && (kind == kStatement || kind == kArrowBody)) first_statement();
  while (token() != Token::kRightBrace && token() != Token::kEnd && !failed()) statement();
  expect(Token::kRightBrace);
  automatic_semicolon(kind == kStatement && empty ? Or::kValid : behind);
  node(Grammar::kBlock, from);
  const bool slash = token() == Token::kSlash || token() == Token::kSlashEquals;
  if (slash && kind == kStatement && may_be_value(out_.size() - 1)) fail();
}

}  // namespace cerebro
