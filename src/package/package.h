#pragma once

// What the installer and the interpreter would do with a package: its name, and in which order
// its files would run (design: install, then import, then run).

#include <string>
#include <string_view>
#include <vector>

#include "archive/file_tree.h"
#include "base/note.h"
#include "package/node_manifest.h"

namespace cerebro {

enum class Ecosystem { kUnknown, kNpm, kPypi };
enum class Phase { kInstall, kImport, kRun };

std::string_view name(Ecosystem ecosystem);  // "npm", "pypi", "unknown"
std::string_view name(Phase phase);          // "install", "import", "run"

// A place where execution starts.
struct Entry {
  enum class Kind {
    kFile,     // `file` is executed (its top level)
    kCommand,  // `command` is a shell command line written in `file` at `line`
    kPython,   // `command` is Python source written in `file` at `line` (a .pth import line, a
               // backend hook)
  };
  Phase phase = Phase::kImport;
  Kind kind = Kind::kFile;
  std::string label;    // for people: "postinstall", "main", "setup.py", "console_scripts foo"
  std::string file;     // path in the FileTree
  std::string command;  // kCommand, kPython
  int line = 1;         // 1-based line of `command` in `file`
  std::string
      function;  // kFile: when not empty, this function of the file is called ("main", "Cls.run")

  bool operator==(const Entry&) const = default;
};

// A fact of the manifest that is itself a behaviour (catalogue id), e.g.
// "install.remote_dependency".
struct ManifestFinding {
  std::string behaviour;
  Phase phase = Phase::kInstall;
  std::string file;
  int line = 1;
  std::string snippet;
  bool operator==(const ManifestFinding&) const = default;
};

struct Package {
  Ecosystem ecosystem = Ecosystem::kUnknown;
  std::string name;  // as published; empty when unknown
  std::string version;
  std::string root;            // folder that holds the manifest, "" or "package/" (with '/')
  std::vector<Entry> entries;  // in the order in which they would run
  std::vector<std::string>
      import_roots;       // Python: folders on the import path, with trailing '/' or ""
  std::string main_file;  // npm: the resolved "main" file, for self-reference and require('pkg')
  std::vector<NodeManifest> node_manifests;  // of all folders: where JavaScript's imports lead
  std::vector<ManifestFinding> findings;
  std::vector<Note> notes;  // sorted
};

// Never fails: a missing or broken manifest is a note, and then every source file is an import
// entry.
Package describe(const FileTree& tree);

// Text form for `cerebro dump package` and the tests.
std::string dump(const Package& package);

}  // namespace cerebro
