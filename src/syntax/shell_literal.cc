#include "syntax/shell_literal.h"

#include <charconv>
#include <cstdint>

#include "syntax/encoding.h"

namespace cerebro {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool looks_like_windows_path(std::string_view word) {
  return (word.size() > 2 && is_letter(word[0]) && word[1] == ':' && word[2] == '\\') ||
         word.starts_with(".\\") || word.starts_with("..\\") || word.starts_with("\\\\") ||
         word.find("%\\") != std::string_view::npos;
}

constexpr int kNoEscape = -1;
int ansi_c_escape(char letter) {
  switch (letter) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'e':
    case 'E':
      return 0x1B;
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
    case '\'':
    case '"':
    case '?':
      return letter;
    default:
      return kNoEscape;
  }
}

// Reads at most `max_digits` digits from the front of `text`.
bool take_number(std::string_view& text, size_t max_digits, int base, uint32_t& value) {
  const std::string_view digits = text.substr(0, max_digits);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - digits.data()));
  return true;
}

}  // namespace

std::string unquote_word(std::string_view word) {
  if (word.find('\\') == std::string_view::npos || looks_like_windows_path(word)) {
    return std::string(word);
  }
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && i + 1 < word.size()) {
      ++i;
      if (word[i] == '\r' && i + 1 < word.size() && word[i + 1] == '\n') ++i;
      if (word[i] == '\n') continue;
    }
    out += word[i];
  }
  return out;
}

std::string unquote_double(std::string_view text, bool heredoc) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == '\n') {
      ++i;
    } else if (next == '$' || next == '`' || next == '\\' || (next == '"' && !heredoc)) {
      out += next;
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string decode_ansi_c(std::string_view text, bool& bytes) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\' || text.empty()) {
      out += c;
      continue;
    }
    const char letter = text.front();
    std::string_view rest = text.substr(1);
    uint32_t value = 0;
    if (const int plain = ansi_c_escape(letter); plain != kNoEscape) {
      out += static_cast<char>(plain);
      text = rest;
    } else if (take_number(text, 3, 8, value)) {
      out += static_cast<char>(value);
    } else if (letter == 'x' && take_number(rest, 2, 16, value)) {
      out += static_cast<char>(value);
      text = rest;
    } else if ((letter == 'u' && take_number(rest, 4, 16, value)) ||
               (letter == 'U' && take_number(rest, 8, 16, value))) {
      append_utf8(out, value);
      text = rest;
    } else if (letter == 'c' && !rest.empty()) {
      out += static_cast<char>(rest.front() & 0x1F);
      text = rest.substr(1);
    } else {
      out += c;
    }
  }
  for (size_t at = 0; at < out.size();) bytes |= next_code_point(out, at) == kMalformed;
  return out;
}

std::string strip_leading_tabs(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && c == '\t') continue;
    line_start = c == '\n';
    out += c;
  }
  return out;
}

}  // namespace cerebro
