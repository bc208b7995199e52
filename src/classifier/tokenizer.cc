#include "classifier/tokenizer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cerebro {
namespace {

constexpr size_t kMaxWordChars = 100;  // longer words are [UNK], as in BERT
constexpr size_t kMaxPieces = 1 << 20;

enum class ByteKind : uint8_t { kWord, kSpace, kPunctuation, kDropped };

// BERT's classes over ASCII: only \t \n \r and space are white; other control characters vanish;
// every printable byte that is neither letter nor digit is punctuation.
constexpr ByteKind classify(unsigned char byte) {
  if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') return ByteKind::kSpace;
  if (byte < 0x20 || byte == 0x7f) return ByteKind::kDropped;
  const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  const bool digit = byte >= '0' && byte <= '9';
  return letter || digit || byte >= 0x80 ? ByteKind::kWord : ByteKind::kPunctuation;
}

constexpr auto kKinds = [] {
  std::array<ByteKind, 256> kinds{};
  for (size_t i = 0; i < kinds.size(); ++i) kinds[i] = classify(static_cast<unsigned char>(i));
  return kinds;
}();

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

size_t count_chars(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

Result<Tokenizer> Tokenizer::create(std::string_view vocab) {
  Tokenizer tokenizer;
  while (!vocab.empty()) {
    const size_t end = std::min(vocab.find('\n'), vocab.size());
    std::string_view line = vocab.substr(0, end);
    vocab.remove_prefix(std::min(end + 1, vocab.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);

    const auto id = static_cast<int32_t>(tokenizer.pieces_.size());
    if (tokenizer.pieces_.size() == kMaxPieces) {
      return fail(Code::kModelInvalid, "more than 1048576 pieces", "vocab.txt");
    }
    if (!tokenizer.ids_.emplace(line, id).second) {
      return fail(Code::kModelInvalid, "line " + std::to_string(id + 1) + " repeats a piece",
                  "vocab.txt");
    }
    if (line.starts_with("##")) tokenizer.continuations_.emplace(line.substr(2), id);
    tokenizer.pieces_.emplace_back(line);
    tokenizer.longest_piece_ = std::max(tokenizer.longest_piece_, line.size());
  }

  const std::pair<std::string_view, int32_t*> specials[] = {{"[PAD]", &tokenizer.pad_},
                                                            {"[UNK]", &tokenizer.unk_},
                                                            {"[CLS]", &tokenizer.cls_},
                                                            {"[SEP]", &tokenizer.sep_},
                                                            {"[MASK]", &tokenizer.mask_}};
  for (const auto& [piece, id] : specials) {
    const auto found = tokenizer.ids_.find(piece);
    if (found == tokenizer.ids_.end()) {
      return fail(Code::kModelInvalid, "no piece " + std::string(piece), "vocab.txt");
    }
    *id = found->second;
  }
  return tokenizer;
}

void Tokenizer::append(std::string_view text, std::vector<int32_t>& ids) const {
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) append_word(word, ids);
    word.clear();
  };
  for (const char c : text) {
    switch (kKinds[static_cast<unsigned char>(c)]) {
      case ByteKind::kWord:
        word += lower(c);
        break;
      case ByteKind::kSpace:
        end_word();
        break;
      case ByteKind::kPunctuation:
        end_word();
        append_word({&c, 1}, ids);
        break;
      case ByteKind::kDropped:
        break;
    }
  }
  end_word();
}

void Tokenizer::append_word(std::string_view word, std::vector<int32_t>& ids) const {
  if (const auto whole = ids_.find(word); whole != ids_.end()) {
    ids.push_back(whole->second);  // the usual case: behaviour words are pieces
    return;
  }
  const size_t first = ids.size();
  const auto unknown = [&] {
    ids.resize(first);
    ids.push_back(unk_);
  };
  if (count_chars(word) > kMaxWordChars) return unknown();

  const Ids* pieces = &ids_;
  while (!word.empty()) {
    size_t length = std::min(word.size(), longest_piece_);
    auto match = pieces->end();
    for (; length > 0 && match == pieces->end(); --length) {
      match = pieces->find(word.substr(0, length));
    }
    if (match == pieces->end()) return unknown();
    ids.push_back(match->second);
    word.remove_prefix(length + 1);  // the loop stepped once past the match
    pieces = &continuations_;
  }
}

std::vector<int32_t> Tokenizer::encode(std::string_view text) const {
  std::vector<int32_t> ids = {cls_};
  append(text, ids);
  ids.push_back(sep_);
  return ids;
}

}  // namespace cerebro
