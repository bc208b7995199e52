#pragma once

// Gradient boosting of shallow trees on phrase counts: what a good judge makes of a bag of
// behaviours. J. H. Friedman, "Greedy function approximation", 2001 (logistic loss, Newton leaves,
// shrinkage).

#include <array>
#include <vector>

#include "augment.h"
#include "dataset.h"
#include "phrase_features.h"

namespace cerebro::train {

class PhraseBoosting {
 public:
  // Classes of equal weight; the same packages give the same trees.
  explicit PhraseBoosting(const Packages& packages, Ablation ablation = Ablation::kNone);
  double logit(const Entries& entries) const;

 private:
  static constexpr size_t kDepth = 3, kNodes = (1U << kDepth) - 1, kLeaves = 1U << kDepth;
  struct Tree {
    struct Split {
      size_t feature = 0;
      double above = 0;  // goes right when the value is larger
    };
    std::array<Split, kNodes> splits{};  // node i has the children 2i + 1 and 2i + 2
    std::array<double, kLeaves> values{};
    size_t leaf(const std::vector<double>& values_of) const;
  };
  std::vector<Tree> trees_;
};

}  // namespace cerebro::train
