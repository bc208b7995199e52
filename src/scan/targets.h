#pragma once

// What to scan: the targets of a command line, then one a line from a file.

#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/file_tree.h"
#include "base/result.h"
#include "scan/input.h"

namespace cerebro {

class TargetList {
 public:
  // `lines` may be null; it must outlive the list.
  explicit TargetList(std::vector<std::string> named, std::istream* lines = nullptr)
      : named_(std::move(named)), lines_(lines) {}

  // The next target, or nothing at the end. Empty lines are skipped; a line may end in CR LF.
  std::optional<std::string> next();

 private:
  std::vector<std::string> named_;
  size_t next_ = 0;
  std::istream* lines_;
};

// "npm:left-pad@1.3.0", "pypi:six==1.17.0", "pkg:npm/left-pad@1.3.0". A file of such a name is
// written "./npm:left-pad".
bool is_registry_spec(std::string_view target);

// Why a registry spec that nobody fetched is not scanned: kTargetUnsupported.
Error refuse_registry_spec(const std::string& target);

// The files of an input. Errors: its own, those of read_path, kTargetUnsupported for a spec that
// nobody fetched (src/registry does).
Result<FileTree> read_input(const ScanInput& input, const ArchiveOptions& options,
                            const Limits& limits);

}  // namespace cerebro
