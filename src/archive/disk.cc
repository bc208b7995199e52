#include "archive/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cerebro {
namespace {

constexpr size_t kReadBytes = 1 << 20;

}  // namespace

Result<OpenFile> open_regular_file(const std::string& path, bool follow) {
  Descriptor file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW)));
  if (!file.valid()) {
    const Code code =
        errno == ENOENT || errno == ENOTDIR ? Code::kFileNotFound : Code::kFileUnreadable;
    return fail(code, std::strerror(errno), path);
  }
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) {
    return fail(Code::kFileUnreadable, std::strerror(errno), path);
  }
  if (!S_ISREG(status.st_mode)) return fail(Code::kFileUnreadable, "not a regular file", path);
  return OpenFile{std::move(file), static_cast<uint64_t>(std::max<off_t>(0, status.st_size))};
}

Result<DiskFile> read_open_file(int fd, uint64_t stated, uint64_t max_bytes,
                                const std::string& path) {
  // The file may grow or shrink while it is read: its stated size is only where we start.
  DiskFile read;
  read.content.resize(std::min(stated, max_bytes) + 1);
  size_t have = 0;
  for (;;) {
    if (have == read.content.size()) {
      if (have > max_bytes) break;
      read.content.resize(std::min<uint64_t>(have + kReadBytes, max_bytes + 1));
    }
    const ssize_t got = ::read(fd, read.content.data() + have, read.content.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Code::kFileUnreadable, std::strerror(errno), path);
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  read.truncated = have > max_bytes;
  read.content.resize(std::min<uint64_t>(have, max_bytes));
  return read;
}

Result<DiskFile> read_regular_file(const std::string& path, uint64_t max_bytes, bool follow) {
  TRY(file, open_regular_file(path, follow));
  return read_open_file(file.descriptor.get(), file.size, max_bytes, path);
}

}  // namespace cerebro
