#include "callgraph/callgraph.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "syntax/ir.h"

namespace cerebro {
namespace {

struct NoTaints final : TaintOracle {
  uint32_t taints_of_api(std::string_view) const override { return 0; }
  uint32_t taints_of_string(std::string_view) const override { return 0; }
  uint32_t taints_of_parameter(std::string_view) const override { return 0; }
};

using Files = std::vector<std::pair<std::string, std::string>>;

CallGraph graph_of(const Files& files, std::string root = "", const Limits& limits = {}) {
  Package package;
  package.root = std::move(root);
  package.import_roots = {package.root};
  StringPool pool;
  const NoTaints oracle;
  Resolver resolver(package, pool, limits, oracle);
  for (const auto& [path, source] : files) {
    resolver.add_unit(parse(detect_language(path, source), path, source, pool, limits));
  }
  resolver.solve();
  EXPECT_FALSE(resolver.exhausted());
  return build_call_graph(resolver, package);
}

std::string text(const CallGraph& graph) {
  std::string lines;
  for (const auto& [caller, callees] : graph.callees) {
    lines += caller + ":";
    for (const std::string& callee : callees) lines += " " + callee;
    lines += "\n";
  }
  return lines;
}

struct Row {
  const char* what;
  Files files;
  const char* callees;
  const char* edges;
};

const Row kRows[] = {
    {"functions, methods and builtins",
     {{"pkg/mod.py",
       "class C:\n    def m(self):\n        return len(f())\ndef f():\n    pass\nC().m()\n"}},
     "<builtin>.len:\n"
     "pkg.mod: pkg.mod.C.m\n"
     "pkg.mod.C.m: <builtin>.len pkg.mod.f\n"
     "pkg.mod.f:\n",
     "pkg/mod.py:global:6 -> pkg/mod.py:m:2\n"
     "pkg/mod.py:m:3 -> pkg/mod.py:f:4\n"},
    {"a package is named without __init__, an API by its path",
     {{"pkg/__init__.py", "from os import system as s\nfrom .a import g\ns('id')\ng()\n"},
      {"pkg/a.py", "def g(): pass\n"}},
     "os.system:\npkg: os.system pkg.a.g\npkg.a:\npkg.a.g:\n",
     "pkg/__init__.py:global:4 -> pkg/a.py:g:1\n"},
    {"lambdas are numbered in each scope",
     {{"m.py", "a = lambda: 1\nb = lambda: a()\ndef f():\n    return (lambda: 2)()\nb()\n"}},
     "m: m.<lambda2>\nm.<lambda1>:\nm.<lambda2>: m.<lambda1>\nm.f: m.f.<lambda1>\nm.f.<lambda1>:\n",
     "m.py:anon:2 -> m.py:anon:1\nm.py:f:4 -> m.py:anon:4\nm.py:global:5 -> m.py:anon:2\n"},
    {"decorators run where they stand",
     {{"m.py", "def d(f):\n    return f\n@d\ndef g(): pass\n"}},
     "m: m.d\nm.d:\nm.g:\n",
     "m.py:global:3 -> m.py:d:1\n"},
    {"JavaScript across files; loading a module is no call",
     {{"index.js", "const {run: r} = require('./lib');\nr();\nrequire('fs').readFileSync('x');\n"},
      {"lib.js", "function help() { eval('1'); }\nexports.run = () => help();\n"}},
     "<builtin>.eval:\n"
     "<builtin>.require:\n"
     "fs.readFileSync:\n"
     "index: <builtin>.require fs.readFileSync lib.<lambda1>\n"
     "lib:\n"
     "lib.<lambda1>: lib.help\n"
     "lib.help: <builtin>.eval\n",
     "index.js:global:2 -> lib.js:anon:2\nlib.js:anon:2 -> lib.js:help:1\n"},
    {"recursion",
     {{"m.js", "function f() { f(); }\n"}},
     "m:\nm.f: m.f\n",
     "m.js:f:1 -> m.js:f:1\n"},
    {"nothing", {}, "", ""},
};

TEST(CallGraph, NamesCallersAndCallees) {
  for (const Row& row : kRows) {
    const CallGraph graph = graph_of(row.files);
    EXPECT_EQ(text(graph), row.callees) << row.what;
    EXPECT_EQ(to_edges(graph), row.edges) << row.what;
  }
}

TEST(CallGraph, DoesNotDependOnTheOrderOfFiles) {
  const Files files = kRows[4].files;
  const Files reversed(files.rbegin(), files.rend());
  EXPECT_EQ(to_json(graph_of(files)), to_json(graph_of(reversed)));
  EXPECT_EQ(to_edges(graph_of(files)), to_edges(graph_of(reversed)));
}

TEST(CallGraph, NamesAreRelativeToThePackage) {
  EXPECT_EQ(text(graph_of({{"pkg-1.0/m.py", "def f(): pass\nf()\n"}}, "pkg-1.0/")),
            "m: m.f\nm.f:\n");
}

// Twenty objects, each of which may have any of them for its prototype, as compiled classes that
// are mixed into one another do: a read of a field comes to each object in very many ways, and is
// followed once.
TEST(CallGraph, InheritsInManyWaysWithinItsBudget) {
  const auto times = [](int count, const auto& line) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += line(i);
    return lines;
  };
  const auto n = [](int number) { return std::to_string(number); };
  const std::string source =
      "let any;\nfunction hit() {}\n" +
      times(20, [&](int i) { return "const o" + n(i) + " = {f: hit}; any = o" + n(i) + ";\n"; }) +
      times(20, [&](int i) { return "const p" + n(i) + " = any;\n"; }) +
      times(400,
            [&](int i) {
              return "Object.setPrototypeOf(o" + n(i / 20) + ", p" + n(i % 20) + ");\n";
            }) +
      times(200, [&](int) { return std::string("any.f();\n"); });
  Limits limits;
  limits.resolve_steps = 500'000;
  EXPECT_EQ(text(graph_of({{"m.js", source}}, "", limits)),
            "<builtin>.Object.setPrototypeOf:\n"
            "m: <builtin>.Object.setPrototypeOf m.hit\n"
            "m.hit:\n");
}

TEST(CallGraph, JsonIsAnAdjacencyList) {
  EXPECT_EQ(to_json(graph_of({{"m.py", "def f(): pass\nf()\n"}})),
            "{\n  \"m\": [\n    \"m.f\"\n  ],\n  \"m.f\": []\n}\n");
  EXPECT_EQ(to_json(CallGraph{}), "{}\n");
}

}  // namespace
}  // namespace cerebro
