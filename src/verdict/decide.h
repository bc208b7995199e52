#pragma once

#include <span>

#include "classifier/model.h"
#include "verdict/report_data.h"

namespace cerebro {

struct Thresholds {
  double malicious = 0.9, suspicious = 0.5;  // on the calibrated probability
};

// Malicious and suspicious by the thresholds; a package of which something was not read is never
// clean but incomplete.
Decision decide(double score, std::span<const Note> notes, const Thresholds& thresholds);

}  // namespace cerebro
