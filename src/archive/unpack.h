#pragma once

// Reads every entry of an archive that is in memory into a TreeBuilder.

#include <string>
#include <string_view>

#include "archive/file_tree.h"
#include "archive/tree_builder.h"

namespace cerebro {

// Returns what made the bytes unreadable as an archive, or "" when at least one header was read.
// Paths get `prefix`; archives inside are opened while `depth` is below the nesting limit.
std::string unpack(std::string_view bytes, const std::string& prefix, int depth,
                   const ArchiveOptions& options, TreeBuilder& builder);

}  // namespace cerebro
