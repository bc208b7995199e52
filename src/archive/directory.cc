#include "archive/directory.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "archive/disk.h"
#include "archive/format.h"
#include "archive/unpack.h"
#include "base/hash.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;
using Kind = DirectoryEntry::Kind;

// The names in a folder; an entry of kind kUnlisted in `failure` when they cannot be had.
std::vector<std::string> list(const fs::path& root, const std::string& folder, uint64_t most,
                              DirectoryEntry& failure) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator it(root / folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    names.push_back(it->path().filename().string());
    if (names.size() > most) break;
  }
  if (error) failure = {Kind::kUnlisted, false, false, folder, error.message()};
  std::sort(names.begin(), names.end());
  return names;
}

DirectoryEntry read_one(const fs::path& root, const std::string& path, const Limits& limits) {
  DirectoryEntry entry;
  entry.path = path;
  std::error_code error;
  const fs::path on_disk = root / path;
  const fs::file_status status = fs::symlink_status(on_disk, error);
  if (fs::is_directory(status)) {
    entry.kind = Kind::kFolder;
  } else if (fs::is_symlink(status)) {
    entry.kind = Kind::kLink;
    entry.content = fs::read_symlink(on_disk, error).string();
  } else if (fs::is_regular_file(status)) {
    Result<DiskFile> read = read_regular_file(on_disk.string(), limits.file_bytes);
    entry.kind = read ? Kind::kFile : Kind::kUnreadable;
    entry.content = read ? std::move(read->content) : std::move(read.error().message);
    entry.truncated = read && read->truncated;
    entry.executable = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
  }
  return entry;
}

}  // namespace

void walk_directory(const std::string& root, const Limits& limits, const Selection& selection,
                    const std::function<bool(DirectoryEntry)>& take) {
  if (selection.only_files) {
    for (const Selection::Part& part : selection.files) {
      DirectoryEntry entry = read_one(root, part.on_disk, limits);
      entry.path = part.name;
      if (!take(std::move(entry))) return;
    }
    return;
  }
  const auto is_left_out = [&](const std::string& path) {
    const std::vector<std::string>& without = selection.without;
    return std::find(without.begin(), without.end(), path) != without.end();
  };
  std::vector<std::string> folders = {""};  // relative, '/' at the end; a stack, not recursion
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    DirectoryEntry failure;
    const std::vector<std::string> names = list(root, folder, limits.archive_entries, failure);
    if (failure.kind == Kind::kUnlisted && !take(std::move(failure))) return;
    for (const std::string& name : names) {
      if (is_left_out(folder + name)) continue;
      DirectoryEntry entry = read_one(root, folder + name, limits);
      if (entry.kind == Kind::kFolder) folders.push_back(folder + name + '/');
      if (!take(std::move(entry))) return;
    }
  }
}

bool DirectoryReader::add(DirectoryEntry entry) {
  if (entry.kind != Kind::kUnlisted && !builder_.count_entry()) return false;
  if (entry.kind == Kind::kFolder) return true;
  const std::string path = builder_.name("", entry.path);
  switch (entry.kind) {
    case Kind::kFile:
      add_file(std::move(entry), path);
      break;
    case Kind::kLink:
      builder_.add_link(path, "", entry.content, false);
      break;
    case Kind::kUnlisted:
    case Kind::kUnreadable:
      builder_.note(Code::kFileUnreadable, entry.content, path);
      break;
    case Kind::kFolder:
    case Kind::kOther:
      builder_.note(Code::kArchiveLink, "a device, pipe or socket; it was not read", path);
      break;
  }
  return !builder_.full();
}

void DirectoryReader::add_file(DirectoryEntry entry, const std::string& path) {
  const Limits& limits = builder_.limits();
  builder_.count_packed(entry.content.size());
  if (!builder_.count_content(entry.content.size())) return;
  if (entry.truncated) {
    builder_.note(Code::kArchiveLimitFileSize,
                  "larger than " + std::to_string(limits.file_bytes) + " bytes", path);
  }
  digests_.push_back(path + '\0' + sha256_hex(entry.content) + '\n');
  if (!entry.truncated && looks_like_archive(entry.content)) {
    if (limits.archive_nesting > 0) {
      unpack(entry.content, path + "!/", 1, options_, builder_);
    } else {
      builder_.note(Code::kArchiveLimitNesting, "not opened", path);
    }
  }
  builder_.add({path, std::move(entry.content), entry.executable, entry.truncated});
}

std::string DirectoryReader::digest() {
  std::sort(digests_.begin(), digests_.end());
  std::string all;
  for (const std::string& line : digests_) all += line;
  return sha256_hex(all);
}

}  // namespace cerebro
