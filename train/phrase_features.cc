#include "phrase_features.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "phrases.h"

namespace cerebro::train {

size_t feature_count() { return all_phrases().size() * kStages; }

Features features_of(const Entries& entries) {
  static const auto* const indices = [] {
    auto* map = new std::unordered_map<std::string_view, size_t>;
    for (const std::string_view phrase : all_phrases()) map->emplace(phrase, map->size());
    return map;
  }();
  std::unordered_map<size_t, double> counts;
  for (const std::string& entry : entries) {
    const auto stage = static_cast<size_t>(stage_of(entry));
    for (const std::string_view phrase : split_phrases(entry)) {
      if (const auto found = indices->find(phrase); found != indices->end()) {
        counts[found->second * kStages + stage] += 1;
      }
    }
  }
  Features features;
  for (const auto& [feature, count] : counts) features.emplace_back(feature, std::log1p(count));
  std::sort(features.begin(), features.end());  // the order of a sum decides its last bits
  return features;
}

}  // namespace cerebro::train
