#pragma once

// From a target to a report: read, analyse, score, decide, explain.
//
//   const ScanReport report = scan_target("left-pad-1.3.0.tgz", model, {});
//
// Every failure is a report too, with the verdict incomplete and a note that says why.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/file_tree.h"
#include "classifier/model.h"
#include "scan/analysis.h"
#include "scan/input.h"
#include "verdict/decide.h"
#include "verdict/report_data.h"

namespace cerebro {

struct ScanOptions {
  Limits limits{};
  ArchiveOptions archive{};
  std::optional<double> threshold{};   // of "malicious", in place of the model's
  std::optional<double> suspicious{};  // of "suspicious"
  bool explain = false;                // weights for clean packages too; costs some classifications
  std::function<void(const Analysis&)> inspect{};  // sees what was analysed before it is released
};

// Those of the model, where the options do not say otherwise.
Thresholds thresholds(const ModelInfo& model, const ScanOptions& options);

// The steps up to the behaviour sequence, for dumps and training data. Needs a deep stack, for its
// destruction too. Errors: those of read_target.
Result<std::unique_ptr<Analysis>> analyse_target(const std::string& target,
                                                 const ScanOptions& options,
                                                 const SequenceOptions& sequence = {});

// The same of what may have been fetched already.
Result<std::unique_ptr<Analysis>> analyse_input(const ScanInput& input, const ScanOptions& options,
                                                const SequenceOptions& sequence = {});

// The files of a target, or why there are none.
using TreeReader = std::function<Result<FileTree>()>;

// Never throws; takes a deep stack by itself. May run on several threads with one model.
ScanReport scan_tree(const std::string& target, const TreeReader& read, const Model& model,
                     const ScanOptions& options);

// The same for an input or a path, in this process. What it reads is hostile: ScanPool::scan
// (scan/scan_pool.h) gives the same report from a process that can do no harm.
ScanReport scan_input(const ScanInput& input, const Model& model, const ScanOptions& options);
ScanReport scan_target(const std::string& target, const Model& model, const ScanOptions& options);

// Adds what is known of how an input was fetched, and decides anew.
void add_notes(const std::vector<Note>& notes, const Model& model, const ScanOptions& options,
               ScanReport& report);

// The error that stands for the whole report of `target`.
Note note_of(const Error& error, const std::string& target);

}  // namespace cerebro
