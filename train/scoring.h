#pragma once

// Scores of packages by the shipped classifier, cerebro::Model, so that what is measured is what
// ships.

#include <vector>

#include "augment.h"
#include "classifier/model.h"
#include "commands.h"
#include "dataset.h"

namespace cerebro::train {

struct PackageScore {
  double logit = 0;    // with what the package's words add, if they are known
  double words = 0;    // what they add
  bool empty = false;  // no window: nothing to judge, probability 0
};

// The sequences, with the scores of the word judge if the options name them.
Packages read_packages(const CommonOptions& options);

Model load_classifier(const std::string& directory);  // throws std::runtime_error

std::vector<PackageScore> score_packages(const Model& model, const Packages& packages,
                                         Ablation ablation, size_t threads);

}  // namespace cerebro::train
