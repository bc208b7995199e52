#include "scan/attempts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string_view>

#include "base/descriptor.h"
#include "scan/deep_stack.h"
#include "scan/descriptor_io.h"
#include "scan/sandbox.h"

namespace cerebro {
namespace {

int outcome_of(long result) { return result < 0 ? errno : 0; }

// By the call itself: the fork() of a sanitizer holds locks that the handler of a refused call
// needs.
pid_t fork_bare() { return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }

constexpr Attempt kAttempts[] = {
    {"open a socket", [] { return outcome_of(socket(AF_INET, SOCK_STREAM, 0)); }},
    {"run a program",
     [] {
       char* const arguments[] = {const_cast<char*>("/bin/true"), nullptr};
       return outcome_of(execve(arguments[0], arguments, nullptr));
     }},
    {"read /etc/passwd", [] { return outcome_of(open("/etc/passwd", O_RDONLY)); }},
    {"write a file",
     [] { return outcome_of(open("/tmp/cerebro-attempt", O_WRONLY | O_CREAT, 0600)); }},
    {"list a folder", [] { return outcome_of(open("/", O_RDONLY | O_DIRECTORY)); }},
    {"delete a file", [] { return outcome_of(unlink("/tmp/cerebro-attempt")); }},
    {"start a process", [] { return outcome_of(fork_bare()); }},
    {"start many processes",
     [] {
       for (int i = 0; i < 1000; ++i) {
         if (const pid_t child = fork_bare(); child == 0) _exit(0);
       }
       return errno;
     }},
    {"signal another process", [] { return outcome_of(kill(1, SIGCONT)); }},
    {"look into another process",
     [] { return outcome_of(ptrace(PTRACE_ATTACH, 1, nullptr, nullptr)); }},
    {"gain privileges", [] { return outcome_of(setuid(0)); }},
    {"take 64 GB of memory",
     [] {
       constexpr size_t kBytes = 64UL << 30;
       void* memory =
           mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return memory == MAP_FAILED ? errno : 0;
     }},
    {"make memory executable",
     [] {
       void* memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return memory == MAP_FAILED ? errno : 0;
     }},
    {"compute for ever",
     [] {
       for (volatile bool on = true; on;) {
       }
       return 0;
     }},
};

constexpr int kReport = 3;
constexpr uint64_t kMemoryBytes = 1ULL << 30;

// One letter and what belongs to it: 'L' why not locked down, 'S' system call, 'E' errno.
void tell(char what, std::string_view text) {
  write_all(kReport, {&what, 1});
  write_all(kReport, text);
}

void tell_refused(int system_call) {
  tell('S', {reinterpret_cast<const char*>(&system_call), sizeof system_call});
  _exit(EXIT_FAILURE);
}

[[noreturn]] void run_attempt(const Attempt& attempt, int report) {
  if (report != kReport) dup2(report, kReport);
  const rlimit second{1, 1};
  setrlimit(RLIMIT_CPU, &second);
  Limits limits;
  limits.package_memory_bytes = kMemoryBytes;
  const Result<uint64_t> mapped = confine_process();
  if (!mapped) {
    tell('L', mapped.error().message);
    _exit(EXIT_FAILURE);
  }
  try {
    with_deep_stack([&] {
      if (const Result<int> locked = lock_down(limits, *mapped, tell_refused); !locked) {
        return tell('L', locked.error().message);
      }
      const int error = attempt.run();
      tell('E', {reinterpret_cast<const char*>(&error), sizeof error});
    });
  } catch (const std::exception& error) {
    tell('L', error.what());
  }
  _exit(EXIT_SUCCESS);
}

Outcome judge(std::string_view told, int status) {
  if (told.starts_with('L')) return {false, false, std::string(told.substr(1))};
  int number = 0;
  if (told.size() > sizeof number) std::memcpy(&number, told.data() + 1, sizeof number);
  if (told.starts_with('S')) {
    return {true, true, "the system call " + system_call_name(number) + " was refused"};
  }
  if (told.starts_with('E')) {
    return {true, number != 0, number != 0 ? std::strerror(number) : "it succeeded"};
  }
  if (WIFSIGNALED(status)) {
    const char* name = sigabbrev_np(WTERMSIG(status));
    return {true, true, "ended by SIG" + std::string(name != nullptr ? name : "?")};
  }
  return {false, false, "the process ended before the attempt"};
}

}  // namespace

std::span<const Attempt> attempts() { return kAttempts; }

Outcome try_attempt(const Attempt& attempt) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {false, false, std::strerror(errno)};
  const Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  const pid_t child = fork();
  if (child == 0) run_attempt(attempt, theirs.get());
  theirs.reset();
  if (child < 0) return {false, false, std::strerror(errno)};
  std::array<char, 512> told;
  size_t size = 0;
  while (size < told.size()) {
    const ssize_t got = read(ours.get(), told.data() + size, told.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return judge({told.data(), size}, status);
}

}  // namespace cerebro
