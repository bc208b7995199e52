#pragma once

#include <string>

namespace cerebro {

// One line of entry_points.txt or of its likes: "foo = pkg.mod:Class.main [extra]".
struct EntryPoint {
  std::string group;   // "console_scripts"
  std::string name;    // "foo"
  std::string target;  // "pkg.mod:Class.main [extra]"
};

}  // namespace cerebro
