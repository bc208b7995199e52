#pragma once

// The behaviour sequence (the paper's second idea): every entry in the order in which it would run,
// depth-first through the call graph, a callee expanded at its call site; then what no entry
// reaches.
//
//   start entry install, run at install, decoded layer, read environment variable, ..., end of
//   entry
//
// The text holds only phrases of the catalogue and the markers below: nothing that gives away the
// ecosystem, and no word that the package's author chose.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/extract.h"
#include "package/package.h"

namespace cerebro {

inline constexpr std::string_view kStartEntry[] = {"start entry install", "start entry import",
                                                   "start entry run"};  // by Phase
inline constexpr std::string_view kStartUnreached = "start entry unreached";
inline constexpr std::string_view kStartTests = "start entry tests";  // unreached, and aside
inline constexpr std::string_view kEndEntry = "end of entry";
inline constexpr std::string_view kOtherFile = "other file";  // the walk goes on in another file
inline constexpr std::string_view kDecodedLayer =
    "decoded layer";  // ... in text that was run as code

// One behaviour in its place.
struct Occurrence {
  BehaviourId behaviour = kNoBehaviour;
  uint32_t event = kNoId;    // index of Behaviours::events; kNoId for a manifest finding
  uint32_t finding = kNoId;  // index of Package::findings
  uint32_t frame = kNoId;    // index of Sequence::frames: how it was reached
  uint32_t phrase = 0;       // index of the phrase in the entry's text (split at ", ")
};

// A function on the way from an entry to a behaviour; parent frames lead back to the entry.
struct Frame {
  FunctionId function = kNoId;
  uint32_t parent = kNoId;
  NodeId call = kNoNode;  // the call in the parent's code
};

struct EntrySequence {
  std::string label;  // "postinstall", "setup.py", "unreached code", "test code"
  Phase phase = Phase::kRun;
  bool unreached = false;
  std::string text;
  std::vector<Occurrence> occurrences;
};

struct Sequence {
  std::vector<EntrySequence> entries;  // those with at least one behaviour
  std::vector<Frame> frames;
  std::vector<Note> notes;

  std::vector<std::string> texts() const;
  std::string text() const;  // the entries joined by "\n"
};

struct SequenceOptions {
  // kFile knows nothing of the call graph: file by file, line by line. It is there to be compared
  // with (docs/evaluation.md).
  enum class Order : uint8_t { kExecution, kFile } order = Order::kExecution;
  bool roots_only = false;  // roll every behaviour up to the paper's phrase of its root
};

// `entry_functions[i]` is the function that package.entries[i] starts (kNoId: its file holds no
// code).
Sequence build_sequence(const Package& package, const std::vector<FunctionId>& entry_functions,
                        const Resolver& resolver, const Behaviours& behaviours,
                        const Limits& limits, const SequenceOptions& options = {});

}  // namespace cerebro
