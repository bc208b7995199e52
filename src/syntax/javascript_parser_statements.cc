#include "syntax/javascript_parsing.h"

namespace cerebro {

void JavaScriptParser::statement() {
  const Nesting nesting(*this);
  const Start from = start();
  switch (token()) {
    case Token::kLeftBrace:
      return block(kStatement, Or::kInvalid);
    case Token::kSemicolon:
      return token_leaf(Grammar::kEmpty);
    case Token::kVar:
    case Token::kConst:
      return declaration(from, false);
    case Token::kLet: {
      const Token following = peek();
      if (!is_name(following) && following != Token::kLeftBrace &&
          following != Token::kLeftBracket) {
        return fail();
      }
      return declaration(from, false);
    }
    case Token::kFunction:
      return function(from, true);
    case Token::kAsync:
      if (peek() == Token::kFunction) return function(from, true);
      return expression_statement(from);
    case Token::kClass:
      return class_like(from, true);
    case Token::kIf:
      return if_statement(from);
    case Token::kFor:
      return for_statement(from);
    case Token::kWhile:
      return while_statement(from);
    case Token::kDo:
      return do_statement(from);
    case Token::kSwitch:
      return switch_statement(from);
    case Token::kTry:
      return try_statement(from);
    case Token::kReturn:
      return leave(from, Grammar::kReturn);
    case Token::kThrow:
      return leave(from, Grammar::kThrow);
    case Token::kBreak:
      return jump(from, Grammar::kBreak);
    case Token::kContinue:
      return jump(from, Grammar::kContinue);
    case Token::kDebugger:
      return jump(from, Grammar::kDebugger);
    case Token::kWith:
      advance();
      parenthesis();
      statement();
      return node(Grammar::kWith, from);
    case Token::kImport:
      if (lexer_.followed_by('(') || lexer_.followed_by('.')) return expression_statement(from);
      return import_statement(from);
    case Token::kExport:
      return export_statement(from);
    case Token::kUsing:
      if (is_name(peek())) return fail();  // a declaration, of a later standard
      [[fallthrough]];
    default:
      if (is_plain_name(token()) && lexer_.followed_by(':')) return labeled_statement(from);
      return expression_statement(from);
  }
}

void JavaScriptParser::expression_statement(Start from) {
  expressions();
  semicolon(Or::kValid);
  node(Grammar::kExpressionStatement, from);
}

void JavaScriptParser::labeled_statement(Start from) {
  advance();
  expect(Token::kColon);
  statement();
  node(Grammar::kLabeled, from);
}

// var a = 1, {b} = c;  `in_head`: of a for loop, where it may turn out to be that of for (var a of
// b).
void JavaScriptParser::declaration(Start from, bool in_head) {
  const bool variable = token() == Token::kVar;
  token_leaf(variable                 ? Grammar::kVarToken
             : token() == Token::kLet ? Grammar::kLetToken
                                      : Grammar::kConstToken);
  Or before = Or::kInvalid;
  for (bool first = true;; first = false) {
    const Start declarator = start();
    binding();
    if (in_head && first && (token() == Token::kIn || token() == Token::kOf)) {
      return for_in(from);
    }
    before = Or::kInvalid;
    if (lexer_.current().comment_before &&
        (token() == Token::kEquals || token() == Token::kComma)) {
      uint32_t at = end_;
      if (lexer_.automatic_semicolon(at, false)) return fail();
    }
    if (token() == Token::kEquals) {
      token_leaf(Grammar::kEqualsToken);
      assignment();
      before = Or::kValid;
    }
    node(Grammar::kDeclarator, declarator);
    if (!accept(Token::kComma)) break;
  }
  if (in_head) {
    expect(Token::kSemicolon);
  } else {
    semicolon(before);
  }
  node(variable ? Grammar::kVariableDeclaration : Grammar::kLexicalDeclaration, from);
}

void JavaScriptParser::parenthesis() {
  const Within within(*this);
  const Start from = start();
  expect(Token::kLeftParen);
  expressions();
  expect(Token::kRightParen);
  node(Grammar::kParenthesized, from);
}

void JavaScriptParser::if_statement(Start from) {
  advance();
  parenthesis();
  statement();
  if (token() == Token::kElse) {
    const Start otherwise = start();
    advance();
    statement();
    node(Grammar::kElse, otherwise);
  }
  node(Grammar::kIf, from);
}

// Both kinds: their heads begin alike.
void JavaScriptParser::for_statement(Start from) {
  advance();
  const bool await = token() == Token::kAwait;
  if (await) token_leaf(Grammar::kAwaitToken);
  expect(Token::kLeftParen);
  const Start head = start();
  bool each = false;
  {
    Context context = context_;
    context.no_in = true;
    const Within within(*this, context);
    switch (token()) {
      case Token::kSemicolon:
        token_leaf(Grammar::kEmpty);
        break;
      case Token::kLet: {
        const Token following = peek();
        if (!is_name(following) && following != Token::kLeftBrace &&
            following != Token::kLeftBracket) {
          return fail();
        }
        declaration(head, true);
        each = out_.back().first != head.first;
        break;
      }
      case Token::kVar:
      case Token::kConst:
        declaration(head, true);
        each = out_.back().first != head.first;
        break;
      case Token::kAsync:
      case Token::kUsing:
        return fail();
      case Token::kOf: {
        const Token following = peek();
        if (is_name(following) || following == Token::kOf || following == Token::kIn) {
          return fail();
        }
        [[fallthrough]];  // a name like any other: for (of(a); ...)
      }
      default:
        expressions();
        if (token() == Token::kIn || token() == Token::kOf) {
          const uint32_t target = out_.size() - 1;
          if (failed() || out_[target].first != head.first) return fail();
          if (!is(target, Grammar::kParenthesized)) to_target(target);
          for_in(head);
          each = true;
        } else {
          expect(Token::kSemicolon);
        }
    }
  }
  if (failed() || (await && !each)) return fail();
  if (each) {
    statement();
    return node(Grammar::kForIn, from);
  }
  for_clauses(from);
}

// The rest of for (a; b; c) d, from b.
void JavaScriptParser::for_clauses(Start from) {
  if (token() == Token::kSemicolon) {
    token_leaf(Grammar::kEmpty);
  } else {
    expressions();
    expect(Token::kSemicolon);
  }
  if (token() != Token::kRightParen) expressions();
  expect(Token::kRightParen);
  statement();
  node(Grammar::kFor, from);
}

// The rest of the head, from `in` or `of`.
void JavaScriptParser::for_in(Start) {
  const Within within(*this);
  if (lexer_.current().newline_before || lexer_.current().comment_before) return fail();
  if (token() == Token::kIn) {
    operator_leaf();
  } else {
    advance();
  }
  expressions();
  expect(Token::kRightParen);
}

void JavaScriptParser::while_statement(Start from) {
  advance();
  parenthesis();
  statement();
  node(Grammar::kWhile, from);
}

void JavaScriptParser::do_statement(Start from) {
  advance();
  statement();
  expect(Token::kWhile);
  parenthesis();
  if (token() == Token::kSemicolon && !lexer_.current().comment_before) {
    advance();
  } else if (!automatic_semicolon(Or::kInvalid)) {
    accept(Token::kSemicolon);
  }
  node(Grammar::kDo, from);
}

void JavaScriptParser::switch_statement(Start from) {
  advance();
  parenthesis();
  const Start body = start();
  expect(Token::kLeftBrace);
  while (token() != Token::kRightBrace && !failed()) {
    const Start clause = start();
    const bool otherwise = token() == Token::kDefault;
    if (otherwise) {
      token_leaf(Grammar::kDefaultToken);
    } else {
      expect(Token::kCase);
      expressions();
    }
    expect(Token::kColon);
    while (token() != Token::kCase && token() != Token::kDefault && token() != Token::kRightBrace &&
           token() != Token::kEnd && !failed()) {
      statement();
    }
    node(otherwise ? Grammar::kDefaultCase : Grammar::kCase, clause);
  }
  expect(Token::kRightBrace);
  node(Grammar::kSwitchBody, body);
  node(Grammar::kSwitch, from);
}

void JavaScriptParser::try_statement(Start from) {
  advance();
  block(kOther, Or::kInvalid);
  const bool handled = token() == Token::kCatch;
  if (handled) {
    const Start handler = start();
    advance();
    if (accept(Token::kLeftParen)) {
      binding();
      expect(Token::kRightParen);
    }
    block(kOther, Or::kInvalid);
    node(Grammar::kCatch, handler);
  }
  if (token() == Token::kFinally) {
    const Start finalizer = start();
    advance();
    block(kOther, Or::kInvalid);
    node(Grammar::kFinally, finalizer);
  } else if (!handled) {
    fail();
  }
  node(Grammar::kTry, from);
}

// return and throw
void JavaScriptParser::leave(Start from, Grammar grammar) {
  advance();
  if (grammar == Grammar::kThrow) {
    if (lexer_.current().newline_before) return fail();
    expressions();
    semicolon(Or::kValid);
  } else if (!automatic_semicolon(Or::kInvalid)) {
    if (token() == Token::kSemicolon) {
      advance();
    } else if (lexer_.current().newline_before) {
      return fail();  // nothing is returned, but tree-sitter goes on with the line
    } else {
      expressions();
      semicolon(Or::kValid);
    }
  }
  node(grammar, from);
}

// break, continue and debugger
void JavaScriptParser::jump(Start from, Grammar grammar) {
  advance();
  if (!automatic_semicolon(Or::kInvalid)) {
    if (grammar != Grammar::kDebugger && is_name(token())) advance();
    semicolon(Or::kInvalid);
  }
  node(grammar, from);
}

}  // namespace cerebro
