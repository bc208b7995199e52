#include "scan/worker_input.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "archive/directory.h"
#include "archive/disk.h"
#include "base/clock.h"
#include "base/hash.h"
#include "scan/descriptor_io.h"
#include "scan/targets.h"

namespace cerebro {
namespace {

using Kind = DirectoryEntry::Kind;
constexpr size_t kEntryHeaderBytes = 3 + sizeof(uint32_t) + sizeof(uint64_t);
using EntryHeader = std::array<char, kEntryHeaderBytes>;

bool write_entry(int fd, const DirectoryEntry& entry) {
  EntryHeader header;
  const auto path_bytes = static_cast<uint32_t>(entry.path.size());
  const uint64_t content_bytes = entry.content.size();
  header[0] = static_cast<char>(entry.kind);
  header[1] = entry.executable ? 1 : 0;
  header[2] = entry.truncated ? 1 : 0;
  std::memcpy(header.data() + 3, &path_bytes, sizeof path_bytes);
  std::memcpy(header.data() + 3 + sizeof path_bytes, &content_bytes, sizeof content_bytes);
  return write_all(fd, {header.data(), header.size()}) && write_all(fd, entry.path) &&
         write_all(fd, entry.content);
}

// False at the end.
bool read_entry(int fd, DirectoryEntry& entry) {
  EntryHeader header;
  if (!read_all(fd, header.data(), header.size())) return false;
  uint32_t path_bytes = 0;
  uint64_t content_bytes = 0;
  entry.kind = static_cast<Kind>(header[0]);
  entry.executable = header[1] != 0;
  entry.truncated = header[2] != 0;
  std::memcpy(&path_bytes, header.data() + 3, sizeof path_bytes);
  std::memcpy(&content_bytes, header.data() + 3 + sizeof path_bytes, sizeof content_bytes);
  entry.path.resize(path_bytes);
  entry.content.resize(content_bytes);
  return read_all(fd, entry.path.data(), path_bytes) &&
         read_all(fd, entry.content.data(), content_bytes);
}

Error not_copied(const std::string& target) {
  return {Code::kFileUnreadable,
          std::string("it cannot be copied into memory: ") + std::strerror(errno), target};
}

Result<TargetInput> copy_directory(const std::string& root, const Limits& limits,
                                   const Selection& selection = {}) {
  TargetInput input{TargetInput::Kind::kDirectory, 0,
                    Descriptor(memfd_create("cerebro-directory", MFD_CLOEXEC)), true};
  bool copied = input.bytes.valid();
  uint64_t entries = 0, content = 0;
  // One entry beyond a limit is handed over, too: the reader counts again and leaves the note.
  const auto take = [&](const DirectoryEntry& entry) {
    copied = copied && write_entry(input.bytes.get(), entry);
    content += entry.content.size();
    return copied && ++entries <= limits.archive_entries && content <= limits.unpacked_bytes;
  };
  if (copied) walk_directory(root, limits, selection, take);
  copied = copied && lseek(input.bytes.get(), 0, SEEK_SET) == 0;
  if (!copied) return tl::unexpected(not_copied(root));
  return input;
}

Result<TargetInput> open_installed(const InstalledPackage& package, const Limits& limits) {
  std::error_code error;
  if (std::filesystem::is_directory(package.path, error)) {
    TRY(copy, copy_directory(package.path, limits, package.selection));
    if (package.unclaimed) copy.kind = TargetInput::Kind::kUnclaimed;
    return std::move(copy);
  }
  TRY(file, open_regular_file(package.path, true));
  return TargetInput{
      package.in_node_modules ? TargetInput::Kind::kNodeModules : TargetInput::Kind::kFile,
      file.size, std::move(file.descriptor)};
}

}  // namespace

Result<TargetInput> open_input(const ScanInput& input, const Limits& limits) {
  if (input.error) return tl::unexpected(*input.error);
  if (input.bytes) return bytes_input(*input.bytes, TargetInput::Kind::kFile, input.target);
  const std::string& target = input.target;
  if (input.installed) return open_installed(*input.installed, limits);
  if (is_registry_spec(target)) return tl::unexpected(refuse_registry_spec(target));
  std::error_code error;
  if (std::filesystem::is_directory(target, error)) return copy_directory(target, limits);
  TRY(file, open_regular_file(target, true));
  return TargetInput{TargetInput::Kind::kFile, file.size, std::move(file.descriptor)};
}

Result<TargetInput> copied_input(TargetInput input, const std::string& target, uint64_t max_bytes) {
  if (input.copied || input.size > max_bytes) return input;
  TargetInput copy{input.kind, 0, Descriptor(memfd_create("cerebro-file", MFD_CLOEXEC)), true};
  bool good = copy.bytes.valid();
  std::string piece(1 << 20, '\0');
  // What a file has grown by since it was opened is not of this scan.
  while (good && copy.size < input.size) {
    const ssize_t got = read(input.bytes.get(), piece.data(),
                             std::min<uint64_t>(piece.size(), input.size - copy.size));
    if (got < 0 && errno == EINTR) continue;
    good = got >= 0 && write_all(copy.bytes.get(),
                                 {piece.data(), static_cast<size_t>(std::max(got, ssize_t{}))});
    if (got <= 0) break;
    copy.size += static_cast<uint64_t>(got);
  }
  good = good && lseek(copy.bytes.get(), 0, SEEK_SET) == 0;
  if (!good) return tl::unexpected(not_copied(target));
  return copy;
}

Result<TargetInput> bytes_input(const std::string& bytes, TargetInput::Kind kind,
                                const std::string& target) {
  TargetInput input{kind, bytes.size(), Descriptor(memfd_create("cerebro-bytes", MFD_CLOEXEC)),
                    true};
  const bool copied = input.bytes.valid() && write_all(input.bytes.get(), bytes) &&
                      lseek(input.bytes.get(), 0, SEEK_SET) == 0;
  if (!copied) return tl::unexpected(not_copied(target));
  return input;
}

std::string read_all_bytes(const TargetInput& input) {
  std::string bytes(input.size, '\0');
  if (!read_all(input.bytes.get(), bytes.data(), bytes.size())) bytes.clear();
  return bytes;
}

std::string digest(const TargetInput& input) {
  struct stat status {};
  if (!input.copied || fstat(input.bytes.get(), &status) != 0) return {};
  const auto size = static_cast<size_t>(status.st_size);
  if (size == 0) return raw_digest("sha256", {});
  void* const bytes = mmap(nullptr, size, PROT_READ, MAP_SHARED, input.bytes.get(), 0);
  if (bytes == MAP_FAILED) return {};
  std::string result = raw_digest("sha256", {static_cast<const char*>(bytes), size});
  munmap(bytes, size);
  return result;
}

Result<FileTree> read_input(const std::string& target, const TargetInput& input,
                            const ArchiveOptions& options, const Limits& limits) {
  Timed timed(Stage::kArchive);
  const int fd = input.bytes.get();
  const bool unclaimed = input.kind == TargetInput::Kind::kUnclaimed;
  if (unclaimed || input.kind == TargetInput::Kind::kDirectory) {
    const auto walk = [&](const EntryTaker& take) {
      DirectoryEntry entry;
      while (read_entry(fd, entry) && take(std::move(entry))) entry = {};
    };
    FileTree tree = read_entries(walk, options, limits);
    tree.unclaimed = unclaimed;
    return tree;
  }
  TRY(file, read_open_file(fd, input.size, limits.packed_bytes + 1, target));
  Result<FileTree> tree = read_file_bytes(target, std::move(file.content), options, limits);
  if (tree && input.kind == TargetInput::Kind::kNodeModules) strip_node_modules(*tree);
  return tree;
}

}  // namespace cerebro
