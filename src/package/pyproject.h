#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "package/entry_point.h"

namespace cerebro {

struct Requirement {
  std::string text;
  int line = 1;
};

// What pyproject.toml says that matters to execution (PEP 517, 518, 621).
struct PyProject {
  std::string name;
  std::string version;
  std::string build_backend;
  std::vector<std::string> backend_path;
  std::vector<EntryPoint> entry_points;
  std::vector<std::string> source_folders;  // where packages lie, when not in the root
  std::vector<Requirement> requirements;    // of the build and of the project
  // What the build back end runs beside its own code.
  struct BuildScript {
    std::string path;
    std::vector<std::string> functions;  // called when the file defines them, in a class or not
  };
  std::vector<BuildScript> build_scripts;                            // hatch, pdm, poetry
  std::vector<std::pair<std::string, std::string>> command_classes;  // {"install", "mod.Cls"}
  std::vector<std::string> attributes;  // "pkg.version", whose module may be imported to read it
  std::vector<std::string> modules;     // installed as they are
  std::string problem;                  // why it could not be parsed; empty when it could
  bool limited = false;  // the problem is a bound of ours: another reader may read on
};

PyProject read_pyproject(std::string_view text);

}  // namespace cerebro
