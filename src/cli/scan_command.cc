#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/policy_options.h"
#include "cli/report_sink.h"
#include "scan/ordered_map.h"
#include "scan/scanner.h"

namespace cerebro {
namespace {

struct ScanArguments {
  TargetArguments targets;
  ModelArgument model;
  ReportArguments report;
  PolicyArguments policy;
  std::optional<double> threshold;
};

int scan(ScanArguments& arguments) {
  TargetList targets = arguments.targets.list();
  if (!arguments.policy.load(arguments.targets.named)) return kExitUsage;
  const Result<Model> model = arguments.model.load();
  if (!model) {
    complain(describe(model.error()));
    return kExitUsage;
  }
  ReportSink sink(arguments.report, arguments.policy, arguments.targets.several(),
                  arguments.targets.from.empty() ? arguments.targets.named.size() : 0);
  if (!sink.ok()) return kExitUnread;
  const Policy& policy = arguments.policy.policy();
  ScanOptions options{.archive = {arguments.targets.password},
                      .threshold = arguments.threshold ? arguments.threshold : policy.threshold};
  options.suspicious = policy.suspicious;
  ordered_map(
      arguments.targets.jobs, [&] { return targets.next(); },
      [&](const std::string& target) { return scan_target(target, *model, options); },
      [&](ScanReport report) { return sink.add(std::move(report)); });
  return sink.finish();
}

constexpr const char* kFooter = R"(
Examples:
  cerebro scan left-pad-1.3.0.tgz
  cerebro scan --format json --fail-on suspicious vendor/some-package
  cerebro scan --format sarif -o cerebro.sarif vendor/*
  find packages -type f | cerebro scan --format jsonl --from - -o verdicts.jsonl)";

}  // namespace

void add_scan_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("scan", "Say whether packages are malicious");
  auto arguments = std::make_shared<ScanArguments>();
  arguments->targets.add_to(*command);
  arguments->report.add_to(*command);
  arguments->policy.add_to(*command);
  command
      ->add_option("--threshold", arguments->threshold,
                   "Score from which a package is malicious (default: the model's)")
      ->type_name("P")
      ->check(CLI::Range(0.0, 1.0));
  arguments->model.add_to(*command);
  command->footer(kFooter);
  command->callback([arguments, &exit_code] { exit_code = scan(*arguments); });
}

}  // namespace cerebro
