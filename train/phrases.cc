#include "phrases.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "behaviour/catalogue.h"
#include "sequence/sequence.h"

namespace cerebro::train {
namespace {

constexpr std::string_view kSeparator = ", ";

const std::unordered_map<std::string_view, Root>& roots() {
  static const auto* const roots = [] {
    auto* map = new std::unordered_map<std::string_view, Root>;
    for (const Behaviour& behaviour : behaviours()) map->emplace(behaviour.phrase, behaviour.root);
    return map;
  }();
  return *roots;
}

}  // namespace

Phrases split_phrases(std::string_view entry) {
  Phrases phrases;
  for (size_t end = 0; end != entry.npos && !entry.empty();) {
    end = entry.find(kSeparator);
    phrases.push_back(entry.substr(0, end));
    if (end != entry.npos) entry.remove_prefix(end + kSeparator.size());
  }
  return phrases;
}

std::string join_phrases(const Phrases& phrases) {
  std::string text;
  for (const std::string_view phrase : phrases) {
    if (!text.empty()) text += kSeparator;
    text += phrase;
  }
  return text;
}

Stage stage_of(std::string_view entry) {
  const std::string_view first = entry.substr(0, entry.find(kSeparator));
  if (first == kStartTests) return Stage::kTests;
  const auto* const found = std::find(std::begin(kStartEntry), std::end(kStartEntry), first);
  return static_cast<Stage>(found - std::begin(kStartEntry));
}

std::string_view start_of(Stage stage) {
  if (stage == Stage::kTests) return kStartTests;
  return stage == Stage::kUnreached ? kStartUnreached : kStartEntry[static_cast<size_t>(stage)];
}

bool is_behaviour(std::string_view phrase) { return roots().contains(phrase); }

std::string_view root_of(std::string_view phrase) {
  const auto found = roots().find(phrase);
  return found == roots().end() ? std::string_view() : cerebro::name(found->second);
}

std::string_view roll_up(std::string_view phrase) {
  const auto found = roots().find(phrase);
  return found == roots().end() ? phrase : cerebro::phrase(found->second);
}

std::vector<std::string_view> all_phrases() {
  std::vector<std::string_view> phrases(std::begin(kStartEntry), std::end(kStartEntry));
  phrases.insert(phrases.end(),
                 {kStartUnreached, kStartTests, kEndEntry, kOtherFile, kDecodedLayer});
  for (const Behaviour& behaviour : behaviours()) phrases.push_back(behaviour.phrase);
  return phrases;
}

}  // namespace cerebro::train
