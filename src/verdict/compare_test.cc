#include "verdict/compare.h"

#include <gtest/gtest.h>

namespace cerebro {
namespace {

ReportedBehaviour row(const char* id, Phase phase, const char* file, const char* snippet) {
  ReportedBehaviour row;
  row.id = id;
  row.phase = phase;
  row.file = file;
  row.snippet = snippet;
  return row;
}

std::string text(const std::vector<BehaviourChange>& changes) {
  std::string all;
  for (const BehaviourChange& change : changes) {
    all += std::string(name(change.change)) + " " + change.row.id + " " +
           std::string(name(change.row.phase)) + " " + change.row.file + " +" +
           std::to_string(change.new_places) + " -" + std::to_string(change.gone_places) + "\n";
  }
  return all;
}

TEST(CompareBehaviours, ByPhaseAndPlace) {
  const std::vector<ReportedBehaviour> before = {
      row("read.environment", Phase::kImport, "a-1/x.py", "a"),
      row("send.http", Phase::kRun, "a-1/x.py", "post()"),
      row("proc.run", Phase::kRun, "a-1/x.py", "run()"),
      row("write.file", Phase::kRun, "a-1/x.py", "open()")};
  std::vector<ReportedBehaviour> after = {
      row("send.http", Phase::kInstall, "a-2/setup.py", "post()"),
      row("read.environment", Phase::kImport, "a-2/x.py", "a"),
      row("send.http", Phase::kRun, "a-2/x.py", "post()"),
      row("proc.run", Phase::kRun, "a-2/x.py", "run(more)"),
      row("proc.run", Phase::kRun, "a-2/y.py", "run()")};
  after[1].line = 99;  // moved
  EXPECT_EQ(text(compare_behaviours(before, "a-1/", after, "a-2/")),
            "new send.http install a-2/setup.py +1 -0\n"
            "changed proc.run run a-2/x.py +2 -1\n"
            "gone write.file run a-1/x.py +0 -1\n");
  EXPECT_TRUE(compare_behaviours(before, "a-1/", before, "a-1/").empty());
}

TEST(CompareEntries, ByLabel) {
  const EntryPlace main{Phase::kImport, "main", "index.js", "1"};
  const EntryPlace other{Phase::kImport, "main", "index.js", "2"};
  const EntryPlace hook{Phase::kInstall, "postinstall", "node x.js", "3"};
  EXPECT_TRUE(compare_entries({main, hook}, {hook, main}).empty());
  const auto changes = compare_entries({main}, {hook, other});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].change, Change::kNew);
  EXPECT_EQ(changes[1].change, Change::kChanged);
  EXPECT_EQ(compare_entries({hook, main}, {main})[0].change, Change::kGone);
  EXPECT_EQ(compare_entries({main}, {main, other}).size(), 1u);
}

}  // namespace
}  // namespace cerebro
