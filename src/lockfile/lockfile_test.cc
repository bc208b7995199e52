#include "lockfile/lockfile.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace cerebro {
namespace {

namespace fs = std::filesystem;
const fs::path kCases = CEREBRO_SOURCE_DIR "/tests/lockfiles";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ReadNeighbour beside(const fs::path& folder) {
  return [folder](const std::string& path) -> std::optional<std::string> {
    if (!fs::exists(folder / path)) return std::nullopt;
    return read(folder / path);
  };
}

// tests/lockfiles/CASE: `expect` is what the lockfile beside it must give.
// CEREBRO_UPDATE_CASES=1 writes it.
TEST(Lockfile, GivesWhatTheCasesExpect) {
  size_t cases = 0;
  for (const auto& folder : fs::directory_iterator(kCases)) {
    for (const auto& file : fs::directory_iterator(folder)) {
      const std::string name = file.path().filename().string();
      if (!file.is_regular_file() || name == "expect" || name == "constraints.txt") continue;
      ++cases;
      const std::string text = read(file.path());
      EXPECT_TRUE(is_lockfile(name, text));
      const auto lockfile = read_lockfile(name, text, Limits{}, beside(folder.path()));
      ASSERT_TRUE(lockfile) << folder.path();
      if (std::getenv("CEREBRO_UPDATE_CASES") != nullptr) {
        std::ofstream(folder.path() / "expect") << dump(*lockfile);
      }
      EXPECT_EQ(dump(*lockfile), read(folder.path() / "expect")) << folder.path();
    }
  }
  EXPECT_EQ(cases, 32u);
}

// No input may crash, hang or throw: every case, cut short and with bytes changed.
TEST(Lockfile, SurvivesBrokenFiles) {
  for (const auto& folder : fs::directory_iterator(kCases)) {
    for (const auto& file : fs::directory_iterator(folder)) {
      if (!file.is_regular_file()) continue;
      const std::string name = file.path().filename().string(), text = read(file.path());
      for (size_t at = 0; at < text.size(); at += 7) {
        static_cast<void>(read_lockfile(name, text.substr(0, at), Limits{}));
        for (const char byte : {'\0', '{', '&', '\n', '\xff'}) {
          std::string changed = text;
          changed[at] = byte;
          static_cast<void>(read_lockfile(name, changed, Limits{}));
        }
      }
    }
  }
}

TEST(Lockfile, BoundsHostileFiles) {
  std::string aliases = "lockfileVersion: '9.0'\na: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    const std::string before = std::string(",*") + static_cast<char>(c - 1);
    std::string line = std::string(1, c) + ": &" + c + " [*" + static_cast<char>(c - 1);
    for (int i = 0; i < 8; ++i) line += before;
    aliases += line + "]\n";
  }
  struct Case {
    const char* name;
    std::string text;
    bool noted;
  };
  for (const Case& test : {
           Case{"pnpm-lock.yaml", aliases, false},
           {"pnpm-lock.yaml", "packages: " + std::string(100'000, '['), true},
           {"package-lock.json", std::string(100'000, '['), true},
           {"poetry.lock", "a = " + std::string(100'000, '['), true},
           {"uv.lock", "a" + std::string(100'000, '.'), true},
           {"package-lock.json", "", true},
           {"package-lock.json", "[]", true},
       }) {
    const auto lockfile = read_lockfile(test.name, test.text, Limits{});
    ASSERT_TRUE(lockfile);
    EXPECT_EQ(!lockfile->notes.empty(), test.noted) << test.name << test.text.substr(0, 20);
  }
}

TEST(Lockfile, StopsAtTheLimitOfEntries) {
  Limits limits;
  limits.lockfile_entries = 2;
  const auto lockfile = read_lockfile("requirements.txt", "a==1\nb==2\nc==3\nd==4\n", limits);
  ASSERT_TRUE(lockfile);
  EXPECT_EQ(lockfile->packages.size(), 2u);
  ASSERT_EQ(lockfile->notes.size(), 1u);
  EXPECT_EQ(lockfile->notes[0].code, Code::kLockfileLimit);
}

TEST(Lockfile, IsNotWhatIsNone) {
  EXPECT_FALSE(is_lockfile("package.json", "{\"dependencies\": {}}"));
  EXPECT_FALSE(is_lockfile("notes.txt", "six==1.17.0"));
  EXPECT_FALSE(read_lockfile("x.json", "{}", Limits{}));
}

}  // namespace
}  // namespace cerebro
