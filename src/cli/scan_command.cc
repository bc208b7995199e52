#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limit_options.h"
#include "cli/commands.h"
#include "cli/expand_targets.h"
#include "cli/interrupts.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/policy_options.h"
#include "cli/registry_arguments.h"
#include "cli/report_sink.h"
#include "cli/resume.h"
#include "registry/input_stream.h"
#include "scan/ordered_map.h"
#include "scan/scanner.h"

namespace cerebro {
namespace {

struct ScanArguments {
  TargetArguments targets;
  ModelArgument model;
  RegistryArguments registry;
  ReportArguments report;
  PolicyArguments policy;
  std::optional<double> threshold;
  std::vector<std::string> limits;  // NAME=N
  std::string resume;
  bool no_sandbox = false, exhaustive = false;
};

ScanOptions options_of(const ScanArguments& arguments, const Policy& policy) {
  ScanOptions options{.archive = {arguments.targets.password},
                      .threshold = arguments.threshold ? arguments.threshold : policy.threshold,
                      .suspicious = policy.suspicious};
  for (const std::string& limit : arguments.limits) {
    if (const Result<int> set = set_limit(limit, options.limits); !set) {
      throw CLI::ValidationError("--limit", describe(set.error()));
    }
  }
  if (arguments.exhaustive) options.limits.shortcuts = 0;
  return options;
}

int scan(ScanArguments& arguments) {
  TargetList list = arguments.targets.list();
  if (!arguments.policy.load(arguments.targets.named)) return kExitUsage;
  const ScanOptions options = options_of(arguments, arguments.policy.policy());
  const Result<Model> model = arguments.model.load();
  if (!model) {
    complain(describe(model.error()));
    return kExitUsage;
  }
  Resumed resumed;
  if (!arguments.resume.empty()) {
    if (const Result<int> opened = resumed.open(arguments.resume); !opened) {
      complain(describe(opened.error()));
      return kExitUnread;
    }
    arguments.report.append_to(arguments.resume);
  }
  // Before the threads that download.
  const Result<Readers> read =
      readers(*model, options, arguments.no_sandbox, !arguments.registry.no_cache);
  if (!read) {
    complain(describe(read.error()));
    return kExitUnread;
  }
  TargetExpander targets(std::move(list), options.limits, read->lockfile);
  // A release of PyPI has several archives, so a spec gives a list whatever it holds.
  const std::vector<std::string>& named = arguments.targets.named;
  const bool expanded = targets.next_is_several();
  const bool several = arguments.targets.several() || is_registry_spec(named[0]) || expanded;
  arguments.report.counts_clean = expanded;
  ReportSink sink(arguments.report, arguments.policy, several,
                  arguments.targets.from.empty() && !expanded ? named.size() : 0);
  if (!sink.ok()) return kExitUnread;

  RegistryOptions registry_options = arguments.registry.options();
  registry_options.dates = arguments.policy.policy().minimum_release_age.has_value();
  Registry registry(registry_options);
  Interrupts interrupts;
  InputStream inputs([&] { return interrupts.next(targets, resumed); }, registry);
  ordered_map(
      arguments.targets.jobs,
      // What was only fetched ahead is not scanned after an interrupt.
      [&] { return interrupts.happened() ? std::nullopt : inputs.next(); }, read->package,
      [&](ScanReport report) { return sink.add(std::move(report)); });
  for (const std::string& remark : targets.remarks()) complain(remark);
  return sink.finish(interrupts.happened(), targets.unread());
}

constexpr const char* kFooter = R"(
Examples:
  cerebro scan left-pad-1.3.0.tgz
  cerebro scan npm:left-pad@^1.3 pypi:requests==2.32.3
  cerebro scan --format json --fail-on suspicious vendor/some-package
  cerebro scan node_modules .venv
  cerebro scan package-lock.json requirements.txt
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
  add_no_sandbox(*command, arguments->no_sandbox);
  command->add_option("--limit", arguments->limits, "Set a limit (docs/limits.md); may be repeated")
      ->type_name("NAME=N")
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--exhaustive", arguments->exhaustive,
                    "Leave nothing out for speed; the verdict is the same (docs/performance.md)");
  CLI::Option* output = command->get_option("--output");
  command
      ->add_option("--resume", arguments->resume,
                   "Go on with an interrupted jsonl: skip the targets in FILE, append to it")
      ->type_name("FILE")
      ->excludes(output);
  arguments->model.add_to(*command);
  arguments->registry.add_to(*command);
  command->get_option("--no-cache")
      ->description(
          "Read every package and fetch every archive anew, keep neither reports nor archives");
  command->footer(kFooter);
  command->callback([arguments, &exit_code] {
    if (!arguments->resume.empty() && arguments->report.format != "jsonl") {
      throw CLI::ValidationError("--resume", "needs --format jsonl");
    }
    exit_code = scan(*arguments);
  });
}

}  // namespace cerebro
