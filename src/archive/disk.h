#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace cerebro {

struct DiskFile {
  std::string content;
  bool truncated = false;  // the file is larger than the limit
};

// Reads at most `max_bytes` of a regular file. Opens without following a link at the end of `path`
// unless `follow`, and never blocks on a pipe. Errors: kFileNotFound, kFileUnreadable.
Result<DiskFile> read_regular_file(const std::string& path, uint64_t max_bytes,
                                   bool follow = false);

}  // namespace cerebro
