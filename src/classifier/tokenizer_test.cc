#include "classifier/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cerebro {
namespace {

constexpr std::string_view kVocab =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nuse\nurl\nsend\n##ing\n##s\nun\n##aff\n##able\n,\n.\n"
    "[\n]\ncls\n_\na\n##a\ncaf\xc3\xa9\n";

Tokenizer make_tokenizer() {
  auto tokenizer = Tokenizer::create(kVocab);
  EXPECT_TRUE(tokenizer.has_value()) << tokenizer.error().message;
  return std::move(tokenizer).value();
}

std::string pieces(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<int32_t> ids;
  tokenizer.append(text, ids);
  std::string joined;
  for (const int32_t id : ids) joined += (joined.empty() ? "" : " ") + tokenizer.piece(id);
  return joined;
}

TEST(Tokenizer, SplitsAsBertDoes) {
  const Tokenizer tokenizer = make_tokenizer();
  const struct {
    std::string_view text, expected;
  } rows[] = {
      {"", ""},
      {" \t\r\n ", ""},
      {"use URL", "use url"},
      {"Use,url.", "use , url ."},
      {"sending sends", "send ##ing send ##s"},
      {"unaffable", "un ##aff ##able"},  // the paper's example
      {"unaffablex", "[UNK]"},           // one unknown rest makes the word unknown
      {"unknown use", "[UNK] use"},
      {"##ing", "[UNK] [UNK] [UNK]"},  // a continuation cannot be written out
      {"[CLS]", "[ cls ]"},            // nor can a special token
      {"us\x01"                        // control characters vanish inside a word,
       "e\x7f\x0b url",
       "use url"},  // vertical tab too
      {std::string_view("u\0se", 4), "use"},
      {"use_url", "use _ url"},        // underscore is punctuation
      {"caf\xc3\xa9", "caf\xc3\xa9"},  // bytes above ASCII pass through
      {"\xff\xfe\xc3 use \xe2\x82", "[UNK] use [UNK]"},
  };
  for (const auto& row : rows) EXPECT_EQ(pieces(tokenizer, row.text), row.expected) << row.text;
}

TEST(Tokenizer, WordsBeyondAHundredCharactersAreUnknown) {
  const Tokenizer tokenizer = make_tokenizer();
  std::vector<int32_t> ids;
  tokenizer.append(std::string(100, 'a'), ids);
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(pieces(tokenizer, std::string(101, 'a')), "[UNK]");
  EXPECT_EQ(pieces(tokenizer, std::string(10 << 20, 'a')), "[UNK]");
}

TEST(Tokenizer, EncodeAddsTheBorders) {
  const Tokenizer tokenizer = make_tokenizer();
  EXPECT_THAT(tokenizer.encode("use url"), testing::ElementsAre(2, 5, 6, 3));
  EXPECT_THAT(tokenizer.encode(""), testing::ElementsAre(2, 3));
}

TEST(Tokenizer, VocabularyLines) {
  const struct {
    std::string_view vocab, error;
  } rows[] = {
      {"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n", ""},
      {"[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]", ""},
      {"", "no piece [PAD]"},
      {"[PAD]\n[UNK]\n[CLS]\n[SEP]\n", "no piece [MASK]"},
      {"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\na\n", "line 7 repeats a piece"},
  };
  for (const auto& row : rows) {
    const auto tokenizer = Tokenizer::create(row.vocab);
    if (row.error.empty()) {
      ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message;
      EXPECT_EQ(tokenizer->size(), 5U);
      EXPECT_EQ(tokenizer->mask(), 4);
    } else {
      ASSERT_FALSE(tokenizer.has_value()) << row.error;
      EXPECT_EQ(tokenizer.error().code, Code::kModelInvalid);
      EXPECT_EQ(tokenizer.error().message, row.error);
    }
  }
}

}  // namespace
}  // namespace cerebro
