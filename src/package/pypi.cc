#include "package/pypi.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "archive/safe_path.h"
#include "base/limits.h"
#include "package/ini.h"
#include "package/pyproject.h"
#include "package/setup_commands.h"
#include "package/setup_py.h"
#include "package/text.h"
#include "package/wheel_record.h"

namespace cerebro {
namespace {

// Hooks that a build front end calls, in the order in which pip does (PEP 517, PEP 660).
constexpr std::string_view kBackendHooks[] = {"get_requires_for_build_wheel",
                                              "prepare_metadata_for_build_wheel",
                                              "build_wheel",
                                              "get_requires_for_build_editable",
                                              "build_editable",
                                              "build_sdist"};

// Methods of a setuptools command that a build calls.
constexpr const char* kCommandMethods[] = {
    "__init__",       "initialize_options", "finalize_options", "run",
    "build_packages", "build_module",       "build_extensions", "build_extension"};
constexpr size_t kMaxCommandClasses = 50;
constexpr std::string_view kAnyCommand = "?";

// Folders whose Python files are not installed or not imported by anyone who uses the package.
constexpr std::string_view kUnimportedFolders[] = {"test", "tests", "testing", "node_modules",
                                                   "__pycache__"};
constexpr std::string_view kUnimportedTopFolders[] = {
    "docs", "doc", "examples", "example", "build", "benchmarks", "bench", "tools", "ci", "scripts"};

// Files in the top folder that tools load, not importers.
constexpr std::string_view kToolFiles[] = {
    "setup.py", "conftest.py", "noxfile.py",          "tasks.py",   "fabfile.py", "versioneer.py",
    "dodo.py",  "ez_setup.py", "distribute_setup.py", "pavement.py"};

template <typename List>
bool contains(const List& list, std::string_view wanted) {
  return std::find(std::begin(list), std::end(list), wanted) != std::end(list);
}

// "Name: value" of the header block of PKG-INFO and METADATA (core metadata specification).
std::string header(std::string_view text, std::string_view key) {
  for (const std::string_view line : lines_of(text.substr(0, 64 << 10))) {
    if (line.empty()) break;
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ':') {
      return std::string(trim(line.substr(key.size() + 1)));
    }
  }
  return {};
}

// PEP 508: "name @ https://...". Older tools also take "https://...#egg=name".
bool is_remote_requirement(std::string_view requirement) {
  const size_t at = requirement.find('@');
  const std::string_view target = trim(
      at == std::string_view::npos || requirement.starts_with("git+") ? requirement
                                                                      : requirement.substr(at + 1));
  return target.starts_with("http:") || target.starts_with("https:") ||
         target.starts_with("git+") || target.starts_with("git:") || target.starts_with("ssh:");
}

class PypiReader {
 public:
  // `skip`: where a manifest stands there more than once, take another than the last.
  PypiReader(const std::string& root, PackageBuilder& builder, size_t skip = 0)
      : root_(root), builder_(builder), skip_(skip) {
    const std::vector<File>& all = tree().files;
    const auto below = [](const File& file, const std::string& wanted) {
      return file.path < wanted;
    };
    for (auto file = std::lower_bound(all.begin(), all.end(), root, below);
         file != all.end() && file->path.starts_with(root); ++file) {
      const std::string_view rest = relative(*file);
      if (rest.find("!/") != std::string_view::npos) continue;
      if (!files_.empty() && files_.back()->path == file->path) files_.pop_back();  // last counts
      files_.push_back(&*file);
    }
  }

  void read() {
    read_manifests();
    name_package();
    add_import_roots();
    add_install_entries();
    add_import_entries();
    add_run_entries();
    read_requirements();
  }

 private:
  void read_requirements() {
    for (const Requirement& requirement : project_.requirements) {
      add_requirement(requirement.text, root_ + "pyproject.toml", requirement.line);
    }
    for (const SetupPy::Requirement& requirement : setup_.requirements) {
      add_requirement(requirement.text, root_ + "setup.py", requirement.line);
    }
    for (const IniValue& value : config_) {
      const bool list = value.section == "options.extras_require" ||
                        (value.section == "options" &&
                         (value.key == "install_requires" || value.key == "setup_requires" ||
                          value.key == "dependency_links"));
      if (!list) continue;
      for (const std::string_view line : lines_of(value.value)) {
        add_requirement(line, root_ + "setup.cfg", value.line);
      }
    }
    if (metadata_ == nullptr) return;
    int number = 0;
    for (const std::string_view line : lines_of(metadata_->content)) {
      ++number;
      if (line.empty()) break;
      constexpr std::string_view kKey = "Requires-Dist:";
      if (line.starts_with(kKey)) {
        add_requirement(line.substr(kKey.size()), metadata_->path, number);
      }
    }
  }

  void add_requirement(std::string_view text, const std::string& file, int line) {
    if (is_remote_requirement(trim(text)))
      builder_.find_out("install.remote_dependency", file, line, trim(text));
  }

  const FileTree& tree() const { return builder_.tree(); }

  std::string_view relative(const File& file) const {
    return std::string_view(file.path).substr(root_.size());
  }

  const File* file(std::string_view path) const {
    const std::string wanted = root_ + std::string(path);
    if (skip_ == 0) return tree().find(wanted);
    const std::vector<const File*> readings = readings_of(tree(), wanted);
    return readings.empty() ? nullptr : readings[std::min(skip_, readings.size() - 1)];
  }

  void read_manifests() {
    if (const File* setup = file("setup.py")) setup_ = scan_setup_py(setup->content);
    if (const File* config = file("setup.cfg")) config_ = read_ini(config->content);
    if (const File* toml = file("pyproject.toml")) {
      project_ = read_pyproject(toml->content);
      if (!project_.problem.empty()) {
        builder_.note(Code::kManifestInvalid, project_.problem, toml->path);
        if (project_.limited) {
          builder_.note(Code::kSyntaxLimitNodes, "of the manifest", toml->path);
        }
      }
    }
    for (const File* of : files_) read_metadata(*of);
    entry_points_.insert(entry_points_.end(), project_.entry_points.begin(),
                         project_.entry_points.end());
    for (const IniValue& value : config_) {
      if (value.section == "options.entry_points") add_ini_group(value.key, value.value);
    }
    entry_points_.insert(entry_points_.end(), setup_.entry_points.begin(),
                         setup_.entry_points.end());
  }

  // PKG-INFO, *.dist-info/*, *.egg-info/*, EGG-INFO/* in the root or one folder below it.
  void read_metadata(const File& of) {
    const std::string_view rest = relative(of);
    const std::string_view folder = folder_of(rest);
    const std::string_view base = file_name(rest);
    const bool dist_info = folder.ends_with(".dist-info/");
    const bool egg_info = folder.ends_with(".egg-info/") || folder.ends_with("EGG-INFO/");
    if (!folder.empty() && !dist_info && !egg_info) return;
    const bool in_root = std::count(folder.begin(), folder.end(), '/') <= 1;
    if (!in_root && !egg_info) return;
    if (dist_info) is_wheel_ = true;
    // An installed tree lists elsewhere what belongs to others.
    const bool is_list = dist_info && base == "RECORD" && in_root;
    if (is_list && skip_ == 0 && !tree().is_directory) check_record(of, root_, files_, builder_);
    if (base == "PKG-INFO" || (dist_info && base == "METADATA")) {
      if (metadata_ == nullptr || folder.empty()) metadata_ = &of;
    } else if (base == "entry_points.txt") {
      for (const IniValue& value : read_ini(of.content)) {
        entry_points_.push_back({value.section, value.key, value.value});
      }
    }
  }

  // setup.cfg: console_scripts =\n  foo = pkg:main\n  bar = pkg:other
  void add_ini_group(const std::string& group, std::string_view lines) {
    for (const std::string_view line : lines_of(lines)) {
      const size_t equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      entry_points_.push_back({group, std::string(trim(line.substr(0, equals))),
                               std::string(trim(line.substr(equals + 1)))});
    }
  }

  void name_package() {
    Package& package = builder_.package();
    if (!package.name.empty()) return;
    std::string_view metadata;
    if (metadata_ != nullptr) metadata = metadata_->content;
    const auto config = [&](std::string_view key) {
      const IniValue* value = find(config_, "metadata", key);
      // "attr: pkg.__version__" and "file: VERSION" are no versions.
      const bool literal = value != nullptr && value->value.find(':') == std::string::npos;
      return literal ? value->value : std::string();
    };
    std::string folder_name, folder_version;
    if (root_.ends_with('/')) {
      const std::string_view folder =
          file_name(std::string_view(root_).substr(0, root_.size() - 1));
      const size_t dash = folder.rfind('-');
      folder_name = folder.substr(0, dash);
      if (dash != std::string_view::npos) folder_version = folder.substr(dash + 1);
    }
    package.name = first_of(
        {header(metadata, "Name"), project_.name, config("name"), setup_.name, folder_name});
    package.version = first_of({header(metadata, "Version"), project_.version, config("version"),
                                setup_.version, folder_version});
  }

  static std::string first_of(const std::vector<std::string>& values) {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [](const std::string& value) { return !value.empty(); });
    return found == values.end() ? std::string() : printable_utf8(*found);
  }

  void add_import_roots() {
    add_root("");
    std::vector<std::string> folders = project_.source_folders;
    folders.push_back(setup_.source_folder);
    if (const IniValue* find_in = find(config_, "options.packages.find", "where")) {
      folders.push_back(find_in->value);
    }
    if (const IniValue* mapping = find(config_, "options", "package_dir")) {
      for (const std::string_view line : lines_of(mapping->value)) {
        const std::string_view content = trim(line);
        if (content.starts_with('=')) folders.push_back(std::string(trim(content.substr(1))));
      }
    }
    folders.push_back("src");
    for (const std::string& folder : folders) {
      const std::string path = safe_path(folder, Limits{}.path_bytes).path;
      if (!path.empty() && file(path + "/__init__.py") == nullptr) add_root(path + '/');
    }
    for (const File* of : files_) {  // wheels: NAME.data/purelib/ is installed beside the rest
      const std::string_view rest = relative(*of);
      const size_t data = rest.find(".data/");
      if (data == std::string_view::npos || rest.find('/') < data) continue;
      const std::string_view scheme = rest.substr(data + 6);
      if (!scheme.starts_with("purelib/") && !scheme.starts_with("platlib/")) continue;
      add_root(std::string(rest.substr(0, data + 6 + 8)));
    }
  }

  void add_root(const std::string& folder) {
    std::vector<std::string>& roots = builder_.package().import_roots;
    std::string path = root_ + folder;
    const bool used = folder.empty() || std::any_of(files_.begin(), files_.end(), [&](auto* of) {
                        return of->path.starts_with(path) && is_python_file(of->path);
                      });
    if (used && !contains(roots, path)) roots.push_back(std::move(path));
  }

  void add_install_entries() {
    add_backend();
    add_build_scripts();
    add_configured_commands();
    const File* setup = file("setup.py");
    if (setup == nullptr) return;
    // A wheel's setup.py is a module like others; but only its own list tells a wheel from a zip
    // that merely holds a *.dist-info folder, and pip goes by the file's name, not by the content.
    if (is_wheel_ && root_.empty() && is_recorded("setup.py")) return;
    builder_.add_file(Phase::kInstall, "setup.py", setup->path);
    for (const SetupPy::Command& command : setup_.commands) {
      const SetupCommand what = setup_command(command.command);
      builder_.find_out(std::string(behaviour_of(what)), setup->path, command.line,
                        command.command + ": " + command.cls);
      add_command_class(command, *setup);
    }
    if (setup_.has_commands && setup_.commands.empty()) add_unnamed_commands(*setup);
  }

  // The class stands in setup.py, or in a module beside it: `from _build import Install`,
  // `import _build` and `_build.Install`.
  void add_command_class(const SetupPy::Command& command, const File& setup) {
    const File* in = &setup;
    std::string cls = command.cls;
    const auto [module, name] = imported_from(setup.content, cls);
    if (!module.empty()) {
      in = tree().find(module_file(module));
      cls = name;
    } else if (const size_t dot = cls.rfind('.'); dot != cls.npos) {
      in = tree().find(module_file(std::string_view(cls).substr(0, dot)));
      cls.erase(0, dot + 1);
    }
    if (in != nullptr) add_class(command.command, *in, cls);
  }

  void add_class(const std::string& command, const File& in, const std::string& cls) {
    // Which command an unnamed class stands for is not known.
    const bool at_install = command == kAnyCommand || runs_at_install(setup_command(command));
    const Phase phase = at_install ? Phase::kInstall : Phase::kRun;
    for (const char* method : kCommandMethods) {
      if (!defines_method(in.content, cls, method)) continue;
      builder_.add_file(phase, "cmdclass " + command, in.path, cls + "." + method);
    }
  }

  // cmdclass=COMMANDS, kwargs["cmdclass"] = ...: any class of setup.py and of what it imports.
  void add_unnamed_commands(const File& setup) {
    std::vector<const File*> files{&setup};
    for (const std::string_view line : lines_of(setup.content)) {
      if (!line.starts_with("from ") && !line.starts_with("import ")) continue;
      const std::string_view rest = line.substr(line.find(' ') + 1);
      const std::string_view module = rest.substr(0, rest.find_first_of(" ,;\r"));
      const File* imported = tree().find(module_file(module));
      if (imported != nullptr && files.size() < kMaxCommandClasses) files.push_back(imported);
    }
    size_t added = 0;
    for (const File* in : files) {
      for (const std::string& cls : class_names(in->content)) {
        if (++added > kMaxCommandClasses) return;
        if (defines_method(in->content, cls, "run") || is_command(in->content, cls)) {
          add_class(std::string(kAnyCommand), *in, cls);
        }
      }
    }
  }

  // class Build(build_py):
  static bool is_command(std::string_view text, const std::string& cls) {
    const size_t at = text.find("class " + cls + "(");
    if (at == text.npos) return false;
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    static constexpr std::string_view kCommands[] = {"build",    "install", "develop", "sdist",
                                                     "egg_info", "bdist",   "Command"};
    return std::any_of(std::begin(kCommands), std::end(kCommands), [&](std::string_view command) {
      return line.find(command, 6 + cls.size()) != line.npos;
    });
  }

  static std::vector<std::string> class_names(std::string_view text) {
    std::vector<std::string> names;
    for (const std::string_view line : lines_of(text)) {
      const std::string_view code = trim(line);
      if (!code.starts_with("class ")) continue;
      const std::string_view rest = trim(code.substr(6));
      size_t end = 0;
      while (end < rest.size() && is_identifier_byte(rest[end])) ++end;
      if (end > 0 && names.size() < kMaxCommandClasses) names.emplace_back(rest.substr(0, end));
    }
    return names;
  }

  // setup.cfg's and pyproject.toml's cmdclass and attributes.
  void add_configured_commands() {
    std::vector<std::pair<std::string, std::string>> classes = project_.command_classes;
    std::vector<std::string> attributes = project_.attributes;
    for (const IniValue& value : config_) {
      if (value.section == "options" && value.key == "cmdclass") {
        for (const std::string_view line : lines_of(value.value)) {
          const size_t equals = std::min(line.find('='), line.size());
          const size_t behind = std::min(equals + 1, line.size());
          classes.emplace_back(trim(line.substr(0, equals)), trim(line.substr(behind)));
        }
      }
      constexpr std::string_view kAttribute = "attr:";
      if (trim(value.value).starts_with(kAttribute)) {
        attributes.emplace_back(trim(trim(value.value).substr(kAttribute.size())));
      }
    }
    for (const auto& [command, cls] : classes) {
      const size_t dot = cls.rfind('.');
      if (dot == cls.npos) continue;
      const File* in = tree().find(module_file(std::string_view(cls).substr(0, dot)));
      if (in == nullptr) continue;
      const bool at_install = runs_at_install(setup_command(command));
      builder_.add_file(at_install ? Phase::kInstall : Phase::kRun, "cmdclass " + command,
                        in->path);
      add_class(command, *in, cls.substr(dot + 1));
    }
    for (const std::string& attribute : attributes) {
      const size_t dot = attribute.rfind('.');
      if (dot == attribute.npos) continue;
      const File* in = tree().find(module_file(std::string_view(attribute).substr(0, dot)));
      if (in == nullptr || assigns_literal(in->content, attribute.substr(dot + 1))) continue;
      builder_.add_file(Phase::kInstall, "attribute " + attribute, in->path);
    }
  }

  // setuptools reads `version = "1.0"` without running the module, and imports it for all else.
  static bool assigns_literal(std::string_view text, const std::string& name) {
    for (const std::string_view line : lines_of(text)) {
      if (!line.starts_with(name)) continue;
      const size_t equals = line.find('=');
      if (equals == line.npos) continue;
      const std::string_view value = trim(line.substr(equals + 1));
      if (!value.empty() && std::string_view("'\"0123456789([").find(value.front()) != value.npos) {
        return true;
      }
    }
    return false;
  }

  void add_build_scripts() {
    for (const PyProject::BuildScript& script : project_.build_scripts) {
      const std::string inside = safe_path(script.path, Limits{}.path_bytes).path;
      const File* in = inside.empty() ? nullptr : file(inside);
      if (in == nullptr) continue;
      const std::string label = "build script " + inside;
      builder_.add_file(Phase::kInstall, label, in->path);
      for (const std::string& function : script.functions) {
        if (("\n" + in->content).find("\ndef " + function) != std::string::npos) {
          builder_.add_file(Phase::kInstall, label, in->path, function);
        }
      }
      add_methods(label, *in, script.functions);
    }
  }

  template <typename Names>
  void add_methods(const std::string& label, const File& in, const Names& methods) {
    for (const std::string& cls : class_names(in.content)) {
      for (const auto& method : methods) {
        if (!defines_method(in.content, cls, method)) continue;
        builder_.add_file(Phase::kInstall, label, in.path, cls + "." + std::string(method));
      }
    }
  }

  // {module, name there} of "from MODULE import a, NAME as WANTED", in brackets or not; or {}.
  static std::pair<std::string, std::string> imported_from(std::string_view text,
                                                           std::string_view wanted) {
    for (size_t at = 0; at < text.size() && !wanted.empty();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = text.substr(at, end - at);
      const size_t import = line.find(" import ");
      const size_t begin = at;
      at = end + 1;
      if (!line.starts_with("from ") || import == line.npos) continue;
      std::string_view names = text.substr(begin + import + 8, end - begin - import - 8);
      if (trim(names).starts_with('(')) {
        const size_t open = text.find('(', begin + import);
        names = text.substr(open + 1, std::min(text.find(')', open), text.size()) - open - 1);
      }
      std::string_view module = trim(line.substr(5, import - 5));
      while (module.starts_with('.')) module.remove_prefix(1);
      while (!names.empty()) {
        const size_t comma = std::min(names.find(','), names.size());
        const std::string_view one = trim(names.substr(0, comma));
        names.remove_prefix(std::min(names.size(), comma + 1));
        const size_t as = one.find(" as ");
        const std::string_view here = as == one.npos ? one : trim(one.substr(as + 4));
        if (here.substr(0, here.find_first_of(" #\t")) != wanted) continue;
        return {std::string(module),
                std::string(trim(as == one.npos ? wanted : one.substr(0, as)))};
      }
    }
    return {};
  }

  // Whether the text holds "class Cls" and, somewhere behind it, "def method".
  static bool defines_method(std::string_view text, const std::string& cls,
                             std::string_view method) {
    if (cls.empty()) return false;
    const size_t at = text.find("class " + cls);
    if (at == std::string_view::npos) return false;
    const size_t next = text.find("\nclass ", at + 1);
    return text.substr(at, next - at).find("def " + std::string(method)) != std::string_view::npos;
  }

  bool is_recorded(std::string_view path) const {
    return std::any_of(files_.begin(), files_.end(), [&](const File* of) {
      if (!of->path.ends_with(".dist-info/RECORD")) return false;
      const std::vector<std::string_view> lines = lines_of(of->content);
      return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
        return line.starts_with(path) && line.substr(path.size()).starts_with(',');
      });
    });
  }

  void add_backend() {
    if (project_.build_backend.empty() || project_.backend_path.empty()) return;
    const std::string module = project_.build_backend.substr(0, project_.build_backend.find(':'));
    for (const std::string& folder : project_.backend_path) {
      const std::string inside = safe_path(folder, Limits{}.path_bytes).path;
      const std::string found = module_file(root_ + (inside.empty() ? "" : inside + '/'), module);
      if (found.empty()) continue;
      const std::string label = "build backend " + module;
      builder_.add_file(Phase::kInstall, label, found);
      const std::string_view text = tree().find(found)->content;
      for (const std::string_view hook : kBackendHooks) {
        if (text.find("def " + std::string(hook)) == std::string_view::npos) continue;
        builder_.add_file(Phase::kInstall, label, found, std::string(hook));
      }
      if (project_.build_backend.find(':') != std::string::npos) {
        add_methods(label, *tree().find(found), kBackendHooks);
      }
      for (const std::string_view line : lines_of(text)) {  // build_wheel = other
        const size_t equals = line.find('=');
        if (equals == line.npos || !contains(kBackendHooks, trim(line.substr(0, equals)))) continue;
        const std::string_view value = trim(line.substr(equals + 1));
        if (!value.empty() && std::all_of(value.begin(), value.end(), is_identifier_byte)) {
          builder_.add_file(Phase::kInstall, label, found, std::string(value));
        }
      }
      return;
    }
    builder_.note(Code::kEntryMissing, "build backend \"" + module + "\"",
                  root_ + "pyproject.toml");
  }

  // The file of "pkg.mod" below `folder`, or "".
  std::string module_file(const std::string& folder, std::string_view module) const {
    std::string path = folder + std::string(module);
    std::replace(path.begin() + static_cast<std::ptrdiff_t>(folder.size()), path.end(), '.', '/');
    for (const char* suffix : {"/__init__.py", ".py"}) {
      if (tree().find(path + suffix) != nullptr) return path + suffix;
    }
    return {};
  }

  std::string module_file(std::string_view module) const {
    for (const std::string& folder : builder_.package().import_roots) {
      if (std::string found = module_file(folder, module); !found.empty()) return found;
    }
    return {};
  }

  // The part of a path behind the longest import root that holds it.
  std::string_view importable(const File& of) const {
    size_t longest = root_.size();
    for (const std::string& folder : builder_.package().import_roots) {
      if (of.path.starts_with(folder)) longest = std::max(longest, folder.size());
    }
    return std::string_view(of.path).substr(longest);
  }

  static bool is_imported_folder(std::string_view folder) {
    bool top = true;
    while (!folder.empty()) {
      const size_t end = folder.find('/');
      const std::string_view part = folder.substr(0, end);
      if (contains(kUnimportedFolders, part)) return false;
      if (top && contains(kUnimportedTopFolders, part)) return false;
      top = false;
      folder.remove_prefix(end + 1);
    }
    return true;
  }

  void add_import_entries() {
    std::vector<std::pair<std::string_view, const File*>> packages;
    std::vector<const File*> modules;
    for (const File* of : files_) {
      const std::string_view path = importable(*of);
      const std::string_view folder = folder_of(path);
      const std::string_view base = file_name(path);
      if (base.ends_with(".pth") && folder.empty()) add_pth(*of);
      if (folder.empty() && (base == "sitecustomize.py" || base == "usercustomize.py")) {
        builder_.find_out("persist.interpreter_hook", of->path, 1, base, Phase::kImport);
        builder_.add_file(Phase::kImport, std::string(base), of->path);
      }
      if (base.ends_with(".pyc")) note_bytecode(*of);
      if (!is_imported_folder(folder)) continue;
      if (base == "__init__.py") {
        packages.emplace_back(folder, of);
      } else if (folder.empty() && is_python_file(base) && is_importable_module(base)) {
        modules.push_back(of);
      }
    }
    std::stable_sort(packages.begin(), packages.end(),  // outer packages first
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [folder, of] : packages) {
      std::string package(folder.substr(0, folder.size() - (folder.empty() ? 0 : 1)));
      std::replace(package.begin(), package.end(), '/', '.');
      builder_.add_file(Phase::kImport, "package " + package, of->path);
    }
    for (const File* of : modules) {
      const std::string_view base = file_name(of->path);
      builder_.add_file(Phase::kImport, "module " + std::string(base.substr(0, base.rfind('.'))),
                        of->path);
    }
  }

  bool is_importable_module(std::string_view base) const {
    if (base == "setup.py") return is_wheel_;
    if (is_listed_module(base.substr(0, base.rfind('.')))) return true;
    if (base == "__main__.py" || base.starts_with("test_") || base.ends_with("_test.py")) {
      return false;
    }
    return !contains(kToolFiles, base);
  }

  bool is_listed_module(std::string_view name) const {
    if (contains(setup_.modules, name) || contains(project_.modules, name)) return true;
    const IniValue* listed = find(config_, "options", "py_modules");
    if (listed == nullptr) return false;
    const std::vector<std::string_view> lines = lines_of(listed->value);
    return std::any_of(lines.begin(), lines.end(),
                       [&](std::string_view line) { return trim(line) == name; });
  }

  // An import prefers x.py, but takes x.pyc where there is none (importlib's SourcelessFileLoader;
  // what lies in __pycache__ needs its source).
  void note_bytecode(const File& of) {
    const std::string stem = of.path.substr(0, of.path.size() - 1);
    if (tree().find(stem) != nullptr || of.path.find("__pycache__/") != std::string::npos) return;
    builder_.note(Code::kEntryUnread, "bytecode without its source", of.path);
  }

  // site.py runs each line of a .pth file that starts with "import" and a space or tab
  // (https://docs.python.org/3/library/site.html).
  void add_pth(const File& of) {
    int number = 0;
    for (const std::string_view line : lines_of(of.content)) {
      ++number;
      if (!line.starts_with("import ") && !line.starts_with("import\t")) continue;
      builder_.find_out("persist.interpreter_hook", of.path, number, line, Phase::kImport);
      Entry entry;
      entry.phase = Phase::kImport;
      entry.kind = Entry::Kind::kPython;
      entry.label = std::string(file_name(of.path));
      entry.file = of.path;
      entry.command = line;
      entry.line = number;
      builder_.add(std::move(entry));
    }
  }

  void add_run_entries() {
    for (const EntryPoint& entry_point : entry_points_) add_entry_point(entry_point);
    for (const std::string& script : setup_.scripts) add_script(script);
    if (const IniValue* scripts = find(config_, "options", "scripts")) {
      for (const std::string_view line : lines_of(scripts->value)) add_script(trim(line));
    }
    for (const File* of : files_) {
      const std::string_view rest = relative(*of);
      const std::string_view base = file_name(rest);
      const size_t data = rest.find(".data/scripts/");
      if (base == "__main__.py") {
        builder_.add_file(Phase::kRun, "__main__", of->path);
      } else if (base == "conftest.py") {
        builder_.add_file(Phase::kRun, "conftest", of->path);
      } else if (data != std::string_view::npos && data < rest.find('/')) {
        builder_.add_file(Phase::kRun, "script " + std::string(base), of->path);
      } else if (rest.starts_with("EGG-INFO/scripts/")) {
        builder_.add_file(Phase::kRun, "script " + std::string(base), of->path);
      }
    }
  }

  void add_script(std::string_view script) {
    const File* of = script.empty() ? nullptr : file(script);
    if (of != nullptr) {
      builder_.add_file(Phase::kRun, "script " + std::string(file_name(script)), of->path);
    }
  }

  void add_entry_point(const EntryPoint& entry_point) {
    std::string_view target = entry_point.target;
    target = trim(target.substr(0, target.find_first_of("[\n")));
    const size_t colon = target.find(':');
    const std::string_view module = trim(target.substr(0, colon));
    if (module.empty()) return;
    const bool command =
        entry_point.group == "console_scripts" || entry_point.group == "gui_scripts";
    if (command && is_system_command(entry_point.name)) {
      builder_.find_out("persist.system_command", root_, 1,
                        entry_point.name + " = " + entry_point.target);
    }
    const std::string label = printable_utf8(
        (entry_point.group.empty() ? "entry point" : entry_point.group) + " " + entry_point.name);
    const std::string found = module_file(module);
    if (found.empty()) {
      const std::string_view shown = target.substr(0, Limits{}.snippet_bytes);
      return builder_.note(Code::kEntryMissing, label + " = " + std::string(shown), root_);
    }
    const std::string_view function =
        colon == std::string_view::npos ? "" : trim(target.substr(colon + 1));
    builder_.add_file(Phase::kRun, label, found, std::string(function));
  }

  const std::string root_;
  PackageBuilder& builder_;
  const size_t skip_;
  std::vector<const File*> files_;  // below the root, without those of nested archives
  SetupPy setup_;
  std::vector<IniValue> config_;
  PyProject project_;
  const File* metadata_ = nullptr;
  std::vector<EntryPoint> entry_points_;
  bool is_wheel_ = false;
};

}  // namespace

void describe_pypi(const std::string& root, PackageBuilder& builder) {
  PypiReader(root, builder).read();
  size_t readings = 1;
  for (const char* manifest : {"setup.py", "setup.cfg", "pyproject.toml"}) {
    readings = std::max(readings, readings_of(builder.tree(), root + manifest).size());
  }
  if (readings > kMaxReadings) {
    builder.note(Code::kArchiveLimitEntries, "a manifest stands there too often", root);
  }
  for (size_t skip = 1; skip < std::min(readings, kMaxReadings); ++skip) {
    builder.read_otherwise();
    PypiReader(root, builder, skip).read();
  }
}

}  // namespace cerebro
