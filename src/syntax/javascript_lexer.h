#pragma once

// JavaScript's tokens, for the parser of javascript_parser.h. Whether a slash begins a regular
// expression, and where a template goes on behind a substitution, only the parser knows; it asks
// for these. What is not understood, or what tree-sitter reads otherwise, is kInvalid, and so is
// every token behind it.

#include <cstdint>
#include <string>

namespace cerebro {

enum class Token : uint8_t {
  kInvalid,
  kEnd,
  kNumber,
  kString,
  kBacktick,     // begins a template
  kPrivateName,  // #name

  // punctuation
  kLeftBrace,
  kRightBrace,
  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kSemicolon,
  kComma,
  kColon,
  kQuestion,
  kOptionalChain,
  kDot,
  kEllipsis,
  kArrow,
  kEquals,

  // operators, in the order of Grammar::kFirstOperator and behind
  kNullish,
  kOr,
  kAnd,
  kBitOr,
  kBitXor,
  kBitAnd,
  kEqual,
  kNotEqual,
  kSame,
  kNotSame,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kInstanceof,
  kIn,
  kShiftLeft,
  kShiftRight,
  kShiftRightZero,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kPercent,
  kPower,
  kNot,
  kBitNot,
  kTypeof,
  kVoid,
  kDelete,
  kIncrement,
  kDecrement,
  kPlusEquals,
  kMinusEquals,
  kStarEquals,
  kSlashEquals,
  kPercentEquals,
  kBitXorEquals,
  kBitAndEquals,
  kBitOrEquals,
  kShiftRightEquals,
  kShiftRightZeroEquals,
  kShiftLeftEquals,
  kPowerEquals,
  kAndEquals,
  kOrEquals,
  kNullishEquals,

  // words that are reserved
  kBreak,
  kCase,
  kCatch,
  kClass,
  kConst,
  kContinue,
  kDebugger,
  kDefault,
  kDo,
  kElse,
  kExport,
  kExtends,
  kFalse,
  kFinally,
  kFor,
  kFunction,
  kIf,
  kImport,
  kNew,
  kNull,
  kReturn,
  kSuper,
  kSwitch,
  kThis,
  kThrow,
  kTrue,
  kTry,
  kVar,
  kWhile,
  kWith,

  // words whose meaning as a name depends on where they stand
  kAwait,
  kLet,
  kYield,

  // words that are names where they are nothing else
  kAs,
  kAsync,
  kFrom,
  kGet,
  kMeta,
  kOf,
  kSet,
  kStatic,
  kTarget,
  kUndefined,
  kUsing,
  kIdentifier,
};

constexpr bool is_operator(Token token) {
  return token >= Token::kNullish && token <= Token::kNullishEquals;
}
constexpr bool is_name(Token token) { return token >= Token::kAs; }
// Without those that begin something else or that the grammar has a node for.
constexpr bool is_plain_name(Token token) {
  return is_name(token) && token != Token::kAsync && token != Token::kUndefined;
}
// Also the reserved ones: what may follow a dot.
constexpr bool is_word(Token token) {
  return token >= Token::kBreak || token == Token::kInstanceof || token == Token::kIn ||
         (token >= Token::kTypeof && token <= Token::kDelete);
}

class JavaScriptLexer {
 public:
  // `source` is UTF-8 and outlives the lexer. The first token is read at once.
  explicit JavaScriptLexer(const std::string& source);

  struct Current {
    Token token = Token::kInvalid;
    bool newline_before = false;  // in what is between it and the token before it
    bool comment_before = false;
    uint32_t begin = 0, end = 0;  // bytes
  };
  const Current& current() const { return current_; }
  char byte(uint32_t at) const { return begin_[at]; }  // at <= size

  void next();
  void fail();
  uint32_t failed_at() const { return failed_at_; }  // offset, when it has failed
  bool failed() const { return current_.token == Token::kInvalid; }

  // To look ahead: the state to which `restore` goes back.
  Current save() const { return current_; }
  void restore(const Current& saved);
  // Whether the next byte that is no space is `c`.
  bool followed_by(char c) const;

  // At a slash that begins a regular expression: makes it the current token, and says where the
  // slash that ends its pattern is.
  uint32_t regex();
  // Behind a backtick or a substitution: reads text of a template up to "${" (true; the current
  // token is then the first of the expression) or the final backtick (false; the current token is
  // then the one behind it). `end`: where "${" begins, or the end of the template.
  bool template_text(uint32_t& end);

  // Whether tree-sitter's scanner puts a semicolon at `at`, the end of a token or of a comment
  // behind it, before the current token; `or_valid` is whether || may stand there, which its rules
  // depend on in comments. Moves `at` behind the comments that come before the semicolon, if there
  // is one.
  bool automatic_semicolon(uint32_t& at, bool or_valid);

 private:
  uint32_t offset(const char* at) const { return static_cast<uint32_t>(at - begin_); }
  const char* skip_space(const char* at);
  void punctuator(const char* at);
  void word(const char* at);
  void number(const char* at);
  void string(const char* at);
  void private_name(const char* at);
  void set(Token token, const char* end) {
    current_.token = token;
    current_.end = offset(end);
    at_ = end;
  }

  const char* begin_;
  const char* end_;
  const char* at_;  // behind the current token
  Current current_;
  uint32_t failed_at_ = 0;
};

}  // namespace cerebro
