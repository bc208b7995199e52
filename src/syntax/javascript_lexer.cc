#include "syntax/javascript_lexer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace cerebro {
namespace {

// What a byte may be part of.
enum ByteClass : uint8_t {
  kWordStart = 1,
  kWordPart = 2,
  kDigit = 4,
  kHexDigit = 8,
  kSpace = 16,       // as of iswspace in the C locale, which tree-sitter's scanner asks
  kStringStop = 32,  // what may not be passed over in a string
};

constexpr std::array<uint8_t, 256> byte_classes() {
  std::array<uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    const bool digit = c >= '0' && c <= '9';
    const bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    const bool stop = c == '"' || c == '\'' || c == '\\' || c == '\n' || c == 0;
    classes[c] = static_cast<uint8_t>((letter ? kWordStart | kWordPart : 0) |
                                      (digit ? kDigit | kWordPart : 0) | (hex ? kHexDigit : 0) |
                                      (c == ' ' || (c >= '\t' && c <= '\r') ? kSpace : 0) |
                                      (stop ? kStringStop : 0));
  }
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = byte_classes();

bool is(char c, uint8_t classes) { return kClasses[static_cast<uint8_t>(c)] & classes; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Word {
  std::string_view text;
  Token token;
};

constexpr Word kWords[] = {
    {"break", Token::kBreak},
    {"case", Token::kCase},
    {"catch", Token::kCatch},
    {"class", Token::kClass},
    {"const", Token::kConst},
    {"continue", Token::kContinue},
    {"debugger", Token::kDebugger},
    {"default", Token::kDefault},
    {"delete", Token::kDelete},
    {"do", Token::kDo},
    {"else", Token::kElse},
    {"export", Token::kExport},
    {"extends", Token::kExtends},
    {"false", Token::kFalse},
    {"finally", Token::kFinally},
    {"for", Token::kFor},
    {"function", Token::kFunction},
    {"if", Token::kIf},
    {"import", Token::kImport},
    {"in", Token::kIn},
    {"instanceof", Token::kInstanceof},
    {"new", Token::kNew},
    {"null", Token::kNull},
    {"return", Token::kReturn},
    {"super", Token::kSuper},
    {"switch", Token::kSwitch},
    {"this", Token::kThis},
    {"throw", Token::kThrow},
    {"true", Token::kTrue},
    {"try", Token::kTry},
    {"typeof", Token::kTypeof},
    {"var", Token::kVar},
    {"void", Token::kVoid},
    {"while", Token::kWhile},
    {"with", Token::kWith},
    {"await", Token::kAwait},
    {"let", Token::kLet},
    {"yield", Token::kYield},
    {"as", Token::kAs},
    {"async", Token::kAsync},
    {"from", Token::kFrom},
    {"get", Token::kGet},
    {"meta", Token::kMeta},
    {"of", Token::kOf},
    {"set", Token::kSet},
    {"static", Token::kStatic},
    {"target", Token::kTarget},
    {"undefined", Token::kUndefined},
    {"using", Token::kUsing},
};
constexpr size_t kLongestWord = 10;

// Words by a hash of their ends and length; 0 or 1 + an index of kWords, the next slot if taken.
constexpr size_t kWordSlots = 256;
constexpr size_t word_slot(const char* word, size_t length) {
  return (static_cast<uint8_t>(word[0]) * 5u + static_cast<uint8_t>(word[1]) * 29u +
          static_cast<uint8_t>(word[length - 1]) * 3u + length * 11u) %
         kWordSlots;
}
constexpr std::array<uint8_t, kWordSlots> word_slots() {
  std::array<uint8_t, kWordSlots> slots{};
  for (uint8_t i = 0; i < std::size(kWords); ++i) {
    size_t slot = word_slot(kWords[i].text.data(), kWords[i].text.size());
    while (slots[slot] != 0) slot = (slot + 1) % kWordSlots;
    slots[slot] = static_cast<uint8_t>(i + 1);
  }
  return slots;
}
constexpr std::array<uint8_t, kWordSlots> kSlots = word_slots();

Token word_token(const char* word, size_t length) {
  if (length < 2 || length > kLongestWord) return Token::kIdentifier;
  for (size_t slot = word_slot(word, length); kSlots[slot] != 0; slot = (slot + 1) % kWordSlots) {
    const Word& candidate = kWords[kSlots[slot] - 1];
    if (candidate.text.size() == length && std::memcmp(candidate.text.data(), word, length) == 0) {
      return candidate.token;
    }
  }
  return Token::kIdentifier;
}

// Reads one character that is not ASCII; behind it, or nullptr if the grammar does not take it for
// part of a word.
const char* wide_word_part(const char* at) {
  const auto byte = [&](int i) { return static_cast<uint8_t>(at[i]); };
  const auto more = [&](int i) { return (byte(i) & 0xC0) == 0x80; };
  uint32_t code = 0;
  if (byte(0) >= 0xC2 && byte(0) < 0xE0 && more(1)) {
    code = (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
    at += 2;
  } else if (byte(0) >= 0xE0 && byte(0) < 0xF0 && more(1) && more(2)) {
    code = (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return nullptr;
    at += 3;
  } else if (byte(0) >= 0xF0 && byte(0) < 0xF5 && more(1) && more(2) && more(3)) {
    code = (byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 |
           (byte(3) & 0x3Fu);
    if (code < 0x10000 || code > 0x10FFFF) return nullptr;
    at += 4;
  } else {
    return nullptr;
  }
  const bool space = code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200B) ||
                     code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
                     code == 0x2060 || code == 0x3000 || code == 0xFEFF;
  return space ? nullptr : at;
}

// Behind a backslash in a string or template; nullptr if the grammar has no such escape.
const char* escape_end(const char* at) {
  switch (*at) {
    case '\0':
      return nullptr;
    case '\r':
      return at + (at[1] == '\n' ? 2 : 1);
    case 'x':
      return is(at[1], kHexDigit) && is(at[2], kHexDigit) ? at + 3 : nullptr;
    case 'u':
      if (at[1] == '{') {
        const char* end = at + 2;
        while (is(*end, kHexDigit)) ++end;
        return end > at + 2 && *end == '}' ? end + 1 : nullptr;
      }
      for (int i = 1; i <= 4; ++i) {
        if (!is(at[i], kHexDigit)) return nullptr;
      }
      return at + 5;
    default:
      return at + 1;
  }
}

const char* word_end(const char* at) {
  for (;;) {
    while (is(*at, kWordPart)) ++at;
    const char* next = nullptr;
    if (static_cast<uint8_t>(*at) >= 0x80) {
      next = wide_word_part(at);
    } else if (*at == '\\' && at[1] == 'u') {
      next = escape_end(at + 1);
    }
    if (next == nullptr) return at;
    at = next;
  }
}

// Digits with single underscores between them; nullptr if there is none.
const char* digits(const char* at, uint8_t classes) {
  if (!is(*at, classes)) return nullptr;
  for (;;) {
    while (is(*at, classes)) ++at;
    if (*at != '_' || !is(at[1], classes)) return at;
    ++at;
  }
}

// U+2028 or U+2029, which end lines in some places and not in others.
bool has_separator(std::string_view text) {
  constexpr std::string_view kBoth = "\xE2\x80";
  for (size_t at = text.find(kBoth); at != std::string_view::npos; at = text.find(kBoth, at + 1)) {
    const char last = at + 2 < text.size() ? text[at + 2] : '\0';
    if (last == '\xA8' || last == '\xA9') return true;
  }
  return false;
}

// What follows is tree-sitter-javascript's scanner.c (scan_automatic_semicolon), whose rules are
// not quite the language's.

enum class Passed { kReject, kNoNewline, kAccept };

Passed pass_comments(const char*& at, bool all) {
  bool newline = false;
  for (;;) {
    while (is(*at, kSpace)) ++at;
    if (*at != '/') return Passed::kAccept;
    ++at;
    if (*at == '/') {
      while (*at != 0 && *at != '\n') ++at;
    } else if (*at == '*') {
      ++at;
      while (*at != 0) {
        if (*at == '*') {
          ++at;
          if (*at == '/') {
            ++at;
            if (*at != '/' && !all) return newline ? Passed::kAccept : Passed::kNoNewline;
            break;
          }
        } else {
          newline |= *at == '\n';
          ++at;
        }
      }
    } else {
      return Passed::kReject;
    }
  }
}

// Whether a line that begins so does not go on with the statement of the line before.
bool begins_statement(const char* at) {
  switch (*at) {
    case '`':
    case ',':
    case ':':
    case ';':
    case '*':
    case '%':
    case '>':
    case '<':
    case '=':
    case '[':
    case '(':
    case '?':
    case '^':
    case '|':
    case '&':
    case '/':
      return false;
    case '.':
      return is(at[1], kDigit);
    case '+':
    case '-':
      return at[1] == *at;
    case '!':
      return at[1] != '=';
    case 'i':
      if (at[1] != 'n') return true;
      if (!is_letter(at[2])) return false;
      return std::strncmp(at + 2, "stanceof", 8) != 0 || is_letter(at[10]);
    default:
      return true;
  }
}

bool semicolon_at(const char* at, bool or_valid) {
  for (; *at != '\n'; ++at) {
    if (*at == 0) return true;
    if (*at == '/') {
      const Passed passed = pass_comments(at, false);
      if (passed == Passed::kReject) return false;
      if (passed == Passed::kAccept && !or_valid && *at != ',' && *at != '=') return true;
    }
    if (*at == '}') return true;
    if (*at == '\n') break;
    if (!is(*at, kSpace)) return false;
  }
  ++at;
  return pass_comments(at, true) != Passed::kReject && begins_statement(at);
}

// Comments behind which a semicolon is looked for before the file is given up: each look reads all
// that follow.
constexpr int kMaxComments = 64;

}  // namespace

JavaScriptLexer::JavaScriptLexer(const std::string& source)
    : begin_(source.c_str()), end_(begin_ + source.size()), at_(begin_) {
  // A NUL ends the text for tree-sitter's scanner and for us; a carriage return alone is the end of
  // a line for some of its rules and not for others.
  const auto find = [&](const char* from, char c) {
    return static_cast<const char*>(std::memchr(from, c, static_cast<size_t>(end_ - from)));
  };
  bool odd = source.size() >= 1u << 30 || find(begin_, '\0') != nullptr;
  for (const char* cr = find(begin_, '\r'); !odd && cr != nullptr; cr = find(cr + 1, '\r')) {
    odd = cr[1] != '\n';
  }
  if (odd) {
    fail();
    return;
  }
  if (source.starts_with("#!")) {
    const char* const line_end = find(begin_, '\n');
    current_.end = offset(line_end == nullptr ? end_ : line_end);
    at_ = begin_ + current_.end;
  }
  current_.token = Token::kEnd;
  next();
}

void JavaScriptLexer::fail() {
  if (at_ < end_) failed_at_ = offset(at_);
  at_ = end_;
  current_.token = Token::kInvalid;
  current_.begin = current_.end = offset(end_);
}

void JavaScriptLexer::restore(const Current& saved) {
  if (failed()) return;
  current_ = saved;
  at_ = begin_ + saved.end;
}

bool JavaScriptLexer::followed_by(char c) const {
  const char* at = at_;
  while (is(*at, kSpace)) ++at;
  return *at == c;
}

const char* JavaScriptLexer::skip_space(const char* at) {
  for (;; ++at) {
    switch (*at) {
      case '\n':
        current_.newline_before = true;
        break;
      case ' ':
      case '\t':
      case '\v':
      case '\f':
      case '\r':
        break;
      case '/': {
        if (at[1] != '/' && at[1] != '*') return at;
        current_.comment_before = true;
        const std::string_view rest(at + 2, static_cast<size_t>(end_ - at - 2));
        const size_t length = at[1] == '/' ? rest.find('\n') : rest.find("*/");
        const std::string_view comment = rest.substr(0, length);
        if (has_separator(comment)) return nullptr;
        if (at[1] == '/') {
          if (length == std::string_view::npos) return end_;
          current_.newline_before = true;
          at = comment.data() + length;
        } else {
          if (length == std::string_view::npos) return nullptr;
          current_.newline_before |= comment.find('\n') != std::string_view::npos;
          at = comment.data() + length + 1;
        }
        break;
      }
      default:
        return at;
    }
  }
}

void JavaScriptLexer::next() {
  if (failed()) return;
  current_.newline_before = current_.comment_before = false;
  const char* const at = skip_space(at_);
  if (at == nullptr) return fail();
  current_.begin = offset(at);
  if (is(*at, kWordStart)) return word(at);
  punctuator(at);
}

void JavaScriptLexer::punctuator(const char* at) {
  switch (*at) {
    case '\0':
      return set(Token::kEnd, at);
    case '{':
      return set(Token::kLeftBrace, at + 1);
    case '}':
      return set(Token::kRightBrace, at + 1);
    case '(':
      return set(Token::kLeftParen, at + 1);
    case ')':
      return set(Token::kRightParen, at + 1);
    case '[':
      return set(Token::kLeftBracket, at + 1);
    case ']':
      return set(Token::kRightBracket, at + 1);
    case ';':
      return set(Token::kSemicolon, at + 1);
    case ',':
      return set(Token::kComma, at + 1);
    case ':':
      return set(Token::kColon, at + 1);
    case '~':
      return set(Token::kBitNot, at + 1);
    case '`':
      return set(Token::kBacktick, at + 1);
    case '"':
    case '\'':
      return string(at);
    case '#':
      return private_name(at);
    case '.':
      if (is(at[1], kDigit)) return number(at);
      if (at[1] == '.' && at[2] == '.') return set(Token::kEllipsis, at + 3);
      return set(Token::kDot, at + 1);
    case '?':
      if (at[1] == '?') {
        return at[2] == '=' ? set(Token::kNullishEquals, at + 3) : set(Token::kNullish, at + 2);
      }
      if (at[1] == '.' && !is(at[2], kDigit)) return set(Token::kOptionalChain, at + 2);
      return set(Token::kQuestion, at + 1);
    case '=':
      if (at[1] == '>') return set(Token::kArrow, at + 2);
      if (at[1] != '=') return set(Token::kEquals, at + 1);
      return at[2] == '=' ? set(Token::kSame, at + 3) : set(Token::kEqual, at + 2);
    case '!':
      if (at[1] != '=') return set(Token::kNot, at + 1);
      return at[2] == '=' ? set(Token::kNotSame, at + 3) : set(Token::kNotEqual, at + 2);
    case '+':
      if (at[1] == '+') return set(Token::kIncrement, at + 2);
      return at[1] == '=' ? set(Token::kPlusEquals, at + 2) : set(Token::kPlus, at + 1);
    case '-':
      if (at[1] == '-') return set(Token::kDecrement, at + 2);
      return at[1] == '=' ? set(Token::kMinusEquals, at + 2) : set(Token::kMinus, at + 1);
    case '*':
      if (at[1] == '*') {
        return at[2] == '=' ? set(Token::kPowerEquals, at + 3) : set(Token::kPower, at + 2);
      }
      return at[1] == '=' ? set(Token::kStarEquals, at + 2) : set(Token::kStar, at + 1);
    case '/':
      return at[1] == '=' ? set(Token::kSlashEquals, at + 2) : set(Token::kSlash, at + 1);
    case '%':
      return at[1] == '=' ? set(Token::kPercentEquals, at + 2) : set(Token::kPercent, at + 1);
    case '^':
      return at[1] == '=' ? set(Token::kBitXorEquals, at + 2) : set(Token::kBitXor, at + 1);
    case '&':
      if (at[1] == '&') {
        return at[2] == '=' ? set(Token::kAndEquals, at + 3) : set(Token::kAnd, at + 2);
      }
      return at[1] == '=' ? set(Token::kBitAndEquals, at + 2) : set(Token::kBitAnd, at + 1);
    case '|':
      if (at[1] == '|') {
        return at[2] == '=' ? set(Token::kOrEquals, at + 3) : set(Token::kOr, at + 2);
      }
      return at[1] == '=' ? set(Token::kBitOrEquals, at + 2) : set(Token::kBitOr, at + 1);
    case '<':
      if (at[1] == '<') {
        return at[2] == '=' ? set(Token::kShiftLeftEquals, at + 3) : set(Token::kShiftLeft, at + 2);
      }
      return at[1] == '=' ? set(Token::kLessEqual, at + 2) : set(Token::kLess, at + 1);
    case '>':
      if (at[1] != '>') {
        return at[1] == '=' ? set(Token::kGreaterEqual, at + 2) : set(Token::kGreater, at + 1);
      }
      if (at[2] != '>') {
        return at[2] == '=' ? set(Token::kShiftRightEquals, at + 3)
                            : set(Token::kShiftRight, at + 2);
      }
      return at[3] == '=' ? set(Token::kShiftRightZeroEquals, at + 4)
                          : set(Token::kShiftRightZero, at + 3);
    default:
      if (is(*at, kDigit)) return number(at);
      if (static_cast<uint8_t>(*at) >= 0x80 || *at == '\\') return word(at);
      return fail();
  }
}

void JavaScriptLexer::word(const char* at) {
  const char* end = at;
  while (is(*end, kWordPart)) ++end;
  Token token = Token::kIdentifier;
  if (static_cast<uint8_t>(*end) >= 0x80 || *end == '\\') {
    end = word_end(end);
    if (end == at || *end == '\\') return fail();
  } else {
    token = word_token(at, static_cast<size_t>(end - at));
  }
  set(token, end);
}

void JavaScriptLexer::private_name(const char* at) {
  if (is(at[1], kDigit)) return fail();
  const char* const end = word_end(at + 1);
  if (end == at + 1 || *end == '\\') return fail();
  set(Token::kPrivateName, end);
}

void JavaScriptLexer::number(const char* at) {
  const char* end = at;
  const char kind = static_cast<char>(at[0] == '0' ? at[1] | 0x20 : 0);
  if (kind == 'x' || kind == 'b' || kind == 'o') {
    end = digits(at + 2, kind == 'x' ? kHexDigit : kDigit);
    if (end == nullptr) return fail();
    for (const char* digit = at + 2; kind != 'x' && digit < end; ++digit) {
      if (*digit != '_' && *digit > (kind == 'b' ? '1' : '7')) return fail();
    }
    if (*end == 'n') ++end;
  } else {
    if (*end != '.') end = digits(end, kDigit);
    if (*end == 'n') {
      ++end;
    } else if (*end == '.' || (*end | 0x20) == 'e') {
      if (end > at + 1 && at[0] == '0') return fail();  // 07.5 is not always one number
      if (*end == '.') {
        ++end;
        if (const char* fraction = digits(end, kDigit)) end = fraction;
      }
      if ((*end | 0x20) == 'e') {
        ++end;
        if (*end == '+' || *end == '-') ++end;
        end = digits(end, kDigit);
        if (end == nullptr) return fail();
      }
    }
  }
  if (is(*end, kWordPart) || *end == '\\' || static_cast<uint8_t>(*end) >= 0x80) return fail();
  set(Token::kNumber, end);
}

void JavaScriptLexer::string(const char* at) {
  const char quote = *at++;
  for (;;) {
    while (!is(*at, kStringStop)) ++at;
    if (*at == quote) return set(Token::kString, at + 1);
    if (*at == '\\') {
      at = escape_end(at + 1);
      if (at == nullptr) return fail();
    } else if (*at == '"' || *at == '\'') {
      ++at;
    } else {
      return fail();
    }
  }
}

uint32_t JavaScriptLexer::regex() {
  const char* at = begin_ + current_.begin + 1;
  const bool space = is(*at, kSpace) || static_cast<uint8_t>(*at) >= 0x80;
  for (bool in_class = false; *at != '/' || in_class; ++at) {
    if (*at == '[') in_class = true;
    if (*at == ']') in_class = false;
    if (*at == '\\') ++at;
    if (*at == '\n' || *at == 0) return fail(), 0;
  }
  const char* const slash = at++;
  // Behind nothing but space, of any kind, tree-sitter sees a comment.
  if (space && (*at == '/' || *at == '*')) return fail(), 0;
  while (*at >= 'a' && *at <= 'z') ++at;
  if (is(*at, kWordPart) || *at == '\\' || static_cast<uint8_t>(*at) >= 0x80) return fail(), 0;
  set(Token::kSlash, at);
  return offset(slash);
}

bool JavaScriptLexer::template_text(uint32_t& end) {
  const char* at = at_;
  for (;; ++at) {
    if (*at == '`') {
      end = offset(at + 1);
      at_ = at + 1;
      next();
      return false;
    }
    if (*at == '$' && at[1] == '{') {
      end = offset(at);
      at_ = at + 2;
      next();
      return true;
    }
    if (*at == '\\') {
      at = escape_end(at + 1);
      if (at == nullptr) break;
      --at;
    }
    if (*at == 0) break;
  }
  fail();
  return false;
}

bool JavaScriptLexer::automatic_semicolon(uint32_t& at, bool or_valid) {
  if (failed()) return false;
  if (!current_.comment_before) {
    if (current_.token == Token::kRightBrace || current_.token == Token::kEnd) return true;
    return current_.newline_before && begins_statement(begin_ + current_.begin);
  }
  const char* from = begin_ + at;
  for (int comments = 0; comments < kMaxComments; ++comments) {
    if (semicolon_at(from, or_valid)) {
      at = offset(from);
      return true;
    }
    while (is(*from, kSpace)) ++from;
    if (offset(from) >= current_.begin) return false;
    const std::string_view rest(from, static_cast<size_t>(end_ - from));
    from +=
        rest[1] == '/' ? std::min(rest.find_first_of("\r\n"), rest.size()) : rest.find("*/", 2) + 2;
  }
  fail();
  return false;
}

}  // namespace cerebro
