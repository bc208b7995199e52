#pragma once

// Reports of malicious packages in the OSV format, as https://github.com/ossf/malicious-packages
// takes them: an object for each malicious package, none for the rest. The id is the placeholder
// that is replaced on submission.

#include <memory>
#include <string>

#include "verdict/report_data.h"

namespace cerebro {

struct WriterOptions;

class OsvReports {
 public:
  explicit OsvReports(const WriterOptions& options);
  ~OsvReports();
  void add(const ScanReport& report);
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cerebro
