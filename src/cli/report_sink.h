#pragma once

// What all commands that scan have in common after a report is made: its format, where it goes,
// and the exit code.
//
//   ReportSink sink(arguments, policy, several, total);
//   for (...) if (!sink.add(report)) break;
//   return sink.finish();

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/output.h"
#include "report/writer.h"

namespace cerebro {

class PolicyArguments;

// --format, -o, --fail-on, --quiet, --verbose
struct ReportArguments {
  std::string format = "human", output, fail_on = "malicious";
  bool quiet = false, verbose = false;
  bool counts_clean = false;  // human: of packages that nobody named the clean ones are counted alone
  bool append = false;        // to `output`, which was begun by an earlier run
  const CLI::Option* fail_on_option = nullptr;

  std::string fail_on_or(const std::string& policy) const;  // a flag outranks the policy

  void add_to(CLI::App& command);
  void append_to(const std::string& file) {
    output = file;
    append = true;
  }
};

class ReportSink {
 public:
  // `total`: how many reports will come, 0 when that is not known.
  ReportSink(const ReportArguments& arguments, PolicyArguments& policy, bool several,
             size_t total = 0);

  bool ok() const { return output_.ok(); }
  bool add(ScanReport report);  // applies the policy; in input order; false when writing failed
  int finish(bool interrupted = false, bool unread = false);  // the exit code

 private:
  PolicyArguments& policy_;
  const std::string fail_on_;
  Output output_;
  Progress progress_;
  std::unique_ptr<ReportWriter> writer_;
  bool found_ = false, unread_ = false;
};

}  // namespace cerebro
