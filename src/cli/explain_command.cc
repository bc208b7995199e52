#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "registry/input_stream.h"
#include "report/human.h"
#include "scan/scanner.h"

namespace cerebro {
namespace {

struct ExplainArguments {
  TargetArgument target;
  ModelArgument model;
  bool no_sandbox = false;
};

int explain(const ExplainArguments& arguments) {
  const Result<Model> model = arguments.model.load();
  if (!model) {
    complain(describe(model.error()));
    return kExitUsage;
  }
  const ScanOptions options{.archive = {arguments.target.password}, .explain = true};
  // Before the threads that download.
  const Result<Readers> read = readers(*model, options, arguments.no_sandbox);
  if (!read) {
    complain(describe(read.error()));
    return kExitUnread;
  }
  Output output("");
  const HumanStyle style{.colour = output.wants_colour(), .width = output.width(), .full = true};
  Registry registry(arguments.target.registry.options());
  std::optional<ScanInput> target = ScanInput::path(arguments.target.target);
  InputStream inputs([&] { return std::exchange(target, std::nullopt); }, registry, 1);
  bool unread = false;
  while (const auto input = inputs.next()) {
    const ScanReport report = read->package(*input);
    if (!output.write(to_human(report, style))) return kExitUnread;
    unread = unread || has_unread(report.notes);
  }
  return unread ? kExitUnread : kExitNothing;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("explain", "Show every behaviour of a package, and how much it weighed");
  auto arguments = std::make_shared<ExplainArguments>();
  arguments->target.add_to(*command);
  add_no_sandbox(*command, arguments->no_sandbox);
  arguments->model.add_to(*command);
  command->callback([arguments, &exit_code] { exit_code = explain(*arguments); });
}

}  // namespace cerebro
