#pragma once

#include <string>
#include <string_view>

#include "archive/file_tree.h"

namespace cerebro {

// The file that Node would load for `request` ("./lib", "dist/index.js", "..") from `folder` (with
// trailing '/', or ""): the exact file, then with an extension, then a folder's package.json main,
// then its index file (https://nodejs.org/api/modules.html#all-together; TypeScript's extensions
// and .mjs, .cjs are tried too, as bundlers do). "" when there is none.
std::string resolve_node_file(const FileTree& tree, std::string_view folder,
                              std::string_view request);

}  // namespace cerebro
