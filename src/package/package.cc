#include "package/package.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "archive/name_folding.h"
#include "archive/safe_path.h"
#include "package/carried_settings.h"
#include "package/npm.h"
#include "package/package_builder.h"
#include "package/pypi.h"
#include "package/text.h"

namespace cerebro {
namespace {

constexpr size_t kMaxRoots = 64;

constexpr std::string_view kPythonManifests[] = {"setup.py", "setup.cfg", "pyproject.toml",
                                                 "PKG-INFO"};
constexpr std::string_view kInstalledMetadata[] = {
    "METADATA", "RECORD", "WHEEL", "PKG-INFO", "entry_points.txt", "top_level.txt", "SOURCES.txt"};

// Manifests in the same, least depth; npm's and pip's unpackers strip the top folder, so several
// folders side by side can hold parts of one package.
struct Roots {
  size_t depth = SIZE_MAX;
  std::vector<std::string> folders;
  bool more = false;  // than are read

  void add(std::string_view folder) {
    const size_t here = static_cast<size_t>(std::count(folder.begin(), folder.end(), '/'));
    if (here > depth) return;
    if (here < depth) folders.clear(), more = false;
    depth = here;
    const bool known = !folders.empty() && folders.back() == folder;
    if (known) return;
    if (folders.size() < kMaxRoots) {
      folders.emplace_back(folder);
    } else {
      more = true;
    }
  }
};

bool is_in_dependencies(std::string_view folder) {
  return folder.starts_with("node_modules/") || folder.find("/node_modules/") != folder.npos;
}

std::string_view parent_of(std::string_view folder) {
  return folder_of(folder.substr(0, folder.size() - 1));
}

bool is_metadata_folder(std::string_view folder) {
  return folder.ends_with(".dist-info/") || folder.ends_with(".egg-info/") ||
         folder == "EGG-INFO/" || folder.ends_with("/EGG-INFO/");
}

template <size_t size>
bool is_one_of(const std::string_view (&list)[size], std::string_view wanted) {
  return std::find(std::begin(list), std::end(list), wanted) != std::end(list);
}

// By a file system that ignores case, too.
bool is_package_json(std::string_view base) {
  constexpr std::string_view kName = "package.json";
  return std::equal(base.begin(), base.end(), kName.begin(), kName.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; });
}

struct Manifests {
  Roots npm;
  Roots pypi;
};

Manifests find_manifests(const FileTree& tree) {
  Manifests found;
  for (const File& file : tree.files) {
    const std::string_view folder = folder_of(file.path);
    const std::string_view base = file_name(file.path);
    if (is_in_dependencies(folder)) continue;
    if (is_package_json(base)) {
      found.npm.add(folder);
    } else if (is_metadata_folder(folder)) {
      if (is_one_of(kInstalledMetadata, base)) found.pypi.add(parent_of(folder));
    } else if (is_one_of(kPythonManifests, base)) {
      found.pypi.add(folder);
    }
  }
  return found;
}

// Where nothing says what is started, every source file may be.
void add_loose_files(PackageBuilder& builder) {
  for (const File& file : builder.tree().files) {
    if (is_python_file(file.path) || is_javascript_file(file.path) || is_shell_file(file.path)) {
      builder.add_file(Phase::kImport, "file", file.path);
    }
  }
}

bool is_nested(std::string_view path) { return path.find("!/") != std::string_view::npos; }

// The first path under which two readers may find different content: it is there more than once, or
// another one differs in case or Unicode form alone. Nothing of that: "".
std::string_view contested_path(const FileTree& tree) {
  const auto doubled = [](const Note& note) { return note.code == Code::kArchiveDuplicateEntry; };
  if (std::none_of(tree.notes.begin(), tree.notes.end(), doubled)) return {};
  std::unordered_map<std::string, const File*> first;  // by folded path
  for (const File& file : tree.files) {
    if (is_nested(file.path)) continue;
    const auto [at, added] = first.try_emplace(fold_name(file.path), &file);
    if (!added && at->second->content != file.content) return file.path;
  }
  return {};
}

// What only some readers of an archive see was hidden on purpose. Archives inside are test data as
// a rule.
void note_disagreement(PackageBuilder& builder) {
  for (const Note& note : builder.tree().notes) {
    if (note.code == Code::kArchiveHiddenEntry && !is_nested(note.file)) {
      return builder.disagree(note.file, 1, note.message);
    }
  }
  const std::string_view path = contested_path(builder.tree());
  if (!path.empty()) builder.disagree(std::string(path), 1, "also there with other content");
}

std::string_view top_folder(std::string_view path) {
  return path.substr(0, path.find('/') + 1);  // npos + 1 is 0
}

void describe_without_manifest(PackageBuilder& builder) {
  const std::vector<File>& files = builder.tree().files;
  const auto count = [&](bool (*is)(std::string_view)) {
    return std::count_if(files.begin(), files.end(),
                         [&](const File& file) { return is(file.path); });
  };
  const auto python = count(is_python_file);
  const auto javascript = count(is_javascript_file);
  Package& package = builder.package();
  if (python + javascript > 0) {
    package.ecosystem = python >= javascript ? Ecosystem::kPypi : Ecosystem::kNpm;
  }
  if (package.ecosystem == Ecosystem::kPypi) {
    package.import_roots = {""};
    const std::string_view top = top_folder(files.front().path);
    // Sorted files share their top folder when the first and the last do.
    if (!top.empty() && top == top_folder(files.back().path)) {
      package.import_roots.emplace_back(top);
    }
  }
  builder.note(Code::kManifestMissing, "no manifest in any folder", {});
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  return printable_utf8(line);
}

std::string dump(const Entry& entry) {
  std::string line(name(entry.phase));
  line += " [" + one_line(entry.label) + "] " + entry.file;
  if (entry.kind != Entry::Kind::kFile) {
    line += ":" + std::to_string(entry.line);
    line += entry.kind == Entry::Kind::kCommand ? " command " : " python ";
    line += one_line(entry.command);
  } else if (!entry.function.empty()) {
    line += " call " + one_line(entry.function);
  }
  return line + "\n";
}

}  // namespace

std::string_view name(Ecosystem ecosystem) {
  switch (ecosystem) {
    case Ecosystem::kNpm:
      return "npm";
    case Ecosystem::kPypi:
      return "pypi";
    case Ecosystem::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::kInstall:
      return "install";
    case Phase::kImport:
      return "import";
    case Phase::kRun:
      break;
  }
  return "run";
}

Package describe(const FileTree& tree) {
  PackageBuilder builder(tree);
  const Manifests found = find_manifests(tree);
  const bool npm = !found.npm.folders.empty() && found.npm.depth <= found.pypi.depth;
  const bool pypi = !found.pypi.folders.empty() && found.pypi.depth <= found.npm.depth;
  // A folder with both kinds is described as both, so that nothing that could run is lost. Its
  // name is npm's, unless a tool of Python's has packed it (PKG-INFO) or package.json is nameless.
  if (npm) {
    for (const std::string& root : found.npm.folders) describe_npm(root, builder);
  }
  Package& package = builder.package();
  bool as_npm = npm && !pypi;
  if (npm && pypi) {
    const bool packed_by_python = tree.find(found.pypi.folders.front() + "PKG-INFO") != nullptr;
    as_npm = !packed_by_python && !package.name.empty() && !package.version.empty();
    if (!as_npm) package.name = package.version = "";
  }
  if (pypi) {
    for (const std::string& root : found.pypi.folders) describe_pypi(root, builder);
  }
  if (npm || pypi) {
    package.ecosystem = as_npm ? Ecosystem::kNpm : Ecosystem::kPypi;
    package.root = (as_npm ? found.npm : found.pypi).folders.front();
  } else {
    describe_without_manifest(builder);
  }
  if ((npm && found.npm.more) || (pypi && found.pypi.more)) {
    builder.note(Code::kArchiveLimitEntries,
                 "more than " + std::to_string(kMaxRoots) + " folders with a manifest", {});
  }
  note_disagreement(builder);
  if (package.entries.empty()) add_loose_files(builder);
  describe_settings(builder);
  package.node_manifests = read_node_manifests(tree);
  return std::move(builder).finish();
}

std::string dump(const Package& package) {
  std::string text = "ecosystem " + std::string(name(package.ecosystem)) + "\n";
  text += "name " + package.name + "\nversion " + package.version + "\nroot " + package.root + "\n";
  if (!package.main_file.empty()) text += "main " + package.main_file + "\n";
  for (const std::string& root : package.import_roots) text += "import root " + root + "\n";
  for (const Entry& entry : package.entries) text += dump(entry);
  for (const ManifestFinding& finding : package.findings) {
    text += "finding " + finding.behaviour + " " + finding.file + ":" +
            std::to_string(finding.line) + " " + finding.snippet + "\n";
  }
  for (const Note& note : package.notes) {
    text += "note " + number(note.code) + " " + note.file + ": " + note.message + "\n";
  }
  return text;
}

}  // namespace cerebro
