#include "bags.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "classifier/windows.h"
#include "phrases.h"

namespace cerebro::train {

Bag make_bag(const Entries& entries, const Tokenizer& tokenizer, size_t max_tokens) {
  Bag bag;
  const std::vector<Window> windows = make_windows(entries, tokenizer, max_tokens);
  std::unordered_set<std::string_view> known;
  for (const Window& window : windows) {
    if (!known.insert(window.text).second) continue;
    const bool early = std::any_of(
        window.parts.begin(), window.parts.end(),
        [&](const Window::Part& part) { return stage_of(entries[part.entry]) <= Stage::kImport; });
    bag.push_back({tokenizer.encode(window.text), early});
  }
  return bag;
}

void sample_windows(Bag& bag, size_t limit, Rng& rng) {
  if (bag.size() <= limit) return;
  std::vector<size_t> order(bag.size());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), rng);
  std::stable_partition(order.begin(), order.end(), [&](size_t i) { return bag[i].early; });
  order.resize(limit);
  std::sort(order.begin(), order.end());
  Bag sample;
  for (const size_t i : order) sample.push_back(std::move(bag[i]));
  bag = std::move(sample);
}

std::vector<std::vector<size_t>> batches_by_length(const std::vector<const TokenIds*>& windows,
                                                   size_t batch_tokens) {
  std::vector<size_t> order(windows.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return windows[a]->size() < windows[b]->size(); });
  std::vector<std::vector<size_t>> batches;
  for (const size_t i : order) {
    // In this order the newcomer is the longest.
    if (batches.empty() || (batches.back().size() + 1) * windows[i]->size() > batch_tokens) {
      batches.emplace_back();
    }
    batches.back().push_back(i);
  }
  return batches;
}

}  // namespace cerebro::train
