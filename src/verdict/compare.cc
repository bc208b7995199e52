#include "verdict/compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace cerebro {
namespace {

using Key = std::tuple<std::string, Phase, bool>;  // id, phase, unreached
using Place = std::tuple<std::string, std::string, std::string>;

Key key_of(const ReportedBehaviour& row) { return {row.id, row.phase, row.unreached}; }

Place place_of(const ReportedBehaviour& row, std::string_view root) {
  return {std::string(without_root(row.file, root)), row.snippet, row.detail};
}

struct Places {
  std::set<Place> all;
  std::vector<std::pair<Place, const ReportedBehaviour*>> rows;
};

std::map<Key, Places> by_key(const std::vector<ReportedBehaviour>& rows, std::string_view root) {
  std::map<Key, Places> keys;
  for (const ReportedBehaviour& row : rows) {
    Places& places = keys[key_of(row)];
    Place place = place_of(row, root);
    if (places.all.insert(place).second) places.rows.emplace_back(std::move(place), &row);
  }
  return keys;
}

// How many of `places` are not among `others`; `first` becomes the first of them.
size_t missing(const Places& places, const Places* others, const ReportedBehaviour*& first) {
  size_t count = 0;
  for (const auto& [place, row] : places.rows) {
    if (others != nullptr && others->all.contains(place)) continue;
    if (count++ == 0 && first == nullptr) first = row;
  }
  return count;
}

}  // namespace

std::string_view name(Change change) {
  static constexpr std::string_view kNames[] = {"new", "changed", "gone"};
  return kNames[static_cast<size_t>(change)];
}

std::string_view without_root(std::string_view file, std::string_view root) {
  if (file.starts_with(root)) file.remove_prefix(root.size());
  return file;
}

std::vector<EntryChange> compare_entries(const std::vector<EntryPlace>& before,
                                         const std::vector<EntryPlace>& after) {
  std::vector<EntryChange> changes;
  std::vector<bool> used(before.size(), false);
  const auto find = [&](const auto& fits) {
    for (size_t i = 0; i < before.size(); ++i) {
      if (!used[i] && fits(before[i])) return i;
    }
    return before.size();
  };
  // Equal ones first, so that one more entry of a label does not make the others look changed.
  std::vector<const EntryPlace*> rest;
  for (const EntryPlace& entry : after) {
    const size_t same = find([&](const EntryPlace& other) { return other == entry; });
    if (same < before.size()) {
      used[same] = true;
    } else {
      rest.push_back(&entry);
    }
  }
  for (const EntryPlace* entry : rest) {
    size_t like = find([&](const EntryPlace& other) {
      return other.phase == entry->phase && other.label == entry->label &&
             other.runs == entry->runs;
    });
    if (like == before.size()) {
      like = find([&](const EntryPlace& other) {
        return other.phase == entry->phase && other.label == entry->label;
      });
    }
    if (like < before.size()) {
      used[like] = true;
      changes.push_back({Change::kChanged, before[like], *entry});
    } else {
      changes.push_back({Change::kNew, {}, *entry});
    }
  }
  for (size_t i = 0; i < before.size(); ++i) {
    if (!used[i]) changes.push_back({Change::kGone, before[i], {}});
  }
  return changes;
}

std::vector<BehaviourChange> compare_behaviours(const std::vector<ReportedBehaviour>& before,
                                                std::string_view before_root,
                                                const std::vector<ReportedBehaviour>& after,
                                                std::string_view after_root) {
  const auto old_keys = by_key(before, before_root);
  const auto new_keys = by_key(after, after_root);
  std::vector<BehaviourChange> changes;
  std::set<Key> done;
  for (const std::vector<ReportedBehaviour>* rows : {&after, &before}) {
    for (const ReportedBehaviour& row : *rows) {
      const Key key = key_of(row);
      if (!done.insert(key).second) continue;
      const auto old_places = old_keys.find(key);
      const auto new_places = new_keys.find(key);
      const bool was = old_places != old_keys.end(), is = new_places != new_keys.end();
      const ReportedBehaviour* shown = nullptr;
      BehaviourChange change;
      change.change = !was ? Change::kNew : !is ? Change::kGone : Change::kChanged;
      if (is) {
        change.new_places = missing(new_places->second, was ? &old_places->second : nullptr, shown);
      }
      if (was) {
        change.gone_places = missing(old_places->second, is ? &new_places->second : nullptr, shown);
      }
      if (shown == nullptr) continue;  // the same places
      change.row = *shown;
      changes.push_back(std::move(change));
    }
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return a.change < b.change; });
  return changes;
}

}  // namespace cerebro
