#pragma once

// One page for people that needs nothing else: no scripts, no resources from elsewhere, and a
// policy that forbids both. Whatever the package wrote is escaped.

#include <memory>
#include <string>

#include "verdict/report_data.h"

namespace cerebro {

struct WriterOptions;

class HtmlPage {
 public:
  explicit HtmlPage(const WriterOptions& options);
  ~HtmlPage();
  void add(const ScanReport& report);
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cerebro
