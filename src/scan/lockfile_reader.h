#pragma once

// A lockfile on disk and the files that it includes, read where they are and parsed where they can
// do no harm.
//
// A worker opens no file, so it says which ones it lacks and is asked again with those, until it
// lacks none: once more for each level of includes, which are at most Limits::lockfile_includes.

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "lockfile/lockfile.h"
#include "scan/worker_pool.h"

namespace cerebro {

// In this process. Nothing outside of the lockfile's folder is read.
// Errors: those of read_regular_file, kLockfileUnknown.
Result<Lockfile> read_lockfile_at(const std::string& path, const Limits& limits);

// The same, parsed in a worker whose body calls answer_lockfile. Errors: those of a worker, too.
Result<Lockfile> read_lockfile_in(WorkerPool& pool, const std::string& path, const Limits& limits);

// A pool for lockfiles alone.
Result<std::unique_ptr<WorkerPool>> start_lockfile_pool(const Limits& limits);

// ---- between parent and worker (worker_result.h)

struct IncludedText {
  std::string path;  // relative to the lockfile's folder; of the first, the lockfile's own
  bool present = false;
  std::string text;
};

struct LockfileRequest {
  std::vector<IncludedText> files;
};

struct LockfileAnswer {
  std::vector<Error> errors;         // at most one
  std::vector<std::string> lacking;  // paths; when there are any, `lockfile` is in parts
  Lockfile lockfile;
};

// The worker's side. `input` is of kind kLockfile. Does not throw.
WorkerAnswer answer_lockfile(const TargetInput& input, const Limits& limits);

}  // namespace cerebro
