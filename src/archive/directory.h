#pragma once

#include <string>

#include "archive/file_tree.h"
#include "archive/tree_builder.h"

namespace cerebro {

// Reads every selected regular file below `root` into `builder`, in sorted order and without
// following links; archives among them are opened. Returns the digest: SHA-256 over
// "path\0digest\n" of each file.
std::string read_directory(const std::string& root, const ArchiveOptions& options,
                           const Selection& selection, TreeBuilder& builder);

}  // namespace cerebro
