#include "base/limit_options.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace cerebro {
namespace {

TEST(LimitOptions, SetTheField) {
  Limits limits;
  EXPECT_TRUE(set_limit("fold_steps=7", limits));
  EXPECT_TRUE(set_limit("syntax_depth=9", limits));
  EXPECT_EQ(limits.fold_steps, 7U);
  EXPECT_EQ(limits.syntax_depth, 9);
  for (const char* wrong :
       {"", "fold_steps", "fold_steps=", "fold_steps=x", "fold_steps=-1", "fold_steps=1x",
        "nothing=1", "syntax_depth=4000000000", "fold_steps=99999999999999999999999"}) {
    const Result<int> set = set_limit(wrong, limits);
    ASSERT_FALSE(set) << wrong;
    EXPECT_EQ(set.error().code, Code::kUsage) << wrong;
  }
}

TEST(LimitOptions, ThePageIsUpToDate) {
  std::ifstream file(CEREBRO_SOURCE_DIR "/docs/limits.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_NE(page.find(limits_table()), std::string::npos) << limits_table();
}

}  // namespace
}  // namespace cerebro
