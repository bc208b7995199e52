// What is read in workers beside packages to be judged: steps that are shown, and lockfiles.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "scan/lockfile_reader.h"
#include "scan/step_reader.h"
#include "scan/worker_result.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;

class Readers : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_ / "project"); }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& content) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }
  const fs::path folder_ = fs::temp_directory_path() / ("cerebro-read-" + std::to_string(getpid()));
};

// Every byte of a message set to some others: it is refused, or it is another well-formed one.
template <typename Parse>
void expect_nothing_believed(const std::string& bytes, Parse parse) {
  ASSERT_TRUE(parse(bytes));
  EXPECT_EQ(to_bytes(*parse(bytes)), bytes);
  EXPECT_FALSE(parse(bytes + "x"));
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(parse(bytes.substr(0, size)));
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(value);
      const auto read = parse(changed);
      if (read) {
        EXPECT_EQ(to_bytes(*read), changed);
      }
    }
  }
}

TEST(WorkerMessages, NoByteIsBelieved) {
  StepText step;
  step.errors = {{Code::kArchiveEmpty, "m", "w"}};
  step.ecosystem = Ecosystem::kPypi;
  step.texts = {"start, end", ""};
  step.notes = {{Code::kArchiveEmpty, "m", "f"}};
  expect_nothing_believed(to_bytes(step), parse_step_text);

  LockfileAnswer answer;
  answer.lacking = {"a.txt"};
  answer.lockfile.format = "f";
  LockedPackage package;
  package.source = Source::kGit;
  package.hashes = {"sha512-x"};
  package.optional = true;
  answer.lockfile.packages = {package};
  expect_nothing_believed(to_bytes(answer), parse_lockfile_answer);
  expect_nothing_believed(to_bytes(LockfileRequest{{{"p", true, "t"}}}), parse_lockfile_request);
}

TEST_F(Readers, StepsAreThoseOfThisProcess) {
  const auto show = [](const Analysis& analysis) {
    return std::vector<std::string>{analysis.sequence.text(), dump(analysis.package)};
  };
  std::vector<std::string> targets = {"/does/not/exist", "npm:x@1", folder_, file("a.txt", "text"),
                                      file("b.py", "import os\nos.system('id')")};
  for (const char* kind : {"malicious", "benign"}) {
    for (const auto& example :
         fs::directory_iterator(fs::path(CEREBRO_SOURCE_DIR) / "examples" / kind)) {
      targets.push_back(example.path());
    }
  }
  const Result<StepReader> inside = step_reader({}, {}, show, false);
  const Result<StepReader> here = step_reader({}, {}, show, true);
  ASSERT_TRUE(inside) << inside.error().message;
  for (const std::string& target : targets) {
    const ScanInput input = ScanInput::path(target);
    EXPECT_EQ(to_bytes((*inside)(input)), to_bytes((*here)(input))) << target;
  }
}

TEST_F(Readers, AStepThatDiesIsAnError) {
  const auto show = [](const Analysis& analysis) -> std::vector<std::string> {
    if (analysis.tree.find("b.py") != nullptr) std::abort();
    return {};
  };
  const Result<StepReader> read = step_reader({}, {}, show, false);
  ASSERT_TRUE(read);
  for (int again = 0; again < 2; ++again) {
    const StepText text = (*read)(ScanInput::path(file("b.py", "import os")));
    ASSERT_EQ(text.errors.size(), 1U);
    EXPECT_EQ(text.errors[0].code, Code::kWorkerDied);
  }
}

TEST_F(Readers, LockfilesWithWhatTheyInclude) {
  file("outside.txt", "outside==1");
  file("project/a/b.txt", "two==2\n-r ../c.txt\n-r missing.txt\n");
  file("project/c.txt", "three==3\n-r a/b.txt\n-r requirements.txt\n");
  fs::create_symlink("../outside.txt", folder_ / "project/link.txt");
  const std::string path =
      file("project/requirements.txt", "one==1\n-r a/b.txt\n-r ../outside.txt\n-r link.txt\n");
  const auto pool = start_lockfile_pool({});
  ASSERT_TRUE(pool) << pool.error().message;
  const auto here = read_lockfile_at(path, {});
  const auto inside = read_lockfile_in(**pool, path, {});
  ASSERT_TRUE(here && inside);
  EXPECT_EQ(dump(*inside), dump(*here));
  EXPECT_EQ(inside->packages, here->packages);
  EXPECT_EQ(inside->notes, here->notes);
  EXPECT_EQ(inside->packages.size(), 3U);
  const std::string text = file("x.txt", "hello");
  EXPECT_EQ(read_lockfile_in(**pool, text, {}).error().code, Code::kLockfileUnknown);
  EXPECT_EQ(read_lockfile_in(**pool, folder_ / "none", {}).error().code, Code::kFileNotFound);
}

TEST_F(Readers, AWorkerGetsNoFileFromOutsideAndNotEndlesslyMany) {
  file("outside.txt", "OUTSIDE");
  const std::string path = file("project/requirements.txt", "one==1");
  // Answers with the texts it was given, and asks for one more each time.
  const auto body = [](const std::string&, const TargetInput& input) {
    const auto request = parse_lockfile_request(read_all_bytes(input));
    LockfileAnswer answer;
    for (const IncludedText& file : request->files) {
      if (file.text.find("OUTSIDE") != std::string::npos) std::abort();
    }
    const size_t asked = request->files.size();
    answer.lacking = {asked == 1 ? "../outside.txt" : std::to_string(asked)};
    return WorkerAnswer{to_bytes(answer)};
  };
  const auto pool = WorkerPool::start({}, body);
  ASSERT_TRUE(pool);
  const auto read = read_lockfile_in(**pool, path, {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kWorkerResult);
}

}  // namespace
}  // namespace cerebro
