#include "syntax/scope.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace cerebro {
namespace {

constexpr std::string_view kKinds[] = {"variable", "parameter", "function", "class",
                                       "import",   "catch",     "global"};

// Every name of the source in textual order as name:line of its first definition, "?" for a name
// that this module never defines. Members and strings are no names.
std::string names(Language language, std::string_view source) {
  StringPool pool;
  const Module module = parse(language, "file", source, pool, {});
  const Scopes scopes = Scopes::build(module, pool);
  std::vector<NodeId> uses;
  for (NodeId id = 0; id < module.nodes.size(); ++id) {
    if (module[id].kind == NodeKind::kName) uses.push_back(id);
  }
  std::stable_sort(uses.begin(), uses.end(),
                   [&](NodeId a, NodeId b) { return module[a].begin < module[b].begin; });
  std::string out;
  for (const NodeId use : uses) {
    const BindingId id = scopes.binding(use);
    if (id == kNone32) continue;  // the name of a class field
    const Binding& binding = scopes[id];
    int line = 0;
    for (const NodeId d : binding.definitions) {
      const int at = module.position(module[d].begin).line;
      line = line == 0 ? at : std::min(line, at);
    }
    if (!out.empty()) out += ' ';
    out += pool.text(module[use].text);
    out += line == 0 ? "?" : ":" + std::to_string(line);
  }
  return out;
}

struct Row {
  const char* source;
  const char* expected;
};

TEST(Scopes, PythonNames) {
  const Row rows[] = {
      {"x = 1\nx", "x:1 x:1"},
      {"print(x)", "print? x?"},
      {"x = 1\ndef f():\n  x = 2\n  return x\nx", "x:1 x:3 x:3 x:1"},
      {"x = 1\ndef f():\n  y = x\n  x = 2", "x:1 y:3 x:4 x:4"},
      {"x = 1\ndef f():\n  global x\n  x = 2\n  return x", "x:1 x:1 x:1 x:1"},
      {"def f():\n  global x\n  x = 2\nx", "x:3 x:3 x:3"},
      {"def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n    return x", "x:2 x:2 x:2 x:2"},
      {"x = 1\ndef f(x):\n  def g():\n    global x\n    return x", "x:1 x:2 x:1 x:1"},
      {"x = 1\nclass A:\n  x = 2\n  y = x\n  def m(self):\n    return x",
       "x:1 x:3 y:4 x:3 self:5 x:1"},
      {"class A:\n  x = 2\n  class B:\n    y = x", "x:2 y:4 x?"},
      {"class A:\n  x = [1]\n  y = [x for i in x]", "x:2 y:3 x? i:3 x:2"},
      {"x = 1\n[x for x in x]\nx", "x:1 x:2 x:2 x:1 x:1"},
      {"[y for x in a for y in x if y]", "y:1 x:1 a? y:1 x:1 y:1"},
      {"def f():\n  [z := i for i in a]\n  return z", "z:2 i:2 i:2 a? z:2"},
      {"f = lambda a, b=x: a + b", "f:1 a:1 b:1 x? a:1 b:1"},
      {"x = 1\ndef f(x=x):\n  return x", "x:1 x:2 x:1 x:2"},
      {"def f(*a, **k):\n  return a, k", "a:1 k:1 a:1 k:1"},
      {"import os.path\nfrom a import b as c\nos, c, b", "os:1 c:2 b?"},
      {"for i, (a, *b) in c:\n  pass\nb", "i:1 a:1 b:1 c? b:1"},
      {"with open(f) as g:\n  g", "open? f? g:1 g:1"},
      {"try:\n  pass\nexcept E as e:\n  e", "E? e:3 e:3"},
      {"x += 1", "x:1"},
      {"a.b = c\na[i] = a", "a? c? a? i? a?"},
      {"@d\ndef f(): return f", "d? f:2"},
      {"x: int = 1\nx", "x:1 x:1"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(names(Language::kPython, row.source), row.expected) << row.source;
  }
}

TEST(Scopes, JavaScriptNames) {
  const Row rows[] = {
      {"var x = 1; x", "x:1 x:1"},
      {"x;\nvar x = 1", "x:2 x:2"},
      {"f();\nfunction f() {}", "f:2"},
      {"let x = 1;\n{ let x = 2; x }\nx", "x:1 x:2 x:2 x:1"},
      {"if (a) {\n var x = 1 }\nx", "a? x:2 x:2"},
      {"function f() {\n x = 1 }\nx", "x:2 x:2"},
      {"let x = 1;\nfunction f(x, y = x) {\n return x + y }", "x:1 x:2 y:2 x:2 x:2 y:2"},
      {"const f = function g() { return g };\ng", "f:1 g:1 g?"},
      {"const f = function g(g) { return g }", "f:1 g:1 g:1"},
      {"const o = {exec() { return exec }}", "o:1 exec?"},
      {"const o = {exec: function exec() { return exec }}", "o:1 exec:1"},
      {"class A { exec() { return exec + A } }", "exec? A:1"},
      {"const B = class A { m() { return A } };\nA", "B:1 A:1 A?"},
      {"class A { x = y; static [k] = 1 }", "y? k?"},
      {"for (let i = 0; i < n; i++) { i }\ni", "i:1 i:1 n? i:1 i:1 i?"},
      {"for (var i of a) {}\ni", "i:1 a? i:1"},
      {"for (const [k, v] of a) k + v", "k:1 v:1 a? k:1 v:1"},
      {"try {} catch (e) {\n e }\ne", "e:1 e:1 e?"},
      {"try {} catch ({a, b: [c]}) { a + c }", "a:1 c:1 a:1 c:1"},
      {"const {a, b: {c = d}, ...e} = f;\na + c + e", "a:1 c:1 d? e:1 f? a:1 c:1 e:1"},
      {"import a, {b as c} from 'm'; import * as d from 'n';\na + b + c + d", "a:1 b? c:1 d:1"},
      {"switch (a) { case 1: let x = 1; break;\ndefault: x }", "a? x:1 x:1"},
      {"if (a) { function f() {} }\nf", "a? f:1"},
      {"(a => a)(b)", "a:1 a:1 b?"},
      {"export default function f() { return f }", "f:1"},
      {"var a = 1, b = a;", "a:1 b:1 a:1"},
      {"let x;\nfunction f() { x = 2 }", "x:2 x:2"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(names(Language::kJavaScript, row.source), row.expected) << row.source;
  }
}

TEST(Scopes, ShellHasOneScope) {
  StringPool pool;
  const Module module = parse(Language::kShell, "a.sh", "f() { X=1; }\nf; echo $X\n", pool, {});
  const Scopes scopes = Scopes::build(module, pool);
  size_t uses = 0;
  for (NodeId id = 0; id < module.nodes.size(); ++id) {
    if (module[id].kind != NodeKind::kParameter) continue;
    ++uses;
    ASSERT_NE(scopes.binding(id), kNone32);
    EXPECT_EQ(scopes[scopes.binding(id)].definitions.size(), 1U);
  }
  EXPECT_EQ(uses, 1U);
}

// kind of the binding "x", and whether it has one value, in a module.
std::string describe(Language language, std::string_view source) {
  StringPool pool;
  const Module module = parse(language, "file", source, pool, {});
  const Scopes scopes = Scopes::build(module, pool);
  for (BindingId id = 0; id < scopes.bindings().size(); ++id) {
    const Binding& binding = scopes[id];
    if (pool.text(binding.name) != "x") continue;
    std::string out(kKinds[static_cast<size_t>(binding.kind)]);
    if (scopes.single_value(module, id) != kNoNode) out += " single";
    if (binding.captured_write) out += " captured";
    return out;
  }
  return "none";
}

TEST(Scopes, Bindings) {
  const Row python[] = {
      {"x = 1", "variable single"},
      {"x = 1\nx = 2", "variable"},
      {"x += 1", "variable"},
      {"x, y = 1, 2", "variable"},
      {"for x in y: pass", "variable"},
      {"import x", "import"},
      {"from a import x", "import"},
      {"def x(): pass", "function"},
      {"class x: pass", "class"},
      {"lambda x: x", "parameter"},
      {"x()", "global"},
      {"x = 1\ndef f():\n  global x\n  x = 2", "variable captured"},
      {"x = 1\ndef f():\n  x = 2", "variable single"},
  };
  for (const Row& row : python) {
    EXPECT_EQ(describe(Language::kPython, row.source), row.expected) << row.source;
  }
  const Row javascript[] = {
      {"const x = 1", "variable single"}, {"let x; x = 1", "variable single"},
      {"let x = 1; x++", "variable"},     {"let x = 1; x += 1", "variable"},
      {"const {x} = y", "variable"},      {"let x; () => { x = 1 }", "variable single captured"},
      {"x = 1", "global single"},         {"() => { x = 1 }", "global single captured"},
      {"try {} catch (x) {}", "catch"},   {"import x from 'y'", "import"},
      {"(function x() {})", "function"},  {"for (let x in y) {}", "variable"},
  };
  for (const Row& row : javascript) {
    EXPECT_EQ(describe(Language::kJavaScript, row.source), row.expected) << row.source;
  }
}

TEST(Scopes, LookupGoesThroughParentsAndPastClasses) {
  StringPool pool;
  const Module module =
      parse(Language::kPython, "a.py", "x = 1\nclass A:\n  y = 2\n  def m(self): pass\n", pool, {});
  const Scopes scopes = Scopes::build(module, pool);
  for (NodeId id = 0; id < module.nodes.size(); ++id) {
    if (module[id].kind == NodeKind::kClass) {
      EXPECT_NE(scopes.lookup(scopes.scope_of(id), pool.intern("y")), kNone32);
    }
    if (module[id].kind != NodeKind::kFunction) continue;
    const ScopeId scope = scopes.scope_of(id);
    ASSERT_NE(scope, kNone32);
    EXPECT_NE(scopes.lookup(scope, pool.intern("self")), kNone32);
    EXPECT_NE(scopes.lookup(scope, pool.intern("x")), kNone32);
    EXPECT_EQ(scopes.lookup(scope, pool.intern("y")), kNone32);
    EXPECT_EQ(scopes.lookup(scope, pool.intern("print")), kNone32);
  }
}

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Scopes, HostileShapesTakeLinearTime) {
  const std::pair<Language, std::string> rows[] = {
      {Language::kJavaScript, "x" + repeated("+x", 50'000)},
      {Language::kJavaScript, "x" + repeated(".x(x)", 9'000)},
      {Language::kJavaScript, repeated("{let x=x;", 900) + repeated("y;", 25'000)},
      {Language::kJavaScript, repeated("function f(a){", 300) + repeated("a+b;", 10'000)},
      {Language::kJavaScript, repeated("if(x){function f(){}}", 10'000)},
      {Language::kPython, "class A:\n" + repeated("  def m(self): x = self\n", 10'000)},
      {Language::kPython, repeated("global x; x = 1\n", 10'000)},
  };
  for (const auto& [language, source] : rows) {
    StringPool pool;
    const Module module = parse(language, "file", source, pool, {});
    const auto start = std::chrono::steady_clock::now();
    const Scopes scopes = Scopes::build(module, pool);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    EXPECT_LT(elapsed.count(), 2) << source.substr(0, 40);
    EXPECT_FALSE(scopes.bindings().empty());
  }
}

}  // namespace
}  // namespace cerebro
