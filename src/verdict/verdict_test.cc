#include <gtest/gtest.h>

#include <vector>

#include "verdict/decide.h"

namespace cerebro {
namespace {

TEST(Decide, ByThresholdsAndByWhatWasNotRead) {
  struct Row {
    double score;
    std::vector<Note> notes;
    Decision decision;
  };
  const std::vector<Note> unread{{Code::kArchiveTruncated, {}, {}}};
  const std::vector<Note> odd{{Code::kSyntaxErrors, {}, {}}, {Code::kArchiveLink, {}, {}}};
  std::vector<Note> both = odd;
  both.push_back(unread[0]);
  const Row rows[] = {
      {1.0, {}, Decision::kMalicious},      {0.9, {}, Decision::kMalicious},
      {0.899, {}, Decision::kSuspicious},   {0.5, {}, Decision::kSuspicious},
      {0.499, {}, Decision::kClean},        {0.0, {}, Decision::kClean},
      {0.0, odd, Decision::kClean},         {0.0, unread, Decision::kIncomplete},
      {0.0, both, Decision::kIncomplete},   {0.6, unread, Decision::kSuspicious},
      {0.95, unread, Decision::kMalicious},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(decide(row.score, row.notes, {0.9, 0.5}), row.decision) << row.score;
  }
}

TEST(Decide, NamesAreThoseOfTheReport) {
  EXPECT_EQ(name(Decision::kMalicious), "malicious");
  EXPECT_EQ(name(Decision::kSuspicious), "suspicious");
  EXPECT_EQ(name(Decision::kClean), "clean");
  EXPECT_EQ(name(Decision::kIncomplete), "incomplete");
}

}  // namespace
}  // namespace cerebro
