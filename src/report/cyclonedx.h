#pragma once

// A CycloneDX 1.6 bill of materials: a component for each package, a vulnerability (CWE-506) for
// each malicious or suspicious one.

#include <memory>
#include <string>

#include "verdict/report_data.h"

namespace cerebro {

struct WriterOptions;

class CycloneDxBom {
 public:
  explicit CycloneDxBom(const WriterOptions& options);
  ~CycloneDxBom();
  void add(const ScanReport& report);
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cerebro
