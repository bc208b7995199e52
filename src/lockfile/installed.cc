#include "lockfile/installed.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "archive/disk.h"
#include "lockfile/lockfile.h"
#include "package/text.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostFiles = 4'000'000;  // looked at in one tree
constexpr size_t kRecordBytes = 64 << 20;

// What package managers write into node_modules beside the packages.
constexpr std::array<std::string_view, 11> kManagerFiles = {".package-lock.json",
                                                            ".package-map.json",
                                                            ".yarn-integrity",
                                                            ".yarn-state.yml",
                                                            ".modules.yaml",
                                                            ".pnpm-workspace-state.json",
                                                            ".pnpm-workspace-state-v1.json",
                                                            ".bin",
                                                            ".pnpm",
                                                            ".store",
                                                            ".bun"};
constexpr std::array<std::string_view, 3> kEnvironments = {".venv", "venv", "env"};

template <size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_real_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(path, error));
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_environment(const fs::path& path) {
  return is_real_folder(path) && is_there(path / "pyvenv.cfg");
}

std::string text_of(const fs::path& path) {
  Result<DiskFile> file = read_regular_file(path.string(), kRecordBytes);
  return file ? std::move(file->content) : std::string();
}

// The first column of a line of RECORD, which is CSV.
std::string first_column(std::string_view line) {
  if (!line.starts_with('"')) return std::string(line.substr(0, line.find(',')));
  std::string column;
  for (size_t at = 1; at < line.size(); ++at) {
    if (line[at] == '"' && (at + 1 == line.size() || line[++at] != '"')) break;
    column += line[at];
  }
  return column;
}

// The source that a "a/__pycache__/b.cpython-311.pyc" was made of: "a/b.py".
std::string source_of(const std::string& path) {
  constexpr std::string_view kCache = "__pycache__/";
  const size_t cache = path.rfind(kCache);
  if (cache == std::string::npos || !path.ends_with(".pyc")) return path;
  const std::string file = path.substr(cache + kCache.size());
  return path.substr(0, cache) + file.substr(0, file.find('.')) + ".py";
}

class Finder {
 public:
  Finder(fs::path root, const Limits& limits) : root_(std::move(root)), limits_(limits) {
    std::error_code error;
    real_root_ = fs::weakly_canonical(root_, error);
  }

  InstalledTree find() {
    std::error_code error;
    if (!fs::is_directory(root_, error)) return {};
    const std::string name = real_root_.filename().string();
    if (name == "node_modules") {
      read_node_modules(root_);
    } else if (name == "site-packages" || name == "dist-packages" || was_installed_to(root_)) {
      read_site_packages(root_);
    } else if (is_zip_cache(real_root_)) {
      read_zip_cache(root_);
    } else if (is_environment(root_)) {
      read_environment(root_);
    } else if (is_project()) {
      read_project();
    }
    std::stable_sort(tree_.packages.begin(), tree_.packages.end(),
                     [](const auto& a, const auto& b) { return a.label < b.label; });
    std::sort(tree_.notes.begin(), tree_.notes.end());
    return std::move(tree_);
  }

 private:
  void note(Code code, std::string message, const fs::path& where) {
    if (tree_.notes.size() < limits_.lockfile_entries) {
      tree_.notes.push_back({code, std::move(message), where.string()});
    }
  }

  void add(InstalledPackage package) {
    if (tree_.packages.size() < limits_.lockfile_entries) {
      tree_.packages.push_back(std::move(package));
    } else if (!std::exchange(full_, true)) {
      note(Code::kLockfileLimit, std::to_string(limits_.lockfile_entries) + " packages", root_);
    }
  }

  std::vector<std::string> list(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      if (++looked_at_ > kMostFiles) {
        if (!std::exchange(full_, true)) {
          note(Code::kLockfileLimit, std::to_string(kMostFiles) + " files", folder);
        }
        break;
      }
      names.push_back(it->path().filename().string());
    }
    if (error) note(Code::kFileUnreadable, error.message(), folder);
    std::sort(names.begin(), names.end());
    return names;
  }

  // Files below `top` (a file or a folder of `base`), relative to `base`; links are no files.
  void list_files(const fs::path& base, const std::string& top, std::vector<std::string>& into) {
    std::vector<std::string> open = {top};
    while (!open.empty() && !full_) {
      const std::string path = std::move(open.back());
      open.pop_back();
      std::error_code error;
      const fs::file_status status = fs::symlink_status(base / path, error);
      if (fs::is_directory(status)) {
        for (const std::string& name : list(base / path)) open.push_back(path + "/" + name);
      } else if (fs::is_regular_file(status)) {
        into.push_back(path);
      } else if (fs::is_symlink(status) && path != "lib64") {
        note(Code::kArchiveLink, "not followed", base / path);
      }
    }
  }

  // A project ------------------------------------------------------------------------------------

  bool is_project() const {
    if (is_zip_cache(root_ / ".yarn/cache")) return true;
    for (const std::string_view name : kEnvironments) {
      if (is_environment(root_ / name)) return true;
    }
    const fs::path modules = root_ / "node_modules";
    if (!is_real_folder(modules)) return false;
    // A package that brings its dependencies along has a node_modules, too, but no manager's files.
    return std::any_of(
               kManagerFiles.begin(), kManagerFiles.end(),
               [&](std::string_view file) { return file != ".bin" && is_there(modules / file); }) ||
           std::any_of(project_lockfiles().begin(), project_lockfiles().end(),
                       [&](std::string_view file) {
                         return file != "npm-shrinkwrap.json" && is_there(root_ / file);
                       });
  }

  // The project's own files are one more package.
  void read_project() {
    InstalledPackage own{root_.string(), root_.string(), {}, {}};
    bool has_files = false;
    std::vector<std::string> open = {""};  // relative, '/' at the end
    while (!open.empty() && !full_) {
      const std::string folder = std::move(open.back());
      open.pop_back();
      for (const std::string& name : list(root_ / folder)) {
        const std::string path = folder + name;
        if (!is_real_folder(root_ / path)) {
          has_files = true;
          continue;
        }
        if (name == "node_modules") {
          read_node_modules(root_ / path);
        } else if (is_zip_cache(root_ / path)) {
          read_zip_cache(root_ / path);
        } else if (is_environment(root_ / path)) {
          read_environment(root_ / path);
        } else if (name != ".git") {
          open.push_back(path + '/');
          continue;
        }
        own.selection.without.push_back(path);
      }
    }
    if (has_files) add(std::move(own));
  }

  // node_modules ---------------------------------------------------------------------------------

  void read_node_modules(const fs::path& top) {
    std::vector<fs::path> open = {top};
    while (!open.empty() && !full_) {
      const fs::path folder = std::move(open.back());
      open.pop_back();
      std::vector<std::string> loose;  // what no package claims
      for (const std::string& name : list(folder)) {
        if (name.starts_with('@') && is_real_folder(folder / name)) {
          for (const std::string& inner : list(folder / name)) {
            read_module(folder, name + "/" + inner, loose, open);
          }
        } else {
          read_module(folder, name, loose, open);
        }
      }
      if (!loose.empty()) add_unclaimed(folder, "", loose);
    }
  }

  void read_module(const fs::path& folder, const std::string& name, std::vector<std::string>& loose,
                   std::vector<fs::path>& open) {
    const fs::path path = folder / name;
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    if (fs::is_symlink(status)) return read_link(path);
    if (name == ".pnpm" || name == ".store" || name == ".bun") return read_store(path, open);
    if (is_one_of(name, kManagerFiles)) return;
    if (!fs::is_directory(status) || name.starts_with('.')) {
      return list_files(folder, name, loose);
    }
    if (list(path).empty()) return;
    add({path.string(), path.string(), {.without = {"node_modules"}}, {}});
    if (is_real_folder(path / "node_modules")) open.push_back(path / "node_modules");
  }

  // pnpm: .pnpm/NAME@VERSION/node_modules/NAME. yarn: .store/NAME-DIGEST/package.
  void read_store(const fs::path& store, std::vector<fs::path>& open) {
    for (const std::string& name : list(store)) {
      const fs::path path = store / name;
      if (is_real_folder(path / "node_modules")) open.push_back(path / "node_modules");
      if (is_real_folder(path / "package")) {
        add({path.string(), (path / "package").string(), {.without = {"node_modules"}}, {}});
      }
    }
  }

  // What a link leads to is found where it stands: in the store, or among the project's own files.
  void read_link(const fs::path& link) {
    std::error_code error;
    const fs::path real = fs::canonical(link, error);
    if (error) return note(Code::kArchiveLink, "leads nowhere", link);
    const std::string relative = real.lexically_relative(real_root_).generic_string();
    if (relative.starts_with("..")) {
      note(Code::kInstalledOutside, "a link to " + real.string(), link);
    }
  }

  void add_unclaimed(const fs::path& folder, const std::string& top,
                     const std::vector<std::string>& files) {
    InstalledPackage package;
    package.path = folder.string();
    package.label = (top.empty() ? folder : folder / top).string() + " (unclaimed)";
    package.selection.only_files = true;
    package.unclaimed = true;
    for (const std::string& file : files) package.selection.files.push_back({file, file});
    add(std::move(package));
  }

  // Zip files of yarn's Plug'n'Play --------------------------------------------------------------

  static bool is_zip_cache(const fs::path& path) {
    return path.filename() == "cache" && path.parent_path().filename() == ".yarn" &&
           is_real_folder(path);
  }

  void read_zip_cache(const fs::path& folder) {
    for (const std::string& name : list(folder)) {
      if (!name.ends_with(".zip")) continue;
      const std::string path = (folder / name).string();
      add({path, path, {}, {}, true});
    }
  }

  // Python ---------------------------------------------------------------------------------------

  void read_environment(const fs::path& top) {
    for (const std::string_view library : {"lib", "lib64"}) {
      if (!is_real_folder(top / library)) continue;
      for (const std::string& name : list(top / library)) {
        const fs::path packages = top / library / name / "site-packages";
        if (is_real_folder(packages)) read_site_packages(packages);
      }
    }
    if (is_real_folder(top / "Lib/site-packages")) read_site_packages(top / "Lib/site-packages");
  }

  // The target of `pip install --target`: unlike an unpacked wheel it says who installed it.
  bool was_installed_to(const fs::path& folder) {
    for (const std::string& name : list(folder)) {
      if (name.ends_with(".dist-info") && is_there(folder / name / "INSTALLER")) return true;
    }
    return false;
  }

  void read_site_packages(const fs::path& folder) {
    std::unordered_set<std::string> claimed;
    std::set<std::string> whole;  // folders that are one package
    for (const std::string& name : list(folder)) {
      if (name.ends_with(".dist-info")) {
        read_distribution(folder, name, name + "/RECORD", "", claimed);
      } else if (name.ends_with(".egg-info") && is_real_folder(folder / name)) {
        read_distribution(folder, name, name + "/installed-files.txt", name + "/", claimed);
      } else if (name.ends_with(".egg")) {
        whole.insert(name);
        add({(folder / name).string(), (folder / name).string(), {}, {}});
      }
    }
    std::map<std::string, std::vector<std::string>> unclaimed;  // by the first folder
    for (const std::string& name : list(folder)) {
      if (whole.contains(name)) continue;
      std::vector<std::string> files;
      list_files(folder, name, files);
      for (std::string& file : files) {
        if (claimed.contains(file) || claimed.contains(source_of(file))) continue;
        const bool in_folder = file != name && name != "__pycache__";
        unclaimed[in_folder ? name : ""].push_back(std::move(file));
      }
    }
    for (auto& [top, files] : unclaimed) {
      std::sort(files.begin(), files.end());
      add_unclaimed(folder, top, files);
    }
  }

  // Whether `folder` is lib/pythonX.Y/site-packages of a virtual environment or of Python itself.
  static bool is_in_environment(const fs::path& folder) {
    std::error_code error;
    const fs::path library = fs::weakly_canonical(folder, error).parent_path();
    return is_there(folder / "../../../pyvenv.cfg") ||
           (library.filename().string().starts_with("python") &&
            library.parent_path().filename() == "lib");
  }

  // Adds the distribution whose files `record` lists, relative to `base` below `folder`.
  void read_distribution(const fs::path& folder, const std::string& info, const std::string& record,
                         const std::string& base, std::unordered_set<std::string>& claimed) {
    if (!is_real_folder(folder / info)) return;
    InstalledPackage package;
    package.path = folder.string();
    package.label = (folder / info.substr(0, info.rfind('.'))).string();
    package.selection.only_files = true;
    std::set<std::string> files;
    const std::string recorded = text_of(folder / record);
    for (const std::string_view line : lines_of(recorded)) {
      const std::string column = first_column(line);
      if (!column.empty()) {
        files.insert(fs::path(base + column).lexically_normal().generic_string());
      }
    }
    // Whatever the record says, the folder of the metadata belongs to the distribution.
    std::vector<std::string> own;
    list_files(folder, info, own);
    files.insert(own.begin(), own.end());
    std::unordered_set<std::string> real_folders;
    for (const std::string& file : files) {
      add_recorded(folder, file, info, package, real_folders);
      claimed.insert(file);
    }
    add(std::move(package));
  }

  void add_recorded(const fs::path& folder, const std::string& file, const std::string& info,
                    InstalledPackage& package, std::unordered_set<std::string>& real_folders) {
    // lib/python3.11/site-packages/../../../bin/x is a script of the environment.
    constexpr std::string_view kUp = "../../../", kScripts = "../../../bin/";
    // Debian installs a wheel's scripts to /usr/bin; its RECORD keeps the place that they had
    // before.
    constexpr std::string_view kDebianScripts = "../scripts/";
    if (file.starts_with(kDebianScripts) && folder.filename() == "dist-packages") {
      const std::string moved = std::string(kScripts).append(file, kDebianScripts.size());
      if (is_there(folder / moved)) return add_recorded(folder, moved, info, package, real_folders);
    }
    const bool outside = file.starts_with("/") || file.starts_with("..");
    const bool in_environment = file.starts_with(kUp) && file.find("..", kUp.size()) == file.npos &&
                                is_in_environment(folder);
    if (outside && !in_environment) {
      package.notes.push_back({Code::kInstalledOutside, file, {}});
      return;
    }
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(folder / file, error))) {
      if (!file.ends_with(".pyc")) package.notes.push_back({Code::kInstalledMissing, "", file});
      return;
    }
    if (!leads_through_folders(outside ? folder / kUp : folder,
                               file.substr(outside ? kUp.size() : 0), real_folders)) {
      package.notes.push_back({Code::kInstalledOutside, "a folder is a link", file});
      return;
    }
    std::string name = file;
    if (outside) {  // as the wheel had it
      const std::string data = info.substr(0, info.rfind('.')) + ".data/";
      name = file.starts_with(kScripts) ? data + "scripts/" + file.substr(kScripts.size())
                                        : data + "data/" + file.substr(kUp.size());
    }
    package.selection.files.push_back({file, std::move(name)});
  }

  // Whether no folder of `file`, below `base`, is a link. `known` remembers those that are none.
  static bool leads_through_folders(const fs::path& base, const std::string& file,
                                    std::unordered_set<std::string>& known) {
    for (size_t end = file.find('/'); end != std::string::npos; end = file.find('/', end + 1)) {
      const std::string folder = (base / file.substr(0, end)).string();
      if (known.contains(folder)) continue;
      if (!is_real_folder(folder)) return false;
      known.insert(folder);
    }
    return true;
  }

  const fs::path root_;
  fs::path real_root_;
  const Limits& limits_;
  InstalledTree tree_;
  size_t looked_at_ = 0;
  bool full_ = false;
};

}  // namespace

InstalledTree find_installed(const std::string& directory, const Limits& limits) {
  std::string path = directory;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return Finder(path, limits).find();
}

void strip_node_modules(FileTree& tree) {
  if (tree.files.empty()) return;
  constexpr std::string_view kFolder = "node_modules/";
  const std::string& first = tree.files[0].path;
  if (!first.starts_with(kFolder)) return;
  size_t end = first.find('/', kFolder.size());
  if (first[kFolder.size()] == '@' && end != std::string::npos) end = first.find('/', end + 1);
  if (end == std::string::npos) return;
  const std::string prefix = first.substr(0, end + 1);
  const bool all = std::all_of(tree.files.begin(), tree.files.end(),
                               [&](const File& file) { return file.path.starts_with(prefix); });
  if (!all) return;
  for (File& file : tree.files) file.path.erase(0, prefix.size());
}

Result<FileTree> read_installed(const InstalledPackage& package, const ArchiveOptions& options,
                                const Limits& limits) {
  TRY(tree, read_path(package.path, options, limits, package.selection));
  if (package.in_node_modules) strip_node_modules(tree);
  tree.unclaimed = package.unclaimed;
  tree.notes.insert(tree.notes.end(), package.notes.begin(), package.notes.end());
  std::sort(tree.notes.begin(), tree.notes.end());
  return std::move(tree);
}

}  // namespace cerebro
