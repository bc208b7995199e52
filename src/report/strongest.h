#pragma once

#include <vector>

#include "verdict/report_data.h"

namespace cerebro {

// All places of one behaviour, the heaviest first; those that were accepted come last.
struct Reason {
  std::vector<const ReportedBehaviour*> places;
  const ReportedBehaviour& first() const { return *places.front(); }
};

// The behaviours of a report by weight; points into it.
std::vector<Reason> strongest_first(const ScanReport& report);

inline bool is_alarming(const ScanReport& report) {
  return report.decision == Decision::kMalicious || report.decision == Decision::kSuspicious;
}

}  // namespace cerebro
