#pragma once

// Two releases, scanned and compared (verdict/compare.h).
//
//   TRY(pool, ScanPool::start(model, options, read_side));
//   const DiffReport diff = diff_sides(pool->scan(old), pool->scan(new), model, options);

#include <string>

#include "scan/input.h"
#include "scan/scanner.h"
#include "scan/worker_input.h"
#include "verdict/compare.h"

namespace cerebro {

// The report on one side, with what is compared packed into its `sequence`: as a worker makes it
// (scan/worker.h), and in this process. Neither throws.
ScanReport read_side(const std::string& target, const TargetInput& input, const Model& model,
                     const ScanOptions& options);
ScanReport scan_side(const ScanInput& input, const Model& model, const ScanOptions& options);

// Never throws on what a worker may answer. What of a side could not be read is in its notes.
DiffReport diff_sides(ScanReport before, ScanReport after, const Model& model,
                      const ScanOptions& options);

}  // namespace cerebro
