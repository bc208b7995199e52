#include <memory>
#include <string>

#include "callgraph/callgraph.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "report/printable.h"

namespace cerebro {
namespace {

struct CallgraphArguments {
  StepArgument target;
  std::string format = "json";
};

int callgraph(const CallgraphArguments& arguments) {
  return arguments.target.show([json = arguments.format == "json"](const Analysis& analysis) {
    const CallGraph graph = build_call_graph(*analysis.resolver, analysis.package);
    return json ? printable_json(to_json(graph)) : to_edges(graph);
  });
}

}  // namespace

void add_callgraph_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("callgraph", "Show who calls whom");
  auto arguments = std::make_shared<CallgraphArguments>();
  arguments->target.add_to(*command);
  command
      ->add_option("--format", arguments->format,
                   "json: {\"caller\": [\"callee\", ...]} by dotted names; edges: one call a line")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember({"json", "edges"}));
  command->callback([arguments, &exit_code] { exit_code = callgraph(*arguments); });
}

}  // namespace cerebro
