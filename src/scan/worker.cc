#include "scan/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "scan/deep_stack.h"
#include "scan/descriptor_io.h"
#include "scan/sandbox.h"

namespace cerebro {
namespace {

constexpr uint32_t kRequestMagic = 0x51524243, kFrameMagic = 0x52464243;  // "CBRQ", "CBFR"
constexpr int kSocket = 3;  // where a worker has it, right after the standard descriptors

struct RequestHeader {
  uint32_t magic = kRequestMagic;
  TargetInput::Kind kind{};
  uint64_t size = 0, name_bytes = 0;
};

struct FrameHeader {
  uint32_t magic = kFrameMagic;
  FrameType type{};
  uint64_t size = 0;
};

// Room for one descriptor beside a message.
union Control {
  char bytes[CMSG_SPACE(sizeof(int))];
  cmsghdr align;
};

template <typename Header>
std::string_view bytes_of(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

// ---- worker

bool send_frame(FrameType type, std::string_view bytes) {
  const FrameHeader header{.type = type, .size = bytes.size()};
  return write_all(kSocket, bytes_of(header)) && write_all(kSocket, bytes);
}

void report_refusal(int system_call) {
  // In a signal handler: no allocation.
  std::array<char, 16> digits;
  char* begin = digits.end();
  do {
    *--begin = static_cast<char>('0' + system_call % 10);
    system_call /= 10;
  } while (system_call > 0 && begin != digits.begin());
  send_frame(FrameType::kRefused, {begin, static_cast<size_t>(digits.end() - begin)});
}

bool receive_request(std::string& target, TargetInput& input) {
  RequestHeader header;
  Control control;
  iovec part{&header, sizeof header};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ssize_t got = 0;
  do {
    got = recvmsg(kSocket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  int fd = -1;
  const cmsghdr* first = CMSG_FIRSTHDR(&message);
  if (first == nullptr || first->cmsg_type != SCM_RIGHTS) return false;
  std::memcpy(&fd, CMSG_DATA(first), sizeof fd);
  const auto have = static_cast<size_t>(got);
  if (!read_all(kSocket, reinterpret_cast<char*>(&header) + have, sizeof header - have)) {
    return false;
  }
  input = {header.kind, header.size, Descriptor(fd)};
  target.resize(header.name_bytes);
  return header.magic == kRequestMagic && read_all(kSocket, target.data(), target.size());
}

// The socket becomes kSocket, the standard descriptors lead nowhere, all others are closed: an
// inherited one would be a way out.
bool keep_only(int socket) {
  if (socket != kSocket && dup2(socket, kSocket) < 0) return false;
  const int nowhere = open("/dev/null", O_RDWR);
  if (nowhere < 0) return false;
  for (int fd = 0; fd < kSocket; ++fd) {
    if (fd != nowhere && dup2(nowhere, fd) < 0) return false;
  }
  return close_range(kSocket + 1, ~0U, 0) == 0;
}

// The stack of this thread. What a deep package touched goes back to the system after it.
class StackPages {
 public:
  StackPages() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    void* low = nullptr;
    size_t size = 0;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    low_ = static_cast<char*>(low);
  }
  void release() const {
    constexpr size_t kKeepBytes = 1 << 20;
    char here = 0;
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const auto above = static_cast<size_t>(&here - low_);
    if (low_ == nullptr || above < 2 * kKeepBytes) return;
    madvise(low_, (above - kKeepBytes) / page * page, MADV_DONTNEED);
  }

 private:
  char* low_ = nullptr;
};

void serve(const Limits& limits, const WorkerBody& body, uint64_t mapped) {
  const StackPages stack;
  if (const Result<int> locked = lock_down(limits, mapped, report_refusal); !locked) {
    send_frame(FrameType::kFailed, locked.error().message);
    return;
  }
  if (!send_frame(FrameType::kReady, {})) return;
  std::string target;
  TargetInput input;
  bool fit = true;
  while (fit && receive_request(target, input)) {
    const WorkerAnswer answer = body(target, input);
    input.bytes.reset();
    fit = answer.fit;
    if (!send_frame(fit ? FrameType::kAnswer : FrameType::kLastAnswer, answer.bytes)) return;
    stack.release();
  }
}

// ---- parent

using Clock = std::chrono::steady_clock;

Received receive(int socket, Clock::time_point deadline, char* to, size_t size) {
  while (size > 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Received::kLate;
    pollfd wait{socket, POLLIN, 0};
    constexpr int64_t kLongestWaitMs = 60'000;
    const int ready = poll(&wait, 1, static_cast<int>(std::min<int64_t>(left, kLongestWaitMs)));
    if (ready < 0 && errno != EINTR) return Received::kClosed;
    if (ready <= 0) continue;
    const ssize_t got = read(socket, to, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Received::kClosed;
    to += got;
    size -= static_cast<size_t>(got);
  }
  return Received::kFrame;
}

}  // namespace

void run_worker(int socket, const Limits& limits, const WorkerBody& body) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!keep_only(socket)) _exit(EXIT_FAILURE);
  const Result<uint64_t> mapped = confine_process();
  if (!mapped) {
    send_frame(FrameType::kFailed, mapped.error().message);
    _exit(EXIT_FAILURE);
  }
  try {
    with_deep_stack([&] { serve(limits, body, *mapped); });
  } catch (const std::exception& error) {
    send_frame(FrameType::kFailed, error.what());
  }
  _exit(EXIT_SUCCESS);
}

bool send_request(int socket, const std::string& target, const TargetInput& input) {
  const RequestHeader header{.kind = input.kind, .size = input.size, .name_bytes = target.size()};
  Control control{};
  iovec parts[] = {{const_cast<RequestHeader*>(&header), sizeof header}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  cmsghdr* first = CMSG_FIRSTHDR(&message);
  first->cmsg_level = SOL_SOCKET;
  first->cmsg_type = SCM_RIGHTS;
  first->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = input.bytes.get();
  std::memcpy(CMSG_DATA(first), &fd, sizeof fd);
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent <= 0) return false;
  const auto done = static_cast<size_t>(sent);
  return write_all(socket, bytes_of(header).substr(done)) && write_all(socket, target);
}

Received receive_frame(int socket, Clock::time_point deadline, uint64_t max_bytes,
                       WorkerFrame& frame) {
  FrameHeader header;
  const Received received =
      receive(socket, deadline, reinterpret_cast<char*>(&header), sizeof header);
  if (received != Received::kFrame) return received;
  const bool known = header.type <= FrameType::kRefused;
  if (header.magic != kFrameMagic || !known || header.size > max_bytes) return Received::kNonsense;
  frame.type = header.type;
  // Memory is taken as the bytes come, not as they are promised.
  constexpr uint64_t kPieceBytes = 4 << 20;
  frame.bytes.clear();
  while (frame.bytes.size() < header.size) {
    const size_t have = frame.bytes.size();
    const uint64_t piece = std::min(kPieceBytes, header.size - have);
    frame.bytes.resize(have + piece);
    const Received more = receive(socket, deadline, frame.bytes.data() + have, piece);
    if (more != Received::kFrame) return more;
  }
  return Received::kFrame;
}

}  // namespace cerebro
