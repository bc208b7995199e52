#pragma once

// Above a scan: what one target of the command line stands for. A lockfile is each package it
// pins, an installed tree each package in it; everything else is itself.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "cli/options.h"
#include "scan/input.h"
#include "scan/targets.h"

namespace cerebro {

class TargetExpander {
 public:
  // `read_lockfile` is asked for files that are lockfiles by name or content.
  TargetExpander(TargetList targets, const Limits& limits, LockfileReader read_lockfile)
      : targets_(std::move(targets)), limits_(limits), read_lockfile_(std::move(read_lockfile)) {}

  std::optional<ScanInput> next();

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
  LockfileReader read_lockfile_;
  std::deque<ScanInput> ready_;
  bool several_ = false;  // the target that `ready_` came from was expanded
  std::vector<std::string> remarks_;
  bool unread_ = false;
};

}  // namespace cerebro
