#pragma once

// What a scan says about one target: plain data, the only thing that src/report knows. The JSON of
// design.md ("cerebro.scan/1") is this, field by field.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/note.h"
#include "package/package.h"

namespace cerebro {

enum class Decision { kMalicious, kSuspicious, kClean, kIncomplete };
std::string_view name(Decision decision);  // "malicious", ...

// Why a finding does not count: it was accepted by somebody, and is still shown.
struct Suppression {
  std::string by;      // "allow", "ignore" or "baseline"
  std::string reason;  // of people
};

// What the user's policy forbids, whatever the model thinks (verdict/policy.h).
struct Violation {
  std::string rule;     // "forbidden-behaviour" or "release-age"
  std::string message;  // one sentence
  int behaviour = -1;   // its row in ScanReport::behaviours, or -1
};

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
  // The source around `line`, for alarming packages: whole lines as far as they are short, else the
  // part around the place. Not in the JSON.
  std::vector<std::string> excerpt;
  int excerpt_line = 0;     // number of the first one
  size_t excerpt_mark = 0;  // byte in the excerpt's line `line` where the behaviour stands
  int character = 0;        // `column` in code points, 1-based; 0 when not computed
  std::optional<Suppression> suppressed{};
};

// A line of the source by its words (classifier/words.h).
struct ReportedWordLine {
  int line = 1, column = 1;
  double weight = 0;    // what its words add to the file's own logit
  std::string snippet;  // from the heaviest word on, or the whole line if it is short
};

// What the words of the source, as apart from its behaviours, say.
struct ReportedWords {
  double weight = 0;  // what they add to the package's logit; 0 if the model has no word judge
  std::string file;   // the one whose words look worst
  std::vector<ReportedWordLine> lines;  // of it, heaviest first; for alarming packages
};

struct ScanReport {
  std::string target;
  Ecosystem ecosystem = Ecosystem::kUnknown;
  std::string name, version, sha256;
  Decision decision = Decision::kIncomplete;
  double score = 0;              // calibrated probability of malice
  std::string model, catalogue;  // versions
  ReportedWords words;
  std::vector<ReportedBehaviour> behaviours;  // in sequence order, one per id and place
  std::string sequence;
  std::vector<Note> notes;
  uint64_t files = 0, bytes = 0, parsed_bytes = 0;
  StageTimes ms{};
  double total_ms = 0;  // not the sum alone: the thread is started, too
  bool is_directory = false;
  std::string root;  // folder of the package in the tree, "package/"; left out in `path`
  // Where the target was named, when that was a line of a lockfile or manifest; 0 when unknown.
  std::string origin_file;
  int origin_line = 0;
  std::optional<int64_t> released{};        // Unix time, when a registry said so
  std::optional<Suppression> suppressed{};  // the whole package is accepted
  std::vector<Violation> violations;
};

}  // namespace cerebro
