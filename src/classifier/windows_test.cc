#include "classifier/windows.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/sanitizers.h"

namespace cerebro {
namespace {

// One-letter phrases cost one token, "x y" two, the comma between phrases one.
Tokenizer make_tokenizer() {
  std::string vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n,\n";
  for (char c = 'a'; c <= 'z'; ++c) vocab += {c, '\n'};
  return Tokenizer::create(vocab).value();
}

// "0:0-2 1:0-1 | a, b, c" per window: parts as entry:first-end, then the text.
std::vector<std::string> dump(const std::vector<Window>& windows) {
  std::vector<std::string> lines;
  for (const Window& window : windows) {
    std::string line;
    for (const auto& part : window.parts) {
      line += std::to_string(part.entry) + ":" + std::to_string(part.first_phrase) + "-" +
              std::to_string(part.end_phrase) + " ";
    }
    lines.push_back(line + "| " + window.text);
  }
  return lines;
}

TEST(Windows, PacksWholeEntriesAndCutsLongOnes) {
  const Tokenizer tokenizer = make_tokenizer();
  const struct {
    size_t max_tokens;  // two of them are [CLS] and [SEP]
    std::vector<EntryText> entries;
    std::vector<std::string> expected;
  } rows[] = {
      {9, {}, {}},
      {9, {"", ""}, {}},
      {9, {"a, b"}, {"0:0-2 | a, b"}},
      // 3 + comma + 3 tokens fill a window of 7 exactly
      {9, {"a, b", "c, d"}, {"0:0-2 1:0-2 | a, b, c, d"}},
      {8, {"a, b", "c, d"}, {"0:0-2 | a, b", "1:0-2 | c, d"}},
      {9, {"a", "", "b"}, {"0:0-1 2:0-1 | a, b"}},
      // a long entry starts a window, repeats its head, shares its last window, and its last phrase
      // ("end of entry") is never alone
      {9,
       {"z", "a, b, c, d, e", "f"},
       {"0:0-1 | z", "1:0-3 | a, b, c", "1:3-5 2:0-1 | a, d, e, f"}},
      {9, {"a, b, c, d, e, f, g, h"}, {"0:0-4 | a, b, c, d", "0:4-6 | a, e, f", "0:6-8 | a, g, h"}},
      // a head of more than half a window is not repeated
      {9, {"a a a a, b, c, d"}, {"0:0-2 | a a a a, b", "0:2-4 | c, d"}},
      // a phrase longer than a window is cut to as many bytes as there are tokens
      {9, {"abcdefghij"}, {"0:0-1 | abcdefghij"}},  // one [UNK]
      {9, {"a b c d e f g h"}, {"0:0-1 | a b c d"}},
      {9, {"z, a b c d e f g h, y"}, {"0:0-1 | z", "0:1-2 | z, a b c", "0:2-3 | z, y"}},
      // absurd windows still end
      {0, {"a, b"}, {"0:0-1 | a", "0:1-2 | b"}},
      {3, {"a b"}, {"0:0-1 | a"}},
  };
  for (const auto& row : rows) {
    const auto windows = make_windows(row.entries, tokenizer, row.max_tokens);
    EXPECT_EQ(dump(windows), row.expected);
    for (const Window& window : windows) {
      EXPECT_LE(tokenizer.encode(window.text).size(), std::max<size_t>(row.max_tokens, 3))
          << window.text;
    }
  }
}

// Every phrase is in exactly one part, in order, and no window is too long.
TEST(Windows, CoverEveryPhraseOnce) {
  const Tokenizer tokenizer = make_tokenizer();
  std::vector<EntryText> entries;
  for (size_t entry = 0; entry < 40; ++entry) {
    std::string text = "start";
    for (size_t i = 0; i < entry * entry % 97; ++i) text += i % 3 == 0 ? ", a b" : ", c";
    entries.push_back(text);
  }
  for (const size_t max_tokens : {8, 16, 64, 512}) {
    size_t entry = 0, phrase = 0;
    for (const Window& window : make_windows(entries, tokenizer, max_tokens)) {
      EXPECT_LE(tokenizer.encode(window.text).size(), max_tokens);
      for (const auto& part : window.parts) {
        if (part.entry != entry) {
          EXPECT_EQ(phrase, entry * entry % 97 + 1);
          EXPECT_EQ(part.entry, ++entry);
          phrase = 0;
        }
        EXPECT_EQ(part.first_phrase, phrase);
        phrase = part.end_phrase;
      }
    }
    EXPECT_EQ(entry, entries.size() - 1);
  }
}

TEST(Windows, TimeIsLinear) {
  const Tokenizer tokenizer = make_tokenizer();
  std::string phrases = "a";
  for (int i = 0; i < 1'000'000; ++i) phrases += ", b";
  const std::vector<EntryText> entries = {phrases, std::string(4'000'000, ','),
                                          std::string(4'000'000, 'x')};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GT(make_windows(entries, tokenizer, 512).size(), 3'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            std::chrono::seconds(CEREBRO_SHADOW_MEMORY == 1 ? 150 : 5));
}

}  // namespace
}  // namespace cerebro
