#include "boosting.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace cerebro::train {
namespace {

constexpr size_t kTrees = 200;
constexpr double kShrinkage = 0.1, kPenalty = 1, kLeastWeight = 2;  // of a leaf, in packages

struct Sums {
  double gradient = 0, curve = 0, weight = 0;

  void add(const Sums& other, double sign = 1) {
    gradient += sign * other.gradient;
    curve += sign * other.curve;
    weight += sign * other.weight;
  }
  double gain() const { return gradient * gradient / (curve + kPenalty); }
};

std::vector<double> dense(const Features& features) {
  std::vector<double> values(feature_count());
  for (const auto& [feature, value] : features) values[feature] = value;
  return values;
}

}  // namespace

size_t PhraseBoosting::Tree::leaf(const std::vector<double>& values_of) const {
  size_t node = 0;
  while (node < kNodes) {
    const Split& split = splits[node];
    node = 2 * node + (values_of[split.feature] > split.above ? 2 : 1);
  }
  return node - kNodes;
}

PhraseBoosting::PhraseBoosting(const Packages& packages, Ablation ablation) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (const LabelledPackage& package : packages) {
    if (package.entries.empty()) continue;
    rows.push_back(dense(features_of(ablate(package.entries, ablation))));
    targets.push_back(package.malicious ? 1 : 0);
  }
  const size_t count = rows.size();
  if (count == 0) return;
  const auto malicious = static_cast<double>(std::count(targets.begin(), targets.end(), 1.0));
  const double share = static_cast<double>(count) / 2;
  std::vector<double> weights;
  for (const double target : targets) {
    weights.push_back(share / (target > 0 ? malicious : static_cast<double>(count) - malicious));
  }

  // Of each feature the rows that have it, the highest value first: all others hold 0.
  std::vector<std::vector<uint32_t>> order(feature_count());
  for (uint32_t row = 0; row < count; ++row) {
    for (size_t feature = 0; feature < order.size(); ++feature) {
      if (rows[row][feature] > 0) order[feature].push_back(row);
    }
  }
  for (size_t feature = 0; feature < order.size(); ++feature) {
    std::stable_sort(order[feature].begin(), order[feature].end(),
                     [&](uint32_t a, uint32_t b) { return rows[a][feature] > rows[b][feature]; });
  }

  std::vector<double> logits(count);
  std::vector<Sums> sums(count);
  std::vector<size_t> node_of(count);
  for (size_t round = 0; round < kTrees; ++round) {
    for (size_t row = 0; row < count; ++row) {
      const double p = 1 / (1 + std::exp(-logits[row]));
      sums[row] = {weights[row] * (targets[row] - p), weights[row] * p * (1 - p), weights[row]};
      node_of[row] = 0;
    }
    Tree tree;
    for (size_t level = 0; level < kDepth; ++level) {
      const size_t first = (1U << level) - 1, nodes = 1U << level;
      std::vector<Sums> all(nodes);
      for (size_t row = 0; row < count; ++row) all[node_of[row] - first].add(sums[row]);
      std::vector<double> best(nodes, 1e-9);
      for (Tree::Split* split = &tree.splits[first]; split != &tree.splits[first] + nodes;
           ++split) {
        *split = {0, std::numeric_limits<double>::infinity()};  // all go left
      }
      for (size_t feature = 0; feature < order.size(); ++feature) {
        std::vector<Sums> right(nodes);
        for (size_t i = 0; i < order[feature].size(); ++i) {
          const uint32_t row = order[feature][i];
          const size_t node = node_of[row] - first;
          right[node].add(sums[row]);
          const double value = rows[row][feature];
          const double below =
              i + 1 < order[feature].size() ? rows[order[feature][i + 1]][feature] : 0;
          if (below == value) continue;
          // A cut between two values of the feature concerns every node, not only this row's.
          for (size_t n = 0; n < nodes; ++n) {
            Sums left = all[n];
            left.add(right[n], -1);
            if (right[n].weight < kLeastWeight || left.weight < kLeastWeight) continue;
            const double gain = right[n].gain() + left.gain() - all[n].gain();
            if (gain <= best[n]) continue;
            best[n] = gain;
            tree.splits[first + n] = {feature, (value + below) / 2};
          }
        }
      }
      for (size_t row = 0; row < count; ++row) {
        const Tree::Split& split = tree.splits[node_of[row]];
        node_of[row] = 2 * node_of[row] + (rows[row][split.feature] > split.above ? 2 : 1);
      }
    }
    std::array<Sums, kLeaves> leaves{};
    for (size_t row = 0; row < count; ++row) leaves[node_of[row] - kNodes].add(sums[row]);
    for (size_t i = 0; i < kLeaves; ++i) {
      tree.values[i] = kShrinkage * leaves[i].gradient / (leaves[i].curve + kPenalty);
    }
    for (size_t row = 0; row < count; ++row) logits[row] += tree.values[node_of[row] - kNodes];
    trees_.push_back(tree);
  }
}

double PhraseBoosting::logit(const Entries& entries) const {
  const std::vector<double> values = dense(features_of(entries));
  double sum = 0;
  for (const Tree& tree : trees_) sum += tree.values[tree.leaf(values)];
  return sum;
}

}  // namespace cerebro::train
