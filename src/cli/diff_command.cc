#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/registry_arguments.h"
#include "registry/registry.h"
#include "report/diff.h"
#include "scan/diff.h"
#include "scan/scan_pool.h"

namespace cerebro {
namespace {

struct DiffArguments {
  std::string before, after;
  std::string format = "human", output, fail_on = "malicious", password;
  std::optional<double> threshold;
  bool full = false, no_sandbox = false;
  ModelArgument model;
  RegistryArguments registry;
};

// One archive, or what a spec stands for: several for PyPI.
std::vector<Download> downloads_of(const std::string& target, Registry& registry,
                                   std::optional<Error>& error) {
  if (!is_registry_spec(target)) return {{target, {}, {}, {}}};
  auto downloads = registry.resolve(target);
  if (downloads) return std::move(*downloads);
  error = downloads.error();
  return {{target, {}, {}, {}}};
}

ScanInput input_of(const Download& download, const std::optional<Error>& error,
                   Registry& registry) {
  if (error) return {download.target, {}, {}, error};
  return download.urls.empty() ? ScanInput::path(download.target) : registry.fetch(download);
}

// What of "pypi:x==1.0 (x-1.0-py3-none-any.whl)" is the same in another release:
// "py3-none-any.whl", "gz".
std::string kind_of(const std::string& target) {
  size_t start = target.find('-', target.find('('));
  if (target.ends_with(".whl)") && start != std::string::npos)
    start = target.find('-', start + 1);
  else
    start = target.rfind('.');
  return start == std::string::npos ? std::string() : target.substr(start);
}

// For each new archive the old one of its kind, else the first.
size_t counterpart(const Download& after, const std::vector<Download>& before) {
  for (size_t i = 0; i < before.size(); ++i) {
    if (kind_of(before[i].target) == kind_of(after.target)) return i;
  }
  return 0;
}

bool is_found(Decision decision, std::string_view fail_on) {
  if (fail_on == "never") return false;
  return decision == Decision::kMalicious ||
         (decision == Decision::kSuspicious && fail_on == "suspicious");
}

Result<Reader> side_reader(const Model& model, const ScanOptions& options, bool no_sandbox) {
  if (no_sandbox) {
    return [&model, options](const ScanInput& input) { return scan_side(input, model, options); };
  }
  Result<std::unique_ptr<ScanPool>> started = ScanPool::start(model, options, read_side);
  if (!started) return tl::unexpected(started.error());
  const std::shared_ptr<ScanPool> pool = std::move(*started);
  return [pool](const ScanInput& input) { return pool->scan(input); };
}

int diff(const DiffArguments& arguments) {
  const Result<Model> model = arguments.model.load();
  if (!model) {
    complain(describe(model.error()));
    return kExitUsage;
  }
  const ScanOptions options{.archive = {arguments.password}, .threshold = arguments.threshold};
  // Before the threads that download.
  const Result<Reader> read = side_reader(*model, options, arguments.no_sandbox);
  if (!read) {
    complain(describe(read.error()) + "; `cerebro doctor` says more");
    return kExitUnread;
  }
  Output output(arguments.output);
  if (!output.ok()) return kExitUnread;
  const HumanStyle style{
      .colour = output.wants_colour(), .width = output.width(), .full = arguments.full};
  Registry registry(arguments.registry.options());
  std::optional<Error> old_error, new_error;
  const auto before = downloads_of(arguments.before, registry, old_error);
  const auto after = downloads_of(arguments.after, registry, new_error);

  bool found = false, unread = false;
  const bool json = arguments.format == "json", list = json && after.size() > 1;
  std::vector<bool> used(before.size(), false);
  for (size_t i = 0; i < after.size(); ++i) {
    const size_t other = counterpart(after[i], before);
    used[other] = true;
    const DiffReport report =
        diff_sides((*read)(input_of(before[other], old_error, registry)),
                   (*read)(input_of(after[i], new_error, registry)), *model, options);
    found = found || is_found(report.new_decision, arguments.fail_on);
    unread = unread || has_unread(report.before.notes) || has_unread(report.after.notes);
    std::string text = list ? (i == 0 ? "[\n" : ",\n") : i > 0 ? "\n" : "";
    text += json ? to_json(report, 2) : to_human(report, style);
    if (json && (!list || i + 1 == after.size())) text += list ? "\n]\n" : "\n";
    if (!output.write(text)) return kExitUnread;
  }
  for (size_t i = 0; i < before.size(); ++i) {
    if (!used[i]) complain(before[i].target + " has no counterpart and was not compared");
  }
  if (found) return kExitFound;
  return unread ? kExitUnread : kExitNothing;
}

constexpr const char* kFooter = R"(
Exit code: that of scan, for what is new.

Examples:
  cerebro diff npm:left-pad@1.2.0 npm:left-pad@1.3.0
  cerebro diff --format json flask-3.0.0.tar.gz vendor/flask)";

}  // namespace

void add_diff_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("diff", "Say what is new in a release, and whether that is malicious");
  auto arguments = std::make_shared<DiffArguments>();
  command->add_option("OLD", arguments->before, "Archive, directory or registry spec")->required();
  command->add_option("NEW", arguments->after, "Archive, directory or registry spec")->required();
  command->add_option("--format", arguments->format, "human or json")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember({"human", "json"}));
  command->add_option("-o,--output", arguments->output, "Write the report to FILE")
      ->type_name("FILE");
  command->add_flag("--full", arguments->full, "Show every changed and gone behaviour");
  command
      ->add_option("--threshold", arguments->threshold,
                   "Score from which what is new is malicious (default: the model's)")
      ->type_name("P")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--fail-on", arguments->fail_on,
                   "Exit with 1 on this verdict or a worse one: malicious, suspicious or never")
      ->type_name("VERDICT")
      ->capture_default_str()
      ->check(CLI::IsMember({"malicious", "suspicious", "never"}));
  command
      ->add_option("--archive-password", arguments->password, "Password of protected zip archives")
      ->type_name("PASSWORD");
  add_no_sandbox(*command, arguments->no_sandbox);
  arguments->model.add_to(*command);
  arguments->registry.add_to(*command);
  command->footer(kFooter);
  command->callback([arguments, &exit_code] { exit_code = diff(*arguments); });
}

}  // namespace cerebro
