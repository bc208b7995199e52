#pragma once

// Collects files and notes under the limits. Every archive, nested archive and directory of one
// target is read through the same builder, so the limits hold for all of it together.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "archive/file_tree.h"
#include "base/limits.h"

namespace cerebro {

class TreeBuilder {
 public:
  explicit TreeBuilder(const Limits& limits) : limits_(limits) {}

  const Limits& limits() const { return limits_; }

  // Bytes of the target as it lies on disk; the compression ratio is measured against them.
  void count_packed(uint64_t bytes) { tree_.packed_bytes += bytes; }

  // Each returns false, and leaves a note, when the next entry or `bytes` more would pass a limit.
  // From then on full() holds and reading must stop.
  bool count_entry();
  bool count_content(uint64_t bytes) { return count(content_bytes_, bytes); }
  bool count_stream(uint64_t bytes) { return count(stream_bytes_, bytes); }
  bool full() const { return full_; }

  // The target is a tar, of which npm leaves the first folder of every path away.
  void is_tar() { is_tar_ = true; }

  // The safe form of an entry's name, under `prefix` ("" or "outer.zip!/").
  std::string name(std::string_view prefix, std::string_view raw);

  size_t file_count() const { return tree_.files.size(); }
  void add(File file) { tree_.files.push_back(std::move(file)); }
  bool add_if_new(File file);  // false when the tree holds the same path with the same content

  // A link becomes a copy of the file it points to when that is in the tree, because an installer
  // would create it; nothing outside the tree is ever opened. `target` is a raw name, relative to
  // the link's folder for symbolic links and to `prefix` for hard links.
  void add_link(std::string path, std::string_view prefix, std::string_view target, bool hard);

  void note(Code code, std::string message, std::string file = {});

  // Resolves the links, sorts, and notes what only the whole shows.
  FileTree finish() &&;

 private:
  struct Link {
    std::string path;
    std::string target;
  };

  bool count(uint64_t& counter, uint64_t bytes);
  void resolve_links();
  void join_folders();
  void note_duplicates();
  void note_collisions();

  Limits limits_;
  FileTree tree_;
  std::vector<Link> links_;
  std::unordered_set<std::string> known_;  // path and digest of the first known_count_ files
  size_t known_count_ = 0;
  std::map<Code, size_t> notes_per_code_;
  uint64_t entries_ = 0;
  uint64_t content_bytes_ = 0;  // of files
  uint64_t stream_bytes_ = 0;   // of decompressed tar streams, headers and skipped parts included
  bool full_ = false;
  bool is_tar_ = false;
};

}  // namespace cerebro
