#pragma once

// What tools/gen_catalogue.py writes out of catalogue/*.toml: constant rows, and the indexes over
// them. Private to catalogue.cc and its test.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "behaviour/catalogue.h"

namespace cerebro::tables {

// Paths live in one hash table for all APIs and accesses; `method` is for methods of unknown
// values.
constexpr uint8_t domain(Api api, Access access, bool method) {
  return static_cast<uint8_t>(static_cast<int>(api) * 8 + static_cast<int>(access) * 2 + method);
}

// FNV-1a, taken byte by byte so that one pass over a path gives the hash of each of its prefixes.
constexpr uint32_t kHashStart = 2166136261U;
constexpr uint32_t step(uint32_t hash, uint8_t byte) { return (hash ^ byte) * 16777619U; }

struct Path {
  std::string_view text;
  uint8_t domain;
  std::span<const ApiRow* const> exact;  // rows of this very path
  std::span<const ApiRow* const> below;  // rows of this path and all below it (`*`)
};

struct StringPattern {
  std::string_view pattern;
  std::string_view grams;  // each match holds one of these, lower-cased, kGramBytes each; or empty
};
constexpr size_t kGramBytes = 4;

constexpr uint32_t kNoPattern = 0xFFFFFFFF;  // of a condition on `none`

extern const std::span<const Behaviour> kBehaviours;
extern const std::span<const BehaviourId> kBehavioursById;   // ordered by id
extern const std::span<const BehaviourId> kPaperBehaviours;  // one for each Root
extern const std::span<const ApiRow> kApis;
extern const std::span<const std::string_view> kConditionPatterns;
extern const std::span<const Path> kPaths;
extern const std::span<const uint16_t> kPathSlots;  // open hash table: number in kPaths + 1, or 0
extern const size_t kLongestPath;
extern const std::span<const StringRow> kStrings;
extern const std::span<const StringPattern> kStringPatterns;  // beside kStrings
extern const std::string_view kVersion;

}  // namespace cerebro::tables
