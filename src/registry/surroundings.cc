#include "registry/surroundings.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>

#include "archive/disk.h"

extern char** environ;

namespace cerebro {
namespace {

constexpr uint64_t kMaxFile = 1 << 20;
constexpr size_t kMaxOutput = 1 << 16;
constexpr std::chrono::seconds kPatience{20};

std::optional<std::string> read_file(const std::string& path) {
  // Followed, since a .npmrc is often a link of a folder of settings.
  const auto file = read_regular_file(path, kMaxFile, true);
  if (!file || file->truncated) return std::nullopt;
  return file->content;
}

// What `descriptor` gives until its end; nothing when it takes too long or is too much.
std::optional<std::string> read_all(int descriptor) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd waiting{descriptor, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
      return std::nullopt;
    }
    const ssize_t size = read(descriptor, buffer.data(), buffer.size());
    if (size < 0 || text.size() > kMaxOutput) return std::nullopt;
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<size_t>(size));
  }
}

std::optional<std::string> run_program(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  std::vector<char*> words;
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addchdir_np(&actions, "/");
  pid_t child = 0;
  const int failed = posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::optional<std::string> output;
  if (failed == 0) {
    output = read_all(ends[0]);
    if (!output) kill(child, SIGKILL);
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      output.reset();
    }
  }
  close(ends[0]);
  return output;
}

}  // namespace

std::string Surroundings::variable(const std::string& name) const {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string() : found->second;
}

Surroundings Surroundings::real() {
  Surroundings real;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const size_t equals = text.find('=');
    if (equals != std::string::npos)
      real.variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  std::error_code error;
  real.folder = std::filesystem::current_path(error).string();
  real.read = read_file;
  real.run = run_program;
  return real;
}

}  // namespace cerebro
