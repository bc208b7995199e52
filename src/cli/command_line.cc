#include "cli/command_line.h"

#include <iostream>
#include <string>
#include <string_view>

#include "behaviour/catalogue.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "report/printable.h"

namespace cerebro {
namespace {

constexpr size_t kNameColumns = 100;
constexpr size_t kMessageColumns = 1000;
constexpr const char* kFooter = R"(
Exit code: 0 nothing found, 1 found (see scan --fail-on), 2 wrong command line or model,
3 something could not be read to the end.

Examples:
  cerebro scan left-pad-1.3.0.tgz
  find packages -name '*.tgz' | cerebro scan --format jsonl --from - > verdicts.jsonl
  cerebro explain suspicious-0.0.1.tar.gz
  cerebro sequence some/directory)";

std::string versions() {
  const Result<Model> model = ModelArgument{}.load();
  return "cerebro " CEREBRO_VERSION "\ncatalogue " + std::string(Catalogue::builtin().version()) +
         "\nmodel " + (model ? model->info().version : "none (" + describe(model.error()) + ")");
}

// Says where the options of the command stand that was meant.
std::string failure(const CLI::App* app, const CLI::Error& error) {
  std::string command = "cerebro";
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    command += " " + app->get_name();
  }
  return "cerebro: " + printable(error.what(), kMessageColumns) + "; see `" + command +
         " --help`\n";
}

// `cerebro help [COMMAND...]`, as of git and npm.
int help(const CLI::App& app, int argc, const char* const* argv) {
  const CLI::App* command = &app;
  std::string before;
  for (int i = 2; i < argc; ++i) {
    const CLI::App* inner = nullptr;
    for (const CLI::App* one : command->get_subcommands([](const CLI::App*) { return true; })) {
      if (one->check_name(argv[i])) inner = one;
    }
    if (inner == nullptr) {
      complain("no command is called " + printable(argv[i], kNameColumns));
      return kExitUsage;
    }
    before += (before.empty() ? "" : " ") + command->get_name();
    command = inner;
  }
  std::cout << command->help(before);
  return kExitNothing;
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  int exit_code = kExitNothing;
  CLI::App app(
      "Says whether an npm or PyPI package is malicious, why, and where. Offline; runs nothing.",
      "cerebro");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Print the help of all commands and exit");
  app.add_flag_callback(
      "--version", [] { throw CLI::CallForVersion(versions(), 0); },
      "Print the versions of cerebro, its catalogue and its model and exit");
  add_scan_command(app, exit_code);
  add_diff_command(app, exit_code);
  add_explain_command(app, exit_code);
  add_sequence_command(app, exit_code);
  add_callgraph_command(app, exit_code);
  add_dump_command(app, exit_code);
  add_lockfile_command(app, exit_code);
  add_behaviours_command(app, exit_code);
  add_policy_command(app, exit_code);
  add_model_command(app, exit_code);
  add_doctor_command(app, exit_code);
  add_completions_command(app, exit_code);
  add_man_command(app, exit_code);
  app.failure_message(failure);
  if (argc < 2) {
    std::cerr << app.help();
    return kExitUsage;
  }
  if (argv[1] == std::string_view("help")) return help(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    const bool unknown = argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty();
    if (!unknown) return app.exit(error) == 0 ? kExitNothing : kExitUsage;
    complain("no command is called " + printable(argv[1], kNameColumns) +
             "; `cerebro --help` lists them, `cerebro scan TARGET` scans");
    return kExitUsage;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitNothing : kExitUsage;
  }
  return exit_code;
}

}  // namespace cerebro
