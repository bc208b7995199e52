#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/settings_table.h"

namespace cerebro {
namespace {

std::string completions(const CommandTable& table, const std::string& shell) {
  if (shell == "bash") return bash_completions(table);
  return shell == "zsh" ? zsh_completions(table) : fish_completions(table);
}

int print(const std::string& text) { return Output("").write(text) ? kExitNothing : kExitUnread; }

}  // namespace

void add_completions_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("completions", "Print the completions of a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(R"(
Examples:
  cerebro completions bash > /etc/bash_completion.d/cerebro
  cerebro completions zsh > "${fpath[1]}/_cerebro"
  cerebro completions fish > ~/.config/fish/completions/cerebro.fish)");
  command->callback(
      [&app, shell, &exit_code] { exit_code = print(completions(settings_table(app), *shell)); });
}

void add_man_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("man", "Print the manual page");
  command->footer(R"(
Example:
  cerebro man > /usr/local/share/man/man1/cerebro.1)");
  command->callback(
      [&app, &exit_code] { exit_code = print(manual_page(settings_table(app), CEREBRO_VERSION)); });
}

}  // namespace cerebro
