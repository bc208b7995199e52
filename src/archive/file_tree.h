#pragma once

// A package's files in memory. Reading writes nothing to disk, follows no link and stays within
// Limits; what was odd or left out is in `notes`.
//
//   auto tree = read_path("left-pad-1.3.0.tgz", {}, Limits{});
//   for (const File& file : tree->files) use(file.path, file.content);

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/note.h"
#include "base/result.h"

namespace cerebro {

struct File {
  std::string path;     // relative, '/' separated, no "." or ".." parts, valid UTF-8;
                        // "outer.zip!/a.py" for a file of a nested archive
  std::string content;  // raw bytes
  bool executable = false;
  bool truncated = false;  // cut at a limit
};

struct FileTree {
  std::vector<File> files;  // sorted by path; equal paths keep the archive's order
  std::vector<Note> notes;  // sorted
  uint64_t packed_bytes = 0;
  uint64_t unpacked_bytes = 0;
  std::string sha256;  // of the archive's bytes; of a directory: of its sorted paths and contents
  bool is_directory = false;
  bool unclaimed = false;  // loose files of an installed tree (lockfile/installed.h)

  // The last file of that path (the one an installer would leave on disk), or null.
  const File* find(std::string_view path) const;
};

struct ArchiveOptions {
  std::string password;  // for encrypted zips
};

// Which part of a directory is read; all of it by default.
struct Selection {
  struct Part {
    std::string on_disk;  // relative to the directory; may lead out of it by ".."
    std::string name;     // its path in the tree
    bool operator==(const Part&) const = default;
  };
  std::vector<std::string>
      without{};              // folders that are left out: "node_modules", "a/node_modules"
  std::vector<Part> files{};  // when `only_files`
  bool only_files = false;

  bool operator==(const Selection&) const = default;
};

// Reads an archive file or a directory. The format is known by content, never by name.
// Errors: kFileNotFound, kFileUnreadable, kArchiveUnreadable.
Result<FileTree> read_path(const std::string& path, const ArchiveOptions& options,
                           const Limits& limits, const Selection& selection = {});

// The two halves of read_path, for a process that has no disk. `bytes` are those of the file at
// `path`, at most Limits::packed_bytes + 1. Error: kArchiveUnreadable.
Result<FileTree> read_file_bytes(const std::string& path, std::string bytes,
                                 const ArchiveOptions& options, const Limits& limits);

// `walk` hands the entries of a directory to its argument (archive/directory.h).
struct DirectoryEntry;
using EntryTaker = std::function<bool(DirectoryEntry)>;
FileTree read_entries(const std::function<void(const EntryTaker&)>& walk,
                      const ArchiveOptions& options, const Limits& limits);

// Reads an archive that is in memory.
Result<FileTree> read_bytes(std::string_view bytes, const ArchiveOptions& options,
                            const Limits& limits);

}  // namespace cerebro
