#include "scan/worker_pool.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "archive/file_tree.h"
#include "scan/sandbox.h"

namespace cerebro {
namespace {

using Clock = std::chrono::steady_clock;
constexpr uint64_t kMessageBytes = 4096;            // of frames that are no answers
constexpr std::chrono::seconds kStartPatience{60};  // for a worker to be ready

// ---- the process that forks workers; it is told over a socket that keeps messages apart

struct Order {
  enum class What : uint32_t { kStart, kReap } what = What::kStart;
  pid_t pid = 0;  // to reap
};

struct Done {
  pid_t pid = -1;  // of the new worker, -1 when there is none
  int value = 0;   // errno, or the status of the reaped
};

bool answer(int socket, Done done, int fd) {
  iovec part{&done, sizeof done};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* first = CMSG_FIRSTHDR(&message);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(first), &fd, sizeof fd);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof done);
}

// A zip with the empty file U+00E9, whose name must be converted.
constexpr char kAccentedZip[] =
    "PK\003\004\024\000\000\010\000\000\000\000\041\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\002\000\000\000\303\251PK\001\002\024\003\024\000\000\010\000\000"
    "\000\000\041\000\000\000\000\000\000\000\000\000\000\000\000\000\002\000\000\000\000"
    "\000\000\000\000\000\000\000\200\001\000\000\000\000\303\251PK\005\006\000\000\000"
    "\000\001\000\001\000\060\000\000\000\040\000\000\000\000\000";

// What no worker could do for itself: the tables of a character set are files.
void load_character_sets() {
  constexpr std::string_view kZip(kAccentedZip, sizeof kAccentedZip - 1);
  static_cast<void>(read_bytes(kZip, {}, {}));
}

// A worker that is taken over should find no token in its memory.
void forget_environment() {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    std::memset(*variable, 0, std::strlen(*variable));
  }
  clearenv();
}

[[noreturn]] void run_forker(int socket, const Limits& limits, const WorkerBody& body,
                             const std::function<void()>& warm_up) {
  // What a terminal sends to the whole group is the parent's business.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  constexpr int kSocket = 3;
  if (socket != kSocket && dup2(socket, kSocket) < 0) _exit(EXIT_FAILURE);
  close_range(kSocket + 1, ~0U, 0);
  // Held open, a pipe that the report goes into would not end with the parent.
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO}) dup2(STDERR_FILENO, fd);
  load_character_sets();
  forget_environment();
  size_t started = 0;
  Order order;
  while (recv(kSocket, &order, sizeof order, 0) == static_cast<ssize_t>(sizeof order)) {
    Done done;
    Descriptor ours, theirs;
    if (order.what == Order::What::kReap) {
      done.pid = waitpid(order.pid, &done.value, 0);
    } else {
      // It costs more than a small package, so the first worker, which may be the last, does not
      // wait for it.
      if (++started == 2 && warm_up) warm_up();
      int ends[2];
      if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
        ours = Descriptor(ends[0]);
        theirs = Descriptor(ends[1]);
        done.pid = fork();
        if (done.pid == 0) run_worker(theirs.get(), limits, body);
      }
      done.value = errno;
    }
    if (!answer(kSocket, done, done.pid > 0 ? ours.get() : -1)) break;
  }
  _exit(EXIT_SUCCESS);
}

struct Worker {
  pid_t pid = 0;
  Descriptor socket;
  uint64_t packages = 0;
};

std::string signal_text(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

Error cause_of_death(int status, const Limits& limits) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU) {
      return {Code::kWorkerTime,
              "more than " + std::to_string(limits.package_cpu_ms) + " ms of processor time",
              {}};
    }
    if (signal == SIGSYS) return {Code::kWorkerRefused, "a system call", {}};
    const bool killed = signal == SIGKILL;
    return {
        Code::kWorkerDied,
        signal_text(signal) + (killed ? ": by the system, for want of memory, or by somebody" : ""),
        {}};
  }
  return {Code::kWorkerDied, "it ended with status " + std::to_string(WEXITSTATUS(status)), {}};
}

}  // namespace

struct WorkerPool::Impl {
  const Limits limits;
  pid_t forker = 0;
  std::mutex ordering;  // one order at a time
  Descriptor orders;
  std::mutex idling;
  std::vector<Worker> idle;

  explicit Impl(const Limits& its_limits) : limits(its_limits) {}

  std::optional<Done> order(Order what, Descriptor* fd) {
    const std::lock_guard one(ordering);
    if (send(orders.get(), &what, sizeof what, MSG_NOSIGNAL) < 0) return std::nullopt;
    Done done;
    iovec part{&done, sizeof done};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t got = 0;
    do {
      got = recvmsg(orders.get(), &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got != static_cast<ssize_t>(sizeof done)) return std::nullopt;
    if (const cmsghdr* first = CMSG_FIRSTHDR(&message); first != nullptr && fd != nullptr) {
      int received = -1;
      std::memcpy(&received, CMSG_DATA(first), sizeof received);
      *fd = Descriptor(received);
    }
    return done;
  }

  // Also of a worker that is well: it is not needed any more.
  int bury(const Worker& worker) {
    // To a process that is ending already this changes nothing; its status stays the true one.
    kill(worker.pid, SIGKILL);
    const std::optional<Done> done = order({Order::What::kReap, worker.pid}, nullptr);
    return done ? done->value : 0;
  }

  Result<Worker> start_worker() {
    Worker worker;
    const std::optional<Done> done = order({}, &worker.socket);
    if (!done) return fail(Code::kSandboxUnavailable, "the process that starts workers is gone");
    if (done->pid < 0 || !worker.socket.valid()) {
      return fail(Code::kSandboxUnavailable,
                  std::string("no process can be started: ") + std::strerror(done->value));
    }
    worker.pid = done->pid;
    WorkerFrame frame;
    const Received received =
        receive_frame(worker.socket.get(), Clock::now() + kStartPatience, kMessageBytes, frame);
    if (received == Received::kFrame && frame.type == FrameType::kReady) return worker;
    const int status = bury(worker);
    return fail(Code::kSandboxUnavailable,
                received == Received::kFrame && frame.type == FrameType::kFailed
                    ? frame.bytes
                    : "a worker did not start: " + cause_of_death(status, limits).message);
  }

  Result<Worker> take_worker() {
    while (true) {
      Worker worker;
      {
        const std::lock_guard lock(idling);
        if (idle.empty()) break;
        worker = std::move(idle.back());
        idle.pop_back();
      }
      // One that speaks unasked or died in its sleep is no good.
      pollfd state{worker.socket.get(), POLLIN, 0};
      if (poll(&state, 1, 0) == 0) return worker;
      bury(worker);
    }
    return start_worker();
  }

  // From now on: so much more than it has used.
  void allow_cpu(pid_t pid) {
    clockid_t clock;
    timespec used{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return;
    rlimit both{static_cast<rlim_t>(used.tv_sec) + limits.package_cpu_ms / 1000 + 1, RLIM_INFINITY};
    rlimit now{};
    if (prlimit(pid, RLIMIT_CPU, nullptr, &now) == 0) both.rlim_max = now.rlim_max;
    prlimit(pid, RLIMIT_CPU, &both, nullptr);
  }

  Result<int> ask(const std::string& target, TargetInput& input, const AnswerTaker& take) {
    TRY(worker, take_worker());
    allow_cpu(worker.pid);
    WorkerFrame frame;
    Received received = Received::kClosed;
    const auto deadline = Clock::now() + std::chrono::milliseconds(limits.package_ms);
    if (send_request(worker.socket.get(), target, input)) {
      input.bytes.reset();
      received = receive_frame(worker.socket.get(), deadline, limits.result_bytes, frame);
    }
    if (received == Received::kFrame &&
        (frame.type == FrameType::kAnswer || frame.type == FrameType::kLastAnswer)) {
      Result<int> taken = take(frame.bytes);
      const bool keep = taken && frame.type == FrameType::kAnswer &&
                        ++worker.packages < limits.packages_per_worker;
      if (keep) {
        const std::lock_guard lock(idling);
        idle.push_back(std::move(worker));
      } else {
        bury(worker);
      }
      return taken;
    }
    const int status = bury(worker);
    if (received == Received::kClosed) return tl::unexpected(cause_of_death(status, limits));
    if (received == Received::kLate) {
      return fail(Code::kWorkerTime, "more than " + std::to_string(limits.package_ms) + " ms");
    }
    if (received == Received::kFrame && frame.type == FrameType::kRefused) {
      return fail(Code::kWorkerRefused,
                  "the system call " + system_call_name(std::atoi(frame.bytes.c_str())));
    }
    return fail(Code::kWorkerResult, "no frame of a worker, or too long a one");
  }
};

WorkerPool::WorkerPool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WorkerPool::~WorkerPool() {
  for (const Worker& worker : impl_->idle) impl_->bury(worker);
  impl_->orders.reset();  // which ends the process that forks
  while (waitpid(impl_->forker, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<std::unique_ptr<WorkerPool>> WorkerPool::start(const Limits& limits, WorkerBody body,
                                                      std::function<void()> warm_up) {
  auto impl = std::make_unique<Impl>(limits);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(Code::kSandboxUnavailable, std::string("no socket: ") + std::strerror(errno));
  }
  impl->orders = Descriptor(ends[0]);
  Descriptor theirs(ends[1]);
  impl->forker = fork();
  if (impl->forker < 0) {
    return fail(Code::kSandboxUnavailable,
                std::string("no process can be started: ") + std::strerror(errno));
  }
  if (impl->forker == 0) run_forker(theirs.get(), limits, body, warm_up);
  theirs.reset();
  std::unique_ptr<WorkerPool> pool(new WorkerPool(std::move(impl)));
  Result<Worker> first = pool->impl_->start_worker();
  if (!first) return tl::unexpected(first.error());
  pool->impl_->idle.push_back(std::move(*first));
  return pool;
}

Result<int> WorkerPool::ask(const std::string& target, TargetInput& input,
                            const AnswerTaker& take) {
  return impl_->ask(target, input, take);
}

}  // namespace cerebro
