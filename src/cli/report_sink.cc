#include "cli/report_sink.h"

#include <filesystem>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/policy_options.h"

namespace cerebro {
namespace {

WriterOptions writer_options(const ReportArguments& arguments, const Output& output, bool several) {
  std::error_code error;
  WriterOptions options;
  options.style = {.colour = output.wants_colour(),
                   .width = output.width(),
                   .full = arguments.verbose,
                   .quiet = arguments.quiet,
                   .counts_clean = arguments.counts_clean && !arguments.verbose};
  options.several = several;
  options.source_root = std::filesystem::current_path(error).string();
  options.version = CEREBRO_VERSION;
  options.now = current_time();
  return options;
}

bool is_found(const ScanReport& report, std::string_view fail_on) {
  if (fail_on == "never") return false;
  if (!report.violations.empty()) return true;
  if (report.suppressed) return false;
  return report.decision == Decision::kMalicious ||
         (report.decision == Decision::kSuspicious && fail_on == "suspicious");
}

}  // namespace

void ReportArguments::add_to(CLI::App& command) {
  std::vector<std::string> names;
  std::string listed;
  for (const std::string_view one : formats()) {
    listed.append(names.empty() ? "" : ", ").append(one);
    names.emplace_back(one);
  }
  command.add_option("--format", format, listed)
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember(names));
  command.add_option("-o,--output", output, "Write the report to FILE")->type_name("FILE");
  CLI::Option* brief = command.add_flag(
      "-q,--quiet", quiet, "human: one line for each package that is not clean, no progress");
  command.add_flag("-v,--verbose", verbose, "human: every behaviour, place and note")
      ->excludes(brief);
  fail_on_option =
      command
          .add_option("--fail-on", fail_on,
                      "Exit with 1 on this verdict or a worse one: malicious, suspicious or never")
          ->type_name("VERDICT")
          ->capture_default_str()
          ->check(CLI::IsMember({"malicious", "suspicious", "never"}));
}

std::string ReportArguments::fail_on_or(const std::string& policy) const {
  const bool given = fail_on_option != nullptr && fail_on_option->count() > 0;
  return given || policy.empty() ? fail_on : policy;
}

ReportSink::ReportSink(const ReportArguments& arguments, PolicyArguments& policy, bool several,
                       size_t total)
    : policy_(policy),
      fail_on_(arguments.fail_on_or(policy.policy().fail_on)),
      output_(arguments.output, arguments.append),
      progress_(arguments.quiet ? std::nullopt : std::optional<size_t>(total)),
      writer_(make_writer(arguments.format, writer_options(arguments, output_, several))) {}

bool ReportSink::add(ScanReport report) {
  policy_.apply(report);
  found_ = found_ || is_found(report, fail_on_);
  unread_ = unread_ || has_unread(report.notes);
  progress_.clear();
  const std::string text = writer_->add(report);
  const bool written = text.empty() || output_.write(text);
  progress_.tick();
  return written;
}

int ReportSink::finish(bool interrupted, bool unread) {
  progress_.clear();
  output_.write(writer_->finish());
  const bool baseline_written = policy_.finish();
  if (!output_.close()) return kExitUnread;
  if (interrupted) complain("interrupted: the targets that follow were not scanned");
  if (found_) return kExitFound;
  return unread_ || unread || interrupted || !baseline_written ? kExitUnread : kExitNothing;
}

}  // namespace cerebro
