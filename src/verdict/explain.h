#pragma once

// Why: the behaviours with their places, call paths and weights.
//
// The weight of a behaviour is by how much the calibrated log-odds of the deciding window fall when
// all its phrases are taken out of that window (occlusion, Zeiler and Fergus 2014,
// arXiv 1311.2901). Negative: it spoke for the package. Zero outside of the deciding window.

#include <vector>

#include "behaviour/extract.h"
#include "classifier/model.h"
#include "sequence/sequence.h"
#include "verdict/report_data.h"

namespace cerebro {

// Weights by occurrence, in the order of the entries' occurrences. Costs one classification for
// each distinct behaviour of the deciding window.
std::vector<double> occlusion_weights(const Model& model, const Sequence& sequence,
                                      const Score& score);

// The heaviest lines of the file whose words look worst.
std::vector<ReportedWordLine> describe_words(const WordModel& model, std::string_view text,
                                             const Limits& limits);

// One row per id and place. `weights` may be empty.
std::vector<ReportedBehaviour> describe_behaviours(const Package& package, const Resolver& resolver,
                                                   const Behaviours& behaviours,
                                                   const Sequence& sequence,
                                                   const std::vector<double>& weights,
                                                   const Limits& limits);

}  // namespace cerebro
