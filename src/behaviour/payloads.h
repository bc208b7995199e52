#pragma once

// Files that are payloads in themselves: native programs, WebAssembly, bytecode without source,
// programs under harmless names.

#include <vector>

#include "archive/file_tree.h"
#include "package/package.h"

namespace cerebro {

std::vector<ManifestFinding> find_payloads(const FileTree& tree);

}  // namespace cerebro
