#pragma once

// SARIF 2.1.0 (OASIS) for code-scanning pages: one run; a rule for each behaviour of the catalogue
// that was found; for each malicious or suspicious package one result that says so and one for each
// of its strongest behaviours, with the call path as a code flow.

#include <memory>
#include <string>

#include "verdict/report_data.h"

namespace cerebro {

struct WriterOptions;

class SarifLog {
 public:
  explicit SarifLog(const WriterOptions& options);
  ~SarifLog();
  void add(const ScanReport& report);  // keeps only what the log will say
  std::string text() const;            // the whole log, with a newline

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cerebro
