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

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<DiskFile> read_regular_file(const std::string& path, uint64_t max_bytes, bool follow) {
  const Descriptor file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW)));
  if (file.get() < 0) {
    const Code code =
        errno == ENOENT || errno == ENOTDIR ? Code::kFileNotFound : Code::kFileUnreadable;
    return fail(code, std::strerror(errno), path);
  }
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) {
    return fail(Code::kFileUnreadable, std::strerror(errno), path);
  }
  if (!S_ISREG(status.st_mode)) return fail(Code::kFileUnreadable, "not a regular file", path);

  // The file may grow or shrink while it is read: its stated size is only where we start.
  DiskFile read;
  const auto stated = static_cast<uint64_t>(std::max<off_t>(0, status.st_size));
  read.content.resize(std::min(stated, max_bytes) + 1);
  size_t have = 0;
  for (;;) {
    if (have == read.content.size()) {
      if (have > max_bytes) break;
      read.content.resize(std::min<uint64_t>(have + kReadBytes, max_bytes + 1));
    }
    const ssize_t got = ::read(file.get(), read.content.data() + have, read.content.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Code::kFileUnreadable, std::strerror(errno), path);
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  read.truncated = have > max_bytes;
  read.content.resize(std::min<uint64_t>(have, max_bytes));
  return read;
}

}  // namespace cerebro
