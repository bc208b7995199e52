#pragma once

// Shell commands as the catalogue sees them: words, and what an interpreter is told to run.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "resolve/resolver.h"

namespace cerebro {

// The words of a kCommand; unknown parts are U+FFFC.
std::vector<std::string> command_words(const Resolver& resolver, UnitId unit, NodeId command);

// "/usr/bin/Node.EXE" -> "node"
std::string program_name(std::string_view word);

// Whether a program of that name (as program_name gives it) runs code that it is handed.
bool is_interpreter(std::string_view name);

template <size_t size>
bool among(const std::string_view (&list)[size], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// A line without quotes, as its words.
std::vector<std::string> split_words(std::string_view line);

std::string join_words(const std::vector<std::string>& words);

// Quotes words so that the shell parser reads them back as they are.
std::string quote_command(const std::vector<std::string>& words);

// What a command hands on: source text for an interpreter, or a file that it runs.
struct Handover {
  enum class Kind { kNothing, kInline, kFile, kModule } kind = Kind::kNothing;
  Language language = Language::kNone;  // of the interpreter; kNone: the file tells
  std::string text;                     // the source, the file name or the Python module
};
Handover handover(const std::vector<std::string>& words);

// The files that Node is told to run before (`-r FILE`, `--import FILE`).
std::vector<std::string> preloads(const std::vector<std::string>& words);

// The language that a command reads from its standard input ("python", "python -", "bash -s");
// kNone when it does not.
Language input_language(const std::vector<std::string>& words);

}  // namespace cerebro
