#include "package/string_literals.h"

#include <algorithm>

namespace cerebro {
namespace {

constexpr size_t kMaxLiterals = 100'000;
constexpr size_t kMaxLiteralBytes = 64 << 10;

std::string unescaped(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  static constexpr std::string_view kNames = "nrt";
  static constexpr std::string_view kValues = "\n\r\t";
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      out += raw[i];
      continue;
    }
    const char name = raw[++i];
    if (name == '\n') continue;  // a continued line
    const size_t known = kNames.find(name);
    out += known == std::string_view::npos ? name : kValues[known];
  }
  return out;
}

// Offset of the closing quote of a literal whose content starts at `at`.
size_t closing(std::string_view text, size_t at, std::string_view quote) {
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (c == '\n' && quote.size() == 1) {
      return at;  // an unfinished literal ends with its line
    } else if (c == quote[0] && text.substr(at, quote.size()) == quote) {
      return at;
    }
  }
  return text.size();
}

// Calls on_comment(begin, end) and on_string(begin, content, content_end, end) in order.
template <typename OnComment, typename OnString>
void for_each_token(std::string_view text, OnComment on_comment, OnString on_string) {
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    size_t end = at + 1;
    if (c == '#') {
      end = std::min(text.find('\n', at), text.size());
      on_comment(at, end);
    } else if (c == '"' || c == '\'') {
      const bool triple = at + 2 < text.size() && text[at + 1] == c && text[at + 2] == c;
      const std::string_view quote = text.substr(at, triple ? 3 : 1);
      const size_t content = at + quote.size();
      const size_t close = closing(text, content, quote);
      end = std::min(close + quote.size(), text.size());
      on_string(at, content, std::min(close, text.size()), end);
    }
    at = end;
  }
}

}  // namespace

std::vector<StringLiteral> python_strings(std::string_view text) {
  std::vector<StringLiteral> literals;
  int line = 1;
  size_t counted = 0;  // line is that of this offset
  for_each_token(
      text, [](size_t, size_t) {},
      [&](size_t begin, size_t content, size_t content_end, size_t end) {
        if (literals.size() == kMaxLiterals) return;
        const std::string_view before = text.substr(counted, begin - counted);
        line += static_cast<int>(std::count(before.begin(), before.end(), '\n'));
        counted = begin;
        literals.push_back(
            {unescaped(text.substr(content, content_end - content)), begin, end, line});
      });
  return literals;
}

std::string condensed_python(std::string_view text) {
  std::string out;
  size_t copied = 0;
  const auto drop = [&](size_t begin, size_t end) {
    out += text.substr(copied, begin - copied);
    out.append(static_cast<size_t>(std::count(text.data() + begin, text.data() + end, '\n')), '\n');
    copied = end;
  };
  for_each_token(text, drop, [&](size_t, size_t content, size_t content_end, size_t) {
    if (content_end - content > kMaxLiteralBytes) drop(content, content_end);
  });
  return out += text.substr(copied);
}

}  // namespace cerebro
