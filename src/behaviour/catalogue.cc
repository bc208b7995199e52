#include "behaviour/catalogue.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>
#include <mutex>

#include "behaviour/catalogue_tables.h"

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

// One pass: the hash of each prefix is at hand when the prefix ends, and the last hit is the
// longest.
Rows longest_match(uint8_t domain, std::string_view path, bool package_name) {
  Rows longest;
  uint32_t hash = tables::step(tables::kHashStart, domain);
  for (size_t i = 0; i <= tables::kLongestPath; ++i) {
    const bool whole = i == path.size();
    if (whole || is_boundary(path[i], package_name)) {
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

// Of a text above 64 KiB its first 48 KiB and its last 16 KiB are searched: what such texts hold is
// data or code, and code is parsed as a layer, where its own strings are classified again.
constexpr size_t kHeadBytes = 48 << 10;
constexpr size_t kTailBytes = 16 << 10;

std::array<std::string_view, 2> searched_parts(std::string_view text) {
  if (text.size() <= kHeadBytes + kTailBytes) return {text, {}};
  return {text.substr(0, kHeadBytes), text.substr(text.size() - kTailBytes)};
}

RE2::Options pattern_options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);  // bytes, whatever they encode
  options.set_log_errors(false);
  options.set_max_mem(16 << 20);  // the automata are made as texts need them, up to this
  return options;
}

class Condition {
 public:
  bool matches(std::string_view pattern, std::string_view text) {
    std::call_once(once_, [&] { pattern_ = std::make_unique<RE2>(pattern, pattern_options()); });
    return std::ranges::any_of(searched_parts(text), [&](std::string_view part) {
      return part.data() != nullptr && RE2::PartialMatch(part, *pattern_);
    });
  }

 private:
  std::once_flag once_;
  std::unique_ptr<const RE2> pattern_;
};

// All rows that are tried at one place. Most texts hold none of the literals that the patterns need
// and never meet an automaton: they are sifted by their four-byte pieces first.
class Classifier {
 public:
  explicit Classifier(StringPlace place) {
    const bool any = place != StringPlace::kEnv && place != StringPlace::kName;
    for (uint16_t row = 0; row < tables::kStrings.size(); ++row) {
      const StringPlace its = tables::kStrings[row].place;
      if (its == place || (any && its == StringPlace::kAny)) add(row);
    }
  }

  void classify(std::string_view text, std::vector<const StringRow*>& out) {
    std::vector<int> hits;
    for (const std::string_view part : searched_parts(text)) {
      if (!may_match(part)) continue;
      std::call_once(once_, [this] { compile(); });
      std::vector<int> found;
      patterns_->Match(part, &found);
      hits.insert(hits.end(), found.begin(), found.end());
    }
    std::ranges::sort(hits);
    hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
    bool url_seen = false;
    for (const int hit : hits) {
      const StringRow& row = tables::kStrings[rows_[static_cast<size_t>(hit)]];
      const bool is_url = row.place == StringPlace::kUrl;
      if (!(is_url && url_seen)) out.push_back(&row);
      url_seen |= is_url;
    }
  }

 private:
  static constexpr size_t kSieveBits = 18;  // 32 KiB, of which some 500 bits are set

  static constexpr uint32_t shift_in(uint32_t window, char c) {
    const bool upper = c >= 'A' && c <= 'Z';
    return window << 8 | static_cast<uint8_t>(upper ? c | 0x20 : c);
  }

  static constexpr size_t sieve_slot(uint32_t window) {
    return (window * 2654435761U) >> (32 - kSieveBits);  // Knuth's multiplicative hash
  }

  void add(uint16_t row) {
    rows_.push_back(row);
    const std::string_view grams = tables::kStringPatterns[row].grams;
    sift_ &= !grams.empty();
    uint32_t window = 0;
    for (size_t i = 0; i < grams.size(); ++i) {
      window = shift_in(window, grams[i]);
      if (i % tables::kGramBytes == tables::kGramBytes - 1) sieve_.set(sieve_slot(window));
    }
  }

  bool may_match(std::string_view text) const {
    if (rows_.empty() || text.empty()) return false;
    if (!sift_) return true;
    uint32_t window = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      window = shift_in(window, text[i]);
      if (i >= tables::kGramBytes - 1 && sieve_.test(sieve_slot(window))) return true;
    }
    return false;
  }

  void compile() {
    patterns_ = std::make_unique<RE2::Set>(pattern_options(), RE2::UNANCHORED);
    for (const uint16_t row : rows_) patterns_->Add(tables::kStringPatterns[row].pattern, nullptr);
    patterns_->Compile();
  }

  std::vector<uint16_t> rows_;
  std::bitset<1 << kSieveBits> sieve_;
  bool sift_ = true;
  std::once_flag once_;
  std::unique_ptr<RE2::Set> patterns_;
};

Classifier& classifier(StringPlace place) {
  static std::array<Classifier, 6> classifiers = {
      Classifier(StringPlace::kAny),     Classifier(StringPlace::kPath),
      Classifier(StringPlace::kUrl),     Classifier(StringPlace::kEnv),
      Classifier(StringPlace::kCommand), Classifier(StringPlace::kName)};
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
  static std::vector<Condition> conditions(tables::kConditionPatterns.size());
  return pattern < conditions.size() &&
         conditions[pattern].matches(tables::kConditionPatterns[pattern], text);
}

void Catalogue::classify(StringPlace place, std::string_view text,
                         std::vector<const StringRow*>& out) const {
  classifier(place).classify(text, out);
}

std::span<const ApiRow> Catalogue::api_rows() const { return tables::kApis; }

std::span<const StringRow> Catalogue::string_rows() const { return tables::kStrings; }

std::string_view Catalogue::version() const { return tables::kVersion; }

}  // namespace cerebro
