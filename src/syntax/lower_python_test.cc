#include <gtest/gtest.h>

#include "syntax/ir.h"

namespace cerebro {
namespace {

struct Row {
  std::string_view source, dump;
};

std::string lowered(std::string_view source) {
  StringPool pool;
  return dump(parse(Language::kPython, "a.py", source, pool, Limits()), pool);
}

constexpr Row kRows[] = {
    {"x = y.z", "(block (assign = (name x) (member (name y) z)))"},
    {R"~("docstring")~", "(block)"},
    {R"~("doc" 'string')~", "(block)"},
    {R"~(f"{x} stays")~", R"~((block (template (name x) (string " stays"))))~"},
    {"a; b; c", "(block (name a)\n  (name b)\n  (name c))"},
    {"a;                                                                                           "
     " exec(b)",
     "(block (name a)\n  (call (name exec) (name b)))"},
    {"pass", "(block)"},
    {"x = 0XFF_fL + 1_000 + 0777 + 1E3 + 0b1 + 0o17",
     "(block (assign = (name x) (binary + (binary + (binary + (binary + (binary + (number 0xfff) "
     "(number 1000)) (number 0777)) (number 1e3)) (number 0b1)) (number 0o17))))"},
    {"x = True, False, None, ...",
     "(block (assign = (name x) (array (constant true) (constant false) (constant null) (constant "
     "null))))"},
    {R"~(x = 'a\n\t\x41\101\u00e9\U0001F600\q\'' "b")~",
     R"~((block (assign = (name x) (string "a\n\x09AAé😀\\q'b"))))~"},
    {R"~(x = '\N{BULLET}\ud800|')~", R"~((block (assign = (name x) (string "��|"))))~"},
    {R"~(x = r'a\n' b'c')~", R"~((block (assign = (name x) (string{bytes} "a\\nc"))))~"},
    {R"~(x = b'\x00\u1234\\')~",
     R"~((block (assign = (name x) (string{bytes} "\x00\\u1234\\"))))~"},
    {R"~(x = rb'\x00')~", R"~((block (assign = (name x) (string{bytes} "\\x00"))))~"},
    {R"~(x = """a\
b
c""")~",
     R"~((block (assign = (name x) (string "ab\nc"))))~"},
    {"x = ('a' # comment\n 'b'\n 'c')", R"~((block (assign = (name x) (string "abc"))))~"},
    {R"~(x = f"a{b}c{d.e(f)}" "g" 'h')~",
     R"~((block (assign = (name x) (template (string "a") (name b) (string "c") (call (member (name d) e) (name f)) (string "gh")))))~"},
    {R"~(x = f"{{}}{a!r}{b!s}{c:>{w}}{d=}{e = !s}{f:%H:%M}")~",
     R"~((block (assign = (name x) (template (string "{}") (call (member (string "{!r}") format) (name a)) (name b) (call (member (string "{:>{}}") format) (name c) (name w)) (string "d=") (call (member (string "{!r}") format) (name d)) (string "e = ") (name e) (call (member (string "{:%H:%M}") format) (name f))))))~"},
    {R"~(x = rf'\d{y}\n')~",
     R"~((block (assign = (name x) (template (string "\\d") (name y) (string "\\n")))))~"},
    {"x = u'a' f'b'", R"~((block (assign = (name x) (string "ab"))))~"},
    {"ｅｘｅｃ(𝐞𝐯𝐚𝐥)", "(block (call (name exec) (name eval)))"},
    {"x = `y`", "(block (assign = (name x) (empty)))"},
    {"a = b = c", "(block (assign = (name a) (assign = (name b) (name c))))"},
    {"a, *b = c", "(block (assign = (array (name a) (spread (name b))) (name c)))"},
    {"[a, (b, c)] = d", "(block (assign = (array (name a) (array (name b) (name c))) (name d)))"},
    {"a.b[c] = d", "(block (assign = (index (member (name a) b) (name c)) (name d)))"},
    {"a += 1; b //= 2; c **= 3; d @= e; f >>= g",
     "(block (assign + (name a) (number 1))\n  (assign // (name b) (number 2))\n  (assign ** (name "
     "c) (number 3))\n  (assign @ (name d) (name e))\n  (assign >> (name f) (name g)))"},
    {"a: int = 1", "(block (assign = (name a) (number 1)))"},
    {"a: int", "(block)"},
    {"a: f(1) = 2", "(block (assign = (name a) (number 2))\n  (call (name f) (number 1)))"},
    {"(n := 1)", "(block (assign = (name n) (number 1)))"},
    {"x = 1,", "(block (assign = (name x) (array (number 1))))"},
    {"a + b - c * d",
     "(block (binary - (binary + (name a) (name b)) (binary * (name c) (name d))))"},
    {"a and b or not c", "(block (binary || (binary && (name a) (name b)) (unary not (name c))))"},
    {"a < b", "(block (binary < (name a) (name b)))"},
    {"a < b <= c", "(block (binary && (binary < (name a) (name b)) (binary <= (empty) (name c))))"},
    {"a not in b", R"~((block (binary "not in" (name a) (name b))))~"},
    {"a is not b", R"~((block (binary "is not" (name a) (name b))))~"},
    {"a <> b", "(block (binary != (name a) (name b)))"},
    {"-a + ~b", "(block (binary + (unary - (name a)) (unary ~ (name b))))"},
    {"a if b else c", "(block (conditional (name b) (name a) (name c)))"},
    {"a.b().c(d)[e].f",
     "(block (member (index (call (member (call (member (name a) b)) c) (name d)) (name e)) f))"},
    {"f(a, *b, c=d, **e)",
     "(block (call (name f) (name a) (spread (name b)) (keyword c (name d)) (spread{kw} (name "
     "e))))"},
    {"f(x for x in y)",
     "(block (call (name f) (comprehension (name x) (forin (name x) (name y)))))"},
    {"a[1:2]", "(block (index (name a) (slice (number 1) (number 2) (empty))))"},
    {"a[:, ::2]",
     "(block (index (name a) (array (slice (empty) (empty) (empty)) (slice (empty) (empty) (number "
     "2)))))"},
    {"a[b, c]", "(block (index (name a) (array (name b) (name c))))"},
    {"{}", "(block (object))"},
    {"{a: b, **c}", "(block (object (property (name a) (name b)) (spread{kw} (name c))))"},
    {"{a, b}", "(block (array (name a) (name b)))"},
    {"(a, *b)", "(block (array (name a) (spread (name b))))"},
    {"[a for b in c if d if e for f in g]",
     "(block (comprehension (name a) (forin (name b) (name c)) (if (name d)) (if (name e)) (forin "
     "(name f) (name g))))"},
    {"{a: b for a, b in c}",
     "(block (comprehension (property (name a) (name b)) (forin (array (name a) (name b)) (name "
     "c))))"},
    {"{a async for a in b}", "(block (comprehension (name a) (forin{async} (name a) (name b))))"},
    {"lambda: 0", "(block (function (params) (block (return (number 0)))))"},
    {"lambda a, *b, c=1, **d: a",
     "(block (function (params (param (name a)) (param{rest} (name b)) (param (name c) (number 1)) "
     "(param{kw} (name d))) (block (return (name a)))))"},
    {"def f(): pass", "(block (function f (params) (block)))"},
    {"def f(a, /, b: int, c=1, *, d: str = 'x', **e) -> int: return a",
     R"~((block (function f (params (param (name a)) (param (name b)) (param (name c) (number 1)) (param (name d) (string "x")) (param{kw} (name e))) (block (return (name a))))))~"},
    {R"~(def f(*args): "doc"; return)~",
     "(block (function f (params (param{rest} (name args))) (block (return))))"},
    {"def f(a, (b, c)): return b, c",
     "(block (function f (params (param (name a)) (param (array (name b) (name c)))) (block "
     "(return (array (name b) (name c))))))"},
    {"async def f(): await g()",
     "(block (function{async} f (params) (block (unary await (call (name g))))))"},
    {"def f(): x = yield a; yield from b; yield",
     "(block (function{gen} f (params) (block (assign = (name x) (unary yield (name a))) (unary "
     "\"yield from\" (name b)) (unary yield (empty)))))"},
    {"def f(a: g(1) = 2) -> h(): pass",
     "(block (function f (params (param (name a) (number 2))) (block))\n  (call (name g) (number "
     "1))\n  (call (name h)))"},
    {"@a.b\n@c(d)\ndef f(): pass",
     "(block (function f (params) (block) (member (name a) b) (call (name c) (name d))))"},
    {"@a\nclass C(B, metaclass=M, **k):\n  x = 1\n  def m(self): pass",
     "(block (class C (array (name B) (keyword metaclass (name M)) (spread{kw} (name k))) (block "
     "(assign = (name x) (number 1)) (function m (params (param (name self))) (block))) (name "
     "a)))"},
    {"class C: pass", "(block (class C (array) (block)))"},
    {"class C[T](A[T]): x: int", "(block (class C (array (index (name A) (name T))) (block)))"},
    {"type X = int", "(block)"},
    {"def f[T](x: T): pass", "(block (function f (params (param (name x))) (block)))"},
    {"if a: b", "(block (if (name a) (block (name b))))"},
    {"if a: b\nelif c: d\nelif e: f\nelse: g",
     "(block (if (name a) (block (name b)) (if (name c) (block (name d)) (if (name e) (block (name "
     "f)) (block (name g))))))"},
    {"for a, b in c: d\nelse: e",
     "(block (forin (array (name a) (name b)) (name c) (block (name d)) (block (name e))))"},
    {"async def f():\n  async for a in b: c\n  async with d as e: f",
     "(block (function{async} f (params) (block (forin{async} (name a) (name b) (block (name c))) "
     "(with{async} (assign = (name e) (name d)) (block (name f))))))"},
    {"while a: b\nelse: c", "(block (loop (name a) (block (name b)) (block (name c))))"},
    {"try: a\nexcept: b",
     "(block (try (block (name a)) (catch (empty) (empty) (block (name b)))))"},
    {"try: a\nexcept E as e: b\nexcept (F, G): c\nelse: d\nfinally: g",
     "(block (try (block (name a)) (catch (name E) (name e) (block (name b))) (catch (array (name "
     "F) (name G)) (empty) (block (name c))) (block (name d)) (block (name g))))"},
    {"try: a\nexcept E, e: b",
     "(block (try (block (name a)) (catch (name E) (name e) (block (name b)))))"},
    {"try: a\nexcept* E as e: b",
     "(block (try (block (name a)) (catch (name E) (name e) (block (name b)))))"},
    {"with a, b as c: d", "(block (with (name a) (assign = (name c) (name b)) (block (name d))))"},
    {"with (a as b, c as (d, e)): f",
     "(block (with (assign = (name b) (name a)) (assign = (array (name d) (name e)) (name c)) "
     "(block (name f))))"},
    {"match a:\n  case 1 | -2: b\n  case [x, *y] if z: c\n  case P(k=v): d\n  case {'k': v, **r}: "
     "e\n  case m.N as n: f\n  case _: g",
     R"~((block (switch (name a) (if (binary | (number 1) (unary - (number 2))) (block (name b)) (empty)) (if (binary && (array (name x) (spread (name y))) (name z)) (block (name c)) (empty)) (if (array (name P) (keyword k (name v))) (block (name d)) (empty)) (if (object (property (string "k") (name v)) (spread{kw} (name r))) (block (name e)) (empty)) (if (member (name m) N) (block (name f)) (empty)) (if (empty) (block (name g)) (empty)))))~"},
    {"match a, b:\n  case x, y: c",
     "(block (switch (array (name a) (name b)) (if (array (name x) (name y)) (block (name c)) "
     "(empty))))"},
    {"global a, b", "(block (scope global (name a) (name b)))"},
    {"def f(): nonlocal a", "(block (function f (params) (block (scope nonlocal (name a)))))"},
    {"del a, b[c]", "(block (del (name a) (index (name b) (name c))))"},
    {"del (a, b)", "(block (del (array (name a) (name b))))"},
    {R"~(assert a(b), "message")~", "(block (call (name a) (name b)))"},
    {"raise", "(block (throw))"},
    {"raise E(a) from b", "(block (throw (call (name E) (name a)) (name b)))"},
    {R"~(raise E, "text", tb)~", R"~((block (throw (name E) (string "text") (name tb))))~"},
    {"import a", R"~((block (import a (importname "" a))))~"},
    {"import a.b, c.d as e",
     R"~((block (import a.b (importname "" a))
  (import c.d (importname "" e))))~"},
    {"from a.b import c, d as e", "(block (import a.b (importname c c) (importname d e)))"},
    {"from . import a", R"~((block (import "" 1 (importname a a))))~"},
    {"from ..a.b import (c as d, e,)", "(block (import a.b 2 (importname c d) (importname e e)))"},
    {"from a import *", "(block (import a (importname *)))"},
    {"from __future__ import print_function", "(block)"},
    {"print a, b", "(block (call (name print) (name a) (name b)))"},
    {"print >>f, a", "(block (call (name print) (keyword file (name f)) (name a)))"},
    {R"~(print "%s" % a)~", R"~((block (call (name print) (binary % (string "%s") (name a)))))~"},
    {"print(a, end='')", R"~((block (call (name print) (name a) (keyword end (string "")))))~"},
    {"exec a", "(block (call (name exec) (name a)))"},
    {"exec a in b, c", "(block (call (name exec) (name a) (name b) (name c)))"},
    {R"~(exec "a")~", R"~((block (call (name exec) (string "a"))))~"},
    {"exec zlib.decompress(base64.b64decode(a))",
     "(block (call (name exec) (call (member (name zlib) decompress) (call (member (name base64) "
     "b64decode) (name a)))))"},
    {R"~(exec "a" + b)~", R"~((block (call (name exec) (binary + (string "a") (name b)))))~"},
    {"exec compile(a, 'b', 'exec') in c",
     R"~((block (call (name exec) (binary in (call (name compile) (name a) (string "b") (string "exec")) (name c)))))~"},
    {"print = 1; exec = 2; match = 3; type = 4",
     "(block (assign = (name print) (number 1))\n  (assign = (name exec) (number 2))\n  (assign = "
     "(name match) (number 3))\n  (assign = (name type) (number 4)))"},
    {"foo(\nbar = 1\nimport os",
     "(block (name foo)\n  (assign = (name bar) (number 1))\n  (name import)\n  (name os))"},
    {"x = a.b( + c", "(block (name x)\n  (member (name a) b)\n  (unary + (name c)))"},
    {"if x:\n  a()\nelse:\n  b(",
     "(block (if (name x) (block (call (name a))) (block))\n  (name b))"},
    {"def f(:\n  os.system('x')",
     R"~((block (function f (params) (block (call (member (name os) system) (string "x"))))))~"},
};

TEST(LowerPython, Table) {
  for (const Row& row : kRows) {
    EXPECT_EQ(lowered(std::string(row.source) + "\n"), row.dump) << row.source;
  }
}

// Dumps leave these out.
TEST(LowerPython, Flags) {
  StringPool pool;
  const Module module = parse(Language::kPython, "a.py",
                              "import a.b\nimport a.b as c\nimport a\n"
                              "def f(): pass\nclass C: pass\nx = (1, 2)\ny = [1]\n",
                              pool, Limits());
  ASSERT_EQ(module.notes.size(), 0u);
  const auto flags = [&](size_t statement) {
    return module[module.child(module.root, statement)].flags;
  };
  EXPECT_EQ(flags(0), kTop);
  EXPECT_EQ(module[module.child(module.child(module.root, 0), 0)].flags, kTop);
  EXPECT_EQ(flags(1), 0);
  EXPECT_EQ(flags(2), 0);
  EXPECT_EQ(flags(3), kIsStatement);
  EXPECT_EQ(flags(4), kIsStatement);
  const auto value = [&](size_t statement) {
    return module[module.child(module.child(module.root, statement), 1)].flags;
  };
  EXPECT_EQ(value(5), kTuple);
  EXPECT_EQ(value(6), 0);
}

TEST(LowerPython, NodesKnowTheirBytes) {
  StringPool pool;
  const Module module =
      parse(Language::kPython, "a.py", "# comment\nif x:\n  os.system('id')\n", pool, Limits());
  const NodeId test = module.child(module.root, 0);
  const NodeId call = module.child(module.child(test, 1), 0);
  EXPECT_EQ(module.snippet(module[call], 80), "os.system('id')");
  EXPECT_EQ(module.position(module[call].begin).line, 3);
  EXPECT_EQ(module.position(module[call].begin).column, 3);
}

std::string repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

size_t notes(const std::string& source) {
  StringPool pool;
  return parse(Language::kPython, "a.py", source, pool, Limits()).notes.size();
}

TEST(LowerPython, LongChainsAreNotDeep) {
  EXPECT_EQ(notes("x = a" + repeat(" + a", 5000) + "\n"), 0u);
  EXPECT_EQ(notes("x = a" + repeat(" and a", 5000) + "\n"), 0u);
  EXPECT_EQ(notes("x = a" + repeat(" < a", 5000) + "\n"), 0u);
  EXPECT_EQ(notes("x = a" + repeat(".b(1)[c]", 2500) + "\n"), 0u);
  EXPECT_EQ(notes("x = ('a'" + repeat("\n 'b'", 5000) + ")\n"), 0u);
  EXPECT_EQ(notes("if a: b\n" + repeat("elif c: d\n", 5000)), 0u);
}

TEST(LowerPython, DepthIsBoundedAndNoted) {
  EXPECT_EQ(notes("x = " + repeat("(", 500) + "a" + repeat(")", 500) + "\n"), 0u);
  for (const std::string_view opener :
       {"(", "[", "{", "-", "not ", "lambda: ", "f(", "a[", "a**"}) {
    EXPECT_GE(notes("x = " + repeat(opener, 20'000)), 1u) << opener;
  }
  std::string nested;
  for (size_t depth = 0; depth < 2000; ++depth) nested += repeat(" ", depth) + "if a:\n";
  EXPECT_GE(notes(nested + repeat(" ", 2000) + "b\n"), 1u);
}

}  // namespace
}  // namespace cerebro
