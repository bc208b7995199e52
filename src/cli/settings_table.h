#pragma once

// The commands and options as data, read from the same CLI11 table that makes --help; completions
// and the manual page are written from it.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace cerebro {

struct Setting {
  std::vector<std::string> names;    // "-o", "--output"; empty for a positional argument
  std::string value;                 // "FILE"; empty for a flag
  std::vector<std::string> choices;  // of a closed list
  std::string description, environment;
  bool required = false, many = false;
  bool takes_file() const;
};

struct CommandTable {
  std::string name, description, footer;
  std::vector<Setting> options, arguments;
  std::vector<CommandTable> commands;
};

CommandTable settings_table(const CLI::App& app);

// For shells and for a Unix manual; each a whole file.
std::string bash_completions(const CommandTable& table);
std::string zsh_completions(const CommandTable& table);
std::string fish_completions(const CommandTable& table);
std::string manual_page(const CommandTable& table, const std::string& version);

}  // namespace cerebro
