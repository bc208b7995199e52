#pragma once

// Two judges that know no order, measured beside the model.

#include <span>
#include <vector>

#include "augment.h"
#include "dataset.h"

namespace cerebro::train {

// How many of five rules hold for the install and import entries (for all, if there are none):
// sends or fetches over the network, starts a process or a shell script, evaluates code, decodes
// data, reads sensitive information. Three, the majority, is malicious.
inline constexpr int kRules = 5;
inline constexpr int kMajority = 3;
int count_rules(const Entries& entries);

// Logistic regression on log(1 + count) of each phrase in each stage, with classes of equal weight.
class PhraseRegression {
 public:
  explicit PhraseRegression(const Packages& packages, Ablation ablation = Ablation::kNone);
  double logit(const Entries& entries) const;
  // The entry that alone looks most malicious: the payload of a package that is good otherwise.
  const std::string& worst_entry(const Entries& entries) const;  // not of no entries

 private:
  std::vector<double> weights_;  // by feature; the last is the bias
};

}  // namespace cerebro::train
