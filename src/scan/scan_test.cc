#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "scan/deep_stack.h"
#include "scan/ordered_map.h"
#include "scan/scanner.h"
#include "scan/targets.h"

namespace cerebro {
namespace {

// ---- targets ----------------------------------------------------------------------------------

TEST(TargetList, NamedThenLines) {
  std::istringstream lines("b\n\nc d\r\ne");
  TargetList list({"a"}, &lines);
  std::vector<std::string> all;
  while (auto target = list.next()) all.push_back(*target);
  EXPECT_EQ(all, (std::vector<std::string>{"a", "b", "c d", "e"}));
  EXPECT_EQ(list.next(), std::nullopt);
}

TEST(Targets, RegistrySpecs) {
  for (const char* spec : {"npm:left-pad@1.3.0", "pypi:six==1.17.0", "pkg:npm/left-pad@1.3.0"}) {
    EXPECT_TRUE(is_registry_spec(spec)) << spec;
    EXPECT_EQ(read_input(ScanInput::path(spec), {}, Limits{}).error().code,
              Code::kTargetUnsupported)
        << spec;
  }
  for (const char* path : {"left-pad", "./npm:x", "npm", "npm/x", "/pkg:x", ""}) {
    EXPECT_FALSE(is_registry_spec(path)) << path;
  }
}

// ---- ordered_map ------------------------------------------------------------------------------

struct Numbers {
  int next_number = 0, end;
  std::optional<int> operator()() {
    if (next_number == end) return std::nullopt;
    return next_number++;
  }
};

TEST(OrderedMap, KeepsTheOrderOfTheInputs) {
  for (size_t jobs : {1, 2, 7}) {
    for (int count : {0, 1, 500}) {
      std::vector<int> seen;
      ordered_map(
          jobs, Numbers{0, count},
          [](int n) {
            if (n % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
            return n * n;
          },
          [&](int square) {
            seen.push_back(square);
            return true;
          });
      ASSERT_EQ(seen.size(), static_cast<size_t>(count));
      for (int n = 0; n < count; ++n) EXPECT_EQ(seen[static_cast<size_t>(n)], n * n);
    }
  }
}

TEST(OrderedMap, LooksAheadOnlySoFar) {
  constexpr size_t kJobs = 2;
  std::atomic<int> started = 0;
  int most_ahead = 0, emitted = 0;
  ordered_map(
      kJobs, Numbers{0, 300},
      [&](int n) {
        ++started;
        if (n == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return n;
      },
      [&](int) {
        most_ahead = std::max(most_ahead, started - emitted);
        ++emitted;
        return true;
      });
  EXPECT_LE(most_ahead, static_cast<int>(kJobs * kLookAheadPerJob) + 1);
  EXPECT_GT(most_ahead, 1);
}

TEST(OrderedMap, StopsWhenTheSinkDoes) {
  int taken = 0, seen = 0;
  ordered_map(
      3, [&]() -> std::optional<int> { return taken++; }, [](int n) { return n; },
      [&](int) { return ++seen < 10; });
  EXPECT_EQ(seen, 10);
}

// ---- deep stack -------------------------------------------------------------------------------

// Touches 1 KiB a level, so that the depth below would overflow a stack of 8 MiB.
int dig(int depth) {
  volatile char room[1024];
  room[0] = static_cast<char>(depth);
  return depth == 0 ? room[0] : dig(depth - 1) + 1 + (room[0] - room[0]);
}

TEST(DeepStack, HoldsFarMoreThanAThread) {
  int depth = 0;
  with_deep_stack([&] { depth = dig(100'000); });
  EXPECT_EQ(depth, 100'000);
}

TEST(DeepStack, HandsOnExceptions) {
  EXPECT_THROW(with_deep_stack([] { throw std::runtime_error("x"); }), std::runtime_error);
}

// ---- scanner ----------------------------------------------------------------------------------

class Scanner : public ::testing::Test {
 protected:
  Result<Model> model_ = Model::load(CEREBRO_SOURCE_DIR "/tests/data/tiny_bert");
  const std::string stealer_ = CEREBRO_SOURCE_DIR "/examples/malicious/npm-install-stealer";
};

TEST_F(Scanner, EveryFailureIsAReport) {
  const ScanReport report = scan_target("/does/not/exist", *model_, {});
  EXPECT_EQ(report.target, "/does/not/exist");
  EXPECT_EQ(report.decision, Decision::kIncomplete);
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_EQ(report.notes[0].code, Code::kFileNotFound);
  EXPECT_EQ(report.model, model_->info().version);
  EXPECT_FALSE(report.catalogue.empty());
}

TEST_F(Scanner, ThresholdDecides) {
  const ScanReport low = scan_target(stealer_, *model_, {.threshold = 0.0});
  const ScanReport high = scan_target(stealer_, *model_, {.threshold = 1.0});
  EXPECT_EQ(low.decision, Decision::kMalicious);
  EXPECT_NE(high.decision, Decision::kMalicious);
  EXPECT_EQ(low.score, high.score);
}

TEST_F(Scanner, WeighsWhatAlarmsOrWhatIsAskedFor) {
  const auto weighed = [&](double threshold, bool explain) {
    const ScanReport report =
        scan_target(CEREBRO_SOURCE_DIR "/examples/malicious/npm-import-downloader", *model_,
                    {.threshold = threshold, .explain = explain});
    return std::any_of(report.behaviours.begin(), report.behaviours.end(),
                       [](const ReportedBehaviour& row) { return row.weight != 0; });
  };
  const double score =
      scan_target(CEREBRO_SOURCE_DIR "/examples/malicious/npm-import-downloader", *model_, {})
          .score;
  EXPECT_TRUE(weighed(score, false));
  EXPECT_TRUE(weighed(1.0, true));
}

TEST_F(Scanner, BehavioursSayWhereAndHow) {
  const ScanReport report = scan_target(stealer_, *model_, {});
  EXPECT_EQ(report.name, "example-install-stealer");
  const auto row =
      std::find_if(report.behaviours.begin(), report.behaviours.end(),
                   [](const ReportedBehaviour& r) { return r.id == "read.environment"; });
  ASSERT_NE(row, report.behaviours.end());
  EXPECT_EQ(row->file, "setup.js");
  EXPECT_EQ(row->line, 7);
  EXPECT_EQ(row->phase, Phase::kInstall);
  EXPECT_EQ(row->path, (std::vector<std::string>{"postinstall", "package.json:<module>",
                                                 "setup.js:<module>", "setup.js:collect"}));
}

}  // namespace
}  // namespace cerebro
