#pragma once

// What one release does that another did not: the case of a hijacked package. Places are compared
// by file and source line, not by line number, so code that only moved is not new.

#include <string>
#include <vector>

#include "verdict/report_data.h"

namespace cerebro {

enum class Change { kNew, kChanged, kGone };
std::string_view name(Change change);  // "new", "changed", "gone"

// Where execution starts, as far as two releases can be compared.
struct EntryPlace {
  Phase phase = Phase::kImport;
  std::string label;   // "postinstall"
  std::string runs;    // the command, or file and function; without the folder of the package
  std::string digest;  // of the file's content or of the command
  bool operator==(const EntryPlace&) const = default;
};

struct EntryChange {
  Change change = Change::kNew;
  EntryPlace before, after;  // before is empty when new, after when gone
};

// One behaviour at one phase.
struct BehaviourChange {
  Change change = Change::kNew;  // kChanged: was there, now at other places
  ReportedBehaviour row;         // a place that is new; when there is none, one that is gone
  size_t new_places = 0, gone_places = 0;
};

struct DiffReport {
  ScanReport before, after;
  std::vector<EntryChange> entries;         // in the order of the new package, gone ones last
  std::vector<BehaviourChange> behaviours;  // the same; new ones first
  std::string new_sequence;                 // the phrases of new places alone, one entry a line
  double new_score = 0;  // of that text, and of the words of new files: 0 when there is none
  Decision new_decision = Decision::kIncomplete;
};

// "package/index.js" with `root` "package/" is "index.js".
std::string_view without_root(std::string_view file, std::string_view root);

std::vector<EntryChange> compare_entries(const std::vector<EntryPlace>& before,
                                         const std::vector<EntryPlace>& after);

// The roots differ: that of a Python archive holds its version.
std::vector<BehaviourChange> compare_behaviours(const std::vector<ReportedBehaviour>& before,
                                                std::string_view before_root,
                                                const std::vector<ReportedBehaviour>& after,
                                                std::string_view after_root);

}  // namespace cerebro
