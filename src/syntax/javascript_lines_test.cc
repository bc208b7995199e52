#include "syntax/javascript_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "syntax/ir.h"

namespace cerebro {
namespace {

using namespace std::literals;

// Whether `f` is called as code, in a file of that name.
bool calls_f(const std::string& source, const std::string& path = "a.js") {
  StringPool pool;
  const Module module = parse(detect_language(path, source), path, source, pool, Limits{});
  return std::any_of(module.nodes.begin(), module.nodes.end(), [&](const Node& node) {
    return node.kind == NodeKind::kCall && node.first_child != kNoNode &&
           pool.text(module[node.first_child].text) == "f";
  });
}

// Node runs f() in each of them.
TEST(JavaScriptLines, NothingHidesBehindTheEndOfALineOrOfAComment) {
  const std::string sources[] = {
      "// x\rf()",
      "// x\u2028f()",
      "#!/usr/bin/env node\rf()",
      "#!/usr/bin/env node\u2028f()",
      "/* \0 */f();"s,
      "var a = `\0`; f()"s,
      "<!-- x\rf()",
      "<!-- `\nf()\n// `",
      "--> `\nf()\n// `",
      "var x = 1; var y = x<!-- `\n; f()\n// `",
      "var x = (1)<!-- `\n; f()\n// `",
      "var x = /a/<!-- `\n; f()\n// `",
      "x<!-- `\n; y<!-- `\n; f(); z<!-- `",
      "x<!-- '\u2028; f()",
      "var x = 1; x\n--> `\nf()\n// `",
      "var x = 1; x\n/* a */ --> `\nf()\n// `",
      "var x = 1; x/*\n*/--> `\nf()\n// `",
  };
  for (const std::string& source : sources) EXPECT_TRUE(calls_f(source)) << source;
}

// In a module they are operators.
TEST(JavaScriptLines, ModulesHaveNoHtmlComments) {
  EXPECT_TRUE(calls_f("x<!--y; f()", "a.mjs"));
  EXPECT_TRUE(calls_f("import 'a'; x<!--y; f()"));
  EXPECT_TRUE(calls_f("x<!--y; f()"));  // may be one by its package.json
  EXPECT_FALSE(calls_f("import 'a'; x<!--`\n; f()\n`"));
}

TEST(JavaScriptLines, OperatorsStayWhatTheyAre) {
  StringPool pool;
  for (const std::string source :
       {"a --> b", "a<! --b", "'<!--'; /<!--/; `<!--${a}-->`; // <!-- a"}) {
    const Module module = parse(Language::kJavaScript, "a.js", source, pool, Limits{});
    EXPECT_EQ(module.source, source);
  }
}

TEST(JavaScriptLines, ManyOfThemAreNoted) {
  std::string source;
  for (int i = 0; i < 40; ++i) source += "x<!--y\n;";
  StringPool pool;
  const Module module = parse(Language::kJavaScript, "a.js", source, pool, Limits{});
  ASSERT_EQ(module.notes.size(), 1U);
  EXPECT_EQ(module.notes[0].code, Code::kSyntaxTimeout);
}

TEST(JavaScriptLines, ACarriageReturnEndsALineOfPython) {
  EXPECT_TRUE(calls_f("# x\rf()\r", "a.py"));
  EXPECT_TRUE(calls_f("if a:\r  b\rf()\r", "a.py"));
}

}  // namespace
}  // namespace cerebro
