#pragma once

// What all commands that scan have in common after a report is made: its format, where it goes,
// and the exit code.
//
//   ReportSink sink(arguments, several);
//   for (...) if (!sink.add(report)) break;
//   return sink.finish();

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/output.h"
#include "report/writer.h"

namespace cerebro {

// --format, -o, --fail-on
struct ReportArguments {
  std::string format = "human", output, fail_on = "malicious";

  void add_to(CLI::App& command);
};

class ReportSink {
 public:
  ReportSink(const ReportArguments& arguments, bool several);

  bool ok() const { return output_.ok(); }
  bool add(const ScanReport& report);  // in input order; false when writing failed
  int finish();                        // the exit code

 private:
  const ReportArguments& arguments_;
  Output output_;
  Progress progress_;
  std::unique_ptr<ReportWriter> writer_;
  bool found_ = false, unread_ = false;
};

}  // namespace cerebro
