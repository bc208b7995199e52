#include "augment.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "phrases.h"

namespace cerebro::train {
namespace {

bool chance(double probability, Rng& rng) {
  return std::uniform_real_distribution<double>(0, 1)(rng) < probability;
}

size_t below(size_t bound, Rng& rng) {
  return std::uniform_int_distribution<size_t>(0, bound - 1)(rng);
}

// An entry without its first and last phrase, the borders.
Phrases inside(const Phrases& phrases) {
  if (phrases.size() <= 2) return {};
  return {phrases.begin() + 1, phrases.end() - 1};
}

std::string augment_entry(std::string_view entry, const Augmentation& options, Rng& rng) {
  Phrases kept;
  for (std::string_view phrase : split_phrases(entry)) {
    if (is_behaviour(phrase)) {
      if (chance(options.drop, rng)) continue;
      if (chance(options.roll_up, rng)) phrase = roll_up(phrase);
    }
    kept.push_back(phrase);
  }
  for (size_t i = 1; i < kept.size(); ++i) {
    if (is_behaviour(kept[i - 1]) && is_behaviour(kept[i]) && chance(options.swap, rng)) {
      std::swap(kept[i - 1], kept[i]);
      ++i;
    }
  }
  return join_phrases(kept);
}

std::string splice(std::string_view host, std::string_view guest, Rng& rng) {
  Phrases phrases = split_phrases(host);
  const Phrases added = inside(split_phrases(guest));
  const size_t place = phrases.size() < 2 ? phrases.size() : 1 + below(phrases.size() - 1, rng);
  phrases.insert(phrases.begin() + static_cast<ptrdiff_t>(place), added.begin(), added.end());
  return join_phrases(phrases);
}

constexpr std::pair<std::string_view, Ablation> kAblations[] = {
    {"none", Ablation::kNone},
    {"roots", Ablation::kRoots},
    {"shuffle", Ablation::kShuffle},
    {"truncate512", Ablation::kTruncate512},
    {"no-pretrain", Ablation::kNoPretrain},
};

}  // namespace

Entries augment(const Entries& entries, const Augmentation& options, Rng& rng) {
  Entries result;
  for (const std::string& entry : entries) result.push_back(augment_entry(entry, options, rng));
  return result;
}

Entries implant(const Entries& host, const Entries& malicious, Rng& rng) {
  Entries result = host;
  for (const std::string& guest : malicious) {
    const Stage stage = stage_of(guest);
    const auto same_stage = [&](const std::string& entry) { return stage_of(entry) == stage; };
    const auto twin = std::find_if(result.begin(), result.end(), same_stage);
    if (twin != result.end() && chance(0.5, rng)) {
      *twin = splice(*twin, guest, rng);
    } else {
      // Stages stay in order: before the first entry of a later one.
      const auto later = [&](const std::string& entry) { return stage_of(entry) > stage; };
      result.insert(std::find_if(result.begin(), result.end(), later), guest);
    }
  }
  return result;
}

Entries graft(const Entries& host, std::string_view entry, Stage stage, Rng& rng) {
  Entries result = host;
  const auto same_stage = [&](const std::string& one) { return stage_of(one) == stage; };
  const auto place = std::find_if(result.begin(), result.end(), same_stage);
  if (place != result.end()) {
    *place = splice(*place, entry, rng);
    return result;
  }
  Phrases phrases = split_phrases(entry);
  if (phrases.empty()) return result;
  phrases.front() = start_of(stage);
  const auto later = [&](const std::string& one) { return stage_of(one) > stage; };
  result.insert(std::find_if(result.begin(), result.end(), later), join_phrases(phrases));
  return result;
}

Entries part_of(const Entries& entries, Rng& rng) {
  Entries result;
  const double kept = std::uniform_real_distribution<double>(0, 1)(rng);
  const size_t always = entries.empty() ? 0 : below(entries.size(), rng);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i != always && !chance(kept, rng)) continue;
    const Phrases phrases = split_phrases(entries[i]);
    const Phrases middle = inside(phrases);
    if (middle.empty()) continue;
    const size_t length = 1 + below(middle.size(), rng);
    const auto first =
        middle.begin() + static_cast<ptrdiff_t>(below(middle.size() - length + 1, rng));
    Phrases part = {phrases.front()};
    part.insert(part.end(), first, first + static_cast<ptrdiff_t>(length));
    part.push_back(phrases.back());
    result.push_back(join_phrases(part));
  }
  return result;
}

Ablation parse_ablation(std::string_view name) {
  for (const auto& [known, ablation] : kAblations) {
    if (known == name) return ablation;
  }
  throw std::runtime_error("no ablation is called " + std::string(name));
}

Entries ablate(const Entries& entries, Ablation ablation) {
  if (ablation != Ablation::kRoots && ablation != Ablation::kShuffle) return entries;
  Entries result;
  for (const std::string& entry : entries) {
    Phrases phrases = split_phrases(entry);
    if (ablation == Ablation::kRoots) {
      std::transform(phrases.begin(), phrases.end(), phrases.begin(), roll_up);
    } else if (phrases.size() > 2) {
      Rng rng(std::hash<std::string>{}(entry));
      std::shuffle(phrases.begin() + 1, phrases.end() - 1, rng);
    }
    result.push_back(join_phrases(phrases));
  }
  return result;
}

}  // namespace cerebro::train
