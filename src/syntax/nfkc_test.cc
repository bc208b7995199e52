#include "syntax/nfkc.h"

#include <gtest/gtest.h>

namespace cerebro {
namespace {

TEST(Nfkc, MapsLookAlikesToAscii) {
  const struct {
    const char* identifier;
    const char* expected;
  } kRows[] = {
      {"exec", "exec"},
      {"𝐞𝐱𝐞𝐜", "exec"},            // mathematical bold
      {"𝒆𝗲𝚎𝔢𝕖", "eeeee"},          // five other alphabets
      {"ℯval", "eval"},            // script small e lives outside the block
      {"ｅｖａｌ＿１", "eval_1"},  // fullwidth
      {"ﬁle", "file"},
      {"ᵉval₀", "eval₀"},  // subscript digits may not stand in an identifier
      {"𝟎𝟗𝟘𝟿", "0909"},
      {"naïve", "naïve"},
      {"имя", "имя"},  // Cyrillic stays: NFKC does not touch confusables
      {"a\xFF"
       "b",
       "a\xFF"
       "b"},
      {"", ""},
  };
  for (const auto& row : kRows) EXPECT_EQ(nfkc_ascii(row.identifier), row.expected);
}

}  // namespace
}  // namespace cerebro
