#include "archive/directory.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "archive/disk.h"
#include "archive/format.h"
#include "archive/unpack.h"
#include "base/hash.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;

class DirectoryReader {
 public:
  DirectoryReader(std::string root, const ArchiveOptions& options, const Selection& selection,
                  TreeBuilder& builder)
      : root_(std::move(root)), options_(options), selection_(selection), builder_(builder) {}

  std::string read() {
    if (selection_.only_files) {
      read_parts();
    } else {
      walk();
    }
    std::sort(digests_.begin(), digests_.end());
    std::string all;
    for (const std::string& line : digests_) all += line;
    return sha256_hex(all);
  }

 private:
  void read_parts() {
    for (const Selection::Part& part : selection_.files) {
      if (builder_.full() || !builder_.count_entry()) break;
      read_one(part.on_disk, part.name);
    }
  }

  void walk() {
    std::vector<std::string> folders = {""};  // relative, '/' at the end; a stack, not recursion
    while (!folders.empty() && !builder_.full()) {
      const std::string folder = std::move(folders.back());
      folders.pop_back();
      const std::vector<std::string> names = list(folder);
      for (const std::string& name : names) {
        if (!builder_.count_entry()) break;
        if (is_left_out(folder + name)) continue;
        if (read_one(folder + name, folder + name)) folders.push_back(folder + name + '/');
      }
    }
  }

  bool is_left_out(const std::string& path) const {
    const std::vector<std::string>& without = selection_.without;
    return std::find(without.begin(), without.end(), path) != without.end();
  }

  std::vector<std::string> list(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator it(root_ / folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      names.push_back(it->path().filename().string());
      if (names.size() > builder_.limits().archive_entries) break;
    }
    if (error) {
      builder_.note(Code::kFileUnreadable, error.message(), builder_.name("", folder));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // True when `raw` is a folder to go into.
  bool read_one(const std::string& raw, const std::string& raw_name) {
    std::error_code error;
    const fs::path on_disk = root_ / raw;
    const fs::file_status status = fs::symlink_status(on_disk, error);
    if (fs::is_directory(status)) return true;
    const std::string path = builder_.name("", raw_name);
    if (fs::is_symlink(status)) {
      const std::string target = fs::read_symlink(on_disk, error).string();
      builder_.add_link(path, "", target, false);
    } else if (fs::is_regular_file(status)) {
      read_file(on_disk, status, path);
    } else {
      builder_.note(Code::kArchiveLink, "a device, pipe or socket; it was not read", path);
    }
    return false;
  }

  void read_file(const fs::path& on_disk, const fs::file_status& status, const std::string& path) {
    const uint64_t limit = builder_.limits().file_bytes;
    Result<DiskFile> read = read_regular_file(on_disk.string(), limit);
    if (!read) return builder_.note(Code::kFileUnreadable, read.error().message, path);
    builder_.count_packed(read->content.size());
    if (!builder_.count_content(read->content.size())) return;
    if (read->truncated) {
      builder_.note(Code::kArchiveLimitFileSize, "larger than " + std::to_string(limit) + " bytes",
                    path);
    }
    digests_.push_back(path + '\0' + sha256_hex(read->content) + '\n');
    if (!read->truncated && looks_like_archive(read->content)) {
      if (builder_.limits().archive_nesting > 0) {
        unpack(read->content, path + "!/", 1, options_, builder_);
      } else {
        builder_.note(Code::kArchiveLimitNesting, "not opened", path);
      }
    }
    const bool executable = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
    builder_.add({path, std::move(read->content), executable, read->truncated});
  }

  fs::path root_;
  const ArchiveOptions& options_;
  const Selection& selection_;
  TreeBuilder& builder_;
  std::vector<std::string> digests_;
};

}  // namespace

std::string read_directory(const std::string& root, const ArchiveOptions& options,
                           const Selection& selection, TreeBuilder& builder) {
  return DirectoryReader(root, options, selection, builder).read();
}

}  // namespace cerebro
