#pragma once

// A directory in two steps, so that the one that needs the disk can run where the disk is and the
// one that touches hostile bytes in a process that has none (scan/worker.h).

#include <functional>
#include <string>
#include <vector>

#include "archive/file_tree.h"
#include "archive/tree_builder.h"

namespace cerebro {

// What stands under one name below the root.
struct DirectoryEntry {
  enum class Kind : uint8_t { kFolder, kUnlisted, kFile, kUnreadable, kLink, kOther };
  Kind kind = Kind::kOther;
  bool executable = false;
  bool truncated = false;  // the file is larger than Limits::file_bytes
  std::string path;        // as on disk, relative to the root
  std::string content;     // of a file; a link's target; why it could not be listed or read
};

// Hands over every selected entry below `root` in sorted order, without following links, until
// `take` returns false. No file is read beyond Limits::file_bytes, no folder beyond
// Limits::archive_entries.
void walk_directory(const std::string& root, const Limits& limits, const Selection& selection,
                    const std::function<bool(DirectoryEntry)>& take);

// Puts the entries of a walk into a builder; archives among them are opened.
class DirectoryReader {
 public:
  DirectoryReader(const ArchiveOptions& options, TreeBuilder& builder)
      : options_(options), builder_(builder) {}

  // False when a limit was reached and the walk must stop.
  bool add(DirectoryEntry entry);

  // SHA-256 over "path\0digest\n" of each file.
  std::string digest();

 private:
  void add_file(DirectoryEntry entry, const std::string& path);

  const ArchiveOptions& options_;
  TreeBuilder& builder_;
  std::vector<std::string> digests_;
};

}  // namespace cerebro
