#include "syntax/encoding.h"

#include <gtest/gtest.h>

#include "syntax/ir.h"

namespace cerebro {
namespace {

using namespace std::string_literals;

TEST(Encoding, ReadsWhatInterpretersRead) {
  const struct {
    std::string bytes, utf8;
    bool converted;
  } kRows[] = {
      {"plain", "plain", false},
      {"é😀", "é😀", false},
      {"\xEF\xBB\xBF"
       "bom",
       "bom", false},
      {"\xFF\xFE"
       "a\0\xE9\0"s,
       "aé", true},
      {"\xFE\xFF\0a\0\xE9"s, "aé", true},
      {"\xFF\xFE\x3D\xD8\x00\xDE"s, "😀", true},
      {"\xFF\xFE\x3D\xD8"
       "a\0"s,
       "\uFFFD"
       "a",
       true},  // a lone surrogate
      {"\xFF\xFE"
       "a\0b"s,
       "a", true},                                        // half a unit
      {"caf\xE9", "café", true},                          // Latin-1
      {"é \xE9 é", "é é é", true},                        // one stray byte among UTF-8
      {"\xC0\xAF", "À¯", true},                           // overlong
      {"\xED\xA0\x80", "í\u00A0\u0080", true},            // a surrogate is not UTF-8
      {"\xF4\x90\x80\x80", "ô\u0090\u0080\u0080", true},  // beyond U+10FFFF
      {"\xF0\x9F\x98", "ð\u009F\u0098", true},            // cut
      {"a\0b"s, "a\0b"s, false},
      {"", "", false},
      {"nine bytes\xE9 and nine", "nine bytesé and nine", true},
      {"seven b\xE9", "seven bé", true},
      {"eight by\xE9", "eight byé", true},
      {"sixteen and é in it", "sixteen and é in it", false},
  };
  for (const auto& row : kRows) {
    const DecodedText text = to_utf8(row.bytes);
    EXPECT_EQ(text.utf8, row.utf8);
    EXPECT_EQ(text.converted, row.converted) << row.utf8;
  }
}

TEST(Encoding, ConversionIsNoted) {
  StringPool pool;
  const Module module = parse(Language::kJavaScript, "a.js",
                              "\xFF\xFE"
                              "f\0(\0)\0"s,
                              pool, {});
  EXPECT_EQ(dump(module, pool), "(block (call (name f)))");
  ASSERT_EQ(module.notes.size(), 1u);
  EXPECT_EQ(module.notes[0].code, Code::kSyntaxEncoding);
  EXPECT_EQ(module.notes[0].file, "a.js");
}

}  // namespace
}  // namespace cerebro
