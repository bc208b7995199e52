#pragma once

// Source text as a bag of words: each word and each pair of neighbouring words is a feature,
// numbered by its hash (feature hashing, Weinberger et al. 2009, arXiv 0902.2206). Shared with
// train/, so that training and scanning see the same bags.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cerebro {

inline constexpr uint32_t kWordFeatures = 1U << 17;
inline constexpr size_t kMostWordBytes = 2U << 20;  // of one file; what follows is not counted

// Whether a file's words count, by its name: code, and the manifests that run code.
bool is_word_source(std::string_view path);

inline bool is_word_byte(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c >= 0x80;
}

// Calls use(feature, begin of the word in `text`) for each word, and for each pair at its second.
template <typename Use>
void for_each_word_feature(std::string_view text, const Use& use) {
  constexpr size_t kLongestWord = 40;  // of a longer word the beginning counts
  text = text.substr(0, kMostWordBytes);
  uint64_t before = 0;
  for (size_t at = 0; at < text.size();) {
    if (!is_word_byte(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    const size_t begin = at;
    uint64_t word = 0xCBF29CE484222325ULL;  // FNV-1a
    for (; at < text.size() && is_word_byte(static_cast<unsigned char>(text[at])); ++at) {
      if (at - begin < kLongestWord)
        word = (word ^ static_cast<unsigned char>(text[at])) * 0x100000001B3ULL;
    }
    word ^= word >> 29;
    use(static_cast<uint32_t>(word % kWordFeatures), begin);
    if (before != 0) {
      const uint64_t pair = (before * 0x9E3779B97F4A7C15ULL) ^ word;
      use(static_cast<uint32_t>((pair ^ (pair >> 31)) % kWordFeatures), begin);
    }
    before = word;
  }
}

}  // namespace cerebro
