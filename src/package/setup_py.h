#pragma once

// A tolerant scan of setup.py for the literals that say what is installed. The code itself is
// judged elsewhere; this only finds more places where execution starts.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "package/entry_point.h"

namespace cerebro {

struct SetupPy {
  std::string name;
  std::string version;
  std::string source_folder;             // package_dir={"": "src"}
  std::vector<EntryPoint> entry_points;  // "foo=pkg.mod:main" literals behind entry_points
  std::vector<std::string> scripts;      // scripts=["bin/foo"]
  std::vector<std::string> modules;      // py_modules=["foo"]
  struct Command {
    std::string command;  // "install"
    std::string cls;      // the class that replaces it
    int line = 1;
  };
  std::vector<Command> commands;  // cmdclass={"install": Cls}; the class may be "mod.Cls"
  bool has_commands = false;      // cmdclass is named, however it is made
  struct Requirement {
    std::string text;
    int line = 1;
  };
  std::vector<Requirement> requirements;  // install_requires and its kin, dependency_links
};

SetupPy scan_setup_py(std::string_view text);

}  // namespace cerebro
