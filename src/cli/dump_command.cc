#include <algorithm>
#include <iterator>
#include <memory>
#include <string>

#include "base/hash.h"
#include "behaviour/extract.h"
#include "callgraph/callgraph.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "package/package.h"
#include "report/printable.h"
#include "syntax/ir.h"

namespace cerebro {
namespace {

constexpr size_t kPathColumns = 4096;

std::string dump_archive(const Analysis& analysis) {
  std::string text = "sha256 " + analysis.tree.sha256 + "\n";
  for (const File& file : analysis.tree.files) {
    text += sha256_hex(file.content) + " " + std::to_string(file.content.size()) + " " +
            printable(file.path, kPathColumns) + (file.executable ? " executable" : "") +
            (file.truncated ? " truncated" : "") + "\n";
  }
  return text;
}

std::string dump_syntax(const Analysis& analysis) {
  std::string text;
  for (UnitId id = 0; id < analysis.resolver->unit_count(); ++id) {
    const Unit& unit = analysis.resolver->unit(id);
    text += "== " + printable(unit.module.path, kPathColumns) + ":" +
            std::to_string(unit.line_offset + 1);
    if (unit.layer_depth > 0) text += " layer " + std::to_string(unit.layer_depth);
    text += "\n" + dump(unit.module, analysis.pool) + "\n";
  }
  return text;
}

struct StepRow {
  const char* name;
  std::string (*text)(const Analysis&);
};

constexpr StepRow kSteps[] = {
    {"archive", dump_archive},
    {"package", [](const Analysis& analysis) { return dump(analysis.package); }},
    {"syntax", dump_syntax},
    {"behaviour",
     [](const Analysis& analysis) { return dump(analysis.behaviours, *analysis.resolver); }},
    {"callgraph",
     [](const Analysis& analysis) {
       return to_edges(build_call_graph(*analysis.resolver, analysis.package));
     }},
    {"sequence", [](const Analysis& analysis) { return analysis.sequence.text() + "\n"; }},
};

struct DumpArguments {
  StepArgument target;
  std::string step;
};

int dump_step(const DumpArguments& arguments) {
  const auto* row = std::find_if(std::begin(kSteps), std::end(kSteps),
                                 [&](const StepRow& one) { return arguments.step == one.name; });
  return arguments.target.show(row->text);
}

}  // namespace

void add_dump_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("dump", "Show what a step of the analysis gives, as text");
  auto arguments = std::make_shared<DumpArguments>();
  std::vector<std::string> names;
  for (const StepRow& row : kSteps) names.emplace_back(row.name);
  command
      ->add_option("STEP", arguments->step,
                   "archive, package, syntax, behaviour, callgraph or sequence")
      ->required()
      ->check(CLI::IsMember(names));
  arguments->target.add_to(*command);
  command->callback([arguments, &exit_code] { exit_code = dump_step(*arguments); });
}

}  // namespace cerebro
