#pragma once

// Two releases, scanned and compared (verdict/compare.h).

#include "scan/input.h"
#include "scan/scanner.h"
#include "verdict/compare.h"

namespace cerebro {

// Never throws; takes deep stacks by itself. What of a side could not be read is in its notes.
DiffReport diff_inputs(const ScanInput& before, const ScanInput& after, const Model& model,
                       const ScanOptions& options);

}  // namespace cerebro
