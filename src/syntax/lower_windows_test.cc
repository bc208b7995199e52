#include <gtest/gtest.h>

#include "syntax/ir.h"

namespace cerebro {
namespace {

struct Row {
  Language language;
  std::string_view source, dump;
};

std::string lowered(Language language, std::string_view source) {
  StringPool pool;
  return dump(parse(language, "a", source, pool, Limits()), pool);
}

constexpr Language kBatch = Language::kBatch;
constexpr Language kPowerShell = Language::kPowerShell;
constexpr Language kVisualBasic = Language::kVisualBasic;

constexpr Row kRows[] = {
    {kBatch, "@copy a b\r\n", R"~((block (command (string "copy") (string "a") (string "b"))))~"},
    {kBatch, "rem a b\n:: c\nc^u^rl x", R"~((block (command (string "curl") (string "x"))))~"},
    {kBatch, "set a=po\nset b=wer\n%a%%b% %a:~1,1% %c%",
     R"~((block (command (string "set") (string "a=po"))
  (command (string "set") (string "b=wer"))
  (command (string "power") (string "o") (string "%c%"))))~"},
    {kBatch, "if not exist x ( a ) else ( b )",
     R"~((block (command (string "a"))
  (command (string "b"))))~"},
    {kBatch, "for %%f in (*.txt) do del %%f",
     R"~((block (command (string "*.txt"))
  (command (string "del") (string "%%f"))))~"},
    {kBatch, "a | b & \"c d\" e",
     R"~((block (pipeline (command (string "a")) (command (string "b")))
  (command (string "c d") (string "e"))))~"},
    {kPowerShell, "<# a #> I`EX $x # b", R"~((block (command (string "IEX") (string "$x"))))~"},
    {kPowerShell, "$u = 'ht' + 'tp'\nget $u \"-$u\" '' ; stop",
     R"~((block (string "$u = http")
  (command (string "get") (string "http") (string "-http") (string ""))
  (command (string "stop"))))~"},
    {kPowerShell, "iex (get x).Down('a'+'b')",
     R"~((block (command (string "iex") (substitution (block (command (string "get") (string "x")))) (string ".Down") (substitution (block (string "ab"))))))~"},
    {kPowerShell, "$x.Down('a'+'b')", R"~((block (string "$x.Down(ab)")))~"},
    {kPowerShell, "if ($a) { run b | out } else { c }",
     R"~((block (string "$a")
  (pipeline (command (string "run") (string "b")) (command (string "out")))
  (command (string "c"))))~"},
    {kVisualBasic, "' run\nSet s = Make(\"a\" & \"b\"): s.Run \"c\", 0",
     R"~((block (string "Set s = Make(ab)")
  (string "s.Run c 0")))~"},
    {kBatch, "%", R"~((block (command (string "%"))))~"},
    {kPowerShell, "<#", "(block)"},
    {kPowerShell, "'", R"~((block (string "")))~"},
};

TEST(LowerWindows, Rows) {
  for (const Row& row : kRows) EXPECT_EQ(lowered(row.language, row.source), row.dump) << row.source;
}

TEST(LowerWindows, EndsOnWhateverItIsGiven) {
  for (const Language language : {kBatch, kPowerShell, kVisualBasic}) {
    for (const char c : std::string_view("('\"`^%!$&|{};,\r\n#<:@=")) {
      EXPECT_FALSE(lowered(language, std::string(20'000, c)).empty()) << c;
      EXPECT_FALSE(lowered(language, "a" + std::string(1, c)).empty()) << c;
    }
  }
}

// A variable that doubles itself would grow without end.
TEST(LowerWindows, ExpandsWithinBounds) {
  std::string source = "set a=xxxxxxxxxxxxxxxx\n";
  for (int i = 0; i < 64; ++i) source += "set a=%a%%a%%a%%a%\n";
  EXPECT_LT(lowered(kBatch, source).size(), 16U << 20);
}

}  // namespace
}  // namespace cerebro
