#pragma once

// Reports from workers (scan/worker_pool.h), and reports of earlier scans where nothing has
// changed.
//
//   TRY(pool, ScanPool::start(model, options));                   // before the first thread
//   const ScanReport report = pool->scan("left-pad-1.3.0.tgz");   // from any thread

#include <memory>
#include <optional>
#include <string>

#include "classifier/model.h"
#include "lockfile/lockfile.h"
#include "scan/result_cache.h"
#include "scan/scanner.h"
#include "scan/worker_pool.h"

namespace cerebro {

// What a worker runs for each package. Must not throw.
using ReportBody = ScanReport (*)(const std::string& target, const TargetInput& input,
                                  const Model& model, const ScanOptions& options);
ScanReport read_and_judge(const std::string& target, const TargetInput& input, const Model& model,
                          const ScanOptions& options);

class ScanPool {
 public:
  // `model` must outlive the pool. Error: kSandboxUnavailable.
  static Result<std::unique_ptr<ScanPool>> start(const Model& model, const ScanOptions& options,
                                                 ReportBody body = read_and_judge);

  // From now on reports are kept in `folder` and taken from there (scan/result_cache.h). Call it
  // before the first scan.
  void keep_results(const std::string& folder);

  // What scan_input gives. A worker that dies, overruns or answers nonsense is a note.
  ScanReport scan(const ScanInput& input);
  ScanReport scan(const std::string& path) { return scan(ScanInput::path(path)); }

  // What read_lockfile_at gives (scan/lockfile_reader.h), from a worker.
  Result<Lockfile> read_lockfile(const std::string& path);

 private:
  ScanPool(const Model& model, ScanOptions options, std::unique_ptr<WorkerPool> workers)
      : model_(model), options_(std::move(options)), workers_(std::move(workers)) {}

  Result<ScanReport> report_of(const ScanInput& input);
  Result<ScanReport> ask(const std::string& target, TargetInput& input);

  const Model& model_;
  const ScanOptions options_;
  std::unique_ptr<WorkerPool> workers_;
  std::optional<ResultCache> results_;
};

}  // namespace cerebro
