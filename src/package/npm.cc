#include "package/npm.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "archive/safe_path.h"
#include "base/limits.h"
#include "package/gyp.h"
#include "package/json.h"
#include "package/node_resolve.h"
#include "package/npm_scripts.h"
#include "package/text.h"

namespace cerebro {
namespace {

constexpr size_t kMaxTargets = 2'000;  // files that exports may name
constexpr size_t kMaxGypFiles = 32;

// The order in which npm runs them
// (https://github.com/npm/cli/blob/latest/docs/lib/content/using-npm/scripts.md). The last three
// run for git dependencies and in the package's own folder only.
constexpr struct {
  std::string_view name;
  bool hook;  // runs for everyone who installs the package
} kLifecycle[] = {
    {"preinstall", true},  {"install", true},  {"postinstall", true},
    {"preprepare", false}, {"prepare", false}, {"postprepare", false},
};

constexpr std::string_view kDependencyKeys[] = {"dependencies", "optionalDependencies"};
constexpr std::string_view kRemotePrefixes[] = {
    "http:", "https:", "git+", "git:", "ssh:", "git@", "gist:", "github:", "gitlab:", "bitbucket:"};

// What makes a script worth reading although nobody who installs the package runs it.
constexpr std::string_view kAlarmingWords[] = {
    "curl ", "wget ", "powershell", "base64", "/dev/tcp", "mshta",    "certutil",
    "eval ", "| sh",  "|sh",        "| bash", "|bash",    "nslookup", "nc -"};
constexpr size_t kHiddenBlanks = 100;

// A command that a terminal does not show as it is: pushed off the screen by blanks, written over
// after a carriage return, or wrapped in escape sequences.
bool hides_on_screen(std::string_view command) {
  size_t blanks = 0;
  for (size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == '\x1B' || c == '\b') return true;
    if (c == '\r' && i + 1 < command.size() && command[i + 1] != '\n') return true;
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\v';
    if (!blank && blanks >= kHiddenBlanks) return true;
    blanks = blank ? blanks + 1 : 0;
  }
  return false;
}

// "user/repository#branch", which npm fetches from a code host.
bool is_repository(std::string_view wanted) {
  const std::string_view path = wanted.substr(0, wanted.find('#'));
  const size_t slash = path.find('/');
  const auto is_plain = [](char c) { return is_identifier_byte(c) || c == '-' || c == '.'; };
  return slash != std::string_view::npos && slash > 0 && slash + 1 < path.size() &&
         path[0] != '.' && path.find('/', slash + 1) == std::string_view::npos &&
         std::count_if(path.begin(), path.end(), is_plain) ==
             static_cast<std::ptrdiff_t>(path.size()) - 1;
}

// "../../elsewhere.js", "/etc/a.js"
bool leaves_package(std::string_view request) {
  if (request.starts_with('/') || request.starts_with('\\')) return true;
  int depth = 0;
  while (!request.empty()) {
    const size_t slash = request.find_first_of("/\\");
    const std::string_view part = request.substr(0, slash);
    request = slash == std::string_view::npos ? std::string_view{} : request.substr(slash + 1);
    if (part == "..") --depth;
    if (!part.empty() && part != "." && part != "..") ++depth;
    if (depth < 0) return true;
  }
  return false;
}

// require() runs a file of any other extension as JavaScript, be it called style.css
// (https://nodejs.org/api/modules.html#file-modules).
bool is_data_to_node(std::string_view path) {
  return path.ends_with(".json") || path.ends_with(".node");
}

// Declarations run nothing; but Node up to version 20 runs what is called so as JavaScript.
bool declares_only(const File* file) {
  if (file == nullptr || !file->path.ends_with(".d.ts")) return false;
  static constexpr std::string_view kSigns[] = {"require(", "eval(", "Function(", "process."};
  return std::none_of(std::begin(kSigns), std::end(kSigns), [&](std::string_view sign) {
    return file->content.find(sign) != std::string::npos;
  });
}

class NpmReader {
 public:
  NpmReader(const std::string& root, const File& manifest, PackageBuilder& builder)
      : root_(root),
        manifest_(manifest.path),
        builder_(builder),
        document_(read_json(manifest.content)),
        json_(document_.root) {}

  size_t readings() const { return document_.readings; }

  // Where a key is named more than once, all of its values are read.
  void read_otherwise(size_t skip, size_t skip_inside) {
    JsonValue& main = document_.root;
    const JsonValue as_written = main;
    const std::string main_file = builder_.package().main_file;
    main = other_reading(std::move(main), skip, skip_inside);
    read();
    builder_.package().main_file = main_file;
    main = as_written;
  }

  void read() {
    if (!document_.problem.empty()) {
      builder_.note(Code::kManifestInvalid, document_.problem, manifest_);
    }
    if (document_.limited) builder_.note(Code::kSyntaxLimitNodes, "of the manifest", manifest_);
    if (!document_.duplicate_key.empty()) {
      const std::string key = "\"" + document_.duplicate_key + "\"";
      builder_.note(Code::kManifestDuplicateKey, key, manifest_);
      if (document_.contested) builder_.disagree(manifest_, 1, key + " has two values");
    }
    if (builder_.package().name.empty()) {
      builder_.package().name = printable_utf8(json_.string("name"));
      builder_.package().version = printable_utf8(json_.string("version"));
    }
    read_scripts();
    read_carried_packages();
    read_imports();
    read_bin();
    read_dependencies();
  }

 private:
  void read_scripts() {
    const JsonValue none;
    const JsonValue* scripts = json_.find("scripts");
    if (scripts == nullptr || !scripts->is_object()) scripts = &none;
    const bool has_gyp = builder_.tree().find(root_ + "binding.gyp") != nullptr;
    for (const auto& [name, hook] : kLifecycle) {
      const JsonValue* script = scripts->find(name);
      if (script != nullptr && script->is_string() && !trim(script->text).empty()) {
        if (hook) read_hook(name, *script);
        add_script(*scripts, std::string(name), *script);
      }
      if (name == "install" && has_gyp) read_native_build(*scripts);
    }
    read_other_scripts(*scripts);
  }

  // Build and test commands tell nothing about who installs the package; a download does.
  void read_other_scripts(const JsonValue& scripts) {
    for (size_t i = 0; i < scripts.items.size() && i < scripts.keys.size(); ++i) {
      const JsonValue& script = scripts.items[i];
      const bool lifecycle =
          std::any_of(std::begin(kLifecycle), std::end(kLifecycle),
                      [&](const auto& row) { return row.name == scripts.keys[i]; });
      if (lifecycle || !script.is_string()) continue;
      const bool alarming = std::any_of(
          std::begin(kAlarmingWords), std::end(kAlarmingWords),
          [&](std::string_view word) { return script.text.find(word) != std::string::npos; });
      const bool hidden = hides_on_screen(script.text);
      if (hidden) {
        builder_.find_out("obf.hidden_line", manifest_, script.line, script.text, Phase::kRun);
      }
      if (!alarming && !hidden) continue;
      add_command("script " + scripts.keys[i], script.text, manifest_, script.line, Phase::kRun);
    }
  }

  // npm runs the hooks of bundled dependencies, and of folders that "file:" names, as those of any.
  void read_carried_packages() {
    std::set<std::string> folders;
    for (const std::string_view key : {"bundledDependencies", "bundleDependencies"}) {
      const JsonValue* bundled = json_.find(key);
      if (bundled == nullptr || (bundled->items.empty() && bundled->text != "true")) continue;
      const std::string modules = root_ + "node_modules/";
      for (const File& file : builder_.tree().files) {
        if (!file.path.starts_with(modules) || !file.path.ends_with("/package.json")) continue;
        const std::string_view folder = folder_of(file.path);
        const std::string_view name = folder.substr(folder.rfind("node_modules/") + 13);
        const auto parts = std::count(name.begin(), name.end(), '/');
        if (parts == (name.starts_with('@') ? 2 : 1)) folders.emplace(folder);
      }
    }
    for (const std::string_view key : kDependencyKeys) {
      const JsonValue* dependencies = json_.find(key);
      if (dependencies == nullptr) continue;
      for (const JsonValue& wanted : dependencies->items) {
        std::string_view where = trim(wanted.text);
        const bool folder =
            where.starts_with("file:") || where.starts_with("link:") || where.starts_with("./");
        if (!wanted.is_string() || !folder) continue;
        where.remove_prefix(where.starts_with('.') ? 0 : 5);
        const std::string path = inside(where);
        if (!path.empty()) folders.insert(path + '/');
      }
    }
    for (const std::string& folder : folders) read_hooks_of(folder);
  }

  void read_hooks_of(const std::string& folder) {
    const File* file = builder_.tree().find(folder + "package.json");
    if (file == nullptr || folder == root_) return;
    const JsonDocument document = read_json(file->content);
    const JsonValue* scripts = document.root.find("scripts");
    if (scripts == nullptr) return;
    for (const auto& [name, hook] : kLifecycle) {
      const JsonValue* script = hook ? scripts->find(name) : nullptr;
      if (script == nullptr || !script->is_string() || trim(script->text).empty()) continue;
      builder_.find_out("exec.lifecycle_hook", file->path, script->line,
                        "\"" + std::string(name) + "\": \"" + script->text + "\"");
      add_command(std::string(name) + " of " + folder.substr(root_.size()), script->text,
                  file->path, script->line);
    }
  }

  void read_hook(std::string_view name, const JsonValue& script) {
    const std::string written = "\"" + std::string(name) + "\": \"" + script.text + "\"";
    builder_.find_out("exec.lifecycle_hook", manifest_, script.line, written);
    if (hides_on_screen(script.text)) {
      builder_.find_out("obf.hidden_line", manifest_, script.line, written);
    }
    for (const std::string& target : script_targets(script.text)) {
      if (resolve_node_file(builder_.tree(), root_, target).empty()) {
        builder_.find_out("exec.missing_hook", manifest_, script.line, written);
        break;
      }
    }
  }

  // The script, and behind it each script that it runs by name.
  void add_script(const JsonValue& scripts, const std::string& label, const JsonValue& script) {
    add_command(label, script.text, manifest_, script.line);
    for (const NamedScript& called : called_scripts(scripts, script.text)) {
      add_command(label + " > " + called.name, called.script->text, manifest_, called.script->line);
    }
  }

  void add_command(std::string label, std::string_view command, const std::string& file, int line,
                   Phase phase = Phase::kInstall) {
    Entry entry;
    entry.phase = phase;
    entry.kind = Entry::Kind::kCommand;
    entry.label = std::move(label);
    entry.file = file;
    entry.command = command;
    entry.line = line;
    builder_.add(std::move(entry));
  }

  // npm builds a binding.gyp on its own when no script of the package does
  // (https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md).
  void read_native_build(const JsonValue& scripts) {
    const std::string gyp = root_ + "binding.gyp";
    const JsonValue* gypfile = json_.find("gypfile");
    const bool implied = scripts.find("install") == nullptr &&
                         scripts.find("preinstall") == nullptr &&
                         (gypfile == nullptr || gypfile->text != "false");
    builder_.find_out("install.native_build", gyp, 1, "binding.gyp");
    if (implied) add_command("binding.gyp", "node-gyp rebuild", gyp, 1);
    std::vector<std::string> files = {gyp};
    for (size_t i = 0; i < files.size(); ++i) {
      const std::string path = files[i];  // a copy: the list grows
      read_gyp_file(path, files);
    }
  }

  void read_gyp_file(const std::string& path, std::vector<std::string>& files) {
    const GypFile gyp = read_gyp(builder_.tree().find(path)->content);
    for (const GypCommand& command : gyp.commands) {
      if (command.python_module.empty()) {
        add_command("binding.gyp command", command.command, path, command.line);
        continue;
      }
      const std::string module = root_ + command.python_module + ".py";
      if (builder_.tree().find(module) != nullptr) {
        builder_.add_file(Phase::kInstall, "binding.gyp module", module);
      } else {
        builder_.note(Code::kEntryMissing, "module " + command.python_module, path);
      }
    }
    for (const std::string& include : gyp.includes) {
      const std::string file = inside(include);
      const bool known = std::find(files.begin(), files.end(), file) != files.end();
      if (!known && files.size() < kMaxGypFiles && builder_.tree().find(file) != nullptr) {
        files.push_back(file);
      }
    }
  }

  void read_imports() {
    const std::string_view main = json_.string("main");
    if (!main.empty()) {
      builder_.package().main_file = add_target(Phase::kImport, "main", main, false);
    }
    if (builder_.package().main_file.empty()) {
      // Node falls back to index.js when "main" names nothing.
      builder_.package().main_file =
          add_target(Phase::kImport, "main", "./index.js", !main.empty() || json_.find("exports"));
      if (builder_.package().main_file.empty() && !main.empty()) note_missing("main", main);
    }
    add_target(Phase::kImport, "module", json_.string("module"), false);
    add_target(Phase::kImport, "jsnext:main", json_.string("jsnext:main"), true);
    if (const JsonValue* exports = json_.find("exports")) {
      add_leaves("exports", *exports, true);
      std::string& main_file = builder_.package().main_file;
      if (main_file.empty() && !first_export_.empty()) main_file = first_export_;
    }
    for (const std::string_view key : {"browser", "react-native"}) {
      const JsonValue* value = json_.find(key);
      if (value != nullptr) add_leaves(std::string(key), *value, false);
    }
  }

  // Every string below `value` is a file or a pattern. `main`: for who names the package alone.
  void add_leaves(const std::string& label, const JsonValue& value, bool main) {
    if (value.is_string()) {
      if (value.text.find('*') != std::string::npos) {
        add_pattern(label, value.text);
      } else {
        // "browser": {"fs": "other-package"} names packages and sources, too.
        add_target(Phase::kImport, label, value.text, label != "exports", main);
      }
    }
    for (size_t i = 0; i < value.items.size(); ++i) {
      const std::string_view key = i < value.keys.size() ? std::string_view(value.keys[i]) : "";
      if (key.starts_with("types")) continue;
      add_leaves(label, value.items[i], main && (!key.starts_with('.') || key == "."));
    }
  }

  // "./dist/*.js": '*' stands for any text, '/' included.
  void add_pattern(const std::string& label, std::string_view pattern) {
    const size_t star = pattern.find('*');
    const std::string prefix =
        inside(pattern.substr(0, star)) + (pattern.substr(0, star).ends_with('/') ? "/" : "");
    const std::string_view suffix = pattern.substr(star + 1);
    const std::vector<File>& files = builder_.tree().files;
    auto file = std::lower_bound(
        files.begin(), files.end(), prefix,
        [](const File& of, const std::string& wanted) { return of.path < wanted; });
    for (; file != files.end() && file->path.starts_with(prefix); ++file) {
      if (++steps_ > kMaxPatternSteps) return;
      const std::string_view rest = std::string_view(file->path).substr(prefix.size());
      const bool dependency = rest.find("node_modules/") != std::string_view::npos;
      if (dependency || !rest.ends_with(suffix) || !is_javascript_file(file->path)) continue;
      add_import(label, file->path);
    }
  }

  void add_import(const std::string& label, const std::string& path) {
    if (targets_.size() < kMaxTargets && targets_.insert(path).second) {
      builder_.add_file(Phase::kImport, label, path);
    }
  }

  // Adds the file that `request` resolves to and returns it. Files that are not code (styles,
  // JSON, type declarations) are no entries, except as the main one: Node runs it whatever its
  // name.
  std::string add_target(Phase phase, const std::string& label, std::string_view request,
                         bool may_be_missing, bool main = false) {
    if (trim(request).empty()) return {};
    if (leaves_package(request) && phase == Phase::kImport) {
      builder_.find_out("exec.outside_entry", manifest_, json_.line_of(label),
                        "\"" + label + "\": \"" + std::string(request) + "\"", Phase::kImport);
    }
    std::string file = resolve_node_file(builder_.tree(), root_, request);
    if (file.empty() || !file.starts_with(root_)) {
      if (!may_be_missing && label != "main") note_missing(label, request);
      return {};
    }
    if (phase == Phase::kRun) {
      builder_.add_file(phase, label, file);
    } else if (label == "main" || main
                   ? !is_data_to_node(file) && !declares_only(builder_.tree().find(file))
                   : is_javascript_file(file)) {
      add_import(label, file);
      if (label == "exports" && first_export_.empty()) first_export_ = file;
    }
    return file;
  }

  void note_missing(const std::string& label, std::string_view request) {
    builder_.note(Code::kEntryMissing,
                  label + " \"" + std::string(request.substr(0, Limits{}.snippet_bytes)) + "\"",
                  manifest_);
  }

  void read_bin() {
    if (const JsonValue* bin = json_.find("bin")) {
      for (size_t i = 0; i < bin->items.size() && i < bin->keys.size(); ++i) {
        if (!is_system_command(bin->keys[i])) continue;
        builder_.find_out("persist.system_command", manifest_, bin->items[i].line,
                          "\"" + bin->keys[i] + "\": \"" + bin->items[i].text + "\"");
      }
      if (bin->is_string()) {
        add_target(Phase::kRun, "bin " + builder_.package().name, bin->text, false);
      }
      for (size_t i = 0; i < bin->items.size(); ++i) {
        if (!bin->items[i].is_string()) continue;
        const std::string& command = i < bin->keys.size() ? bin->keys[i] : bin->items[i].text;
        add_target(Phase::kRun, "bin " + command, bin->items[i].text, false);
      }
    }
    const JsonValue* folders = json_.find("directories");
    if (folders == nullptr || folders->string("bin").empty()) return;
    const std::string folder = inside(folders->string("bin")) + '/';
    for (const File& file : builder_.tree().files) {
      if (file.path.starts_with(folder)) {
        builder_.add_file(Phase::kRun, "bin " + std::string(file_name(file.path)), file.path);
      }
    }
  }

  void read_dependencies() {
    for (const std::string_view key : kDependencyKeys) {
      const JsonValue* dependencies = json_.find(key);
      if (dependencies == nullptr || !dependencies->is_object()) continue;
      for (size_t i = 0; i < dependencies->items.size(); ++i) {
        const JsonValue& wanted = dependencies->items[i];
        const std::string_view where = trim(wanted.text);
        const bool remote =
            is_repository(where) ||
            std::any_of(std::begin(kRemotePrefixes), std::end(kRemotePrefixes),
                        [&](std::string_view prefix) { return where.starts_with(prefix); });
        if (!wanted.is_string() || !remote) continue;
        builder_.find_out("install.remote_dependency", manifest_, wanted.line,
                          "\"" + dependencies->keys[i] + "\": \"" + wanted.text + "\"");
      }
    }
  }

  std::string inside(std::string_view path) const {
    return safe_path(root_ + std::string(path), Limits{}.path_bytes).path;
  }

  static constexpr size_t kMaxPatternSteps = 1'000'000;

  const std::string root_;
  const std::string manifest_;
  PackageBuilder& builder_;
  JsonDocument document_;
  const JsonValue& json_;
  std::set<std::string> targets_;  // files that are import entries already
  std::string first_export_;
  size_t steps_ = 0;
};

}  // namespace

void describe_npm(const std::string& root, PackageBuilder& builder) {
  const std::vector<const File*> files = readings_of(builder.tree(), root + "package.json");
  for (size_t i = 0; i < files.size() && i < kMaxReadings; ++i) {
    NpmReader reader(root, *files[i], builder);
    if (i == 0) reader.read();
    builder.read_otherwise();
    const size_t readings = std::min(reader.readings(), kMaxReadings);
    for (size_t skip = 0; skip < readings; ++skip) {
      for (size_t inside = 0; inside < readings; ++inside) {
        if (i + skip + inside > 0) reader.read_otherwise(skip, inside);
      }
    }
    if (readings < reader.readings()) {
      builder.note(Code::kArchiveLimitEntries, "a key is named too often", files[i]->path);
    }
  }
  if (files.size() > kMaxReadings) {
    builder.note(Code::kArchiveLimitEntries, "package.json stands there too often", files[0]->path);
  }
}

}  // namespace cerebro
