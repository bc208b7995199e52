#include "resolve/imports.h"

#include <algorithm>
#include <array>

namespace cerebro {
namespace {

std::string_view folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1);
}

// Joins and normalises "a/b/" + "../c"; empty when it leaves the root.
std::string join_path(std::string_view folder, std::string_view relative) {
  std::string joined(folder);
  while (!relative.empty()) {
    const size_t slash = relative.find('/');
    const std::string_view part = relative.substr(0, slash);
    relative = slash == std::string_view::npos ? std::string_view{} : relative.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (joined.empty()) return {};
      joined.pop_back();
      joined.erase(joined.rfind('/') == std::string::npos ? 0 : joined.rfind('/') + 1);
      continue;
    }
    joined += part;
    joined += '/';
  }
  if (!joined.empty()) joined.pop_back();
  return joined;
}

UnitId find_python(const Resolver& resolver, const std::string& stem) {
  if (const UnitId unit = resolver.unit_of_file(stem + "/__init__.py"); unit != kNoId) return unit;
  return resolver.unit_of_file(stem + ".py");
}

UnitId find_javascript(const Resolver& resolver, const std::string& stem) {
  static constexpr std::array kSuffixes = {
      "",     ".js",  ".mjs",      ".cjs",       ".ts",        ".tsx",      ".jsx",
      ".mts", ".cts", "/index.js", "/index.mjs", "/index.cjs", "/index.ts", "/index.tsx"};
  for (const char* suffix : kSuffixes) {
    if (const UnitId unit = resolver.unit_of_file(stem + suffix); unit != kNoId) return unit;
  }
  // TypeScript sources import their later .js names.
  for (const auto& [from, to] : {std::pair{".js", ".ts"}, std::pair{".js", ".tsx"},
                                 std::pair{".mjs", ".mts"}, std::pair{".cjs", ".cts"}}) {
    const std::string_view ending = from;
    if (!std::string_view(stem).ends_with(ending)) continue;
    const std::string source = stem.substr(0, stem.size() - ending.size()) + to;
    if (const UnitId unit = resolver.unit_of_file(source); unit != kNoId) return unit;
  }
  return kNoId;
}

bool is_es_module(const Module& module) {
  if (module.path.ends_with(".mjs") || module.path.ends_with(".mts")) return true;
  if (module.root == kNoNode) return false;
  for (NodeId id : children(module, module.root)) {
    if (module[id].kind == NodeKind::kImport || module[id].kind == NodeKind::kExport) return true;
  }
  return false;
}

// Node's algorithm, as far as it stays inside the package.
class NodeResolution {
 public:
  NodeResolution(const Resolver& resolver, const std::vector<NodeManifest>& manifests,
                 const Unit& from)
      : resolver_(resolver), manifests_(manifests), from_(from) {}

  UnitId file_or_folder(const std::string& path) const {
    if (const UnitId unit = find_javascript(resolver_, path); unit != kNoId) return unit;
    const NodeManifest* manifest = manifest_of(path + "/");
    if (manifest == nullptr || manifest->main.empty()) return kNoId;
    return find_javascript(resolver_, join_path(manifest->folder, manifest->main));
  }

  // "#internal", the package's own name, or a package of node_modules in a folder above.
  UnitId bare(std::string_view folder, std::string_view specifier) const {
    if (manifests_.empty() || specifier.empty()) return kNoId;
    const size_t scope = specifier.front() == '@' ? specifier.find('/') : 0;
    const size_t slash =
        scope == specifier.npos ? specifier.npos : specifier.find('/', scope + (scope > 0 ? 1 : 0));
    const std::string_view name = specifier.substr(0, slash);
    const std::string subpath =
        slash == specifier.npos ? "." : "." + std::string(specifier.substr(slash));
    for (std::string at(folder);; at = parent(at)) {
      const NodeManifest* manifest = manifest_of(at);
      if (manifest != nullptr && specifier.front() == '#') {
        const std::string target = map_target(manifest->imports, specifier, esm());
        return target.starts_with("./")
                   ? find_javascript(resolver_, join_path(manifest->folder, target))
                   : kNoId;
      }
      if (manifest != nullptr && manifest->name == name && !manifest->exports.empty()) {
        return exported(*manifest, subpath);
      }
      const std::string home = at + "node_modules/" + std::string(name) + "/";
      if (const NodeManifest* dependency = manifest_of(home)) {
        if (!dependency->exports.empty()) return exported(*dependency, subpath);
        return file_or_folder(join_path(home, subpath));
      }
      if (at.empty()) return kNoId;
    }
  }

 private:
  UnitId exported(const NodeManifest& manifest, const std::string& subpath) const {
    const std::string target = map_target(manifest.exports, subpath, esm());
    return target.empty() ? kNoId : find_javascript(resolver_, join_path(manifest.folder, target));
  }

  bool esm() const { return is_es_module(from_.module); }

  const NodeManifest* manifest_of(const std::string& folder) const {
    const auto found = std::lower_bound(
        manifests_.begin(), manifests_.end(), folder,
        [](const NodeManifest& one, const std::string& wanted) { return one.folder < wanted; });
    return found == manifests_.end() || found->folder != folder ? nullptr : &*found;
  }

  static std::string parent(std::string folder) {  // "a/b/" -> "a/"
    folder.pop_back();
    folder.erase(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/') + 1);
    return folder;
  }

  const Resolver& resolver_;
  const std::vector<NodeManifest>& manifests_;
  const Unit& from_;
};

std::string dotted_to_path(std::string_view dotted) {
  std::string path(dotted);
  for (char& c : path) {
    if (c == '.') c = '/';
  }
  return path;
}

}  // namespace

std::string api_module_path(Language language, std::string_view specifier) {
  if (language == Language::kPython) return std::string(specifier);
  if (specifier.starts_with("node:")) specifier.remove_prefix(5);
  if (specifier.starts_with(".") || specifier.starts_with("/")) return {};
  while (specifier.ends_with("/")) specifier.remove_suffix(1);
  return std::string(specifier);
}

UnitId find_submodule(const Resolver& resolver, std::string_view package_file,
                      std::string_view name) {
  if (!package_file.ends_with("/__init__.py")) return kNoId;
  return find_python(resolver, std::string(folder_of(package_file)) + std::string(name));
}

UnitId Resolver::resolve_import(const Unit& from, std::string_view specifier,
                                uint32_t level) const {
  const std::string_view folder = folder_of(from.module.path);
  if (from.module.language == Language::kPython) {
    if (level > 0) {
      std::string base(folder);
      for (uint32_t i = 1; i < level; ++i) base = join_path(base, "..") + "/";
      if (base == "/") base.clear();
      if (specifier.empty()) {
        if (!base.empty()) base.pop_back();
        return find_python(*this, base);
      }
      return find_python(*this, base + dotted_to_path(specifier));
    }
    const std::string path = dotted_to_path(specifier);
    for (const std::string& root : package_.import_roots) {
      if (const UnitId unit = find_python(*this, root + path); unit != kNoId) return unit;
    }
    // Scripts and Python 2 see their own folder first.
    if (specifier.find('.') == std::string_view::npos && !folder.empty()) {
      const UnitId unit = find_python(*this, std::string(folder) + path);
      if (unit != kNoId && units_[unit].get() != &from) return unit;
    }
    return kNoId;
  }
  if (specifier.starts_with("./") || specifier.starts_with("../") || specifier == "." ||
      specifier == "..") {
    return NodeResolution(*this, package_.node_manifests, from)
        .file_or_folder(join_path(folder, specifier));
  }
  if (const UnitId unit =
          NodeResolution(*this, package_.node_manifests, from).bare(folder, specifier);
      unit != kNoId) {
    return unit;
  }
  if (!package_.name.empty() && specifier.starts_with(package_.name)) {
    std::string_view rest = specifier.substr(package_.name.size());
    if (rest.empty()) return package_.main_file.empty() ? kNoId : unit_of_file(package_.main_file);
    if (rest.front() == '/')
      return find_javascript(*this, join_path(package_.root, rest.substr(1)));
  }
  return kNoId;
}

}  // namespace cerebro
