// Objects, and the patterns that are read as objects and arrays first.

#include "syntax/javascript_parsing.h"

namespace cerebro {

void JavaScriptParser::object() {
  const Within within(*this);
  const Start from = start();
  advance();
  while (token() != Token::kRightBrace && !failed()) {
    property();
    if (!accept(Token::kComma)) break;
  }
  expect(Token::kRightBrace);
  node(Grammar::kObject, from);
}

void JavaScriptParser::property() {
  const Start from = start();
  if (accept(Token::kEllipsis)) {
    assignment();
    return node(Grammar::kSpread, from);
  }
  bool async = false;
  bool generator = false;
  bool modified = false;
  const auto modifier = [&](Grammar grammar) {
    const uint32_t word = out_.size();
    token_leaf(Grammar::kPropertyIdentifier);
    switch (token()) {
      case Token::kColon:
      case Token::kLeftParen:
      case Token::kComma:
      case Token::kRightBrace:
      case Token::kEquals:
        return false;  // a name
      default:
        rename(word, grammar);
        return modified = true;
    }
  };
  bool named = false;
  switch (token()) {
    case Token::kAsync:
      async = modifier(Grammar::kAsyncToken);
      named = !async;
      if (async && lexer_.current().newline_before) return fail();
      break;
    case Token::kGet:
      named = !modifier(Grammar::kGetToken);
      break;
    case Token::kSet:
      named = !modifier(Grammar::kSetToken);
      break;
    default:
      break;
  }
  if (!named && token() == Token::kStar) {
    if (modified && !async) return fail();
    token_leaf(Grammar::kStarToken);
    generator = modified = true;
  }
  const bool shorthand = named || property_name();
  if (token() == Token::kLeftParen) return method(from, async, generator);
  if (modified) return fail();
  if (accept(Token::kColon)) {
    assignment();
    return node(Grammar::kPair, from);
  }
  if (!shorthand) return fail();
  const uint32_t name = out_.size() - 1;
  if (token() != Token::kEquals) return rename(name, Grammar::kShorthand);
  rename(name, Grammar::kShorthandPattern);
  ++open_patterns_;
  token_leaf(Grammar::kEqualsToken);
  assignment();
  node(Grammar::kObjectAssignmentPattern, from);
}

bool JavaScriptParser::property_name() {
  const Start from = start();
  switch (token()) {
    case Token::kString:
      token_leaf(Grammar::kString);
      return false;
    case Token::kNumber:
      token_leaf(Grammar::kNumber);
      return false;
    case Token::kPrivateName:
      token_leaf(Grammar::kPrivateIdentifier);
      return false;
    case Token::kLeftBracket: {
      const Within within(*this);
      advance();
      assignment();
      expect(Token::kRightBracket);
      node(Grammar::kComputedName, from);
      return false;
    }
    default: {
      if (!is_word(token())) fail();
      const bool shorthand = is_name(token());
      token_leaf(Grammar::kPropertyIdentifier);
      return shorthand;
    }
  }
}

// The name of a variable, or a pattern, in a declaration or as a parameter.
void JavaScriptParser::binding() {
  if (is_name(token())) return token_leaf(Grammar::kIdentifier);
  if (token() == Token::kLeftBracket) {
    array();
  } else if (token() == Token::kLeftBrace) {
    object();
  } else {
    fail();
  }
  if (!failed()) to_target(out_.size() - 1);
}

// Makes an expression what it is on the left of an assignment.
void JavaScriptParser::to_target(uint32_t target) {
  if (failed() || is(target, Grammar::kIdentifier) || is(target, Grammar::kMember) ||
      is(target, Grammar::kSubscript) || is(target, Grammar::kUndefined)) {
    return;
  }
  const Nesting nesting(*this);
  const uint32_t first = out_[target].first;
  if (is(target, Grammar::kArray)) {
    rename(target, Grammar::kArrayPattern);
    for (uint32_t next = target; next > first; next = out_[next - 1].first) {
      if (!is(next - 1, Grammar::kCommaToken)) to_element(next - 1);
    }
  } else if (is(target, Grammar::kObject)) {
    rename(target, Grammar::kObjectPattern);
    for (uint32_t next = target; next > first; next = out_[next - 1].first) {
      const uint32_t child = next - 1;
      if (is(child, Grammar::kShorthand)) {
        rename(child, Grammar::kShorthandPattern);
      } else if (is(child, Grammar::kPair)) {
        rename(child, Grammar::kPairPattern);
        to_element(child - 1);
      } else if (is(child, Grammar::kSpread)) {
        to_rest(child);
      } else if (is(child, Grammar::kObjectAssignmentPattern)) {
        --open_patterns_;
      } else {
        fail();
      }
    }
  } else {
    fail();
  }
}

// The same of what may have a default or be the rest.
void JavaScriptParser::to_element(uint32_t element) {
  if (failed()) return;
  if (is(element, Grammar::kSpread)) return to_rest(element);
  if (!is(element, Grammar::kAssignment)) return to_target(element);
  const uint32_t equals = out_[element - 1].first - 1;
  if (is(equals - 1, Grammar::kParenthesized)) return fail();
  rename(element, Grammar::kAssignmentPattern);
}

void JavaScriptParser::to_rest(uint32_t rest) {
  rename(rest, Grammar::kRestPattern);
  to_target(rest - 1);
}

}  // namespace cerebro
