#include "cli/settings_table.h"

#include <algorithm>

namespace cerebro {

bool Setting::takes_file() const {
  return choices.empty() && (value == "FILE" || value == "DIR" || value == "TARGET");
}

CommandTable settings_table(const CLI::App& app) {
  CommandTable table;
  table.name = app.get_name();
  table.description = app.get_description();
  table.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    Setting setting;
    for (const std::string& name : option->get_snames()) setting.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) setting.names.push_back("--" + name);
    setting.description = option->get_description();
    setting.environment = option->get_envname();
    setting.required = option->get_required();
    setting.many = option->get_items_expected_max() > 1;
    // "FORMAT:{human,json}": the type and what its validators say.
    const std::string type = option->get_type_name();
    const bool flag = option->get_items_expected_max() == 0;
    if (!flag) setting.value = type.substr(0, type.find_first_of(": "));
    const size_t open = type.find('{'), close = type.find('}');
    if (open != std::string::npos && close != std::string::npos && open < close) {
      std::string words = type.substr(open + 1, close - open - 1) + ",";
      for (size_t comma; (comma = words.find(',')) != std::string::npos;) {
        setting.choices.push_back(words.substr(0, comma));
        words.erase(0, comma + 1);
      }
    }
    if (!setting.names.empty()) {
      table.options.push_back(std::move(setting));
    } else {
      setting.value = option->get_name(true);
      table.arguments.push_back(std::move(setting));
    }
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    table.commands.push_back(settings_table(*command));
  }
  return table;
}

namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : between).append(word);
  return out;
}

// What may follow a command: its options, its commands, the closed lists of its arguments.
std::vector<std::string> words_of(const CommandTable& table) {
  std::vector<std::string> words;
  for (const CommandTable& command : table.commands) words.push_back(command.name);
  for (const Setting& argument : table.arguments) {
    words.insert(words.end(), argument.choices.begin(), argument.choices.end());
  }
  for (const Setting& option : table.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  for (const CommandTable& command : table.commands) {  // those of "model info" after "model"
    for (const Setting& option : command.options) {
      for (const std::string& name : option.names) {
        if (std::find(words.begin(), words.end(), name) == words.end()) words.push_back(name);
      }
    }
  }
  return words;
}

// In single quotes, for all three shells.
std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out + "'";
}

}  // namespace

std::string bash_completions(const CommandTable& table) {
  std::vector<std::string> names, top = words_of(table);
  for (const CommandTable& command : table.commands) names.push_back(command.name);
  std::string values, words;
  for (const CommandTable& command : table.commands) {
    for (const Setting& option : command.options) {
      if (option.value.empty()) continue;
      for (const std::string& name : option.names) {
        values += "    " + single_quoted(command.name + " " + name) + ") ";
        if (!option.choices.empty()) {
          values += "COMPREPLY=($(compgen -W " + single_quoted(joined(option.choices)) +
                    " -- \"$current\")); return ;;\n";
        } else if (option.takes_file()) {
          values += "COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n";
        } else {
          values += "return ;;\n";
        }
      }
    }
    words +=
        "    " + command.name + ") words=" + single_quoted(joined(words_of(command))) + " ;;\n";
  }
  return "# bash completion for cerebro; made by `cerebro completions bash`\n"
         "_cerebro() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local command='' words='' i\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    case ${COMP_WORDS[i]} in\n"
         "      " +
         joined(names, "|") +
         ") command=${COMP_WORDS[i]}; break ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$command $previous\" in\n" +
         values +
         "  esac\n"
         "  case $command in\n"
         "    '') words=" +
         single_quoted(joined(top)) + " ;;\n" + words +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  if [[ -n $command && $current != -* ]]; then\n"
         "    COMPREPLY+=($(compgen -f -- \"$current\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _cerebro cerebro\n";
}

std::string zsh_completions(const CommandTable& table) {
  const auto spec = [](std::string text) {  // within [...] of _arguments
    for (const char special : {'\\', '[', ']', ':'}) {
      for (size_t at = 0; (at = text.find(special, at)) != std::string::npos; at += 2) {
        text.insert(at, "\\");
      }
    }
    return text;
  };
  std::string commands, cases;
  for (const CommandTable& command : table.commands) {
    commands += "    " + single_quoted(command.name + ":" + command.description) + "\n";
    cases += "    " + command.name + ")\n      _arguments -s \\\n";
    for (const Setting& option : command.options) {
      std::string value;
      if (!option.value.empty()) {
        value = ":" + option.value + ":";
        value += !option.choices.empty() ? "(" + joined(option.choices) + ")"
                 : option.takes_file()   ? "_files"
                                         : "";
      }
      for (const std::string& name : option.names) {
        const bool several = option.names.size() > 1;
        cases += "        " +
                 (several ? single_quoted("(" + joined(option.names) + ")") : std::string());
        cases += single_quoted(name + "[" + spec(option.description) + "]" + value) + " \\\n";
      }
    }
    std::vector<std::string> words;
    for (const CommandTable& inner : command.commands) words.push_back(inner.name);
    for (const Setting& argument : command.arguments) {
      words.insert(words.end(), argument.choices.begin(), argument.choices.end());
    }
    if (!words.empty())
      cases += "        " + single_quoted("1:what:(" + joined(words) + ")") + " \\\n";
    cases += "        '*:target:_files'\n      ;;\n";
  }
  return "#compdef cerebro\n"
         "# zsh completion for cerebro; made by `cerebro completions zsh`\n"
         "_cerebro() {\n"
         "  local -a commands\n"
         "  commands=(\n" +
         commands +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  local command=$words[2]\n"
         "  words=(\"${(@)words[2,-1]}\")\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "if [[ $funcstack[1] == _cerebro ]]; then _cerebro \"$@\"; else compdef _cerebro cerebro; "
         "fi\n";
}

std::string fish_completions(const CommandTable& table) {
  const auto text = [](std::string_view plain) {  // fish: \' and \\ within single quotes
    std::string out = "'";
    for (const char c : plain) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c == '\n' ? ' ' : c;
    }
    return out + "'";
  };
  std::string out = "# fish completion for cerebro; made by `cerebro completions fish`\n";
  for (const CommandTable& command : table.commands) {
    out += "complete -c cerebro -n __fish_use_subcommand -f -a " + command.name + " -d " +
           text(command.description) + "\n";
  }
  const auto option_lines = [&](const Setting& option, const std::string& condition) {
    std::string line = "complete -c cerebro -n " + text(condition);
    for (const std::string& name : option.names) {
      line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (!option.value.empty()) line += option.takes_file() ? " -r" : " -x";
    if (!option.choices.empty()) line += " -a " + text(joined(option.choices));
    return line + " -d " + text(option.description) + "\n";
  };
  for (const Setting& option : table.options) out += option_lines(option, "__fish_use_subcommand");
  for (const CommandTable& command : table.commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const CommandTable& inner : command.commands) {
      out += "complete -c cerebro -n " + text(condition) + " -f -a " + inner.name + " -d " +
             text(inner.description) + "\n";
    }
    for (const Setting& argument : command.arguments) {
      if (argument.choices.empty()) continue;
      out += "complete -c cerebro -n " + text(condition) + " -a " + text(joined(argument.choices)) +
             "\n";
    }
    for (const Setting& option : command.options) out += option_lines(option, condition);
  }
  return out;
}

namespace {

// roff: no hyphen becomes a dash, no text becomes a request.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string synopsis(const CommandTable& command, const std::string& name) {
  std::string line = ".B " + roff(name) + "\n";
  if (!command.options.empty()) line += ".RI [ OPTION .\\|.\\|. ]\n";
  if (!command.commands.empty()) line += ".I COMMAND\n";
  for (const Setting& argument : command.arguments) {
    std::string word = roff(argument.value);
    if (!argument.choices.empty()) word = roff(joined(argument.choices, "|"));
    line += (argument.required ? ".I " + word : ".RI [ " + word + " ]") +
            (argument.many ? " .\\|.\\|.\n" : "\n");
  }
  return line;
}

void add_command(const CommandTable& command, const std::string& name, std::string& out) {
  out +=
      ".SS " + roff(name) + "\n" + roff(command.description) + ".\n.PP\n" + synopsis(command, name);
  for (const std::vector<Setting>* settings : {&command.arguments, &command.options}) {
    for (const Setting& setting : *settings) {
      out += ".TP\n";
      if (setting.names.empty()) {
        out += ".I " + roff(setting.value) + "\n";
      } else {
        out += ".BR " + roff(joined(setting.names, " \", \" "));
        if (!setting.value.empty()) out += " \" \" \\fI" + roff(setting.value) + "\\fP";
        out += "\n";
      }
      out += roff(setting.description) + ".\n";
      if (!setting.choices.empty()) out += "One of " + roff(joined(setting.choices, ", ")) + ".\n";
      if (!setting.environment.empty()) {
        out += "Also from the environment, " + roff(setting.environment) + ".\n";
      }
    }
  }
  if (!command.footer.empty()) {
    std::string footer = command.footer;
    footer.erase(0, footer.find_first_not_of('\n'));
    out += ".PP\n.nf\n" + roff(footer) + "\n.fi\n";
  }
  for (const CommandTable& inner : command.commands) {
    add_command(inner, name + " " + inner.name, out);
  }
}

}  // namespace

std::string manual_page(const CommandTable& table, const std::string& version) {
  std::string out = ".TH CEREBRO 1 \"\" \"cerebro " + version +
                    "\" \"User Commands\"\n"
                    ".SH NAME\ncerebro \\- judge npm and PyPI packages offline\n"
                    ".SH SYNOPSIS\n" +
                    synopsis(table, "cerebro") + ".SH DESCRIPTION\n" + roff(table.description) +
                    "\n.SH COMMANDS\n";
  for (const CommandTable& command : table.commands) {
    add_command(command, "cerebro " + command.name, out);
  }
  return out +
         ".SH EXIT STATUS\n"
         ".TP\n.B 0\nNothing was found at or above \\-\\-fail\\-on.\n"
         ".TP\n.B 1\nSomething was found, or the policy forbids something.\n"
         ".TP\n.B 2\nThe command line, the policy or the model is wrong; nothing was scanned.\n"
         ".TP\n.B 3\nSomething was not read to the end, or the report could not be written.\n"
         ".SH ENVIRONMENT\n"
         ".TP\n.B CEREBRO_MODEL\nThe model directory.\n"
         ".TP\n.B NO_COLOR\nNo colours, when not empty.\n"
         ".TP\n.B SOURCE_DATE_EPOCH\nStands in for the time of day.\n"
         ".SH FILES\n"
         ".TP\n.I .cerebro.toml\nThe policy, in the working directory or above.\n";
}

}  // namespace cerebro
