#pragma once

// Workers (scan/worker.h): as many as are asked for at a time, each used for many packages, a fresh
// one for each that died.
//
//   TRY(pool, WorkerPool::start(limits, body));     // before the first thread of the process
//   pool->ask(target, input, take_answer);          // from any thread
//
// What is read and what comes back is the caller's: scan/scan_pool.h for reports,
// scan/step_reader.h for what a step gives.
//
// A process with threads cannot be forked safely: a lock that another thread holds stays locked in
// the child for ever. So the pool forks once, at its start, a process that has one thread and does
// nothing but fork workers; what `body` refers to is loaded by then and shared by all.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "scan/worker.h"

namespace cerebro {

class WorkerPool {
 public:
  // Starts one worker, too, to see that it can be locked down. `warm_up` fills caches that every
  // worker would have to fill again; it runs where workers are forked, once a second one is needed.
  // Error: kSandboxUnavailable.
  static Result<std::unique_ptr<WorkerPool>> start(const Limits& limits, WorkerBody body,
                                                   std::function<void()> warm_up = {});
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Lets a worker read `input`, whose descriptor is closed, and hands what it answers to `take`:
  // the bytes are hostile. Errors: those of `take`, after which that worker is not used again, and
  // kWorkerDied to kSandboxUnavailable.
  using AnswerTaker = std::function<Result<int>(std::string_view bytes)>;
  Result<int> ask(const std::string& target, TargetInput& input, const AnswerTaker& take);

 private:
  struct Impl;
  explicit WorkerPool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cerebro
