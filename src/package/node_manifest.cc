#include "package/node_manifest.h"

#include <algorithm>
#include <array>

#include "package/json.h"

namespace cerebro {
namespace {

constexpr size_t kMaxManifests = 2'000, kMaxMappings = 2'000, kMaxManifestBytes = 1 << 20;
constexpr int kMaxDepth = 16;

using When = NodeMapping::When;

// Conditions that hold for code run by Node; others (browser, types, deno) do not.
constexpr std::array kConditions = {
    std::pair{std::string_view("node"), When::kAlways},
    std::pair{std::string_view("node-addons"), When::kAlways},
    std::pair{std::string_view("default"), When::kAlways},
    std::pair{std::string_view("module-sync"), When::kAlways},
    std::pair{std::string_view("import"), When::kImport},
    std::pair{std::string_view("require"), When::kRequire},
};

class MappingReader {
 public:
  // `exports` may be one target, conditions, or a map of subpaths; `imports` is a map.
  std::vector<NodeMapping> read(const JsonValue* value) {
    if (value == nullptr) return {};
    const bool is_map =
        value->is_object() && !value->keys.empty() &&
        (value->keys.front().starts_with('.') || value->keys.front().starts_with('#'));
    if (is_map) {
      for (size_t i = 0; i < value->items.size(); ++i) {
        add(value->keys[i], value->items[i], When::kAlways, 0);
      }
    } else {
      add(".", *value, When::kAlways, 0);
    }
    return std::move(rows_);
  }

 private:
  void add(const std::string& pattern, const JsonValue& value, When when, int depth) {
    if (depth > kMaxDepth || rows_.size() >= kMaxMappings) return;
    if (value.is_string()) {
      rows_.push_back({pattern, value.text, when});
    } else if (value.is_object()) {
      for (size_t i = 0; i < value.items.size(); ++i) {
        const auto* row = std::find_if(kConditions.begin(), kConditions.end(),
                                       [&](const auto& c) { return c.first == value.keys[i]; });
        if (row == kConditions.end()) continue;
        add(pattern, value.items[i], row->second == When::kAlways ? when : row->second, depth + 1);
      }
    } else if (value.kind == JsonValue::Kind::kArray) {  // the first that can be used
      for (const JsonValue& item : value.items) add(pattern, item, when, depth + 1);
    }
  }

  std::vector<NodeMapping> rows_;
};

// Whether the pattern matches; `star` is then what '*' stands for.
bool matches(std::string_view pattern, std::string_view text, std::string_view& star) {
  const size_t at = pattern.find('*');
  if (at == pattern.npos) return pattern == text;
  const std::string_view head = pattern.substr(0, at), tail = pattern.substr(at + 1);
  if (text.size() < head.size() + tail.size() || !text.starts_with(head) || !text.ends_with(tail))
    return false;
  star = text.substr(head.size(), text.size() - head.size() - tail.size());
  return true;
}

}  // namespace

std::vector<NodeManifest> read_node_manifests(const FileTree& tree) {
  constexpr std::string_view kName = "package.json";
  std::vector<NodeManifest> manifests;
  for (const File& file : tree.files) {
    const std::string_view path = file.path;
    if (!path.ends_with(kName) || manifests.size() >= kMaxManifests) continue;
    const std::string_view folder = path.substr(0, path.size() - kName.size());
    if ((!folder.empty() && !folder.ends_with('/')) || file.content.size() > kMaxManifestBytes)
      continue;
    const JsonDocument json = read_json(file.content);
    manifests.push_back({std::string(folder), std::string(json.root.string("name")),
                         std::string(json.root.string("main")),
                         MappingReader().read(json.root.find("exports")),
                         MappingReader().read(json.root.find("imports"))});
  }
  std::sort(manifests.begin(), manifests.end(),
            [](const NodeManifest& a, const NodeManifest& b) { return a.folder < b.folder; });
  return manifests;
}

std::string map_target(const std::vector<NodeMapping>& mappings, std::string_view specifier,
                       bool esm) {
  const NodeMapping* best = nullptr;
  std::string_view star;
  for (const NodeMapping& row : mappings) {
    if (row.when == (esm ? When::kRequire : When::kImport)) continue;
    std::string_view here;
    if (!matches(row.pattern, specifier, here)) continue;
    // The first that fits; of patterns with a star the longest.
    if (best != nullptr && row.pattern.size() <= best->pattern.size()) continue;
    best = &row;
    star = here;
    if (row.pattern.find('*') == row.pattern.npos) break;
  }
  if (best == nullptr) return {};
  std::string target = best->target;
  if (const size_t at = target.find('*'); at != std::string::npos) target.replace(at, 1, star);
  return target;
}

}  // namespace cerebro
