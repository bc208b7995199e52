#include "scan/sandbox.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/sanitizers.h"
#include "scan/deep_stack.h"

namespace cerebro {
namespace {

// ---- Landlock (https://docs.kernel.org/userspace-api/landlock.html); Debian's headers know ABI 2

constexpr long kCreateRuleset = 444, kRestrictSelf = 446;
constexpr uint32_t kAskVersion = 1;

struct Ruleset {
  uint64_t file_rights = 0, net_rights = 0, scopes = 0;
};

struct RulesetOfAbi {
  int abi;
  Ruleset handled;  // all the rights that this version knows
  size_t bytes;     // of the structure
};

constexpr RulesetOfAbi kRulesets[] = {
    {6, {0xffff, 3, 3}, 24}, {5, {0xffff, 3, 0}, 16}, {4, {0x7fff, 3, 0}, 16},
    {3, {0x7fff, 0, 0}, 8},  {2, {0x3fff, 0, 0}, 8},  {1, {0x1fff, 0, 0}, 8},
};

bool restrict_by_landlock() {
  const int abi = landlock_abi();
  for (const RulesetOfAbi& row : kRulesets) {
    if (abi < row.abi) continue;
    const long ruleset = syscall(kCreateRuleset, &row.handled, row.bytes, 0);
    if (ruleset < 0) return false;
    const bool restricted = syscall(kRestrictSelf, ruleset, 0) == 0;  // nothing handled is allowed
    close(static_cast<int>(ruleset));
    return restricted;
  }
  return true;
}

// ---- rlimits

bool limit(__rlimit_resource resource, rlim_t value) {
  const rlimit both{value, value};
  return setrlimit(resource, &both) == 0;
}

constexpr bool kCountsMemory = CEREBRO_SHADOW_MEMORY == 0;

// Of the address space: "size resident shared ...", in pages.
uint64_t mapped_bytes() {
  FILE* file = std::fopen("/proc/self/statm", "re");
  unsigned long long pages = 0;
  if (file == nullptr) return 0;
  const bool read = std::fscanf(file, "%llu", &pages) == 1;
  std::fclose(file);
  return read ? pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

// ---- seccomp

// What reading, computing, freeing memory, aborting and exiting need, and no more.
constexpr const char* kAllowed[] = {
    "read",
    "write",
    "recvmsg",
    "close",
    "lseek",
    "poll",
    "ppoll",
    "munmap",
    "mremap",
    "madvise",
    "brk",
    "futex",
    "sched_yield",
    "sched_getaffinity",
    "getcpu",
    "restart_syscall",
    "clock_gettime",
    "gettimeofday",
    "time",
    "getrandom",
    "sysinfo",
    "uname",
    "getrusage",
    "getpid",
    "gettid",
    "rt_sigreturn",
    "rt_sigprocmask",
    "sigaltstack",
    "exit",
    "exit_group",
#if CEREBRO_THREAD_SANITIZER
    // The runtime of ThreadSanitizer has a thread that sleeps between two looks at the memory in
    // use. It may begin after the filter is set, and no handler may run on it.
    "nanosleep",
    "clock_nanosleep",
    "set_robust_list",
    "rseq",
#endif
};

// Libraries try these in passing and go on without: allocators look for settings, iconv for its
// tables, time zones for theirs.
constexpr const char* kFails[] = {
    "open",       "openat", "openat2",    "creat",      "access", "faccessat", "faccessat2",
    "stat",       "lstat",  "fstat",      "newfstatat", "statx",  "statfs",    "readlink",
    "readlinkat", "getcwd", "getdents64", "ioctl",      "fcntl",  "prctl",
};

RefusedHandler refused_handler = nullptr;

void on_sigsys(int, siginfo_t* details, void*) {
  refused_handler(details->si_syscall);
  _exit(EXIT_FAILURE);
}

using Filter = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

bool add(const Filter& filter, uint32_t action, const char* name) {
  const int number = seccomp_syscall_resolve_name(name);
  // Not every machine has every call ("open" is none of arm64's).
  return number < 0 || seccomp_rule_add(filter.get(), action, number, 0) == 0;
}

bool filter_system_calls() {
  const Filter filter(seccomp_init(SCMP_ACT_TRAP), seccomp_release);
  if (!filter) return false;
  bool good = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
              seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  for (const char* name : kAllowed) good = good && add(filter, SCMP_ACT_ALLOW, name);
  for (const char* name : kFails) good = good && add(filter, SCMP_ACT_ERRNO(EACCES), name);
  // Nothing is compiled in a worker. To abort is to signal oneself; limits may be read.
  for (const int number : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    good = good && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 1,
                                    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
  }
  good = good &&
         seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                          SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()))) == 0 &&
         seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2,
                          SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0)) == 0;
  return good && seccomp_load(filter.get()) == 0;
}

tl::unexpected<Error> refused(const std::string& what) {
  return fail(Code::kSandboxUnavailable, what + ": " + std::strerror(errno));
}

}  // namespace

int landlock_abi() {
  const long abi = syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

Result<uint64_t> confine_process() {
  const uint64_t mapped = mapped_bytes();  // while /proc can be read
  if (mapped == 0) return refused("/proc/self/statm");
  constexpr rlim_t kDescriptors = 8;  // the standard three, the socket, the input
  if (!limit(RLIMIT_CORE, 0)) return refused("core dumps cannot be turned off");
  if (!limit(RLIMIT_FSIZE, 0)) return refused("the size of files cannot be limited");
  if (!limit(RLIMIT_NOFILE, kDescriptors)) return refused("descriptors cannot be limited");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs");
  if (!restrict_by_landlock()) return refused("Landlock");
  return mapped;
}

Result<int> lock_down(const Limits& limits, uint64_t mapped, RefusedHandler handler) {
  if (kCountsMemory && !limit(RLIMIT_AS, mapped + kDeepStackBytes + limits.package_memory_bytes)) {
    return refused("memory cannot be limited");
  }
  if (!limit(RLIMIT_NPROC, 0)) return refused("processes cannot be limited");
  refused_handler = handler;
  struct sigaction action = {};
  action.sa_sigaction = on_sigsys;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0) return refused("SIGSYS");
  errno = 0;
  if (!filter_system_calls()) return refused("seccomp");
  return 0;
}

std::string system_call_name(int number) {
  char* const name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
  const std::string text = name != nullptr ? name : std::to_string(number);
  std::free(name);
  return text;
}

}  // namespace cerebro
