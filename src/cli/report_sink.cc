#include "cli/report_sink.h"

#include <chrono>
#include <filesystem>

#include "cli/commands.h"
#include "cli/options.h"

namespace cerebro {
namespace {

WriterOptions writer_options(const Output& output, bool several) {
  std::error_code error;
  WriterOptions options;
  options.style = {.colour = output.wants_colour(), .width = output.width()};
  options.several = several;
  options.source_root = std::filesystem::current_path(error).string();
  options.version = CEREBRO_VERSION;
  options.now = std::chrono::duration_cast<std::chrono::seconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count();
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
  command
      .add_option("--fail-on", fail_on,
                  "Exit with 1 on this verdict or a worse one: malicious, suspicious or never")
      ->type_name("VERDICT")
      ->capture_default_str()
      ->check(CLI::IsMember({"malicious", "suspicious", "never"}));
}

ReportSink::ReportSink(const ReportArguments& arguments, bool several)
    : arguments_(arguments),
      output_(arguments.output),
      writer_(make_writer(arguments.format, writer_options(output_, several))) {}

bool ReportSink::add(const ScanReport& report) {
  found_ = found_ || is_found(report, arguments_.fail_on);
  unread_ = unread_ || has_unread(report.notes);
  progress_.clear();
  const std::string text = writer_->add(report);
  const bool written = text.empty() || output_.write(text);
  progress_.tick();
  return written;
}

int ReportSink::finish() {
  progress_.clear();
  output_.write(writer_->finish());
  if (found_) return kExitFound;
  return unread_ || !output_.ok() ? kExitUnread : kExitNothing;
}

}  // namespace cerebro
