#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/policy_options.h"

namespace cerebro {
namespace {

int check(std::string path) {
  if (path.empty()) path = find_policy();
  if (path.empty()) {
    complain("no .cerebro.toml in the working directory or above");
    return kExitUsage;
  }
  const std::optional<std::string> text = read_text_file(path);
  if (!text) {
    complain(path + ": cannot be read");
    return kExitUsage;
  }
  const ParsedPolicy parsed = parse_policy(*text);
  const auto say = [&](const PolicyProblem& problem, const char* kind) {
    complain(path + ":" + std::to_string(problem.line) + ": " + kind + problem.message);
  };
  for (const PolicyProblem& problem : parsed.errors) say(problem, "");
  for (const PolicyProblem& problem : parsed.warnings) say(problem, "warning: ");
  if (!parsed.errors.empty()) return kExitUsage;
  const Policy& policy = parsed.policy;
  for (const AllowRow* row : expired_rows(policy, current_time())) {
    say({row->line, "expired on " + row->expires_text + " and does not apply"}, "warning: ");
  }
  Output output("");
  return output.write("ok " + path + ": allow " + std::to_string(policy.allow.size()) +
                      ", forbid " + std::to_string(policy.forbid.size()) + ", ignored paths " +
                      std::to_string(policy.ignored_paths.size()) + "\n")
             ? kExitNothing
             : kExitUnread;
}

}  // namespace

void add_policy_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("policy", "Check a policy file");
  command->require_subcommand(1);
  CLI::App* check_command =
      command->add_subcommand("check", "Say what is wrong with a policy file, line by line");
  auto file = std::make_shared<std::string>();
  check_command->add_option("FILE", *file, "Policy (default: as scan would find it)");
  check_command->callback([file, &exit_code] { exit_code = check(*file); });
}

}  // namespace cerebro
