#include <gtest/gtest.h>

#include <span>

#include "syntax/ir.h"

namespace cerebro {
namespace {

std::string lowered(Language language, std::string_view source) {
  StringPool pool;
  return dump(parse(language, "a.js", source, pool, Limits{}), pool);
}

struct Row {
  const char* source;
  const char* expected;  // inside of (block ...)
};

void expect_rows(Language language, std::span<const Row> rows) {
  for (const Row& row : rows) {
    std::string expected = *row.expected ? "(block " + std::string(row.expected) + ")" : "(block)";
    EXPECT_EQ(lowered(language, row.source), expected) << row.source;
  }
}

TEST(LowerJavaScript, Literals) {
  constexpr Row kRows[] = {
      {"f(1_000n, 0XFF, .5, 1E3)",
       "(call (name f) (number 1000) (number 0xff) (number .5) (number 1e3))"},
      {"f(true, null, undefined)",
       "(call (name f) (constant true) (constant null) (constant undefined))"},
      {R"(f('a\n\t\x41\u0042\u{43}\103\0\'"'))",
       R"((call (name f) (string "a\n\x09ABCC\x00'\"")))"},
      {"f('a\\\nb', \"c\\\r\nd\")", "(call (name f) (string \"ab\") (string \"cd\"))"},
      {R"(f('\uD83D\uDE00', '\uD83D', '\uDE00x'))",
       "(call (name f) (string \"😀\") (string \"\uFFFD\") (string \"\uFFFDx\"))"},
      {R"(f('\u12', '\x4', '\q'))", R"((call (name f) (string "u12") (string "x4") (string "q")))"},
      {"f('')", "(call (name f) (string \"\"))"},
      {"/[/\\]]+/gi", "(regex \"[/\\\\]]+\")"},
      {"[1, , ...a, ]", "(array (number 1) (empty) (spread (name a)))"},
      {"f({})", "(call (name f) (object))"},
      {"x = {a: 1, 'b': 2, 3: 4, [k]: 5, c, ...d}",
       "(assign = (name x) (object (property (string \"a\") (number 1)) "
       "(property (string \"b\") (number 2)) (property (number 3) (number 4)) "
       "(property (name k) (number 5)) (property (string \"c\") (name c)) (spread (name d))))"},
      {"x = {f() {}, get g() {}, set g(v) {}, async *h() {}}",
       "(assign = (name x) (object (property (string \"f\") (function f (params) (block))) "
       "(property{get} (string \"g\") (function g (params) (block))) "
       "(property{set} (string \"g\") (function g (params (param (name v))) (block))) "
       "(property (string \"h\") (function{async gen} h (params) (block)))))"},
      {"`a\\n${b}c${`${d}`}`",
       "(template (string \"a\\n\") (name b) (string \"c\") (template (name d)))"},
      {"``", "(template)"},
      {"tag`a${b}`", "(call (name tag) (template (string \"a\") (name b)))"},
  };
  expect_rows(Language::kJavaScript, kRows);
}

TEST(LowerJavaScript, Expressions) {
  constexpr Row kRows[] = {
      {"require('fs').readFileSync(p)",
       "(call (member (call (name require) (string \"fs\")) readFileSync) (name p))"},
      {"a?.b?.[c]?.(d)", "(call (index (member (name a) b) (name c)) (name d))"},
      {"this.#p + super.q", "(binary + (member (name this) #p) (member (name super) q))"},
      {"new A", "(new (name A))"},
      {"new a.B(1, ...c)", "(new (member (name a) B) (number 1) (spread (name c)))"},
      {"import('x')", "(call (name import) (string \"x\"))"},
      {"import.meta.url", "(member (name import.meta) url)"},
      {"new.target", "(name new.target)"},
      {"!a, -b, ~c", "(sequence (unary ! (name a)) (unary - (name b)) (unary ~ (name c)))"},
      {"typeof a; void 0; delete a.b",
       "(unary typeof (name a))\n  (unary void (number 0))\n  (unary delete (member (name a) b))"},
      {"i++; --j", "(unary ++ (name i))\n  (unary -- (name j))"},
      {"a + b * c - d", "(binary - (binary + (name a) (binary * (name b) (name c))) (name d))"},
      {"a in b; a instanceof B; a >>> 1",
       "(binary in (name a) (name b))\n  (binary instanceof (name a) (name B))\n"
       "  (binary >>> (name a) (number 1))"},
      {"#p in o", "(binary in (name #p) (name o))"},
      {"a ? b : c ? d : e",
       "(conditional (name a) (name b) (conditional (name c) (name d) (name e)))"},
      {"a = b.c = d[0]",
       "(assign = (name a) (assign = (member (name b) c) (index (name d) (number 0))))"},
      {"a += 1; b ?\?= 2; c **= 3",
       "(assign + (name a) (number 1))\n  (assign ?? (name b) (number 2))\n"
       "  (assign ** (name c) (number 3))"},
      {"[a, b] = [b, a]", "(assign = (array (name a) (name b)) (array (name b) (name a)))"},
      {"({a, b: [c]} = d)",
       "(assign = (object (property (string \"a\") (name a)) "
       "(property (string \"b\") (array (name c)))) (name d))"},
      {R"(ev\u0061l(1); \u{65}val(2); 𝐞val(3))",
       "(call (name eval) (number 1))\n  (call (name eval) (number 2))\n"
       "  (call (name eval) (number 3))"},
      {"f(/* for scanners: safe */ x) // really", "(call (name f) (name x))"},
      {"((a))", "(name a)"},
      {"(0, f)()", "(call (sequence (number 0) (name f)))"},
  };
  expect_rows(Language::kJavaScript, kRows);
}

TEST(LowerJavaScript, FunctionsAndClasses) {
  constexpr Row kRows[] = {
      {"function f(a, b = 1, ...c) { return a }",
       "(function f (params (param (name a)) (param (name b) (number 1)) (param{rest} (name c))) "
       "(block (return (name a))))"},
      {"function f({a, b: {c = 1}}, [d]) {}",
       "(function f (params (param (object (property (string \"a\") (name a)) (property (string "
       "\"b\") (object (property (string \"c\") (default (name c) (number 1))))))) "
       "(param (array (name d)))) (block))"},
      {"async function f() { await g() }",
       "(function{async} f (params) (block (unary await (call (name g)))))"},
      {"function* f() { yield; yield* g }",
       "(function{gen} f (params) (block (unary yield (empty)) (unary yield* (name g))))"},
      {"x => y", "(function (params (param (name x))) (block (return (name y))))"},
      {"async (x) => { y }", "(function{async} (params (param (name x))) (block (name y)))"},
      {"(function g() { 'use strict'; h })()", "(call (function g (params) (block (name h))))"},
      {"class A extends b.C { constructor() { super(1) } }",
       "(class A (array (member (name b) C)) "
       "(block (function constructor (params) (block (call (name super) (number 1))))))"},
      {"x = class {}", "(assign = (name x) (class (array) (block)))"},
      {"class A { a; static b = 1; #c = 2; 'd' = 3; [e] = 4 }",
       "(class A (array) (block (assign = (name a) (empty)) (assign{static} = (name b) (number 1)) "
       "(assign = (string \"#c\") (number 2)) (assign = (string \"d\") (number 3)) "
       "(assign = (name e) (number 4))))"},
      {"class A { get x() {} set x(v) {} static async *m() {} #p() {} 'q'() {} }",
       "(class A (array) (block (function{get} x (params) (block)) "
       "(function{set} x (params (param (name v))) (block)) "
       "(function{static async gen} m (params) (block)) (function #p (params) (block)) "
       "(function q (params) (block))))"},
      {"class A { [k]() {} static { f() } }",
       "(class A (array) (block (function (params) (block) (name k)) "
       "(block{static} (call (name f)))))"},
      {"@d class A { @e(1) m() {} @g f = 1 }",
       "(class A (array) (block (function m (params) (block) (call (name e) (number 1))) "
       "(assign = (name f) (number 1) (name g))) (name d))"},
  };
  expect_rows(Language::kJavaScript, kRows);
}

TEST(LowerJavaScript, Statements) {
  constexpr Row kRows[] = {
      {"'use strict'; \"use asm\"; ;", ""},
      {"#!/usr/bin/env node\nf()", "(call (name f))"},
      {"var a = 1, b; let c; const d = 2",
       "(assign = (name a) (number 1))\n  (assign = (name b) (empty))\n"
       "  (assign = (name c) (empty))\n  (assign = (name d) (number 2))"},
      {"const {a, b: c, d = 1, ...e} = f",
       "(assign = (object (property (string \"a\") (name a)) (property (string \"b\") (name c)) "
       "(property (string \"d\") (default (name d) (number 1))) (spread (name e))) (name f))"},
      {"let [a, , [b] = c, ...d] = e",
       "(assign = (array (name a) (empty) (default (array (name b)) (name c)) (spread (name d))) "
       "(name e))"},
      {"if (a) b; else if (c) d; else { e }",
       "(if (name a) (name b) (if (name c) (name d) (block (name e))))"},
      {"if (a); ", "(if (name a) (empty))"},
      {"if (a) var b = 1, c = 2",
       "(if (name a) (block (assign = (name b) (number 1)) (assign = (name c) (number 2))))"},
      {"for (let i = 0; i < 3; i++) f(i)",
       "(loop (assign = (name i) (number 0)) (binary < (name i) (number 3)) "
       "(unary ++ (name i)) (call (name f) (name i)))"},
      {"for (var i = 0, j = 1;;) {}",
       "(loop (sequence (assign = (name i) (number 0)) (assign = (name j) (number 1))) "
       "(empty) (empty) (block))"},
      {"for (;;) { break }", "(loop (empty) (empty) (empty) (block))"},
      {"while (a) b", "(loop (name a) (name b))"},
      {"do a; while (b)", "(loop (name a) (name b))"},
      {"for (const k in o) f(k)", "(forin (name k) (name o) (call (name f) (name k)))"},
      {"for (const [k, v] of o) {}", "(forin (array (name k) (name v)) (name o) (block))"},
      {"async () => { for await (x of y) z }",
       "(function{async} (params) (block (forin{async} (name x) (name y) (name z))))"},
      {"for (a.b of c);", "(forin (member (name a) b) (name c) (empty))"},
      {"try { a } catch ({message}) { b } finally { c }",
       "(try (block (name a)) (catch (empty) (object (property (string \"message\") "
       "(name message))) (block (name b))) (block (name c)))"},
      {"try { a } catch { b }", "(try (block (name a)) (catch (empty) (empty) (block (name b))))"},
      {"switch (a) { case 1: case 2: f(); break; default: g() }",
       "(switch (name a) (if (number 1) (block) (empty)) "
       "(if (number 2) (block (call (name f))) (empty)) "
       "(if (empty) (block (call (name g))) (empty)))"},
      {"with (o) p()", "(with (name o) (call (name p)))"},
      {"outer: for (;;) continue outer", "(loop (empty) (empty) (empty) (empty))"},
      {"throw new Error('x')", "(throw (new (name Error) (string \"x\")))"},
      {"{ a; { b } }", "(block (name a) (block (name b)))"},
  };
  expect_rows(Language::kJavaScript, kRows);
}

TEST(LowerJavaScript, Modules) {
  constexpr Row kRows[] = {
      {"import 'x'", "(import x)"},
      {"import a from 'x'", "(import x (importname default a))"},
      {"import a, * as b from 'x'", "(import x (importname default a) (importname * b))"},
      {"import {a, b as c, default as d, 'e-f' as g} from './x.js'",
       "(import ./x.js (importname a a) (importname b c) (importname default d) "
       "(importname e-f g))"},
      {"import j from './j.json' with {type: 'json'}", "(import ./j.json (importname default j))"},
      {"export {a, b as c}", "(export (exportname a a) (exportname c b))"},
      {"export {a as default} from 'x'", "(export x (exportname default a))"},
      {"export * from 'x'", "(export x (exportname *))"},
      {"export * as n from 'x'", "(export x (exportname n *))"},
      {"export const a = 1, b = 2",
       "(export (assign = (name a) (number 1)) (assign = (name b) (number 2)))"},
      {"export function f() {}", "(export (function f (params) (block)))"},
      {"export default f()", "(export{default} (call (name f)))"},
      {"export default 'x'", "(export{default} (string \"x\"))"},
      {"export default class A {}", "(export{default} (class A (array) (block)))"},
      {"export default () => 1",
       "(export{default} (function (params) (block (return (number 1)))))"},
  };
  expect_rows(Language::kJavaScript, kRows);
}

TEST(LowerJavaScript, Jsx) {
  constexpr Row kRows[] = {
      {"x = <a/>", "(assign = (name x) (call (string \"a\") (object)))"},
      {"x = <my-tag/>", "(assign = (name x) (call (string \"my-tag\") (object)))"},
      {"x = <A b='1&amp;&#50;' c={d} e {...f}/>",
       "(assign = (name x) (call (name A) (object (property (string \"b\") (string \"1&2\")) "
       "(property (string \"c\") (name d)) (property (string \"e\") (constant true)) "
       "(spread (name f)))))"},
      {"x = <A.B> hi {y} {/* no */}<c>z</c></A.B>",
       "(assign = (name x) (call (member (name A) B) (object) (string \"hi\") (name y) "
       "(call (string \"c\") (object) (string \"z\"))))"},
      {"x = <></>", "(assign = (name x) (call (string \"\") (object)))"},
  };
  expect_rows(Language::kJavaScript, kRows);
  expect_rows(Language::kTsx, kRows);
}

TEST(LowerTypeScript, TypesLeaveNothingBehind) {
  constexpr Row kRows[] = {
      {"interface A { b: string } type C = A | null", ""},
      {"declare module 'x' { export const a: 1 } declare global { var b: 1 }", ""},
      {"declare function f(): void; function g(a: string): void;", ""},
      {"import type {A} from 'a'; import {type B} from 'b'; export type {C}", ""},
      {"import {type A, b} from 'a'", "(import a (importname b b))"},
      {"export interface A {} export type B = 1; export declare const c: 1", ""},
      {"let a: string = b as string", "(assign = (name a) (name b))"},
      {"f(<any>a, b!, c satisfies D, e as const)",
       "(call (name f) (name a) (name b) (name c) (name e))"},
      {"a!.b!(c)", "(call (member (name a) b) (name c))"},
      {"f<string>(a); new Map<string, number>()", "(call (name f) (name a))\n  (new (name Map))"},
      {"function f<T>(this: A, a?: T, ...b: T[]): a is string { }",
       "(function f (params (param (name a)) (param{rest} (name b))) (block))"},
      {"abstract class A<T> extends B<T> implements C { abstract m(): void; declare d: 1; e: 2; "
       "private f?: string = 'g'; [key: string]: any; m2(): void; m2() {} }",
       "(class A (array (name B)) (block (assign = (name e) (empty)) "
       "(assign = (name f) (string \"g\")) (function m2 (params) (block))))"},
      {"class A { constructor(private readonly a: string, public b = 2, c) { f() } }",
       "(class A (array) (block (function constructor (params (param (name a)) "
       "(param (name b) (number 2)) (param (name c))) (block "
       "(assign = (member (name this) a) (name a)) (assign = (member (name this) b) (name b)) "
       "(call (name f))))))"},
      {"@D() class A { @I() a; @H('x') m(@P(b) c) {} }",
       "(class A (array) (block (assign = (name a) (empty) (call (name I))) "
       "(function m (params (param (name c))) (block) (call (name H) (string \"x\")) "
       "(call (name P) (name b)))) (call (name D)))"},
      {"enum E { A, B = 4, C, D = f(), G }",
       "(assign = (name E) (object (property (string \"A\") (number 0)) "
       "(property (string \"B\") (number 4)) (property (string \"C\") (number 5)) "
       "(property (string \"D\") (call (name f))) (property (string \"G\") (empty))))"},
      {"namespace N { export const a = 1 }",
       "(assign = (name N) (call (function (params) (block (assign = (name a) (number 1))))))"},
      {"import fs = require('fs')", "(assign = (name fs) (call (name require) (string \"fs\")))"},
      {"import a = b.c", "(assign = (name a) (member (name b) c))"},
      {"export = f", "(assign = (member (name module) exports) (name f))"},
  };
  expect_rows(Language::kTypeScript, kRows);
}

TEST(LowerJavaScript, FlagsThatTheDumpOmits) {
  StringPool pool;
  const Module module = parse(Language::kJavaScript, "a.js",
                              "var a; let b; const c = 1; for (const d of e); function f() {}\n"
                              "x => y; t`u`; class G { h; [i]() {} }; import * as j from 'k'",
                              pool, Limits{});
  std::vector<uint16_t> flags;
  for (const NodeId id : children(module, module.root)) flags.push_back(module[id].flags);
  const std::vector<uint16_t> expected = {
      kDeclaresVar, kDeclaresLet, kDeclaresConst, 0, kIsStatement,
      kArrow,       kTagged,      kIsStatement,   0};
  EXPECT_EQ(flags, expected);
  const auto flags_at = [&](std::initializer_list<size_t> path) {
    NodeId id = module.root;
    for (const size_t step : path) id = module.child(id, step);
    return module[id].flags;
  };
  EXPECT_EQ(flags_at({3, 0}), kDeclaresConst);  // the target of for..of
  EXPECT_EQ(flags_at({7, 1, 0}), kField);
  EXPECT_EQ(flags_at({7, 1, 1}), kComputed);
  EXPECT_EQ(flags_at({8, 0}), kNamespace);
}

TEST(LowerJavaScript, BrokenFilesLoseNothing) {
  constexpr const char* kSources[] = {
      "foo(a wanted())",
      "if (x { wanted() }",
      "wanted() }}} ((",
      "x = { a: 1 b: wanted() }",
      "function f( { wanted()",
      "class A { m() { wanted() }",
      "const a: string = wanted()",
      "a && b || c ?? wanted()",
      "`${wanted()",
      "import type A from 'a'; wanted()",
  };
  for (const char* source : kSources) {
    EXPECT_NE(lowered(Language::kJavaScript, source).find("(name wanted)"), std::string::npos)
        << source << "\n"
        << lowered(Language::kJavaScript, source);
  }
  StringPool pool;
  const Module module = parse(Language::kJavaScript, "a.js", "foo(a b c) )(", pool, Limits{});
  EXPECT_TRUE(module.has_errors);
  ASSERT_EQ(module.notes.size(), 1u);
  EXPECT_EQ(module.notes[0].code, Code::kSyntaxErrors);
}

std::string repeated(std::string_view first, std::string_view link, size_t times,
                     std::string_view last = "") {
  std::string text(first);
  for (size_t i = 0; i < times; ++i) text += link;
  return text += last;
}

std::vector<Code> codes_of(const std::string& source, const Limits& limits = {}) {
  StringPool pool;
  std::vector<Code> codes;
  const Module module = parse(Language::kJavaScript, "a.js", source, pool, limits);
  dump(module, pool);
  for (const Note& note : module.notes) codes.push_back(note.code);
  return codes;
}

TEST(LowerJavaScript, LongChainsAreNotDeep) {
  const std::vector<Code> none;
  EXPECT_EQ(codes_of(repeated("x = 'a'", " + 'a'", 50'000)), none);
  EXPECT_EQ(codes_of(repeated("a", ".b()", 2'000)), none);
  EXPECT_EQ(codes_of(repeated("if (a) b;", " else if (a) b;", 2'000)), none);
  EXPECT_EQ(codes_of(repeated("x = ", "a ? b : ", 2'000, "c")), none);
  EXPECT_EQ(codes_of(repeated("", "exports.a = ", 2'000, "void 0")), none);
  EXPECT_EQ(codes_of(repeated("a", ", a", 50'000)), none);
  EXPECT_EQ(codes_of(repeated("", "f(function () {", 150) + repeated("", "})", 150)), none);
}

TEST(LowerJavaScript, KeepsTheOrderOfLongSums) {
  std::string source = "x = 'a'";
  std::string expected = "a";
  for (int i = 0; i < 10'000; ++i) {
    source += " + '" + std::to_string(i) + "'";
    expected += std::to_string(i);
  }
  const std::string text = lowered(Language::kJavaScript, source);
  std::string found;
  for (size_t at = text.find("(string \""); at != std::string::npos;
       at = text.find("(string \"", at)) {
    at += 9;
    found += text.substr(at, text.find('"', at) - at);
  }
  EXPECT_EQ(found, expected);
}

TEST(LowerJavaScript, DepthIsBounded) {
  const std::vector<Code> deep = {Code::kSyntaxLimitDepth};
  constexpr size_t kTimes = 30'000;
  EXPECT_EQ(codes_of(repeated("x = ", "[", kTimes) + repeated("", "]", kTimes)), deep);
  EXPECT_EQ(codes_of(repeated("x = ", "(", kTimes) + repeated("a", ")", kTimes)), deep);
  EXPECT_EQ(codes_of(repeated("x = ", "!", kTimes, "a")), deep);
  EXPECT_EQ(codes_of(repeated("x = ", "a => ", kTimes, "a")), deep);
  EXPECT_EQ(codes_of(repeated("a", ".b", kTimes)), deep);
  EXPECT_EQ(codes_of(repeated("", "a: ", kTimes, "b")), deep);
  EXPECT_EQ(codes_of(repeated("", "{", kTimes) + repeated("", "}", kTimes)), deep);
  EXPECT_EQ(codes_of(repeated("", "if (a) b; else ", kTimes, "c")), deep);
}

TEST(LowerJavaScript, OtherLimitsLeaveNotes) {
  Limits few_nodes;
  few_nodes.nodes_per_file = 100;
  EXPECT_EQ(codes_of(repeated("", "f(a, b);", 100), few_nodes),
            std::vector<Code>{Code::kSyntaxLimitNodes});
  Limits few_bytes;
  few_bytes.parse_bytes = 10;
  EXPECT_EQ(codes_of("f(a, b, c, d)", few_bytes), std::vector<Code>{Code::kSyntaxLimitBytes});
  Limits few_steps;
  few_steps.parse_steps = 3;
  EXPECT_EQ(codes_of(repeated("", "f(a, b);", 1000), few_steps),
            std::vector<Code>{Code::kSyntaxTimeout});
  // Error recovery would copy what it has skipped at every quote, and each "/[" would be read as a
  // regular expression to the end of the file.
  EXPECT_EQ(codes_of(repeated("", "\"", 200'000)), std::vector<Code>{Code::kSyntaxTimeout});
  EXPECT_EQ(codes_of(repeated("", "/[", 200'000)), std::vector<Code>{Code::kSyntaxTimeout});
}

}  // namespace
}  // namespace cerebro
