#include "classifier/windows.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace cerebro {
namespace {

constexpr std::string_view kSeparator = ", ";
constexpr size_t kSeparatorTokens = 1;  // the comma
constexpr size_t kSpecialTokens = 2;    // [CLS] and [SEP]

struct Phrase {
  std::string_view text;
  size_t tokens;
};

// A word never spans ", ", so the tokens of a joined text are the sum of its parts' and commas.
size_t joined(size_t left, size_t right) { return left + kSeparatorTokens + right; }

class Packer {
 public:
  Packer(const Tokenizer& tokenizer, size_t max_tokens)
      : tokenizer_(tokenizer),
        budget_(max_tokens > kSpecialTokens ? max_tokens - kSpecialTokens : 1) {}

  void add_entry(size_t entry, std::string_view text) {
    if (text.empty()) return;
    const std::vector<Phrase> phrases = split(text);
    size_t tokens = phrases.front().tokens;
    for (size_t i = 1; i < phrases.size(); ++i) tokens = joined(tokens, phrases[i].tokens);

    if (tokens <= budget_) {
      if (!fits(tokens)) close();
      append(text, tokens);
      open_.parts.push_back({entry, 0, phrases.size()});
    } else {
      close();
      cut_entry(entry, phrases);
    }
  }

  std::vector<Window> finish() {
    close();
    return std::move(windows_);
  }

 private:
  std::vector<Phrase> split(std::string_view text) {
    std::vector<Phrase> phrases;
    for (size_t end = 0; end != text.npos;) {
      end = text.find(kSeparator);
      const std::string_view phrase = text.substr(0, end);
      phrases.push_back({phrase, count_tokens(phrase)});
      if (end != text.npos) text.remove_prefix(end + kSeparator.size());
    }
    return phrases;
  }

  // Sequences repeat few phrases many times, so counts are remembered.
  size_t count_tokens(std::string_view phrase) {
    const auto [known, is_new] = token_counts_.try_emplace(phrase, 0);
    if (is_new) {
      scratch_.clear();
      tokenizer_.append(phrase, scratch_);
      known->second = scratch_.size();
    }
    return known->second;
  }

  void cut_entry(size_t entry, const std::vector<Phrase>& phrases) {
    const Phrase head = phrases.front();
    const bool repeats_head = head.tokens <= budget_ / 2;
    size_t first = 0;  // of the part in the open window
    for (size_t i = 0; i < phrases.size(); ++i) {
      // "end of entry" says nothing alone: it stays with the phrase before it.
      const bool before_last = i + 2 == phrases.size();
      const size_t needed =
          before_last ? joined(phrases[i].tokens, phrases[i + 1].tokens) : phrases[i].tokens;
      if (i > first && !fits(needed)) {
        open_.parts.push_back({entry, first, i});
        close();
        first = i;
        if (repeats_head) append(head.text, head.tokens);
      }
      append_cut(phrases[i]);
    }
    open_.parts.push_back({entry, first, phrases.size()});
  }

  // A token takes at least one byte, so a text of n bytes has at most n tokens.
  void append_cut(const Phrase& phrase) {
    if (fits(phrase.tokens)) return append(phrase.text, phrase.tokens);
    const size_t used = open_.text.empty() ? 0 : tokens_ + kSeparatorTokens;
    const size_t room = budget_ > used ? budget_ - used : 0;
    if (room > 0) append(phrase.text.substr(0, room), room);
  }

  bool fits(size_t tokens) const {
    return (open_.text.empty() ? tokens : joined(tokens_, tokens)) <= budget_;
  }

  void append(std::string_view text, size_t tokens) {
    if (!open_.text.empty()) open_.text += kSeparator;
    tokens_ = open_.text.empty() ? tokens : joined(tokens_, tokens);
    open_.text += text;
  }

  void close() {
    if (!open_.parts.empty()) windows_.push_back(std::move(open_));
    open_ = {};
    tokens_ = 0;
  }

  const Tokenizer& tokenizer_;
  const size_t budget_;
  std::unordered_map<std::string_view, size_t> token_counts_;
  std::vector<int32_t> scratch_;
  std::vector<Window> windows_;
  Window open_;
  size_t tokens_ = 0;  // of open_.text
};

}  // namespace

std::vector<Window> make_windows(const std::vector<EntryText>& entries, const Tokenizer& tokenizer,
                                 size_t max_tokens) {
  Packer packer(tokenizer, max_tokens);
  for (size_t i = 0; i < entries.size(); ++i) packer.add_entry(i, entries[i]);
  return packer.finish();
}

}  // namespace cerebro
