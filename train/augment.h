#pragma once

// Changes of a package that keep its label, so that the model learns behaviour and not templates.

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "dataset.h"
#include "phrases.h"

namespace cerebro::train {

using Rng = std::mt19937_64;
using Entries = std::vector<std::string>;

struct Augmentation {
  double drop = 0.1;      // a behaviour is left out
  double swap = 0.05;     // two neighbouring behaviours change places
  double roll_up = 0.05;  // a behaviour becomes its root
  double implant = 0.3;   // a package, or its worst entry, is put into a benign one
  double part = 0;        // a benign package is cut down to a part of itself
};

Entries augment(const Entries& entries, const Augmentation& options, Rng& rng);

// A legitimate package that was trojanised: the entries of `malicious` stand among those of `host`,
// or, as often, their behaviours inside the host's entry of the same stage.
Entries implant(const Entries& host, const Entries& malicious, Rng& rng);

// A hijacked release: what one entry does is added to the host's first entry of a stage, at a
// random place, or is an entry of its own where the host has none.
Entries graft(const Entries& host, std::string_view entry, Stage stage, Rng& rng);

// Some of the entries, and of each a run of its behaviours. What a benign package does in part is
// as benign, and few of the small packages that there are to learn from are.
Entries part_of(const Entries& entries, Rng& rng);

// What an ablation changes in every sequence, in training and in evaluation alike.
enum class Ablation {
  kNone,
  kRoots,        // only the paper's 16 phrases
  kShuffle,      // no order within an entry
  kTruncate512,  // only the first window
  kNoPretrain    // changes no sequence; fine-tuning starts from random weights
};
Ablation parse_ablation(std::string_view name);  // throws std::runtime_error

// Deterministic. kTruncate512 is left to whoever makes windows.
Entries ablate(const Entries& entries, Ablation ablation);

}  // namespace cerebro::train
