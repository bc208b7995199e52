#include "package/gyp.h"

#include <algorithm>

#include "package/string_literals.h"
#include "package/text.h"

namespace cerebro {
namespace {

constexpr std::string_view kPythonModule = "pymod_do_main(";

// Offset of the parenthesis that closes the one before `at`, or the end.
size_t closing_parenthesis(std::string_view text, size_t at) {
  int depth = 1;
  for (; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) break;
  }
  return at;
}

// "<!(", ">!@(", "^!(": the three say when the expansion happens, not whether.
void add_expansions(const StringLiteral& literal, std::vector<GypCommand>& commands) {
  const std::string_view text = literal.value;
  for (size_t at = text.find('!'); at != std::string_view::npos; at = text.find('!', at + 1)) {
    if (at == 0 || std::string_view("<>^").find(text[at - 1]) == std::string_view::npos) continue;
    size_t open = at + 1;
    if (text.substr(open, 1) == "@") ++open;
    const bool module = text.substr(open).starts_with(kPythonModule);
    if (!module && text.substr(open, 1) != "(") continue;
    open += module ? kPythonModule.size() : 1;
    const size_t close = closing_parenthesis(text, open);
    const std::string_view inside = trim(text.substr(open, close - open));
    GypCommand command;
    command.line = literal.line;
    if (module) {
      command.python_module = inside.substr(0, inside.find(' '));
    } else {
      command.command = inside;
    }
    commands.push_back(std::move(command));
    at = close;
    if (at >= text.size()) break;
  }
}

// 'a' "b" is one literal in Python, comments between them or not.
bool is_between_parts(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\\"), text.size()));
    if (!text.starts_with('#')) break;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  constexpr size_t kPrefix = 2;  // r'...', Rb'...'
  return text.size() <= kPrefix &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_identifier_byte(c); });
}

std::vector<StringLiteral> joined_strings(std::string_view text) {
  std::vector<StringLiteral> joined;
  for (StringLiteral& literal : python_strings(text)) {
    StringLiteral* const last = joined.empty() ? nullptr : &joined.back();
    if (last != nullptr && is_between_parts(text.substr(last->end, literal.begin - last->end))) {
      last->value += literal.value;
      last->end = literal.end;
    } else {
      joined.push_back(std::move(literal));
    }
  }
  return joined;
}

std::string shell_word(std::string_view word) {
  const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\$&|;<>()`*?") == word.npos;
  if (plain) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The literals of the list that follows the key 'action', as one command line.
size_t add_action(std::string_view text, const std::vector<StringLiteral>& literals, size_t key,
                  std::vector<GypCommand>& commands) {
  const std::string_view behind = text.substr(literals[key].end);
  const size_t open = behind.find_first_not_of(" \t\r\n:");
  if (open == std::string_view::npos || behind[open] != '[') return key + 1;
  size_t close = text.size();
  size_t next = key + 1;
  size_t from = literals[key].end + open;
  GypCommand command;
  command.line = next < literals.size() ? literals[next].line : literals[key].line;
  for (; next < literals.size(); ++next) {
    close = text.find(']', from);
    if (close < literals[next].begin) break;
    if (!command.command.empty()) command.command += ' ';
    command.command += shell_word(literals[next].value);
    add_expansions(literals[next], commands);
    from = literals[next].end;
  }
  if (!command.command.empty()) commands.push_back(std::move(command));
  return next;
}

}  // namespace

GypFile read_gyp(std::string_view text) {
  GypFile gyp;
  const std::vector<StringLiteral> literals = joined_strings(text);
  for (size_t i = 0; i < literals.size();) {
    const std::string& value = literals[i].value;
    if (value == "action") {
      i = add_action(text, literals, i, gyp.commands);
      continue;
    }
    if (value.ends_with(".gypi") || value.ends_with(".gyp")) gyp.includes.push_back(value);
    add_expansions(literals[i], gyp.commands);
    ++i;
  }
  return gyp;
}

}  // namespace cerebro
