#pragma once

#include <cstdint>
#include <string>

#include "base/descriptor.h"
#include "base/result.h"

namespace cerebro {

struct DiskFile {
  std::string content;
  bool truncated = false;  // the file is larger than the limit
};

struct OpenFile {
  Descriptor descriptor;
  uint64_t size = 0;  // when it was opened
};

// Opens a regular file to read, without following a link at the end of `path` unless `follow`.
// Errors: kFileNotFound, kFileUnreadable.
Result<OpenFile> open_regular_file(const std::string& path, bool follow = false);

// Reads at most `max_bytes` from where `fd` stands. `stated` is a first guess of how many there
// are; `path` is for messages. Error: kFileUnreadable.
Result<DiskFile> read_open_file(int fd, uint64_t stated, uint64_t max_bytes,
                                const std::string& path);

// Reads at most `max_bytes` of a regular file. Opens without following a link at the end of `path`
// unless `follow`, and never blocks on a pipe. Errors: kFileNotFound, kFileUnreadable.
Result<DiskFile> read_regular_file(const std::string& path, uint64_t max_bytes,
                                   bool follow = false);

}  // namespace cerebro
