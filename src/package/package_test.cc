#include "package/package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "package/gyp.h"
#include "package/ini.h"
#include "package/json.h"
#include "package/node_resolve.h"
#include "package/npm_scripts.h"
#include "package/pyproject.h"
#include "package/setup_py.h"

namespace cerebro {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FileTree tree_of(const std::vector<std::pair<std::string, std::string>>& files) {
  FileTree tree;
  for (const auto& [path, content] : files) tree.files.push_back({path, content});
  std::stable_sort(tree.files.begin(), tree.files.end(),
                   [](const File& a, const File& b) { return a.path < b.path; });
  return tree;
}

struct Case {
  const char* what;
  std::vector<std::pair<std::string, std::string>> files;
  std::string dump;
};

void check(const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ("\n" + dump(describe(tree_of(row.files))), row.dump);
  }
}

TEST(Npm, Table) {
  check({
      {"the order of the lifecycle, and the scripts it calls",
       {{"package/package.json", R"({
  "name": "@scope/x", "version": "1.2.3",
  "scripts": {
    "postinstall": "node ./setup",
    "test": "node test.js",
    "build": "tsc",
    "prebuild": "rm -rf out",
    "preinstall": "npm run build && node gone.js"
  },
  "bin": {"x": "./cli.js", "y": "gone"},
  "dependencies": {
    "a": "^1.0.0", "b": "https://host.invalid/b.tgz", "c": "git+ssh://host.invalid/c.git"}
})"},
        {"package/setup.js", ""},
        {"package/cli.js", ""},
        {"package/index.js", ""}},
       R"(
ecosystem npm
name @scope/x
version 1.2.3
root package/
main package/index.js
install [preinstall] package/package.json:8 command npm run build && node gone.js
install [preinstall > prebuild] package/package.json:7 command rm -rf out
install [preinstall > build] package/package.json:6 command tsc
install [postinstall] package/package.json:4 command node ./setup
import [main] package/index.js
run [bin x] package/cli.js
finding exec.lifecycle_hook package/package.json:8 "preinstall": "npm run build && node gone.js"
finding exec.missing_hook package/package.json:8 "preinstall": "npm run build && node gone.js"
finding exec.lifecycle_hook package/package.json:4 "postinstall": "node ./setup"
finding install.remote_dependency package/package.json:12 "b": "https://host.invalid/b.tgz"
finding install.remote_dependency package/package.json:12 "c": "git+ssh://host.invalid/c.git"
note E0203 package/package.json: bin y "gone"
)"},
      {"what importing may load",
       {{"package.json", R"({"name": "m", "version": "1", "main": "lib", "module": "esm/a.mjs",
  "browser": {"./lib/index.js": "./b.js", "fs": false},
  "exports": {".": {"types": "./t.d.ts", "default": ["./lib/index.js"]}, "./p/*": "./p/*.js",
              "./gone": "./gone.js", "./data": "./data.json"}})"},
        {"lib/index.js", ""},
        {"esm/a.mjs", ""},
        {"b.js", ""},
        {"p/x.js", ""},
        {"p/q/y.js", ""},
        {"p/z.css", ""},
        {"data.json", ""},
        {"t.d.ts", ""}},
       R"(
ecosystem npm
name m
version 1
root 
main lib/index.js
import [main] lib/index.js
import [module] esm/a.mjs
import [exports] p/q/y.js
import [exports] p/x.js
import [browser] b.js
note E0203 package.json: exports "./gone.js"
)"},
      {"binding.gyp alone builds and runs commands",
       {{"package/package.json", R"({"name": "g", "version": "1"})"},
        {"package/binding.gyp", "{'targets': [\n {'sources': ['<!(node index.js > /dev/null)']}]}"},
        {"package/index.js", ""}},
       R"(
ecosystem npm
name g
version 1
root package/
main package/index.js
install [binding.gyp] package/binding.gyp:1 command node-gyp rebuild
install [binding.gyp command] package/binding.gyp:2 command node index.js > /dev/null
import [main] package/index.js
finding install.native_build package/binding.gyp:1 binding.gyp
)"},
      {"a broken manifest is read as far as it goes",
       {{"package/package.json",
         "\xEF\xBB\xBF{\n// c\n'name': \"n\", \"name\": \"o\",\n\"scripts\": {\"install\": \"sh "
         "x\",},"},
        {"package/a.js", ""}},
       R"(
ecosystem npm
name o
version 
root package/
install [install] package/package.json:4 command sh x
finding archive.disagreement package/package.json:1 "name" has two values
finding exec.lifecycle_hook package/package.json:4 "install": "sh x"
finding exec.missing_hook package/package.json:4 "install": "sh x"
note E0202 package/package.json: a comment at line 2
note E0204 package/package.json: "name"
)"},
      {"every reading of a manifest counts",
       {{"package/Package.json", R"({"name": "c", "scripts": {"install": "node c.js"}})"},
        {"package/c.js", ""},
        {"package/package.json", R"({"name": "first", "scripts": {"install": "node c.js first"}})"},
        {"package/package.json",
         "{\"name\": \"n\", \"version\": \"1\", \"main\": \"c.js\",\n\"scripts\": "
         "{\"install\": \"node c.js a\", \"install\": \"node c.js b\"},\n\"scripts\": {}}"}},
       R"(
ecosystem npm
name n
version 1
root package/
main package/c.js
install [install] package/package.json:2 command node c.js b
install [install] package/package.json:2 command node c.js a
install [install] package/package.json:1 command node c.js first
install [install] package/Package.json:1 command node c.js
import [main] package/c.js
finding archive.disagreement package/package.json:1 "install" has two values
finding exec.lifecycle_hook package/package.json:2 "install": "node c.js b"
finding exec.lifecycle_hook package/package.json:2 "install": "node c.js a"
finding exec.lifecycle_hook package/package.json:1 "install": "node c.js first"
finding exec.lifecycle_hook package/Package.json:1 "install": "node c.js"
note E0204 package/package.json: "install"
)"},
      {"a wheel's list that disagrees",
       {{"a.py", "x"},
        {"b.py", ""},
        {"w-1.dist-info/METADATA", "Name: w\nVersion: 1\n"},
        {"w-1.dist-info/RECORD",
         "a.py,sha256=LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE,1\n"
         "\"gone,too.py\",,\nw-1.dist-info/METADATA,,\nw-1.dist-info/RECORD,,\n"}},
       R"(
ecosystem pypi
name w
version 1
root 
import root 
import [module a] a.py
import [module b] b.py
finding archive.disagreement w-1.dist-info/RECORD:1 not listed: "b.py"
note E0114 w-1.dist-info/RECORD: not listed: "b.py"
note E0203 w-1.dist-info/RECORD: listed, but not there: "gone,too.py"
)"},
      {"a main is run whatever its name",
       {{"package/package.json", R"({"name": "n", "version": "1", "main": "style.css"})"},
        {"package/style.css", ""}},
       R"(
ecosystem npm
name n
version 1
root package/
main package/style.css
import [main] package/style.css
)"},
      {"a main that is not there loses nothing",
       {{"package/package.json", R"({"name": "n", "version": "1", "main": "gone.js"})"},
        {"package/a.js", ""},
        {"package/node_modules/d/package.json", "{}"}},
       R"(
ecosystem npm
name n
version 1
root package/
import [file] package/a.js
note E0203 package/package.json: main "gone.js"
)"},
  });
}

TEST(Pypi, Table) {
  check({
      {"an sdist",
       {{"foo-1.0/PKG-INFO", "Metadata-Version: 2.1\nName: Foo\nVersion: 1.0\n\nName: no\n"},
        {"foo-1.0/setup.py",
         "from setuptools import setup\n"
         "class Evil(install):\n  def run(self): pass\n"
         "setup(name='foo', cmdclass={\n# 'sdist': Old,\n'install': Evil}, scripts=['bin/s'],\n"
         "  entry_points={'console_scripts': ['f=foo.cli:main', 'g = foo.gone:x']})\n"},
        {"foo-1.0/bin/s", ""},
        {"foo-1.0/conftest.py", ""},
        {"foo-1.0/top.py", ""},
        {"foo-1.0/foo/__init__.py", ""},
        {"foo-1.0/foo/A/__init__.py", ""},
        {"foo-1.0/foo/cli.py", ""},
        {"foo-1.0/foo/__main__.py", ""},
        {"foo-1.0/foo/tests/__init__.py", ""},
        {"foo-1.0/docs/conf.py", ""}},
       R"(
ecosystem pypi
name Foo
version 1.0
root foo-1.0/
import root foo-1.0/
install [setup.py] foo-1.0/setup.py
install [cmdclass install] foo-1.0/setup.py call Evil.run
import [package foo] foo-1.0/foo/__init__.py
import [package foo.A] foo-1.0/foo/A/__init__.py
import [module top] foo-1.0/top.py
run [console_scripts f] foo-1.0/foo/cli.py call main
run [script s] foo-1.0/bin/s
run [conftest] foo-1.0/conftest.py
run [__main__] foo-1.0/foo/__main__.py
finding install.custom_command foo-1.0/setup.py:6 install: Evil
note E0203 foo-1.0/: console_scripts g = foo.gone:x
)"},
      {"a wheel with a .pth file",
       {{"bar-2.dist-info/METADATA", "Name: bar\nVersion: 2\n"},
        {"bar-2.dist-info/RECORD", "setup.py,sha256=x,1\nbar/__init__.py,,\n"},
        {"bar-2.dist-info/entry_points.txt",
         "[console_scripts]\nbar = bar:main [extra]\n[pytest11]\np = bar.plug\n"},
        {"bar-2.data/scripts/tool", ""},
        {"bar-2.data/purelib/other.py", ""},
        {"bar.pth", "/some/path\nimport os; os.getpid()\n# import x\n"},
        {"bar/__init__.py", ""},
        {"bar/plug.py", ""},
        {"setup.py", ""},
        {"sitecustomize.py", ""}},
       R"(
ecosystem pypi
name bar
version 2
root 
import root 
import root bar-2.data/purelib/
import [bar.pth] bar.pth:2 python import os; os.getpid()
import [sitecustomize.py] sitecustomize.py
import [package bar] bar/__init__.py
import [module other] bar-2.data/purelib/other.py
import [module setup] setup.py
run [console_scripts bar] bar/__init__.py call main
run [pytest11 p] bar/plug.py
run [script tool] bar-2.data/scripts/tool
finding archive.disagreement bar-2.dist-info/RECORD:1 another hash than listed: "setup.py"
finding persist.interpreter_hook bar.pth:2 import os; os.getpid()
finding persist.interpreter_hook sitecustomize.py:1 sitecustomize.py
note E0114 bar-2.dist-info/RECORD: not listed: "bar-2.data/purelib/other.py" and 6 more
note E0202 bar-2.dist-info/RECORD: another hash than listed: "setup.py"
)"},
      {"a build backend in the tree, and a src layout",
       {{"baz-3/pyproject.toml", R"([build-system]
requires = ["dep @ https://host.invalid/dep.whl", "setuptools"]
build-backend = "backend"
backend-path = ["."]
[project]
name = "baz"
version = "3"
[project.scripts]
baz = "baz.app:App.run"
)"},
        {"baz-3/backend.py", "def build_wheel(d): pass\n"},
        {"baz-3/src/baz/__init__.py", ""},
        {"baz-3/src/baz/app.py", ""}},
       R"(
ecosystem pypi
name baz
version 3
root baz-3/
import root baz-3/
import root baz-3/src/
install [build backend backend] baz-3/backend.py
install [build backend backend] baz-3/backend.py call build_wheel
import [package baz] baz-3/src/baz/__init__.py
import [module backend] baz-3/backend.py
run [console_scripts baz] baz-3/src/baz/app.py call App.run
finding install.remote_dependency baz-3/pyproject.toml:2 dep @ https://host.invalid/dep.whl
)"},
      {"a name from the folder alone", {{"qux-0.1/setup.py", "setup(name=NAME)"}}, R"(
ecosystem pypi
name qux
version 0.1
root qux-0.1/
import root qux-0.1/
install [setup.py] qux-0.1/setup.py
)"},
  });
}

TEST(Package, Table) {
  check({
      {"no manifest", {{"b.py", ""}, {"a/x.js", ""}, {"c.py", ""}, {"d.txt", ""}}, R"(
ecosystem pypi
name 
version 
root 
import root 
import [file] a/x.js
import [file] b.py
import [file] c.py
note E0201 : no manifest in any folder
)"},
      {"no manifest, one folder", {{"p-1/b.py", ""}, {"p-1/q/c.py", ""}}, R"(
ecosystem pypi
name 
version 
root 
import root 
import root p-1/
import [file] p-1/b.py
import [file] p-1/q/c.py
note E0201 : no manifest in any folder
)"},
      {"nothing at all", {}, R"(
ecosystem unknown
name 
version 
root 
note E0201 : no manifest in any folder
)"},
      {"both manifests: npm's name, everything run",
       {{"package.json", R"({"name": "both", "version": "1"})"},
        {"index.js", ""},
        {"setup.py", "setup(name='py')"}},
       R"(
ecosystem npm
name both
version 1
root 
main index.js
import root 
install [setup.py] setup.py
import [main] index.js
)"},
      {"both manifests, packed by Python: the same under Python's name",
       {{"package.json", R"({"name": "both", "version": "1"})"},
        {"index.js", ""},
        {"PKG-INFO", "Name: py\nVersion: 2\n"}},
       R"(
ecosystem pypi
name py
version 2
root 
main index.js
import root 
import [main] index.js
)"},
      {"a package packed inside an archive",
       {{"outer.tgz", ""},
        {"outer.tgz!/package/package.json", R"({"name": "in", "version": "1"})"},
        {"outer.tgz!/package/index.js", ""}},
       R"(
ecosystem npm
name in
version 1
root outer.tgz!/package/
main outer.tgz!/package/index.js
import [main] outer.tgz!/package/index.js
)"},
  });
}

TEST(Json, Table) {
  const struct {
    std::string_view text;
    std::string value, problem;  // of the member "k"
  } cases[] = {
      {R"({"k": "v"})", "v", ""},
      {R"({"k": "a\u0041\n\ud83d\ude00"})", "aA\n\xF0\x9F\x98\x80", ""},
      {R"({"k": "\ud83d"})", "\xEF\xBF\xBD", ""},
      {R"({"k": "v",})", "v", "a trailing comma at line 1"},
      {"{k: 'v'}", "v", "single quotes at line 1"},
      {"{\"k\": /* c */ \"v\"}", "v", "a comment at line 1"},
      {"{\"k\": \"v\"", "v", "the end is missing at line 1"},
      {"{\"k\": \"v", "v", "a string without end at line 1"},
      {"{\"k\": \"v\"} x", "v", "text after the value at line 1"},
      {"{\"k\" \"v\"}", "", "a missing colon at line 1"},
      {"{\"k\": \"\\u12\"}", "\x12", "a malformed escape at line 1"},
      {"", "", "no value at line 1"},
      {"]", "", "an unexpected character at line 1"},
      {"[1, 2]", "", ""},
  };
  for (const auto& row : cases) {
    const JsonDocument document = read_json(row.text);
    EXPECT_EQ(document.root.string("k"), row.value) << row.text;
    EXPECT_EQ(document.problem, row.problem) << row.text;
  }
}

TEST(Json, ReadsWhatStandsBehindADeepValue) {
  const std::string deep =
      std::string(100'000, '[') + "\"]\", {\"b\": 2}" + std::string(100'000, ']');
  const JsonDocument document = read_json("{\"a\": " + deep + ", \"b\": 1}");
  EXPECT_TRUE(document.limited);
  ASSERT_NE(document.root.find("b"), nullptr);
  EXPECT_EQ(document.root.find("b")->text, "1");
  EXPECT_TRUE(read_json(std::string(1'000'000, '[')).limited);
  EXPECT_FALSE(read_json("{\"a\": [1").limited);
  EXPECT_TRUE(read_pyproject("x = " + std::string(1000, '[') + std::string(1000, ']')).limited);
  EXPECT_FALSE(read_pyproject("[a").limited);
}

TEST(Json, SaysWhetherEqualKeysDiffer) {
  EXPECT_FALSE(read_json(R"({"a": [1, {"b": "c"}], "a": [1, {"b": "c"}]})").contested);
  EXPECT_TRUE(read_json(R"({"a": [1, {"b": "c"}], "a": [1, {"b": "d"}]})").contested);
  EXPECT_TRUE(read_json(R"({"x": {"a": 1, "a": 1, "a": "1"}})").contested);
  EXPECT_FALSE(read_json(R"([{"a": 1}, {"a": 2}])").contested);
}

TEST(Json, IsBounded) {
  EXPECT_THAT(read_json(std::string(1'000'000, '[')).problem, HasSubstr("deeply nested"));
  std::string wide = "[";
  for (int i = 0; i < 300'000; ++i) wide += "1,";
  EXPECT_THAT(read_json(wide).problem, HasSubstr("too many"));
  const JsonDocument lines = read_json("{\n\n\"a\": 1,\n\"b\":\n2}");
  EXPECT_EQ(lines.root.find("a")->line, 3);
  EXPECT_EQ(lines.root.find("b")->line, 5);
}

TEST(NodeResolve, Table) {
  const FileTree tree = tree_of({{"p/a.js", ""},
                                 {"p/b", ""},
                                 {"p/b.js", ""},
                                 {"p/c/index.js", ""},
                                 {"p/d/package.json", R"({"main": "./lib"})"},
                                 {"p/d/lib.js", ""},
                                 {"p/e.mjs", ""},
                                 {"p/index.js", ""}});
  const struct {
    std::string_view request, file;
  } cases[] = {
      {"./a", "p/a.js"},        {"a.js", "p/a.js"},     {"./b", "p/b"},
      {"./c", "p/c/index.js"},  {"c/", "p/c/index.js"}, {"./d", "p/d/lib.js"},
      {"./e", "p/e.mjs"},       {".", "p/index.js"},    {"./x", ""},
      {"../../etc/passwd", ""}, {"./c/../a", "p/a.js"},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(resolve_node_file(tree, "p/", row.request), row.file) << row.request;
  }
}

TEST(NpmScripts, NodeTargets) {
  const struct {
    std::string_view command;
    std::vector<std::string> targets;
  } cases[] = {
      {"node a.js", {"a.js"}},
      {"FOO=1 /usr/bin/node -r ./pre --no-warnings \"b c.js\" arg", {"b c.js"}},
      {"node a.js && node b || true", {"a.js", "b"}},
      {"node -e \"require('x')\"", {}},
      {"node $X; node /tmp/x.js; node node_modules/y/z.js", {}},
      {"cd sub && node a.js", {}},
      {"echo node", {}},
  };
  for (const auto& row : cases) EXPECT_EQ(script_targets(row.command), row.targets) << row.command;
}

TEST(NpmScripts, CalledScriptsEndEvenInACircle) {
  const JsonDocument scripts =
      read_json(R"({"a": "npm run b", "b": "yarn a; run-s c a", "c": "x"})");
  std::vector<std::string> names;
  for (const NamedScript& script : called_scripts(scripts.root, "pnpm -s run a")) {
    names.push_back(script.name);
  }
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST(Gyp, FindsCommandsActionsAndModules) {
  const GypFile gyp = read_gyp(
      "{ # '<!(no)'\n"
      "'includes': ['common.gypi'],\n"
      "'variables': {'v': '<!@(echo \"(a)\" b)', 'w': '<!pymod_do_main(gen -x)'},\n"
      "'actions': [{'action_name': 'n', 'action': [\n'sh', '-c', 'a b']}], 'p': '^!(late)',\n"
      "'q': '<!(in' # no\n u\" two)\"}");
  std::vector<std::string> commands;
  for (const GypCommand& command : gyp.commands) {
    commands.push_back(std::to_string(command.line) + " " + command.command +
                       command.python_module);
  }
  EXPECT_THAT(commands,
              ElementsAre("3 echo \"(a)\" b", "3 gen", "5 sh -c 'a b'", "5 late", "6 in two"));
  EXPECT_THAT(gyp.includes, ElementsAre("common.gypi"));
}

TEST(SetupPy, ScansLiteralsOnly) {
  const SetupPy setup = scan_setup_py(R"(
NAME = "real"  # name = "comment"
def f(name="other"): pass
setup(name=NAME, version = '1.' '2', package_dir={"": "lib"},
      entry_points="""
        [console_scripts]
        x = y:z
        # a = b:c
      """, cmdclass=dict(develop=Dev, egg_info=mod.Egg))
)");
  EXPECT_EQ(setup.name, "real");
  EXPECT_EQ(setup.source_folder, "lib");
  ASSERT_EQ(setup.entry_points.size(), 1U);
  EXPECT_EQ(setup.entry_points[0].group + "|" + setup.entry_points[0].target,
            "console_scripts|y:z");
  ASSERT_EQ(setup.commands.size(), 2U);
  EXPECT_EQ(setup.commands[0].command + "|" + setup.commands[0].cls, "develop|Dev");
}

TEST(Ini, JoinsContinuationLines) {
  const auto ini = read_ini("[a]\nk = 1\n  2\n# c\n  3\n[b]\nk: v\nlone\n");
  EXPECT_EQ(find(ini, "a", "k")->value, "1\n2\n3");
  EXPECT_EQ(find(ini, "b", "k")->value, "v");
  EXPECT_EQ(find(ini, "b", "k")->line, 7);
  EXPECT_EQ(find(ini, "a", "x"), nullptr);
}

TEST(PyProject, IsBounded) {
  std::string deep = "a";
  for (int i = 0; i < 400'000; ++i) deep += ".a";
  EXPECT_FALSE(read_pyproject(deep + " = 1").problem.empty());
  EXPECT_FALSE(read_pyproject("[" + deep + "]").problem.empty());
  std::string quoted = "\"=\"";
  for (int i = 0; i < 100'000; ++i) quoted += ".\"=\"";
  EXPECT_FALSE(read_pyproject(quoted + " = 1").problem.empty());
  EXPECT_FALSE(read_pyproject("x = " + std::string(100'000, '[')).problem.empty());
  EXPECT_THAT(read_pyproject("[project]\nname = \"x\"\n[a").problem, HasSubstr("line 3"));
  EXPECT_FALSE(read_pyproject("[{a]\nb = 1").problem.empty());
  // Letters that are no key without quotes; under a sanitizer, where toml++ must not trip.
  for (const char* letter :
       {"\u00A1", "\u00E9", "\u0215", "\u0499", "\u1681", "\u2070", "\u3041", "\uFEFB"}) {
    EXPECT_FALSE(read_pyproject(std::string("[a]\nb") + letter + " = 1").problem.empty()) << letter;
    EXPECT_TRUE(read_pyproject(std::string("a = \"") + letter + "\"").problem.empty()) << letter;
  }
}

// Work that grows with the square of the input would show here.
TEST(Package, HostileManifestsAreCheap) {
  std::string setup = "setup(";
  for (int i = 0; i < 200'000; ++i) setup += "name=name, ";
  std::string scripts;
  for (int i = 0; i < 20'000; ++i) {
    scripts += "\"s" + std::to_string(i) + "\": \"npm run s" + std::to_string(i + 1) + "\",";
  }
  const std::string json = "{\"scripts\": {" + scripts + "\"install\": \"npm run s0\"}}";
  const Package npm = describe(tree_of({{"package.json", json}, {"index.js", ""}}));
  EXPECT_LE(npm.entries.size(), 110U);
  EXPECT_THAT(describe(tree_of({{"setup.py", setup}})).name, IsEmpty());
  (void)describe(tree_of({{"package.json", "{}"}, {"binding.gyp", std::string(3'000'000, '\'')}}));
  std::string parens = "'";
  for (int i = 0; i < 500'000; ++i) parens += "<!(";
  (void)read_gyp(parens + "'");
}

}  // namespace
}  // namespace cerebro
