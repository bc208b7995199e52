#pragma once

// What the readers of both ecosystems share: adding entries once, findings and notes.

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "archive/file_tree.h"
#include "package/package.h"

namespace cerebro {

class PackageBuilder {
 public:
  explicit PackageBuilder(const FileTree& tree) : tree_(tree) {}

  const FileTree& tree() const { return tree_; }
  Package& package() { return package_; }

  // An entry that would do what an earlier one of its phase does is not added again.
  void add(Entry entry);
  void add_file(Phase phase, std::string label, std::string file, std::string function = {});

  void find_out(std::string behaviour, std::string file, int line, std::string_view snippet,
                Phase phase = Phase::kInstall);
  void note(Code code, std::string message, std::string file);

  // Two readers of the package see different things: archive.disagreement, once for a package.
  void disagree(const std::string& file, int line, std::string_view how);

  // From here on the manifests are read as somebody else may: what is known is not found again.
  void read_otherwise() { otherwise_ = true; }

  // Entries ordered by phase (and else as they were added), notes sorted.
  Package finish() &&;

 private:
  const FileTree& tree_;
  Package package_;
  bool otherwise_ = false;
  bool disagrees_ = false;
  std::set<std::tuple<Phase, std::string, std::string, std::string>> seen_;
};

// The files that installers and file systems may take for `path`: the last of that path, earlier
// ones, and those whose name differs in case alone. At most kMaxReadings + 1.
constexpr size_t kMaxReadings = 8;
std::vector<const File*> readings_of(const FileTree& tree, const std::string& path);

// Files whose content is code: scripts of the two ecosystems and of the shell.
bool is_python_file(std::string_view path);
bool is_javascript_file(std::string_view path);  // TypeScript too, but not its declarations
bool is_shell_file(std::string_view path);

// Whether a package that installs a command of this name stands before one that systems have.
bool is_system_command(std::string_view command);

}  // namespace cerebro
