// What the cache of reports gives back, and what it must not believe.

#include "scan/result_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "scan/scan_pool.h"
#include "scan/worker_result.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;

class Results : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "results-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    Result<Model> model = Model::load(CEREBRO_SOURCE_DIR "/tests/data/tiny_bert");
    ASSERT_TRUE(model);
    model_.emplace(std::move(*model));
  }
  void TearDown() override { fs::remove_all(folder_); }

  ResultCache cache(const ScanOptions& options = {}) const {
    return ResultCache(folder_ + "/results", *model_, options);
  }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ + "/" + name) << content;
    return folder_ + "/" + name;
  }

  static std::string read(const fs::path& path) {
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
  }

  // The one entry.
  fs::path entry() const {
    fs::path found;
    for (const auto& file : fs::recursive_directory_iterator(folder_ + "/results")) {
      if (file.is_regular_file() && file.path().filename() != "key") found = file.path();
    }
    return found;
  }

  std::string key_of(const ResultCache& results, const std::string& path) const {
    Result<TargetInput> input = open_input(ScanInput::path(path), {});
    EXPECT_TRUE(input);
    Result<TargetInput> copy = copied_input(std::move(*input), path, 1 << 20);
    EXPECT_TRUE(copy);
    return results.key(*copy, path);
  }

  static ScanReport clean() {
    ScanReport report;
    report.name = "left-pad";
    report.decision = Decision::kClean;
    return report;
  }

  std::string folder_;
  std::optional<Model> model_;
};

const std::string kKey(64, 'a'), kOther = "aa" + std::string(62, 'b');

TEST_F(Results, AreFoundAgainWithoutTargetAndTimes) {
  ScanReport report = clean();
  report.target = "x";
  report.total_ms = 7;
  cache().put(kKey, report);
  const std::optional<ScanReport> found = cache().find(kKey);
  ASSERT_TRUE(found);
  EXPECT_EQ(to_bytes(*found), to_bytes(clean()));
  EXPECT_FALSE(cache().find(kOther));
}

TEST_F(Results, EveryChangedByteIsNoReport) {
  cache().put(kKey, clean());
  const std::string whole = read(entry());
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    std::ofstream(entry()) << changed;
    EXPECT_FALSE(cache().find(kKey)) << at;
    std::ofstream(entry()) << whole.substr(0, at);
    EXPECT_FALSE(cache().find(kKey)) << at;
  }
  std::ofstream(entry()) << whole + "x";
  EXPECT_FALSE(cache().find(kKey));
  std::ofstream(entry()) << whole;
  EXPECT_TRUE(cache().find(kKey));
}

TEST_F(Results, AReportUnderAnotherKeyIsNone) {
  cache().put(kKey, clean());
  fs::copy(entry(), entry().parent_path() / kOther.substr(1));
  EXPECT_TRUE(cache().find(kKey));
  EXPECT_FALSE(cache().find(kOther));
}

TEST_F(Results, AnotherSecretMakesNoReport) {
  cache().put(kKey, clean());
  std::ofstream(folder_ + "/results/key") << std::string(32, 'k');
  EXPECT_FALSE(cache().find(kKey));
}

TEST_F(Results, ASecretThatOthersMayKnowIsNotUsed) {
  ASSERT_TRUE(cache().enabled());
  const std::string key = folder_ + "/results/key";
  struct stat status {};
  ASSERT_EQ(stat(key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(chmod(key.c_str(), 0640), 0);
  EXPECT_FALSE(cache().enabled());
  fs::remove(key);
  write("elsewhere", std::string(32, 'k'));
  ASSERT_EQ(chmod((folder_ + "/elsewhere").c_str(), 0600), 0);
  fs::create_symlink(folder_ + "/elsewhere", key);
  EXPECT_FALSE(cache().enabled());
  fs::remove(key);
  std::ofstream(key) << "short";
  ASSERT_EQ(chmod(key.c_str(), 0600), 0);
  EXPECT_FALSE(cache().enabled());
  EXPECT_FALSE(ResultCache("", *model_, {}).enabled());
}

TEST_F(Results, AnEntryIsReadThroughNoLinkAndNoPipe) {
  cache().put(kKey, clean());
  const fs::path file = entry(), moved = folder_ + "/moved";
  fs::rename(file, moved);
  fs::create_symlink(moved, file);
  EXPECT_FALSE(cache().find(kKey));
  fs::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  EXPECT_FALSE(cache().find(kKey));
}

TEST_F(Results, WhatMayGoBetterNextTimeIsNotKept) {
  const struct {
    Code code;
    bool kept;
  } cases[] = {{Code::kWorkerDied, false},     {Code::kWorkerTime, false},
               {Code::kWorkerMemory, false},   {Code::kWorkerResult, false},
               {Code::kFileUnreadable, false}, {Code::kScanInternal, false},
               {Code::kFoldLimit, true},       {Code::kResolveLimit, true}};
  for (const auto& c : cases) {
    fs::remove_all(folder_ + "/results");
    ScanReport report = clean();
    report.notes = {{c.code, {}, {}}};
    cache().put(kKey, report);
    EXPECT_EQ(cache().find(kKey).has_value(), c.kept) << number(c.code);
  }
}

TEST_F(Results, TheKeyHoldsAllThatMatters) {
  const std::string a = write("a.js", "x = 1"), b = write("b.js", "x = 1"), c = write("c", "x = 2");
  const std::string key = key_of(cache(), a);
  EXPECT_EQ(key.size(), 64U);
  EXPECT_EQ(key, key_of(cache(), a));
  EXPECT_NE(key, key_of(cache(), b));  // a file's name may say what language it is
  EXPECT_NE(key, key_of(cache(), c));
  ScanOptions options;
  options.threshold = 0.5;
  EXPECT_NE(key, key_of(cache(options), a));
  options = {};
  options.explain = true;
  EXPECT_NE(key, key_of(cache(options), a));
  options = {};
  options.archive.password = "infected";
  EXPECT_NE(key, key_of(cache(options), a));
  options = {};
  options.limits.fold_steps -= 1;
  EXPECT_NE(key, key_of(cache(options), a));
  // Directories: by what is in them, wherever they are.
  for (const char* name : {"/one", "/two"}) {
    fs::create_directory(folder_ + name);
    fs::copy(a, folder_ + name);
  }
  const std::string one = key_of(cache(), folder_ + "/one");
  EXPECT_EQ(one, key_of(cache(), folder_ + "/two"));
  write("two/a.js", "x = 3");
  EXPECT_NE(one, key_of(cache(), folder_ + "/two"));
  fs::rename(folder_ + "/one/a.js", folder_ + "/one/b.js");
  EXPECT_NE(one, key_of(cache(), folder_ + "/one"));
}

TEST_F(Results, StayWithinTheirRoom) {
  ScanReport report = clean();
  report.sequence = std::string(15 << 20, 's');
  const ResultCache one = cache();  // knows what it has put, but not what others have
  for (int i = 0; i < 7; ++i) {
    std::string key = kKey;
    key[10] = static_cast<char>('a' + i);
    if (i % 2 == 0) {
      one.put(key, report);
    } else {
      cache().put(key, report);
    }
  }
  uintmax_t bytes = 0;
  for (const auto& file : fs::directory_iterator(folder_ + "/results/a")) bytes += file.file_size();
  EXPECT_GT(bytes, 0U);
  EXPECT_LE(bytes, 64U << 20);
  report.sequence += report.sequence;
  cache().put(kOther, report);
  EXPECT_FALSE(cache().find(kOther));
}

int readings = 0;

TEST_F(Results, APoolTakesWhatItKnows) {
  const std::string target = write("a.py", "import os\nos.system('id')");
  const auto scan = [&](bool keep) {
    Result<std::unique_ptr<ScanPool>> pool = ScanPool::start(*model_, {});
    EXPECT_TRUE(pool);
    if (keep) (*pool)->keep_results(folder_ + "/results");
    ScanReport report = (*pool)->scan(target);
    if (report.ms != StageTimes{}) ++readings;
    report.ms = {};
    report.total_ms = 0;
    return to_bytes(report);
  };
  const std::string fresh = scan(false);
  EXPECT_EQ(scan(true), fresh);
  EXPECT_EQ(readings, 2);
  EXPECT_EQ(scan(true), fresh);
  EXPECT_EQ(readings, 2);
  write("a.py", "import os\nos.system('whoami')");
  EXPECT_NE(scan(true), fresh);
  EXPECT_EQ(readings, 3);
}

}  // namespace
}  // namespace cerebro
