#pragma once

// From a target to a report: read, analyse, score, decide, explain.
//
//   const ScanReport report = scan_target("left-pad-1.3.0.tgz", model, {});
//
// Every failure is a report too, with the verdict incomplete and a note that says why.

#include <memory>
#include <optional>
#include <string>

#include "archive/file_tree.h"
#include "classifier/model.h"
#include "scan/analysis.h"
#include "verdict/report_data.h"

namespace cerebro {

struct ScanOptions {
  Limits limits{};
  ArchiveOptions archive{};
  std::optional<double> threshold{};  // of "malicious", in place of the model's
  std::optional<double> suspicious{};  // of "suspicious"
  bool explain = false;               // weights for clean packages too; costs some classifications
};

// The steps up to the behaviour sequence, for dumps and training data. Needs a deep stack, for its
// destruction too. Errors: those of read_target.
Result<std::unique_ptr<Analysis>> analyse_target(const std::string& target,
                                                 const ScanOptions& options,
                                                 const SequenceOptions& sequence = {});

// Never throws; takes a deep stack by itself. May run on several threads with one model.
ScanReport scan_target(const std::string& target, const Model& model, const ScanOptions& options);

}  // namespace cerebro
