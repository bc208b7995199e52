#include <gtest/gtest.h>

#include "syntax/ir.h"

namespace cerebro {
namespace {

TEST(DetectLanguage, ByNameThenShebangThenContent) {
  const struct {
    const char* path;
    const char* content;
    Language language;
  } kRows[] = {
      {"lib/a.js", "", Language::kJavaScript},
      {"a.MJS", "", Language::kJavaScript},
      {"a.min.cjs", "", Language::kJavaScript},
      {"a.jsx", "", Language::kJavaScript},
      {"a.ts", "let a", Language::kTypeScript},
      {"a.cts", "", Language::kTypeScript},
      {"a.tsx", "", Language::kTsx},
      {"a.ts", "<?xml version='1.0'?><TS>", Language::kNone},
      {"a.ts", "\x47\x40\x11", Language::kNone},
      {"a.d.ts", "let a", Language::kNone},
      {"a.d.mts", "", Language::kNone},
      {"a.js.map", "", Language::kNone},
      {"a.json", "require('a')", Language::kNone},
      {"a.txt", "require('a')", Language::kNone},
      {"setup.py", "", Language::kPython},
      {"a.pyw", "", Language::kPython},
      {"a.pyi", "", Language::kNone},
      {"a.sh", "", Language::kShell},
      {"bin/tool", "#!/usr/bin/env node\n", Language::kJavaScript},
      {"bin/tool", "#!/usr/bin/env -S node --no-warnings\r\n", Language::kJavaScript},
      {"bin/tool", "#!/usr/local/bin/python3.11", Language::kPython},
      {"bin/tool", "#! /bin/bash -e\n", Language::kShell},
      {"bin/tool", "#!/usr/bin/perl\nrequire('a')", Language::kNone},
      {"bin/tool.command", "", Language::kShell},
      {"lib/data", "const a = require('b')", Language::kJavaScript},
      {"lib/data", "x = 1\nimport os\n", Language::kPython},
      {"lib/data", "function words in prose", Language::kNone},
      {"LICENSE", "Permission is hereby granted", Language::kNone},
      {"Makefile", "\tnode -e \"require('a')\"", Language::kNone},
      {".npmrc", "", Language::kNone},
      {"a/b.js/c", "", Language::kNone},
      {"", "", Language::kNone},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(detect_language(row.path, row.content), row.language) << row.path << row.content;
  }
  EXPECT_EQ(detect_language("data", std::string_view("require(\0", 9)), Language::kNone);
}

}  // namespace
}  // namespace cerebro
