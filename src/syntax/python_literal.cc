#include "syntax/python_literal.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "syntax/encoding.h"

namespace cerebro {
namespace {

bool contains_letter(std::string_view prefix, char lower) {
  return std::any_of(prefix.begin(), prefix.end(), [&](char c) { return (c | 0x20) == lower; });
}

// Reads up to `max_digits` digits at text[at...], at least one; advances `at` past them.
bool read_digits(std::string_view text, size_t& at, size_t max_digits, int base, uint32_t& value) {
  const char* first = text.data() + std::min(at, text.size());
  const char* last = first + std::min(max_digits, text.size() - std::min(at, text.size()));
  const auto [end, error] = std::from_chars(first, last, value, base);
  if (error != std::errc() || end == first) return false;
  at += static_cast<size_t>(end - first);
  return true;
}

// The characters that one letter after the backslash stands for.
// https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
int simple_escape(char letter) {
  switch (letter) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
      return '\\';
    case '\'':
      return '\'';
    case '"':
      return '"';
    default:
      return -1;
  }
}

class Decoder {
 public:
  Decoder(std::string_view body, bool bytes, bool raw, bool format)
      : body_(body), bytes_(bytes), raw_(raw), format_(format) {}

  std::string run() {
    out_.reserve(body_.size());
    while (at_ < body_.size()) {
      const char c = body_[at_++];
      if (c == '\\' && !raw_) {
        escape();
      } else if (c == '\r') {  // the tokenizer turns every line end into '\n'
        if (peek() == '\n') ++at_;
        out_ += '\n';
      } else {
        if (format_ && (c == '{' || c == '}') && peek() == c) ++at_;
        out_ += c;
      }
    }
    return std::move(out_);
  }

 private:
  char peek() const { return at_ < body_.size() ? body_[at_] : '\0'; }

  void put(uint32_t value) {
    if (bytes_) {
      out_ += static_cast<char>(value);
    } else {
      append_utf8(out_, value);
    }
  }

  void escape() {  // at_ is after the backslash
    const char letter = peek();
    uint32_t value = 0;
    size_t digits = at_ + 1;
    if (const int plain = simple_escape(letter); plain >= 0) {
      ++at_;
      out_ += static_cast<char>(plain);
    } else if (letter == '\n') {
      ++at_;
    } else if (letter == '\r') {
      at_ += body_.substr(at_, 2) == "\r\n" ? 2 : 1;
    } else if (read_digits(body_, at_, 3, 8, value)) {
      put(value);
    } else if ((letter == 'x' && exactly(digits, 2, value)) ||
               (!bytes_ && letter == 'u' && exactly(digits, 4, value)) ||
               (!bytes_ && letter == 'U' && exactly(digits, 8, value))) {
      at_ = digits;
      put(value);
    } else if (const size_t name = bytes_ ? 0 : name_bytes(); name > 0) {
      at_ += name;
      append_utf8(out_, 0xFFFD);  // the names of Unicode are not worth a megabyte
    } else {
      out_ += '\\';
    }
  }

  // The length of N{...} at at_, 0 if there is none. Names have at most 88 letters.
  size_t name_bytes() const {
    const std::string_view text = body_.substr(at_, 100);
    const size_t brace = text.starts_with("N{") ? text.find('}') : std::string_view::npos;
    return brace == std::string_view::npos ? 0 : brace + 1;
  }

  bool exactly(size_t& at, size_t count, uint32_t& value) const {
    const size_t start = at;
    return read_digits(body_, at, count, 16, value) && at - start == count;
  }

  std::string_view body_;
  bool bytes_, raw_, format_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

PythonLiteral split_python_literal(std::string_view literal) {
  PythonLiteral parts;
  const size_t open = std::min(literal.find_first_of("'\"`"), literal.size());
  const std::string_view prefix = literal.substr(0, open);
  parts.bytes = contains_letter(prefix, 'b');
  parts.raw = contains_letter(prefix, 'r');
  parts.format = contains_letter(prefix, 'f');
  if (open == literal.size()) return parts;
  const std::string_view rest = literal.substr(open);
  parts.backquoted = rest[0] == '`';
  const std::string triple(3, rest[0]);
  const std::string_view quote = rest.substr(0, rest.starts_with(triple) ? 3 : 1);
  parts.body_offset = open + quote.size();
  parts.body = literal.substr(parts.body_offset);
  if (parts.body.ends_with(quote)) parts.body.remove_suffix(quote.size());
  return parts;
}

std::string decode_python_text(std::string_view body, bool bytes, bool raw) {
  return Decoder(body, bytes, raw, false).run();
}

std::string decode_python_format_text(std::string_view body, bool raw) {
  return Decoder(body, false, raw, true).run();
}

}  // namespace cerebro
