#pragma once

// Ctrl-C: no further target is taken, those that are being read are finished and printed. The
// second one ends the process as usual.

#include <optional>

#include "cli/expand_targets.h"
#include "cli/resume.h"
#include "scan/input.h"

namespace cerebro {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  bool happened() const;

  // The next target that is not done yet; nothing after an interrupt.
  std::optional<ScanInput> next(TargetExpander& targets, const Resumed& done) const;
};

}  // namespace cerebro
