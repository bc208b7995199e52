#pragma once

// The commands that node-gyp runs while it configures and builds: "<!(command)" and
// "<!@(command)" expansions, 'action' arrays and "<!pymod_do_main(module ...)"
// (https://gyp.gsrc.io/docs/InputFormatReference.md). binding.gyp is a Python literal; it is
// scanned for its strings, not evaluated.

#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

struct GypCommand {
  std::string command;        // a shell command line; empty for a Python module
  std::string python_module;  // the module that pymod_do_main imports
  int line = 1;
};

struct GypFile {
  std::vector<GypCommand> commands;   // in file order
  std::vector<std::string> includes;  // other .gyp and .gypi files that it names
};

GypFile read_gyp(std::string_view text);

}  // namespace cerebro
