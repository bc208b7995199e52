#include "syntax/ir.h"

#include <gtest/gtest.h>

#include "syntax/builder.h"

namespace cerebro {
namespace {

TEST(StringPool, EqualStringsHaveEqualSymbolsAndViewsStay) {
  StringPool pool;
  EXPECT_EQ(pool.intern(""), 0u);
  const Symbol first = pool.intern("first");
  const std::string_view view = pool.text(first);
  for (int i = 0; i < 10'000; ++i) pool.intern(std::to_string(i));
  EXPECT_EQ(pool.intern("first"), first);
  EXPECT_EQ(pool.text(first).data(), view.data());
  EXPECT_EQ(pool.size(), 10'002u);
}

TEST(Module, Positions) {
  StringPool pool;
  const Module module = parse(Language::kJavaScript, "a.js", "a\n\nbcd\n", pool, {});
  const struct {
    uint32_t offset;
    int line, column;
  } kRows[] = {{0, 1, 1}, {1, 1, 2}, {2, 2, 1}, {3, 3, 1}, {5, 3, 3}, {7, 4, 1}};
  for (const auto& row : kRows) {
    EXPECT_EQ(module.position(row.offset).line, row.line) << row.offset;
    EXPECT_EQ(module.position(row.offset).column, row.column) << row.offset;
  }
}

TEST(Module, Snippets) {
  Module module;
  module.source = "  f(é,\n   b)  ";
  const struct {
    uint32_t begin, end;
    size_t max_bytes;
    const char* expected;
  } kRows[] = {{0, 15, 80, "f(é,"}, {0, 15, 4, "f(é"}, {0, 15, 3, "f("}, {7, 15, 80, "b)"},
               {2, 3, 80, "f"},     {13, 15, 80, ""},  {0, 15, 0, ""}};
  for (const auto& row : kRows) {
    Node node;
    node.begin = row.begin;
    node.end = row.end;
    EXPECT_EQ(module.snippet(node, row.max_bytes), row.expected);
  }
}

TEST(Module, ChildByNumber) {
  StringPool pool;
  const Module module = parse(Language::kJavaScript, "a.js", "f(a)", pool, {});
  const NodeId call = module.child(module.root, 0);
  EXPECT_EQ(module[module.child(call, 1)].kind, NodeKind::kName);
  EXPECT_EQ(module.child(call, 2), kNoNode);
  EXPECT_EQ(module.child(module.child(call, 1), 0), kNoNode);
}

TEST(Dump, TextFlagsAndStructure) {
  StringPool pool;
  Module module;
  const Limits limits;
  Builder builder(module, pool, limits);
  const NodeId bytes = builder.add(NodeKind::kString, 0, 0, "a\"\\\n\x01", {}, kBytes);
  const NodeId name = builder.add(NodeKind::kName, 0, 0, "x");
  const NodeId member = builder.add(NodeKind::kMember, 0, 0, "y", {name});
  const NodeId function =
      builder.add(NodeKind::kFunction, 0, 0, "f g", {bytes}, kStatic | kAsync | kIsStatement);
  const NodeId imported = builder.add(NodeKind::kImportName, 0, 0, "", {}, 0, pool.intern("z"));
  const NodeId import = builder.add(NodeKind::kImport, 0, 0, "", {imported}, 0, 2);
  module.root = builder.add(NodeKind::kBlock, 0, 0, {}, {member, function, import});
  EXPECT_EQ(dump(module, pool),
            "(block (member (name x) y)\n"
            "  (function{static async} \"f g\" (string{bytes} \"a\\\"\\\\\\n\\x01\"))\n"
            "  (import \"\" 2 (importname \"\" z)))");
  EXPECT_EQ(dump(Module{}, pool), "");
}

TEST(Builder, TreesHaveABoundedHeight) {
  StringPool pool;
  Module module;
  const Limits limits;
  Builder builder(module, pool, limits);
  NodeId node = builder.add(NodeKind::kName, 0, 0, "x");
  for (uint32_t i = 0; i < builder.max_height(); ++i) {
    node = builder.add(NodeKind::kSpread, 0, 0, {}, {node});
  }
  EXPECT_TRUE(module.notes.empty());
  for (int i = 0; i < 3; ++i) {
    node = builder.add(NodeKind::kSpread, 0, 0, {}, {node});
    EXPECT_EQ(module[node].first_child == kNoNode, i == 0) << i;
  }
  ASSERT_EQ(module.notes.size(), 1u);
  EXPECT_EQ(module.notes[0].code, Code::kSyntaxLimitDepth);
}

TEST(Parse, WithoutLanguageOrContent) {
  StringPool pool;
  EXPECT_EQ(dump(parse(Language::kNone, "a.txt", "text", pool, {}), pool), "(block)");
  EXPECT_EQ(dump(parse(Language::kJavaScript, "a.js", "", pool, {}), pool), "(block)");
  const Module module =
      parse(Language::kJavaScript, "a.js", std::string_view("a\0b\0\0", 5), pool, {});
  EXPECT_TRUE(module.has_errors);
}

}  // namespace
}  // namespace cerebro
