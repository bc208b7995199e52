#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "base/limit_options.h"
#include "cli/commands.h"
#include "cli/interrupts.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/registry_arguments.h"
#include "cli/resume.h"
#include "registry/input_stream.h"
#include "report/human.h"
#include "report/json.h"
#include "scan/ordered_map.h"
#include "scan/scanner.h"

namespace cerebro {
namespace {

struct ScanArguments {
  TargetArguments targets;
  ModelArgument model;
  RegistryArguments registry;
  std::string format = "human", output, fail_on = "malicious";
  std::optional<double> threshold;
  bool no_sandbox = false;
  std::vector<std::string> limits;
  std::string resume;
};

// What is left of a report once it is written.
struct Outcome {
  std::string text;
  Decision decision = Decision::kIncomplete;
  bool unread = true;
};

bool is_found(Decision decision, std::string_view fail_on) {
  if (fail_on == "never") return false;
  return decision == Decision::kMalicious ||
         (decision == Decision::kSuspicious && fail_on == "suspicious");
}

// The text around the reports, so that `json` stays one JSON value.
struct Frame {
  std::string_view begin, between, after, end, empty;
};

Frame frame(const std::string& format, bool several) {
  if (format == "json" && several) return {"[\n", ",\n", "", "\n]\n", "[]\n"};
  return {"", "", format == "human" ? "" : "\n", "", ""};
}

int scan(ScanArguments& arguments) {
  TargetList targets = arguments.targets.list();
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
  }
  Output output(arguments.resume.empty() ? arguments.output : arguments.resume,
                !arguments.resume.empty());
  if (!output.ok()) return kExitUnread;
  ScanOptions options{.archive = {arguments.targets.password}, .threshold = arguments.threshold};
  for (const std::string& limit : arguments.limits) {
    if (const Result<int> set = set_limit(limit, options.limits); !set) {
      throw CLI::ValidationError("--limit", describe(set.error()));
    }
  }
  const HumanStyle style{.colour = output.wants_colour(), .width = output.width()};
  // A release of PyPI has several archives, so a spec gives a list whatever it holds.
  const bool several = arguments.targets.several() || is_registry_spec(arguments.targets.named[0]);
  const bool human = arguments.format == "human";
  const Frame around = frame(arguments.format, several);

  // Before the threads that download.
  const Result<Reader> read = reader(*model, options, arguments.no_sandbox);
  if (!read) {
    complain(describe(read.error()));
    return kExitUnread;
  }
  Registry registry(arguments.registry.options());
  Interrupts interrupts;
  InputStream inputs([&] { return interrupts.next(targets, resumed); }, registry);
  const auto work = [&](const ScanInput& input) {
    const ScanReport report = (*read)(input);
    return Outcome{
        human ? to_human(report, style) : to_json(report, arguments.format == "json" ? 2 : -1),
        report.decision, has_unread(report.notes)};
  };
  Progress progress;
  Tally tally;
  bool found = false, unread = false, first = true;
  const auto sink = [&](const Outcome& outcome) {
    tally.add(outcome.decision);
    found = found || is_found(outcome.decision, arguments.fail_on);
    unread = unread || outcome.unread;
    progress.clear();
    std::string text(first ? around.begin : around.between);
    first = false;
    const bool written = output.write(text.append(outcome.text).append(around.after));
    progress.tick();
    return written;
  };
  ordered_map(
      arguments.targets.jobs, [&] { return inputs.next(); }, work, sink);
  progress.clear();
  output.write(first ? around.empty : around.end);
  if (human && several) output.write(to_human(tally));
  if (!output.close()) return kExitUnread;
  if (interrupts.happened()) complain("interrupted: the targets that follow were not scanned");
  if (found) return kExitFound;
  return unread || interrupts.happened() ? kExitUnread : kExitNothing;
}

constexpr const char* kFooter = R"(
Examples:
  cerebro scan left-pad-1.3.0.tgz
  cerebro scan npm:left-pad@^1.3 pypi:requests==2.32.3
  cerebro scan --format json --fail-on suspicious vendor/some-package
  find packages -type f | cerebro scan --format jsonl --from - -o verdicts.jsonl)";

}  // namespace

void add_scan_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("scan", "Say whether packages are malicious");
  auto arguments = std::make_shared<ScanArguments>();
  arguments->targets.add_to(*command);
  command->add_option("--format", arguments->format, "human, json or jsonl (one line a package)")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check([](const std::string& format) -> std::string {
        if (format == "sarif" || format == "html") return format + " is not supported yet";
        return CLI::IsMember({"human", "json", "jsonl"})(const_cast<std::string&>(format));
      });
  command->add_option("-o,--output", arguments->output, "Write the report to FILE")
      ->type_name("FILE");
  command
      ->add_option("--threshold", arguments->threshold,
                   "Score from which a package is malicious (default: the model's)")
      ->type_name("P")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--fail-on", arguments->fail_on,
                   "Exit with 1 on this verdict or a worse one: malicious, suspicious or never")
      ->type_name("VERDICT")
      ->capture_default_str()
      ->check(CLI::IsMember({"malicious", "suspicious", "never"}));
  add_no_sandbox(*command, arguments->no_sandbox);
  command->add_option("--limit", arguments->limits, "Set a limit (docs/limits.md); may be repeated")
      ->type_name("NAME=N")
      ->take_all()
      ->allow_extra_args(false);
  CLI::Option* output = command->get_option("--output");
  command
      ->add_option("--resume", arguments->resume,
                   "Go on with an interrupted jsonl: skip the targets in FILE, append to it")
      ->type_name("FILE")
      ->excludes(output);
  arguments->model.add_to(*command);
  arguments->registry.add_to(*command);
  command->footer(kFooter);
  command->callback([arguments, &exit_code] {
    if (!arguments->resume.empty() && arguments->format != "jsonl") {
      throw CLI::ValidationError("--resume", "needs --format jsonl");
    }
    exit_code = scan(*arguments);
  });
}

}  // namespace cerebro
