#include "syntax/javascript_parsing.h"

namespace cerebro {
namespace {

// How close an operator binds; 0: it is none with two operands.
int precedence(Token token) {
  switch (token) {
    case Token::kNullish:
      return 1;
    case Token::kOr:
      return 2;
    case Token::kAnd:
      return 3;
    case Token::kBitOr:
      return 4;
    case Token::kBitXor:
      return 5;
    case Token::kBitAnd:
      return 6;
    case Token::kEqual:
    case Token::kNotEqual:
    case Token::kSame:
    case Token::kNotSame:
      return 7;
    case Token::kLess:
    case Token::kLessEqual:
    case Token::kGreater:
    case Token::kGreaterEqual:
    case Token::kInstanceof:
    case Token::kIn:
      return 8;
    case Token::kShiftLeft:
    case Token::kShiftRight:
    case Token::kShiftRightZero:
      return 9;
    case Token::kPlus:
    case Token::kMinus:
      return 10;
    case Token::kStar:
    case Token::kSlash:
    case Token::kPercent:
      return 11;
    case Token::kPower:
      return 12;
    default:
      return 0;
  }
}

// What may begin an operand, and may also go on with an expression that ends with a name.
bool may_follow_name(Token token) {
  switch (token) {
    case Token::kLeftParen:
    case Token::kLeftBracket:
    case Token::kBacktick:
    case Token::kSlash:
    case Token::kSlashEquals:
    case Token::kPlus:
    case Token::kMinus:
    case Token::kIncrement:
    case Token::kDecrement:
      return true;
    default:
      return false;
  }
}

}  // namespace

void JavaScriptParser::expressions() {
  const Start from = start();
  assignment();
  if (token() != Token::kComma) return;
  while (accept(Token::kComma)) assignment();
  node(Grammar::kSequence, from);
}

void JavaScriptParser::assignment() {
  const Nesting nesting(*this);
  const Start from = start();
  if (token() == Token::kYield) return yield_expression(from);
  if (operand(from, true)) return;
  binary(from, 0);
  if (token() == Token::kQuestion) return ternary(from);
  const bool augmented = token() >= Token::kPlusEquals && token() <= Token::kNullishEquals;
  if (augmented || token() == Token::kEquals) assign(from);
}

bool JavaScriptParser::operand(Start from, bool arrow_allowed) {
  switch (token()) {
    case Token::kNot:
    case Token::kBitNot:
    case Token::kPlus:
    case Token::kMinus:
    case Token::kTypeof:
    case Token::kVoid:
    case Token::kDelete:
      prefix(from, Grammar::kUnary);
      if (token() == Token::kPower) fail();
      return false;
    case Token::kIncrement:
    case Token::kDecrement:
      prefix(from, Grammar::kUpdate);
      return false;
    case Token::kAwait:
      await_expression(from);
      return false;
    default:
      break;
  }
  if (primary(from, arrow_allowed)) return true;
  suffixes(from, true);
  const bool update = token() == Token::kIncrement || token() == Token::kDecrement;
  if (update && !lexer_.current().newline_before) {
    if (!is_variable()) fail();
    operator_leaf();
    node(Grammar::kUpdate, from);
  }
  return false;
}

// Whether what was read last can be assigned to (or is in parentheses).
bool JavaScriptParser::is_variable() {
  const uint32_t last = out_.size() - 1;
  return !failed() && (is(last, Grammar::kIdentifier) || is(last, Grammar::kMember) ||
                       is(last, Grammar::kSubscript) || is(last, Grammar::kParenthesized));
}

void JavaScriptParser::prefix(Start from, Grammar grammar) {
  const Nesting nesting(*this);
  operator_leaf();
  if (token() == Token::kPrivateName) return fail();
  operand(start(), false);
  if (grammar == Grammar::kUpdate && !is_variable()) return fail();
  node(grammar, from);
}

// The grammar has two readings of `await (x)` and the like, the other being a call of a variable,
// and may choose either. In an async function only one is right.
void JavaScriptParser::await_expression(Start from) {
  const Nesting nesting(*this);
  if (!context_.async && !context_.top) return fail();
  token_leaf(Grammar::kAwaitToken);
  if (lexer_.current().newline_before || may_follow_name(token())) {
    if (!context_.async) return fail();
    awaits_.push_back(from.begin);
  }
  if (token() == Token::kPrivateName) return fail();
  operand(start(), false);
  node(Grammar::kAwait, from);
}

void JavaScriptParser::yield_expression(Start from) {
  if (!context_.generator) return fail();
  advance();
  switch (token()) {
    case Token::kRightParen:
    case Token::kRightBracket:
    case Token::kRightBrace:
    case Token::kComma:
    case Token::kSemicolon:
    case Token::kColon:
    case Token::kEnd:
      break;
    case Token::kStar:
      token_leaf(Grammar::kStarToken);
      assignment();
      break;
    default:
      if (lexer_.current().newline_before) break;
      assignment();
  }
  node(Grammar::kYield, from);
}

// From a left operand that has been read, on with the operators that bind closer than `above`.
void JavaScriptParser::binary(Start from, int above) {
  for (;;) {
    const Token op = token();
    const int level = precedence(op);
    if (level <= above || (op == Token::kIn && context_.no_in)) return;
    operator_leaf();
    const Start right = start();
    if (token() == Token::kPrivateName && level >= precedence(Token::kIn)) return fail();
    operand(right, false);
    binary(right, op == Token::kPower ? level - 1 : level);
    node(Grammar::kBinary, from);
  }
}

void JavaScriptParser::ternary(Start from) {
  advance();
  {
    const Within within(*this);
    assignment();
  }
  expect(Token::kColon);
  assignment();
  node(Grammar::kTernary, from);
}

void JavaScriptParser::assign(Start from) {
  const uint32_t target = out_.size() - 1;
  const bool named = is_variable();
  if (out_[target].first != from.first) return fail();
  if (token() == Token::kEquals) {
    if (!named) to_target(target);
    token_leaf(Grammar::kEqualsToken);
    assignment();
    node(Grammar::kAssignment, from);
  } else if (named) {
    operator_leaf();
    assignment();
    node(Grammar::kAugmentedAssignment, from);
  } else {
    fail();
  }
}

bool JavaScriptParser::primary(Start from, bool arrow_allowed) {
  if (is_plain_name(token())) {
    token_leaf(Grammar::kIdentifier);
    if (token() != Token::kArrow || !arrow_allowed) return false;
    arrow_function(from, false);
    return true;
  }
  switch (token()) {
    case Token::kAsync:
      return async_expression(from, arrow_allowed);
    case Token::kUndefined:
      token_leaf(Grammar::kUndefined);
      return false;
    case Token::kNumber:
      token_leaf(Grammar::kNumber);
      return false;
    case Token::kString:
      token_leaf(Grammar::kString);
      return false;
    case Token::kThis:
      token_leaf(Grammar::kThis);
      return false;
    case Token::kSuper:
      token_leaf(Grammar::kSuper);
      return false;
    case Token::kNull:
      token_leaf(Grammar::kNull);
      return false;
    case Token::kTrue:
      token_leaf(Grammar::kTrue);
      return false;
    case Token::kFalse:
      token_leaf(Grammar::kFalse);
      return false;
    case Token::kPrivateName:  // #a in b
      token_leaf(Grammar::kPrivateIdentifier);
      if (token() != Token::kIn) fail();
      return false;
    case Token::kBacktick:
      template_string();
      return false;
    case Token::kSlash:
    case Token::kSlashEquals:
      regex(from);
      return false;
    case Token::kLeftParen:
      return parenthesized(from, arrow_allowed);
    case Token::kLeftBracket:
      array();
      return false;
    case Token::kLeftBrace:
      object();
      return false;
    case Token::kFunction:
      function(from, false);
      return false;
    case Token::kClass:
      class_like(from, false);
      return false;
    case Token::kNew:
      new_expression(from);
      return false;
    case Token::kImport:
      import_expression(from);
      return false;
    default:
      fail();
      return false;
  }
}

// .a, [b] and, if `calls`, (c), `d` and ?. behind an expression.
void JavaScriptParser::suffixes(Start from, bool calls) {
  for (;;) {
    switch (token()) {
      case Token::kDot:
        advance();
        member_name();
        node(Grammar::kMember, from);
        break;
      case Token::kLeftBracket: {
        advance();
        const Within within(*this);
        expressions();
        expect(Token::kRightBracket);
        node(Grammar::kSubscript, from);
        break;
      }
      case Token::kOptionalChain:
        if (!calls) return fail();
        advance();
        if (token() == Token::kLeftParen || token() == Token::kLeftBracket) continue;
        member_name();
        node(Grammar::kMember, from);
        break;
      case Token::kLeftParen:
        if (!calls) return;
        arguments();
        node(Grammar::kCall, from);
        break;
      case Token::kBacktick:
        if (!calls) return fail();
        template_string();
        node(Grammar::kCall, from);
        break;
      default:
        return;
    }
  }
}

void JavaScriptParser::member_name() {
  if (is_word(token())) return token_leaf(Grammar::kPropertyIdentifier);
  if (token() == Token::kPrivateName) return token_leaf(Grammar::kPrivateIdentifier);
  fail();
}

void JavaScriptParser::arguments() {
  const Start from = start();
  argument_list();
  node(Grammar::kArguments, from);
}

// (a, ...b): the parentheses and what is between them.
void JavaScriptParser::argument_list() {
  const Within within(*this);
  expect(Token::kLeftParen);
  while (token() != Token::kRightParen && !failed()) {
    const Start from = start();
    if (accept(Token::kEllipsis)) {
      assignment();
      node(Grammar::kSpread, from);
    } else {
      assignment();
    }
    if (!accept(Token::kComma)) break;
  }
  expect(Token::kRightParen);
}

void JavaScriptParser::new_expression(Start from) {
  const Nesting nesting(*this);
  advance();
  if (accept(Token::kDot)) {
    expect(Token::kTarget);
    return node(Grammar::kMetaProperty, from);
  }
  if (token() == Token::kImport || token() == Token::kAsync || token() == Token::kPrivateName) {
    return fail();
  }
  const Start callee = start();
  const bool nested = token() == Token::kNew;
  primary(callee, false);
  if (nested && (token() == Token::kDot || token() == Token::kLeftBracket)) return fail();
  suffixes(callee, false);
  if (token() == Token::kLeftParen) arguments();
  node(Grammar::kNew, from);
}

void JavaScriptParser::import_expression(Start from) {
  advance();
  if (token() == Token::kLeftParen) return node(Grammar::kImportWord, from);
  expect(Token::kDot);
  expect(Token::kMeta);
  node(Grammar::kMetaProperty, from);
}

// Also the parameters of an arrow function, which look the same until the arrow.
bool JavaScriptParser::parenthesized(Start from, bool arrow_allowed) {
  bool only_parameters = token() == Token::kInvalid;
  int parts = 0;
  {
    const Within within(*this);
    advance();
    const Start inner = start();
    only_parameters = token() == Token::kRightParen;
    while (token() != Token::kRightParen && !failed()) {
      const Start part = start();
      if (accept(Token::kEllipsis)) {
        only_parameters = true;
        assignment();
        node(Grammar::kSpread, part);
        break;
      }
      assignment();
      ++parts;
      if (token() != Token::kComma) break;
      advance();
      if (token() == Token::kRightParen) only_parameters = true;
    }
    if (token() != Token::kRightParen) {
      fail();
    } else if (arrow_allowed && peek() == Token::kArrow) {
      advance();
      arrow_parameters(from, inner.first);
    } else if (only_parameters) {
      fail();
    } else {
      if (parts > 1) node(Grammar::kSequence, inner);
      advance();
      node(Grammar::kParenthesized, from);
      return false;
    }
  }
  arrow_function(from, false);
  return true;
}

// async function, async x => y, async (x) => y, or a variable of this name.
bool JavaScriptParser::async_expression(Start from, bool arrow_allowed) {
  const Token following = peek();
  if (following == Token::kFunction) {
    function(from, false);
    return false;
  }
  const uint32_t word = out_.size();
  token_leaf(Grammar::kIdentifier);
  if (lexer_.current().newline_before && (is_word(token()) || token() == Token::kLeftParen)) {
    fail();
  }
  if (is_name(token()) && arrow_allowed && token() != Token::kUndefined) {
    rename(word, Grammar::kAsyncToken);
    token_leaf(Grammar::kIdentifier);
    arrow_function(from, true);
    return true;
  }
  if (token() == Token::kArrow && arrow_allowed) {
    arrow_function(from, false);
    return true;
  }
  if (token() != Token::kLeftParen) return false;
  const Start list = start();
  argument_list();
  if (token() == Token::kArrow && arrow_allowed) {
    rename(word, Grammar::kAsyncToken);
    arrow_parameters(list, list.first);
    arrow_function(from, true);
    return true;
  }
  node(Grammar::kArguments, list);
  node(Grammar::kCall, from);
  return false;
}

void JavaScriptParser::template_string() {
  const Within within(*this);
  const Start from = start();
  uint32_t at = 0;
  while (lexer_.template_text(at)) {
    const Start substitution{at, out_.size()};
    expressions();
    if (token() != Token::kRightBrace) return fail();
    end_ = lexer_.current().end;
    node(Grammar::kTemplateSubstitution, substitution);
  }
  end_ = at;
  node(Grammar::kTemplateString, from);
}

void JavaScriptParser::regex(Start from) {
  const uint32_t slash = lexer_.regex();
  leaf(Grammar::kSlashToken, from.begin, from.begin + 1);
  leaf(Grammar::kRegexPattern, from.begin + 1, slash);
  leaf(Grammar::kSlashToken, slash, slash + 1);
  advance();
  node(Grammar::kRegex, from);
}

void JavaScriptParser::array() {
  const Within within(*this);
  const Start from = start();
  advance();
  while (token() != Token::kRightBracket && !failed()) {
    const Start part = start();
    if (accept(Token::kEllipsis)) {
      assignment();
      node(Grammar::kSpread, part);
    } else if (token() != Token::kComma) {
      assignment();
    }
    if (token() != Token::kComma) break;
    token_leaf(Grammar::kCommaToken);
  }
  expect(Token::kRightBracket);
  node(Grammar::kArray, from);
}

}  // namespace cerebro
