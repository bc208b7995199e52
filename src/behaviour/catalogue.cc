#include "behaviour/catalogue.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "behaviour/catalogue_tables.h"
#include "behaviour/text_patterns.h"

namespace cerebro {
namespace {

using Rows = std::span<const ApiRow* const>;

// ---- paths ------------------------------------------------------------------------------------

const tables::Path* find_path(uint32_t hash, uint8_t domain, std::string_view text) {
  for (size_t slot = hash;; ++slot) {
    const uint16_t number = tables::kPathSlots[slot % tables::kPathSlots.size()];
    if (number == 0) return nullptr;
    const tables::Path& path = tables::kPaths[number - 1U];
    if (path.domain == domain && path.text == text) return &path;
  }
}

// Whether a prefix may end before this character. In the name of a JavaScript package a dot is a
// letter: `fs.realpath` is no part of `fs`, but `fs/promises` is.
bool is_boundary(char c, bool package_name) {
  return c == '/' || (!package_name && (c == '.' || c == '('));
}

constexpr uint8_t kPackageNames = tables::domain(Api::kJavaScript, Access::kImport, false);

// Which first parts ("os" of "os.path.join") the paths of the table have, by their hash. Most paths
// of a program begin with something else, and need no look-up for each of their prefixes.
class FirstParts {
 public:
  FirstParts() {
    for (const tables::Path& path : tables::kPaths) {
      const bool package_name = path.domain == kPackageNames;
      uint32_t hash = tables::step(tables::kHashStart, path.domain);
      for (const char c : path.text) {
        if (is_boundary(c, package_name)) break;
        hash = tables::step(hash, static_cast<uint8_t>(c));
      }
      known_.set(place(hash));
    }
  }
  bool may_hold(uint32_t hash) const { return known_[place(hash)]; }

 private:
  static constexpr size_t kPlaces = size_t{1} << 15;
  static size_t place(uint32_t hash) { return (hash ^ hash >> 15) % kPlaces; }
  std::bitset<kPlaces> known_;
};

// One pass: the hash of each prefix is at hand when the prefix ends, and the last hit is the
// longest.
Rows longest_match(uint8_t domain, std::string_view path, bool package_name) {
  static const FirstParts first_parts;
  Rows longest;
  uint32_t hash = tables::step(tables::kHashStart, domain);
  bool first = true;
  for (size_t i = 0; i <= tables::kLongestPath; ++i) {
    const bool whole = i == path.size();
    if (whole || is_boundary(path[i], package_name)) {
      if (first && !first_parts.may_hold(hash)) return longest;
      first = false;
      if (const auto* found = find_path(hash, domain, path.substr(0, i))) {
        if (whole && !found->exact.empty()) return found->exact;
        if (!found->below.empty()) longest = found->below;
      }
    }
    if (whole) break;
    hash = tables::step(hash, static_cast<uint8_t>(path[i]));
  }
  return longest;
}

// ---- texts ------------------------------------------------------------------------------------

const TextClassifier& classifier(StringPlace place) {
  static const std::array<TextClassifier, 6> classifiers = {
      TextClassifier(StringPlace::kAny),     TextClassifier(StringPlace::kPath),
      TextClassifier(StringPlace::kUrl),     TextClassifier(StringPlace::kEnv),
      TextClassifier(StringPlace::kCommand), TextClassifier(StringPlace::kName)};
  return classifiers[static_cast<size_t>(place)];
}

}  // namespace

std::string_view name(Root root) {
  static constexpr std::array<std::string_view, 16> kNames = {"R1", "R2", "R3", "R4", "R5", "D1",
                                                              "D2", "D3", "E1", "E2", "E3", "E4",
                                                              "P1", "P2", "P3", "P4"};
  return kNames[static_cast<size_t>(root)];
}

std::string_view phrase(Root root) {
  return behaviour(tables::kPaperBehaviours[static_cast<size_t>(root)]).phrase;
}

std::span<const Behaviour> behaviours() { return tables::kBehaviours; }

const Behaviour& behaviour(BehaviourId id) { return tables::kBehaviours[id]; }

BehaviourId find_behaviour(std::string_view id) {
  const auto name_of = [](BehaviourId candidate) { return behaviour(candidate).id; };
  const auto found = std::ranges::lower_bound(tables::kBehavioursById, id, {}, name_of);
  return found != tables::kBehavioursById.end() && name_of(*found) == id ? *found : kNoBehaviour;
}

Catalogue::Catalogue() = default;

const Catalogue& Catalogue::builtin() {
  static const Catalogue catalogue;
  return catalogue;
}

Rows Catalogue::match(Api api, Access access, std::string_view path) const {
  const bool package_name = api == Api::kJavaScript && access == Access::kImport;
  return longest_match(tables::domain(api, access, false), path, package_name);
}

Rows Catalogue::match_method(Api api, Access access, std::string_view method) const {
  return longest_match(tables::domain(api, access, true), method, false);
}

bool Catalogue::matches(uint32_t pattern, std::string_view text) const {
  static std::vector<TextPattern> patterns(tables::kConditionPatterns.size());
  if (pattern >= patterns.size()) return false;
  return std::ranges::any_of(searched_parts(text), [&](std::string_view part) {
    return part.data() != nullptr &&
           patterns[pattern].matches(tables::kConditionPatterns[pattern], part);
  });
}

void Catalogue::classify(StringPlace place, std::string_view text,
                         std::vector<const StringRow*>& out) const {
  classifier(place).classify(text, out);
}

std::span<const ApiRow> Catalogue::api_rows() const { return tables::kApis; }

std::span<const StringRow> Catalogue::string_rows() const { return tables::kStrings; }

std::string_view Catalogue::version() const { return tables::kVersion; }

}  // namespace cerebro
