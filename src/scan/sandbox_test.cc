// What a worker cannot do, and what becomes of one that tries.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/sanitizers.h"
#include "scan/attempts.h"
#include "scan/ordered_map.h"
#include "scan/scan_pool.h"
#include "scan/scanner.h"
#include "scan/worker_result.h"

namespace cerebro {
namespace {

TEST(Sandbox, EveryAttemptIsRefused) {
  for (const Attempt& attempt : attempts()) {
    const Outcome outcome = try_attempt(attempt);
    EXPECT_TRUE(outcome.locked_down) << attempt.name << ": " << outcome.how;
    EXPECT_TRUE(outcome.held) << attempt.name << ": " << outcome.how;
  }
}

// ---- result -----------------------------------------------------------------------------------

ScanReport some_report() {
  ScanReport report;
  report.target = "x.tgz";
  report.ecosystem = Ecosystem::kNpm;
  report.decision = Decision::kSuspicious;
  report.score = 0.25;
  report.notes = {{Code::kArchiveEmpty, "m", "f"}};
  ReportedBehaviour row;
  row.id = "exec.run";
  row.unreached = true;
  row.line = -1;
  row.path = {"postinstall", "a.js"};
  row.path_lines = {0, 7};
  report.behaviours = {row};
  return report;
}

TEST(WorkerResult, ComesBackAsItWent) {
  const std::string bytes = to_bytes(some_report());
  const Result<ScanReport> back = parse_report(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_bytes(*back), bytes);
  EXPECT_EQ(back->behaviours[0].path_lines, (std::vector<int>{0, 7}));
}

TEST(WorkerResult, NoByteIsBelieved) {
  const std::string bytes = to_bytes(some_report());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(parse_report(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_report(bytes + "x"));
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(value);
      const Result<ScanReport> read = parse_report(changed);
      if (read) {
        EXPECT_EQ(to_bytes(*read), changed);
      }
    }
  }
}

// ---- pool -------------------------------------------------------------------------------------

// Does to the worker what the target's name says.
ScanReport misbehave(const std::string& target, const TargetInput& input, const Model& model,
                     const ScanOptions& options) {
  const std::string name = std::filesystem::path(target).filename();
  if (name == "segfault") raise(SIGSEGV);
  if (name == "abort") std::abort();
  if (name == "socket") socket(AF_INET, SOCK_STREAM, 0);
  if (name == "exit") _exit(9);
  if (name == "spin" || name == "sleep") {
    for (volatile bool on = true; on;) {
      if (name == "sleep") poll(nullptr, 0, 1000);
    }
  }
  if (name == "memory") {
    return scan_tree(
        target,
        [&]() -> Result<FileTree> {
          FileTree tree;
          for (;;) tree.files.push_back({"x", std::string(64 << 20, 'x'), false, false});
        },
        model, options);
  }
  if (name == "nonsense") {
    constexpr char kBytes[] = "These are no frame but some bytes.";
    if (write(3, kBytes, sizeof kBytes) > 0) pause();
  }
  if (name == "lies") {
    ScanReport report;
    report.target = "another";
    report.model = "another";
    report.score = std::bit_cast<double>(~0ULL);  // not a number
    return report;
  }
  return read_and_judge(target, input, model, options);
}

class Pool : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& content = "x") {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }

  Result<Model> model_ = Model::load(CEREBRO_SOURCE_DIR "/tests/data/tiny_bert");
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("cerebro-pool-" + std::to_string(getpid()));
};

std::string without_times(ScanReport report) {
  report.ms = {};
  report.total_ms = 0;
  return to_bytes(report);
}

TEST_F(Pool, DeathsCostOnePackageEach) {
  ScanOptions options;
  options.limits.package_cpu_ms = 0;
  options.limits.package_ms = 300'000;  // never reached, however busy the machine is
  const Result<std::unique_ptr<ScanPool>> pool = ScanPool::start(*model_, options, misbehave);
  ASSERT_TRUE(pool) << pool.error().message;
  const struct {
    const char* name;
    Code code;
    const char* message;
  } cases[] = {
      {"segfault", Code::kWorkerDied, "SIGSEGV"},
      {"abort", Code::kWorkerDied, "SIGABRT"},
      {"exit", Code::kWorkerDied, "it ended with status 9"},
      {"socket", Code::kWorkerRefused, "the system call socket"},
      {"spin", Code::kWorkerTime, "more than 0 ms of processor time"},
      {"nonsense", Code::kWorkerResult, "no frame of a worker, or too long a one"},
      {"lies", Code::kWorkerResult, "not a well-formed report"},
  };
  for (const auto& c : cases) {
    const ScanReport report = (*pool)->scan(file(c.name));
    EXPECT_EQ(report.decision, Decision::kIncomplete) << c.name;
    ASSERT_EQ(report.notes.size(), 1U) << c.name;
    EXPECT_EQ(report.notes[0].code, c.code) << c.name;
    EXPECT_EQ(report.notes[0].message, c.message) << c.name;
    EXPECT_EQ(report.target, folder_ / c.name);
    EXPECT_EQ(report.model, model_->info().version);
    // A fresh worker reads the next one.
    EXPECT_EQ((*pool)->scan(file("a.py", "import os")).notes,
              scan_target(file("a.py", "import os"), *model_, {}).notes);
  }
}

TEST_F(Pool, TooLongByTheClockCostsOnePackage) {
  ScanOptions options;
  options.limits.package_ms = 3'000;
  const Result<std::unique_ptr<ScanPool>> pool = ScanPool::start(*model_, options, misbehave);
  ASSERT_TRUE(pool) << pool.error().message;
  const ScanReport report = (*pool)->scan(file("sleep"));
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_EQ(report.notes[0].code, Code::kWorkerTime);
  EXPECT_EQ(report.notes[0].message, "more than 3000 ms");
}

#if !CEREBRO_SHADOW_MEMORY
// Alone, since filling the memory may take more processor time than the deaths above are given.
TEST_F(Pool, TooMuchMemoryCostsOnePackage) {
  ScanOptions options;
  options.limits.package_memory_bytes = 256 << 20;
  const Result<std::unique_ptr<ScanPool>> pool = ScanPool::start(*model_, options, misbehave);
  ASSERT_TRUE(pool) << pool.error().message;
  const ScanReport report = (*pool)->scan(file("memory"));
  EXPECT_EQ(report.decision, Decision::kIncomplete);
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_EQ(report.notes[0].code, Code::kWorkerMemory) << report.notes[0].message;
  EXPECT_EQ((*pool)->scan(file("a.py", "import os")).notes,
            scan_target(file("a.py", "import os"), *model_, {}).notes);
}
#endif

TEST_F(Pool, GivesWhatThisProcessWould) {
  std::vector<std::string> targets = {
      "/does/not/exist",     "npm:x@1",         folder_,
      file("a.txt", "text"), file("empty", ""), file("b.py", "import os\nos.system('id')")};
  for (const char* kind : {"malicious", "benign"}) {
    const std::filesystem::path examples =
        std::filesystem::path(CEREBRO_SOURCE_DIR) / "examples" / kind;
    for (const auto& example : std::filesystem::directory_iterator(examples)) {
      targets.push_back(example.path());
    }
  }
  ScanOptions options;
  options.limits.packages_per_worker = 3;  // so that some are replaced
  const Result<std::unique_ptr<ScanPool>> pool = ScanPool::start(*model_, options);
  ASSERT_TRUE(pool) << pool.error().message;
  std::vector<std::string> inside;
  size_t next = 0;
  ordered_map(
      4,
      [&]() -> std::optional<std::string> {
        if (next == targets.size()) return std::nullopt;
        return targets[next++];
      },
      [&](const std::string& target) { return without_times((*pool)->scan(target)); },
      [&](std::string report) {
        inside.push_back(std::move(report));
        return true;
      });
  ASSERT_EQ(inside.size(), targets.size());
  for (size_t i = 0; i < targets.size(); ++i) {
    EXPECT_EQ(inside[i], without_times(scan_target(targets[i], *model_, options))) << targets[i];
  }
}

// Whoever lists an installed tree says which files are loose; a name that ends so says nothing. The
// reports are kept apart, too: the bytes are the same.
TEST_F(Pool, LooseFilesAreKnownByTheListAlone) {
  const std::string folder = folder_ / "x (unclaimed)";
  std::filesystem::create_directory(folder);
  std::ofstream(folder + "/readme.txt") << "text";
  const auto listed = [&](bool unclaimed) {
    ScanInput input = ScanInput::path(folder);
    input.installed.emplace().path = folder;
    input.installed->unclaimed = unclaimed;
    return input;
  };
  const Result<std::unique_ptr<ScanPool>> pool = ScanPool::start(*model_, {});
  ASSERT_TRUE(pool) << pool.error().message;
  (*pool)->keep_results(folder_ / "kept");
  for (int again = 0; again < 2; ++again) {
    for (const auto& [input, decision] : {std::pair{ScanInput::path(folder), Decision::kIncomplete},
                                          std::pair{listed(false), Decision::kIncomplete},
                                          std::pair{listed(true), Decision::kClean}}) {
      EXPECT_EQ((*pool)->scan(input).decision, decision);
      EXPECT_EQ(scan_input(input, *model_, {}).decision, decision);
    }
  }
}

}  // namespace
}  // namespace cerebro
