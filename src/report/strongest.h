#pragma once

#include <string>
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

// "The words of the source speak against it (+1.90), most in setup.py:3", or "" where they say
// nothing that is worth a line.
std::string words_sentence(const ReportedWords& words);

inline bool is_alarming(const ScanReport& report) {
  return report.decision == Decision::kMalicious || report.decision == Decision::kSuspicious;
}

}  // namespace cerebro
