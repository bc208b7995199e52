#pragma once

// WordPiece as in BERT (https://arxiv.org/abs/1810.04805; the greedy longest-match-first algorithm
// of https://github.com/google-research/bert): lower-cased, split at white space and punctuation.
//
//   TRY(tokenizer, Tokenizer::create(vocab));
//   tokenizer.encode("use URL")             // [CLS] use url [SEP]
//
// Sequences are ASCII. Bytes above it pass through unchanged (accents are not stripped), so they
// match the vocabulary or become [UNK]; invalid UTF-8 is harmless. "[SEP]" in a text is three
// ordinary words: no text can forge a special token. Immutable, so threads may share one.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace cerebro {

class Tokenizer {
 public:
  // `vocab` is the content of vocab.txt: one piece a line, [PAD] [UNK] [CLS] [SEP] [MASK] among
  // them. Error: kModelInvalid.
  static Result<Tokenizer> create(std::string_view vocab);

  // The pieces of `text` without [CLS] and [SEP].
  void append(std::string_view text, std::vector<int32_t>& ids) const;
  std::vector<int32_t> encode(std::string_view text) const;  // with [CLS] and [SEP]

  int32_t pad() const { return pad_; }
  int32_t unk() const { return unk_; }
  int32_t cls() const { return cls_; }
  int32_t sep() const { return sep_; }
  int32_t mask() const { return mask_; }
  size_t size() const { return pieces_.size(); }
  const std::string& piece(int32_t id) const { return pieces_[static_cast<size_t>(id)]; }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Ids = std::unordered_map<std::string, int32_t, Hash, std::equal_to<>>;

  void append_word(std::string_view word, std::vector<int32_t>& ids) const;

  std::vector<std::string> pieces_;
  Ids ids_;                   // every piece as written
  Ids continuations_;         // "##ing" under "ing"
  size_t longest_piece_ = 0;  // bytes
  int32_t pad_ = 0, unk_ = 0, cls_ = 0, sep_ = 0, mask_ = 0;
};

}  // namespace cerebro
