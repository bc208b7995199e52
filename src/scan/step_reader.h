#pragma once

// What a step of the analysis gives for a package, as text, made by a worker: `sequence`, `dump`
// and `callgraph` need no model.
//
//   TRY(read, step_reader({}, {}, show, no_sandbox));   // before the first thread
//   const StepText text = read(ScanInput::path("left-pad-1.3.0.tgz"));   // from any thread

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scan/analysis.h"
#include "scan/input.h"
#include "scan/scanner.h"

namespace cerebro {

struct StepText {
  std::vector<Error> errors;  // at most one: why there is nothing else
  Ecosystem ecosystem = Ecosystem::kUnknown;
  std::string name, version, sha256;
  std::vector<std::string> texts;  // what `show` gave
  std::vector<Note> notes;         // sorted
};

using ShowStep = std::function<std::vector<std::string>(const Analysis&)>;
using StepReader = std::function<StepText(const ScanInput& input)>;

// With `no_sandbox` the reader works in this process. Error: kSandboxUnavailable.
Result<StepReader> step_reader(const ScanOptions& options, const SequenceOptions& sequence,
                               ShowStep show, bool no_sandbox);

}  // namespace cerebro
