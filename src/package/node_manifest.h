#pragma once

// What the package.json files of a tree say about where imports lead, as Node resolves them
// (https://nodejs.org/api/esm.html#resolution-algorithm-specification): names, main files and the
// maps `exports` and `imports`.

#include <string>
#include <string_view>
#include <vector>

#include "archive/file_tree.h"

namespace cerebro {

// One row of `exports` or `imports`: what it maps, under which condition it does, and to what.
struct NodeMapping {
  std::string pattern;  // ".", "./tool", "./features/*", "#net"
  std::string target;   // "./src/tool.js"; at most one '*'
  enum class When { kAlways, kImport, kRequire } when = When::kAlways;
};

struct NodeManifest {
  std::string folder;  // of the package.json, "" or with a trailing '/'
  std::string name, main;
  std::vector<NodeMapping> exports, imports;
};

// Of all package.json files, sorted by folder; bounded in number.
std::vector<NodeManifest> read_node_manifests(const FileTree& tree);

// The target that `specifier` is mapped to, or "". `esm`: asked by an import, not a require.
std::string map_target(const std::vector<NodeMapping>& mappings, std::string_view specifier,
                       bool esm);

}  // namespace cerebro
