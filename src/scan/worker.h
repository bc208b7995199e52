#pragma once

// A process that reads packages for the scanner and can do nothing else (scan/sandbox.h).
//
// Parent and worker talk over one socket. The parent sends a request and one descriptor, the worker
// answers with one frame; its first frame says whether it is locked down.
//
//   request  u32 'CBRQ', u32 kind of input, u64 size of input, u64 length of the target's name,
//   name frame    u32 'CBFR', u32 type, u64 length, bytes
//
// The worker serves until the parent closes the socket.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/descriptor.h"
#include "base/limits.h"
#include "scan/worker_input.h"

namespace cerebro {

enum class FrameType : uint32_t {
  kReady,       // locked down, nothing in it
  kFailed,      // not locked down; why
  kAnswer,      // to a request (worker_result.h)
  kLastAnswer,  // the same; the worker is not fit to read another package
  kRefused,     // a forbidden system call, as text; the worker ends
};

struct WorkerFrame {
  FrameType type = FrameType::kFailed;
  std::string bytes;
};

// ---- the worker's side

struct WorkerAnswer {
  std::string bytes;
  bool fit = true;  // to read another package: after memory ran out, the heap may be in pieces
};

// What a worker does with each package. Must not throw. Tests do something hostile.
using WorkerBody = std::function<WorkerAnswer(const std::string& target, const TargetInput& input)>;

// Locks the process down and serves `socket`; the only way out is the end of the process.
[[noreturn]] void run_worker(int socket, const Limits& limits, const WorkerBody& body);

// ---- the parent's side

bool send_request(int socket, const std::string& target, const TargetInput& input);

enum class Received { kFrame, kClosed, kLate, kNonsense };

// Waits until `deadline` for a frame of at most `max_bytes`.
Received receive_frame(int socket, std::chrono::steady_clock::time_point deadline,
                       uint64_t max_bytes, WorkerFrame& frame);

}  // namespace cerebro
