#pragma once

// The packages of an installed tree: node_modules of npm, yarn and pnpm, yarn's zip cache,
// site-packages, virtual environments, and projects that hold such.
//
//   for (const InstalledPackage& package : find_installed("node_modules", limits).packages) {
//     Result<FileTree> tree = read_installed(package, {}, limits);
//   }
//
// Every file of the tree belongs to some package of the list; what no package claims is an own one.
// No link is followed except node_modules/NAME of pnpm and workspaces, and those not out of the
// tree.

#include <string>
#include <string_view>
#include <vector>

#include "archive/directory.h"
#include "archive/file_tree.h"
#include "base/limits.h"
#include "base/note.h"
#include "base/result.h"

namespace cerebro {

struct InstalledPackage {
  std::string label;  // the path by which a person knows it, unique in the tree
  std::string path;   // folder or archive
  Selection selection;
  std::vector<Note> notes;
  bool in_node_modules = false;  // an archive that has the package in node_modules/NAME/
  bool unclaimed = false;        // no package but files that none claims; none may be code
};

struct InstalledTree {
  std::vector<InstalledPackage> packages;  // sorted by label
  std::vector<Note> notes;
};

// Nothing when `directory` is no installed tree and holds none.
InstalledTree find_installed(const std::string& directory, const Limits& limits);

// The paths of a zip of yarn's as its package has them, when all stand below one
// node_modules/NAME/.
void strip_node_modules(FileTree& tree);

// The files of one package, its notes among those of the tree. Errors: those of read_path.
Result<FileTree> read_installed(const InstalledPackage& package, const ArchiveOptions& options,
                                const Limits& limits);

}  // namespace cerebro
