#pragma once

// Workers for a scan (scan/worker.h): as many as are asked for at a time, each used for many
// packages, a fresh one for each that died.
//
//   TRY(pool, WorkerPool::start(model, options));       // before the first thread of the process
//   const ScanReport report = pool->scan("left-pad-1.3.0.tgz");   // from any thread
//
// A process with threads cannot be forked safely: a lock that another thread holds stays locked in
// the child for ever. So the pool forks once, at its start, a process that has one thread and does
// nothing but fork workers; the model and the catalogue are loaded by then and shared by all.

#include <memory>
#include <string>

#include "classifier/model.h"
#include "scan/scanner.h"
#include "scan/worker.h"

namespace cerebro {

class WorkerPool {
 public:
  // Starts one worker, too, to see that it can be locked down. `model` must outlive the pool.
  // Error: kSandboxUnavailable.
  static Result<std::unique_ptr<WorkerPool>> start(const Model& model, const ScanOptions& options,
                                                   WorkerBody body = read_and_judge);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // From now on reports are kept in `folder` and taken from there (scan/result_cache.h). Call it
  // before the first scan.
  void keep_results(const std::string& folder);

  // What scan_input gives. A worker that dies, overruns or answers nonsense is a note.
  ScanReport scan(const ScanInput& input);
  ScanReport scan(const std::string& path) { return scan(ScanInput::path(path)); }

 private:
  struct Impl;
  explicit WorkerPool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cerebro
