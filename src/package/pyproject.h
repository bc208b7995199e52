#pragma once

#include <string>
#include <string_view>
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
  std::string problem;                      // why it could not be parsed; empty when it could
  bool limited = false;  // the problem is a bound of ours: another reader may read on
};

PyProject read_pyproject(std::string_view text);

}  // namespace cerebro
