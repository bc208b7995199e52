#pragma once

// Above a scan: what one target of the command line stands for. A lockfile is each package it
// pins, an installed tree each package in it; everything else is itself.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "lockfile/installed.h"
#include "lockfile/lockfile.h"
#include "scan/targets.h"

namespace cerebro {

struct ExpandedTarget {
  std::string target;                           // as reported; for read_target unless one of these:
  std::optional<InstalledPackage> installed{};  // read by read_installed
  std::optional<LockedPackage> locked{};        // to be fetched: `target` is its spec
  std::optional<Error> error{};                 // nothing can be read
  std::string lockfile{};                       // the file that names it, and where; or empty
  int line = 0, column = 0;
};

class TargetExpander {
 public:
  TargetExpander(TargetList targets, const Limits& limits)
      : targets_(std::move(targets)), limits_(limits) {}

  std::optional<ExpandedTarget> next();

  // Whether the next target stands for several; decides the frame of a report.
  bool next_is_several();

  // What was seen and is not scanned ("requirements.txt: E0806 ..."), for standard error.
  const std::vector<std::string>& remarks() const { return remarks_; }
  // Whether one of them says that something was not read.
  bool unread() const { return unread_; }

 private:
  bool fill();
  void expand(const std::string& target);
  void expand_lockfile(const std::string& path);
  void add_entry(const LockedPackage& package, const std::string& lockfile);

  TargetList targets_;
  Limits limits_;
  std::deque<ExpandedTarget> ready_;
  bool several_ = false;  // the target that `ready_` came from was expanded
  std::vector<std::string> remarks_;
  bool unread_ = false;
};

// The files of a target. Until packages can be fetched, those of a lockfile are kNotFetched.
Result<FileTree> read_expanded(const ExpandedTarget& target, const ArchiveOptions& options,
                               const Limits& limits);

// Reads a lockfile and what it includes, within its folder.
// Errors: those of read_regular_file, kLockfileUnknown.
Result<Lockfile> read_lockfile_at(const std::string& path, const Limits& limits);

}  // namespace cerebro
