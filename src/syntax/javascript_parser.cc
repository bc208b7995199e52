#include "syntax/javascript_parser.h"

#include "syntax/javascript_parsing.h"

namespace cerebro {

Token JavaScriptParser::peek() {
  const JavaScriptLexer::Current here = lexer_.current();
  lexer_.next();
  const Token found = lexer_.current().newline_before ? Token::kInvalid : token();
  lexer_.restore(here);
  return found;
}

bool JavaScriptParser::automatic_semicolon(Or before) {
  return lexer_.automatic_semicolon(end_, before == Or::kValid);
}

// `before`: of the state of the grammar before the semicolon.
void JavaScriptParser::semicolon(Or before) {
  if (token() == Token::kSemicolon && !lexer_.current().comment_before) return advance();
  if (automatic_semicolon(before)) return;
  expect(Token::kSemicolon);
}

void JavaScriptParser::operator_leaf() {
  const auto number = static_cast<int>(token()) - static_cast<int>(Token::kNullish) +
                      static_cast<int>(Grammar::kFirstOperator);
  token_leaf(static_cast<Grammar>(number));
}

bool JavaScriptParser::program() {
  while (token() != Token::kEnd && !failed()) statement();
  if (failed() || open_patterns_ != 0) return false;
  out_.push({0, lexer_.current().end, 0, symbol(Grammar::kProgram)});
  return true;
}

bool parse_javascript(const std::string& source, int max_depth, FlatBuffer& tree,
                      uint32_t* refused_at) {
  tree.clear();
  JavaScriptParser parser(source, max_depth, tree);
  if (parser.program()) return true;
  if (refused_at != nullptr) *refused_at = parser.refused_at();
  return false;
}

}  // namespace cerebro
