#include "vocabulary.h"

#include <array>
#include <set>
#include <sstream>
#include <string_view>

#include "phrases.h"

namespace cerebro::train {
namespace {

constexpr std::string_view kSpecial[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
constexpr std::string_view kPunctuation = ",-/'.:;()+&";  // what an English phrase may contain
constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

// As the tokenizer splits: lower case, punctuation on its own.
std::set<std::string> words_of_phrases() {
  std::set<std::string> words;
  for (const std::string_view phrase : all_phrases()) {
    std::string spaced;
    for (const char c : phrase) {
      if (kPunctuation.find(c) == kPunctuation.npos) {
        spaced += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      } else {
        spaced += ' ';
      }
    }
    std::istringstream stream(spaced);
    for (std::string word; stream >> word;) words.insert(word);
  }
  return words;
}

}  // namespace

std::string make_vocabulary() {
  std::string vocab;
  const auto add = [&](std::string_view prefix, std::string_view piece) {
    vocab.append(prefix).append(piece) += '\n';
  };
  for (const std::string_view token : kSpecial) add("", token);
  for (const char& c : kPunctuation) add("", {&c, 1});
  for (const std::string& word : words_of_phrases()) {
    if (word.size() > 1) add("", word);
  }
  for (const char& c : kCharacters) add("", {&c, 1});
  for (const char& c : kCharacters) add("##", {&c, 1});
  return vocab;
}

}  // namespace cerebro::train
