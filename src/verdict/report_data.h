#pragma once

// What a scan says about one target: plain data, the only thing that src/report knows. The JSON of
// design.md ("cerebro.scan/1") is this, field by field.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/note.h"
#include "package/package.h"

namespace cerebro {

enum class Decision { kMalicious, kSuspicious, kClean, kIncomplete };
std::string_view name(Decision decision);  // "malicious", ...

struct ReportedBehaviour {
  std::string id;       // "read.ssh_keys"
  std::string feature;  // the paper's root: "R5"
  Phase phase = Phase::kRun;
  bool unreached = false;  // no entry leads to it
  std::string file;
  int line = 1, column = 1;
  std::string snippet;            // the source line, trimmed and bounded
  std::string detail;             // what was folded or decoded
  std::string sentence;           // what the behaviour is, for people
  std::string attack;             // ATT&CK id or empty
  double weight = 0;              // see verdict/explain.h; 0 when not computed or not in the window
  std::vector<std::string> path;  // entry first: "postinstall", "setup.js:main", ...
  // Where each function of the path goes on: the line of its call of the next, then the behaviour's
  // own. 0 for the entry and where no line is known.
  std::vector<int> path_lines;
};

struct ScanReport {
  std::string target;
  Ecosystem ecosystem = Ecosystem::kUnknown;
  std::string name, version, sha256;
  Decision decision = Decision::kIncomplete;
  double score = 0;                           // calibrated probability of malice
  std::string model, catalogue;               // versions
  std::vector<ReportedBehaviour> behaviours;  // in sequence order, one per id and place
  std::string sequence;
  std::vector<Note> notes;
  uint64_t files = 0, bytes = 0, parsed_bytes = 0;
  StageTimes ms{};
  double total_ms = 0;  // not the sum alone: the thread is started, too
};

}  // namespace cerebro
