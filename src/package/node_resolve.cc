#include "package/node_resolve.h"

#include "archive/safe_path.h"
#include "base/limits.h"
#include "package/json.h"

namespace cerebro {
namespace {

constexpr std::string_view kExtensions[] = {".js",  ".json", ".node", ".mjs",
                                            ".cjs", ".ts",   ".tsx",  ".jsx"};

std::string with_extension(const FileTree& tree, const std::string& path) {
  for (const std::string_view extension : kExtensions) {
    std::string candidate = path + std::string(extension);
    if (tree.find(candidate) != nullptr) return candidate;
  }
  return {};
}

std::string joined(std::string_view folder, std::string_view request, bool& escapes) {
  SafePath safe = safe_path(std::string(folder) + std::string(request), Limits{}.path_bytes);
  escapes = safe.escapes;
  return std::move(safe.path);
}

std::string file_or_index(const FileTree& tree, const std::string& path) {
  if (!path.empty()) {
    if (tree.find(path) != nullptr) return path;
    if (std::string found = with_extension(tree, path); !found.empty()) return found;
  }
  return with_extension(tree, path.empty() ? "index" : path + "/index");
}

}  // namespace

std::string resolve_node_file(const FileTree& tree, std::string_view folder,
                              std::string_view request) {
  bool escapes = false;
  const std::string path = joined(folder, request, escapes);
  if (escapes) return {};
  if (!request.ends_with('/') && !path.empty()) {
    if (tree.find(path) != nullptr) return path;
    if (std::string found = with_extension(tree, path); !found.empty()) return found;
  }
  const std::string inner = path.empty() ? "" : path + '/';
  if (const File* manifest = tree.find(inner + "package.json")) {
    const JsonDocument json = read_json(manifest->content);
    const std::string_view main = json.root.string("main");
    if (!main.empty()) {
      const std::string target = joined(inner, main, escapes);
      if (!escapes) {
        if (std::string found = file_or_index(tree, target); !found.empty()) return found;
      }
    }
  }
  return with_extension(tree, inner + "index");
}

}  // namespace cerebro
