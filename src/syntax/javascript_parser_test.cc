// The parser beside tree-sitter, whose tree it must give node for node. tests/javascript_parsers.cc
// does the same for the files of whole archives, fuzz/javascript_parser.cc for what a fuzzer makes.

#include "syntax/javascript_parser.h"

#include <gtest/gtest.h>

#include "syntax/javascript_oracle.h"

namespace cerebro {
namespace {

constexpr int kDepth = 200;

void expect_equal(const std::string& source) {
  const ParserComparison result = compare_javascript_parsers(source, kDepth);
  EXPECT_TRUE(result.read) << source << "\nnot read at " << result.refused_at;
  EXPECT_EQ(result.difference, "") << source;
}

bool reads(const std::string& source) {
  FlatBuffer tree;
  return parse_javascript(source, kDepth, tree);
}

TEST(JavaScriptParser, GivesTreeSittersTree) {
  for (const char* source : {
           "using",
           "using(a);using.b=c",
           "using:a",
           "function*g(){yield a?b:c}",
           "function*g(){yield a,b}",
           "function*g(){yield a=b}",
           "function*g(){x=yield;y=yield a||b}",
           "function*g(){yield*a}",
           "async(x)",
           "async(x,y)=>z",
           "async x=>y",
           "async()=>{}",
           "async({a=1},...b)=>z",
           "({a=1}=b)",
           "({a,b:c,d:{e}={},...f}=g)",
           "[a,,b=1,...c]=d",
           "[a.b,c[d]]=e",
           "for(const [a,b] of c);",
           "for([a,b] of c);",
           "for(x in y);",
           "for(x.y in z);",
           "for(var x in y);",
           "for(let x of y);",
           "for(let i=0,n=1;i<n;i++);",
           "for(i=0,n=1;i<n;i++,j--);",
           "for(;;);",
           "new a.b(c)",
           "new a",
           "new a().b",
           "new a.b.c",
           "new(a())()",
           "new a[b](c)",
           "new new a()()",
           "new.target",
           "import.meta.url",
           "import(\"x\")",
           "a?.b?.[c]?.(d)",
           "`a${b,c}d${`e`}`",
           "a`b`",
           "/ab+c[/]/gi.test(x)",
           "/ a/",
           "/=a/",
           "var undefined=1",
           "function f(undefined,get,async){}",
           "x=function(undefined){}",
           "catch_:for(;;){break catch_}",
           "class A extends B{static a=1;#b=2;get c(){}set c(d){}static "
           "async*e(){}[f](){}'g'(){}1(){}static{}}",
           "class A{get;set;static;async;a;get=1;static=2}",
           "class A{get(){}set(){}static(){}async(){}}",
           "x={get a(){},set a(b){},async "
           "c(){},*d(){},async*e(){},[f]:1,'g':2,3:4,get:5,set,async,static:1,get(){},async(){}}",
           "#a in b",
           "export default a",
           "export * as b from 'c'",
           "export {a as default,b as 'c',default as d} from 'e'",
           "import a,{b as c,default as d,'e' as f} from 'g'",
           "import * as a from 'b' with {type:'json'}",
           "a<b>c",
           "a<!--b",
           "a-->b",
           "(a,b)=>c",
           "(a,b,)=>c",
           "(a)",
           "()=>({})",
           "a=>b=>c",
           "a?b=>c:d",
           "a?(b):c",
           "a?(b)=>c:d",
           "a?(b,c)=>d:e",
           "x=a?(b):c=>d",
           "delete a.b,void 0,typeof a",
           "a**b**c",
           "a?\?b?c:d",
           "a?b:c?\?d",
           "a in b instanceof c",
           "if(a)b\nelse c",
           "a\n++b",
           "do a\nwhile(b)c",
           "0777+0xff+1n+1e5+.5+1.+0b1+0o7+1_000",
           "var a\n,b",
           "export {}",
           "let a",
           "let[a]=b",
           "(undefined)=>1",
           "({undefined}={})",
           "x={undefined,a}",
           "for(var of of x);",
           "for(const x of of(1));",
           "l:function f(){}",
           "if(a)function f(){}",
           "export async function f(){}",
           "a.if.class.undefined",
           "x={if:1,class:2,undefined:3,let:4,await:5,yield:6,static(){}}",
           "yield_=1",
           "let async=1",
           "async=1",
           "get=1,set=2,of=3,from=4,as=5,static_=6",
           "static=1",
           "var static,get,set,async,of,let_",
           "function get(){}",
           "function static(){}",
           "function async(){}",
           "async.b()",
           "async",
           "async?b:c",
           "async,b",
           "x = function(){} // c\ny",
           "x = function(){} /* c */\ny",
           "(function(){} // c\n)",
           "function f(){} // c\ny",
           "function f(){} /* c */ y",
           "function f(){} /* c */\ny",
           "if(a){} // c\ny",
           "if(a){} // c\nelse{}",
           "if(a)b // c\nelse c",
           "{} // c\ny",
           "{} /* c */ y",
           "class A{} // c\ny",
           "x=class{} // c\ny",
           "x=()=>{} // c\ny",
           "class A{m(){} // c\n n(){}}",
           "class A{m=1 // c\n n(){}}",
           "class A{m // c\n n(){}}",
           "o={m(){} // c\n, n(){}}",
           "var x // c\ny",
           "var x /* c */\ny",
           "var x=1 // c\ny",
           "return // c\ny",
           "break // c\ny",
           "break a // c\ny",
           "continue // c\ny",
           "debugger // c\ny",
           "import a from 'b' // c\ny",
           "import 'b' // c\ny",
           "export {a} // c\ny",
           "export {a as null, b as in, c as typeof, d as enum}",
           "export {if as while, null as default} from 'e'",
           "export * as class from 'a'",
           "import {in as a, null as b, default as c} from 'd'",
           "export {a} from 'b' // c\ny",
           "export * from 'b' // c\ny",
           "do x; while(y) // c\nz",
           "do x; while(y) /* c */ z",
           "throw a // c\nz",
           "try{} // c\ncatch(e){} // d\nfinally{} // e\nx",
           "switch(a){case 1: b // c\n}",
           "switch(a){} // c\ny",
           "for(;;){} // c\nx",
           "while(a); // c\nx",
           "a // c",
           "a // c\n",
           "function f(){} // c",
           "export default function(){} // c\ny",
           "export default function f(){} // c\ny",
           "export default class {} // c\ny",
           "a /* c */ \n /* d */ b",
           "a // c\n // d\n b",
           "a++ // c\n b",
           "{a}",
           "{a,b}",
           "{}",
           "{async}",
           "{get}",
           "{[a]}",
           "{\"a\"}",
           "{a:for(;;){}}",
           "{a(b)}",
           "{1}",
           "x=>{a}",
           "x=>{}",
           "x=>{a,b}",
           "x=>{get}",
           "x=>{async}",
           "x=>{undefined}",
           "if(x){a}",
           "function f(){a:b}",
           "while(x){a,b}",
           "{a=1}",
           "{a=1,b=2}",
           "{[a]=1}",
           "x=>{[a]=1}",
           "({undefined})",
           "({undefined:1})",
           "({a:undefined})",

           "await x",
           "async function f(){for await (x of y);}",
           "for await (const x of y);",
           "await {a:1}",
           "await function(){}",
           "await async function(){}",
           "await new X",
           "await !x",
           "await await x",
           "a=await b",
           "#!/usr/bin/env node\na",
           "'use strict';\n\"use asm\"",
           "a = b = c += d",
           "a &&= b, a ||= c, a ?\?= d, a **= e, a >>>= f, a <<= g",
           "a < b <= c > d >= e, a << b >> c >>> d, a & b | c ^ d",
           "a == b != c === d !== e",
           "a * b / c % d + e - f",
           "a ?.5 : b",
           "a?.b.c?.[d].e?.(f)",
           "if (a) b; else if (c) d; else e",
           "for (const a in b) c",
           "for (let [a, {b}] of c) d",
           "for (var i = 0, n = (a in b); i < n; ++i) c",
           "for ((a) in b) c",
           "for (of(a), b = 1; b; b++) c",
           "for (of = 1; of;) c",
           "for (a.b of c) d",
           "for (a[b in c] in d) e",
           "async () => { for await (const a of b) c }",
           "do a; while (b) c",
           "try { a } catch { b } finally { c }",
           "try { a } catch ({message: [b]}) { c }",
           "switch (a) { case 1: case 2: b; break; default: c; case 3: }",
           "switch (a) {}",
           "outer: for (;;) { continue outer }",
           "with (a) b",
           "({a, b: c, [d]: e, 'f': g, 1: h, ...i, get j() {}, set k(l) {}, async m() {}, *n() {}, "
           "async *o() {}, p() {}})",
           "({get: 1, set: 2, async: 3, static: 4, await: 5, get a() {}, get() {}, set() {}, "
           "async() {}})",
           "({a = 1, b: {c = 2} = {}, ...d} = e)",
           "[a, b.c, [d] = [], ...e] = f",
           "[, a, , b] = c",
           "x = [, a, , b, , ]",
           "function f(a, b = 1, {c, d: [e]} = {}, ...g) {}",
           "function f({a, b: {c}}, [d, [e]], undefined, async) {}",
           "(a, b = 1, {c, d = 2}, [e], ...f) => g",
           "({a}) => a",
           "([a, b]) => a",
           "(a, b) => ({a, b})",
           "async (a, {b = 1}) => {}",
           "async a => await a",
           "async => async",
           "a => b => c => d",
           "a => b ? c : d",
           "a ? b => c : d => e",
           "(a)(b)(c)",
           "(function () {})()",
           "!function (a, b) { a() }(c, d)",
           "new (a.b())(c), new a.b.c, new a[b](c).d, new new a(b)(c), new function () {}, new "
           "class {}",
           "new.target, import.meta.url, import('a').then(b)",
           "class A { constructor() { super(); super.a() } static a = 1; b; #c = 2; static { d } "
           "get e() {} set e(f) {} static async *g() {} [h]() {} 'i'() {} 1() {} #j() {} static "
           "k() {} }",
           "class A extends B.c(d) {}",
           "class A extends (B, C) {}",
           "x = class extends A {}",
           "class A { a = 1\n b\n c = () => {}\n d() {}; ; e }",
           "class A { get; set; static; async; get = 1; static get = 2; static async = 3 }",
           "class A { static get a() {} static set a(b) {} static async c() {} static *d() {} "
           "static get() {} }",
           "`a\\`${b}c${`d${e}`}\n`",
           "a`b${c}d`",
           "/[/\\]]+/gi.exec(a) / b / c",
           "a / b / c",
           "x = /=/",
           "a = b\n/c/d",
           "1 + .5 + 1. + 1e5 + 1.5e-5 + 0xFF + 0b11 + 0o17 + 017 + 1n + 1_000 + 0xFn",
           "1..toString(), 1.5.toFixed()",
           "a\n++b\n--c",
           "a\n.b\n(c)",
           "var a\nvar b = 1\n, c",
           "let a = 1, [b] = c, {d} = e",
           "const a = 1",
           "return",
           "return a",
           "return\n",
           "throw new A('b')",
           "if (a) return; else return",
           "while (a) if (b) break; else continue",
           "yield_ = await_ = let_",
           "function* f() { yield; yield a; yield* b; const c = yield d; f(yield, [yield e]); "
           "(yield) }",
           "async function f() { await a; await a.b(); (await a).b; return await a ** b; await !a; "
           "await new A }",
           "await a",
           "import a from 'b'",
           "import {a, b as c, default as d} from 'e'",
           "import * as a from 'b'",
           "import a, * as b from 'c'",
           "import {} from 'a'",
           "import 'a'",
           "import a from './b.json' with {type: 'json'}",
           "export {a, b as c, d as default}",
           "export {a} from 'b'",
           "export * from 'a'",
           "export default function () {}",
           "export default function f() {}",
           "export default class {}",
           "export default class A {}",
           "export default async function () {}",
           "export default async () => {}",
           "export default {a: 1}",
           "export const a = 1, b = 2",
           "export function f() {}",
           "export async function* f() {}",
           "export class A {}",
           "export let a",
           "{ a; b }",
           "{ a\n b }",
           "{ { a } }",
           "{ a: for (;;) break a }",
           "{ a: { b; } }",
           "{ a: { if (b) break a } c }",
           "{ a: { b: for (;;) break a } }",
           "{ a: { {} } }", "{ a; }\n/b/", "if (a) { for (;;); } /b/.c()",
           "async () => { await +a; await -a; await /b/; await\nc }",
           "async () => { await (0, a.b)(c); return [await (a ** b) ** c, !await [d][0], await "
           "`e`] }",
           "{a:b;c}",
           "a\\u0062",
           "{ a: b(); } c",
           "async()=>await (x)",
           "async function f(){return await(x)}",
           "async function f(){await (x).y}",
           "async function f(){await [x]}",
           "async function f(){await (x)}",
           "if (a) { b() } else { c() }",
           "() => { a() }",
           "() => {}",
           ";;;",
           "/* a */ b /* c */ . /* d */ e // f",
           "a // b\n + c",
           "a /* b\n */ + c",
           "function f() { /* a */ }",
           "f(/* a */)",
           "[/* a */]",
           "({/* a */})",
           "a ? /* b */ c : d // e",
           "var let_ = 1, of = 2, get = 3, from = 4, as = 5, undefined = 6",
           "of(1), get(2), set(3), from(4), static_(5), async(6), async.a, target, meta",
           "debugger",
           "eval?.('a')",
           "delete a.b, void 0, typeof a, +a, -a, ~a, !a, ++a, --a, a++, a--",
           "-(a ** b), (-a) ** b",
           "a ?\? b ?\? c",
           "a ?\? b ? c : d",
           "a || b && c",
           "a in b, a instanceof b",
           "a,b,c",
           "'\\u0041\\u{1F600}\\x41\\0\\'\"\\\n' + \"a\\\nb\"",
           "caf\xC3\xA9 = \xE5\x90\x8D.\xCF\x80",
           "a\r\nb // c\r\nd",
           "`\xE2\x80\xA8`, '\xE2\x80\xA9'",
           "",
           " \n",
           "// a",
       }) {
    expect_equal(source);
  }
}

// Behind these an automatic semicolon takes in a comment or not, as the grammar's states have it.
TEST(JavaScriptParser, EndsWhereTreeSitterPutsASemicolon) {
  const char* const constructs[] = {
      "x = function () B",
      "(function () B)",
      "f(function () B)",
      "f(1, () => B)",
      "x = () => B",
      "x = async a => B",
      "var x = function* () B",
      "return async function () B",
      "[function () B]",
      "x = {a: function () B}",
      "x = {a() B, b}",
      "function f() B",
      "async function* f() B",
      "B",
      "if (a) B",
      "if (a) B else b",
      "if (a) b; else B",
      "for (;;) B",
      "for (var a in b) B",
      "while (a) B",
      "do B while (a)",
      "l: B",
      "with (a) B",
      "try B catch (e) B",
      "try B finally B",
      "switch (a) {case 1: B default: B}",
      "class A {m() B static B n = () => B; o}",
      "class A C",
      "x = class C",
      "x = class A C",
      "{ class A C }",
      "export class A C",
      "export default class C",
      "export default class A C",
      "export default function () B",
      "export default function f() B",
      "export function f() B",
      "export default () => B",
      "var x",
      "var x = 1",
      "let {a} = b",
      "return",
      "return a",
      "throw a",
      "break",
      "continue a",
      "debugger",
      "import 'a'",
      "import a from 'b'",
      "export {a}",
      "export {a} from 'b'",
      "export * from 'b'",
      "export default a",
      "a",
      "a.b()",
      "a++",
      "do a; while (b)",
      "class A {m}",
      "class A {m = 1}",
      "class A {m\n n}",
  };
  const char* const blocks[] = {"{}", "{a}", "{a;}", "{if (a) b}"};
  const char* const classes[] = {"{}", "{a}", "{a() {}}"};
  const char* const behind[] = {
      "",           "\n",           ";",           " // c",          " // c\n",
      " // c\nz",   " /* c */",     " /* c */\nz", " /* c\n */ z",   " /* c */ /* d */\nz",
      " // c\n ;",  " /* c */ ;",   "\n// c\nz",   " // c\n// d\nz", " // c\n/* d */ z",
      "\n(z)",      "\n// c\n[z]",  "\nz",         "\n++z",          "\n/* c */ // d\n/z/",
      "/*c*//*d*/", "/*c*//*d*/\n", " // c\n!z",   " // c\ninside",  " /**/ /*\n*/ ; z",
  };
  int compared = 0;
  for (const std::string construct : constructs) {
    const bool has_class = construct.find('C') != std::string::npos;
    const bool has_block = construct.find('B') != std::string::npos;
    for (size_t b = 0; b < (has_class   ? std::size(classes)
                            : has_block ? std::size(blocks)
                                        : 1);
         ++b) {
      std::string filled;
      for (const char c : construct) {
        if (c == 'B') {
          filled += blocks[b];
        } else if (c == 'C') {
          filled += classes[b];
        } else {
          filled += c;
        }
      }
      for (const char* more : behind) {
        // Also where the construct is the last of a block, and with the comment behind every block.
        std::string within = filled;
        for (size_t at = within.find('}'); at != std::string::npos; at = within.find('}', at)) {
          within.insert(++at, more);
        }
        for (const std::string& source : {filled + more, "{ " + filled + more + "}", within}) {
          const ParserComparison result = compare_javascript_parsers(source, kDepth);
          compared += result.read ? 1 : 0;
          EXPECT_EQ(result.difference, "") << source;
        }
      }
    }
  }
  EXPECT_GT(compared, 6000);
}

TEST(JavaScriptParser, LeavesToTreeSitterWhatItDoubts) {
  for (const char* source : {
           "-a**b",
           "let\na",
           "async\nfunction f(){}",
           "x={async\nf(){}}",
           "undefined=>1",
           "yield // c\nz",
           "a // c\n}",
           "{a:1}",
           "{a:b,c:d}",
           "{f(){}}",

           "{a:{b:c}}",
           "{...a}",
           "x=>{a:1}",
           "x=>{a:b}",
           "if(x){a:b}",
           "await (x)",
           "await [x]",
           "await `x`",
           "await",
           "await.x",
           "await(x).y",
           "await (async()=>{})()",

           "await yield",
           "a=await(b)",
           "a=await(b)+c",

           "<a/>",
           "@a class B {}",

           "<!-- a",
           "--> a",
           "a\n--> b",
           "let = 1",
           "yield = 1",
           "function f() { await = 1 }",
           "using a = b",
           "for (var a = 1 in b) c",
           "for (async of a) b",
           "return\n(a)",
           "a => {}\n(b)",
           "() => {} || a",
           "({a = 1})",
           "f({a = 1})",
           "[a + b] = c",
           "(a, b) = > c",
           "({a() {}} = b)",
           "\"a",
           "`a",
           "/a",
           "/* a",
           "a = ",
           "(",
           "{",
           "a b",
           "1a",
           "'\\x4'",
           "07.5",
           "a?.`b`",
           "class A { static\nb }",
           "class A { get\nb() {} }",
           "{ a()\n{ } }",
           "x => { a: b }",
           "function f() {}\n/a/",
           "class A {}\n/a/",
           "{}\n/a/",
           "new #a in b",
           "new new a(b).c",
           "class A { static get\n= 1 }",
           "class A { a // b\n () {} }",
           "({get *a() {}})",
           "!#a in b",
           "a + #b in c",
           "#a in #b in c",
           "export\nconst a = 1",
           "/ // b",
           "a = / /*b",
           "await +x",
           "await /re/",
           "await\na",
           "++a++",
           "++a()",
           "a()++",
           "{ a: {} }",
           "{ a: { b } }",
           "{ a: { b: c } }",
           "{ a: function f() {} }",
           "function f() { await (a) }",
           "import {if} from 'a'",
           "new.a",
           "import.a",
           "try {}",
           "throw\na",
           "...a",
           "(...a)",
           "(a,)",
           "()",
           "a.1",
           "#a",
           "// a\xE2\x80\xA8z",
       }) {
    EXPECT_FALSE(reads(source)) << source;
  }
  EXPECT_FALSE(reads(std::string("a\0b", 3)));
  EXPECT_FALSE(reads("\xC3("));  // no UTF-8
  EXPECT_FALSE(reads("a \xE2\x80"));
  EXPECT_FALSE(reads("a\xC2\xA0 b"));  // space that is not ASCII
}

TEST(JavaScriptParser, BoundsItsRecursion) {
  const auto repeat = [](const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  for (const char* open : {"(",
                           "[",
                           "{",
                           "a(",
                           "!",
                           "x=",
                           "x=>",
                           "a?b:",
                           "if(a)",
                           "l:",
                           "`${",
                           "x={a:",
                           "function f(){",
                           "(()=>{",
                           "class A{m(){",
                           "new ",
                           "-",
                           "await ",
                           "a,(",
                           "[..."}) {
    EXPECT_FALSE(reads(repeat(open, 1'000'000))) << open;
  }
  expect_equal(repeat("(", 100) + "a" + repeat(")", 100));
  // Chains are no nesting.
  expect_equal("a" + repeat("+a", 100'000));
  expect_equal("a" + repeat(".a", 10'000) + repeat("()", 10'000));
}

TEST(JavaScriptParser, NeverReadsPastTheEnd) {
  const std::string source =
      "#!a\n/* b */ import a, {b as c} from 'd'; for (const [x, {y = 1}] of z) "
      "`a${/[/]b/g}c\\u{1F}`;"
      "x ||= async (a, ...b) => {await a?.[1n]}; class A extends B {static #c = 0x1F; get d() {}}"
      "i\ninstanceof // e";
  for (size_t size = 0; size <= source.size(); ++size) {
    // Copied, so that a sanitizer sees a read behind the end.
    const ParserComparison result = compare_javascript_parsers(source.substr(0, size), kDepth);
    EXPECT_EQ(result.difference, "") << source.substr(0, size);
  }
}

}  // namespace
}  // namespace cerebro
