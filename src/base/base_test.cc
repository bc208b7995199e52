#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/note.h"
#include "base/result.h"

namespace cerebro {
namespace {

TEST(Hash, MatchesTheStandardsExample) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Note, CodesAreNumberedAndDescribed) {
  EXPECT_EQ(number(Code::kArchiveTruncated), "E0102");
  EXPECT_EQ(info(Code::kArchiveTruncated).slug, "archive.truncated");
  EXPECT_TRUE(info(Code::kArchiveTruncated).unread);
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Code::kUsage, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRY(first, half(n));
  return half(first);
}

TEST(Result, TryReturnsTheFirstError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
}

}  // namespace
}  // namespace cerebro
