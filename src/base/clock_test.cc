#include "base/clock.h"

#include <gtest/gtest.h>

#include <numeric>
#include <thread>

namespace cerebro {
namespace {

double ms(const StageTimes& times, Stage stage) { return times[static_cast<size_t>(stage)]; }

void pass(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(StageClock, CountsAStepInsideAnotherAsItselfAlone) {
  const auto start = std::chrono::steady_clock::now();
  StageClock clock;
  {
    Timed outer(Stage::kResolve);
    pass(2);
    {
      Timed inner(Stage::kFold);
      pass(20);
    }
    pass(2);
  }
  const StageTimes times = clock.times();
  const std::chrono::duration<double, std::milli> whole = std::chrono::steady_clock::now() - start;
  EXPECT_GE(ms(times, Stage::kFold), 20);
  EXPECT_GE(ms(times, Stage::kResolve), 4);
  // Counted twice, the inner step would make it more.
  EXPECT_LE(ms(times, Stage::kResolve) + ms(times, Stage::kFold), whole.count());
  EXPECT_EQ(ms(times, Stage::kParse), 0);
}

TEST(StageClock, AddsUpToTheWhole) {
  const auto start = std::chrono::steady_clock::now();
  StageClock clock;
  {
    Timed timed(Stage::kParse);
    pass(1);
  }
  pass(1);
  const StageTimes times = clock.times();
  const std::chrono::duration<double, std::milli> whole = std::chrono::steady_clock::now() - start;
  const double sum = std::accumulate(times.begin(), times.end(), 0.0);
  EXPECT_GE(sum, 2);
  EXPECT_LE(sum, whole.count());
}

TEST(StageClock, LeavesOtherThreadsAndOuterClocksAlone) {
  StageClock outer;
  {
    StageClock inner;
    Timed timed(Stage::kParse);
    pass(1);
  }
  std::thread([] { Timed timed(Stage::kLower); }).join();
  EXPECT_EQ(ms(outer.times(), Stage::kParse), 0);
  EXPECT_EQ(ms(outer.times(), Stage::kLower), 0);
}

TEST(Timed, IsNothingWithoutAClock) { Timed timed(Stage::kParse); }

}  // namespace
}  // namespace cerebro
