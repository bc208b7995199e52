#include "behaviour/layers.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "behaviour/api_paths.h"
#include "behaviour/arguments.h"
#include "behaviour/carried_files.h"
#include "behaviour/indirect_calls.h"
#include "behaviour/joined_path.h"
#include "behaviour/shell_commands.h"
#include "behaviour/shell_words.h"
#include "behaviour/written_files.h"
#include "syntax/decode.h"
#include "syntax/hole.h"

namespace cerebro {
namespace {

class LayerFinder final : private CommandHost {
 public:
  LayerFinder(Resolver& resolver, const Package& package, const FileTree& tree,
              const Catalogue& catalogue, const Limits& limits, std::vector<Note>& notes)
      : resolver_(resolver),
        package_(package),
        tree_(tree),
        catalogue_(catalogue),
        limits_(limits),
        notes_(notes),
        rows_of_(catalogue, resolver.pool()),
        commands_(resolver, package, tree, notes, *this) {}

  // True when something was added. `again`: the names of units that were looked at may mean more
  // now, or there are more files.
  bool look(bool again) {
    const size_t units = resolver_.unit_count();
    added_ = false;
    if (seen_.size() < units) seen_.resize(units, 0);
    // What is written is known before anything is run.
    for (; read_ < units; ++read_) {
      if (!is_command_language(resolver_.unit(read_).module.language)) {
        written_.read(resolver_, read_);
      }
    }
    for (UnitId id = 0; id < units; ++id) {
      const Unit& unit = resolver_.unit(id);
      if (is_command_language(unit.module.language)) {
        if (seen_[id]++ == 0) commands_.read(id);
        continue;
      }
      // New units can teach old ones what a name means: then a pass looks at all calls.
      if (seen_[id] > 0 && !again) continue;
      for (NodeId call : std::vector<NodeId>(unit.calls)) code_call(id, call);
      if (seen_[id]++ > 0) continue;
      if (!written_.empty()) written_imports(id);
      if (unit.module.language == Language::kPython) {
        moved_imports(id);
      } else {
        data_imports(id);
      }
    }
    return added_;
  }

 private:
  void run_text(UnitId unit, NodeId node, Language language, std::string text) override {
    add_layer(unit, node, language, std::move(text));
  }
  bool run_file(UnitId unit, NodeId node, std::string_view name, Language language,
                bool is_module) override {
    return add_file(unit, node, name, language, is_module);
  }

  void link(UnitId from, NodeId node, FunctionId to) {
    for (const FunctionId callee : resolver_.callees(from, node)) {
      if (callee == to) return;
    }
    resolver_.add_call_edge(from, node, to);
    added_ = true;
  }

  void add_layer(UnitId outer, NodeId node, Language language, std::string text) {
    if (text.size() < 2) return;
    const uint64_t key = std::hash<std::string>{}(text) ^ (uint64_t{node} << 20) ^
                         (uint64_t{outer} << 44) ^ static_cast<uint64_t>(language);
    if (known_.contains(key)) return;
    known_[key] = true;
    if (resolver_.unit(outer).layer_depth >= limits_.layers ||
        bytes_ + text.size() > limits_.layer_bytes || layers_ >= kMaxLayers) {
      if (!limit_noted_)
        notes_.push_back({Code::kLayerLimit, "decoded layers", resolver_.unit(outer).module.path});
      limit_noted_ = true;
      return;
    }
    bytes_ += text.size();
    ++layers_;
    Module module =
        parse(language, resolver_.unit(outer).module.path, text, resolver_.pool(), limits_);
    const UnitId id = resolver_.add_unit(std::move(module), outer, node, 0);
    resolver_.add_call_edge(outer, node, resolver_.unit(id).top);
    added_ = true;
  }

  // A file of the package named in a command or spawn: it runs there.
  // `language`: of the interpreter that runs it; a Python module is named with dots.
  // False when there is none.
  bool add_file(UnitId from, NodeId node, std::string_view name, Language language,
                bool is_module) {
    while (name.starts_with("./") || name.starts_with(".\\")) name.remove_prefix(2);
    while (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
    if ((name.empty() || name == ".") && language == Language::kJavaScript) name = "index.js";
    if (name.empty()) return false;
    std::string path(name);
    for (char& c : path) {
      if (c == '\\') c = '/';
    }
    const std::string& file = resolver_.unit(from).module.path;
    const size_t slash = file.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : file.substr(0, slash + 1);
    // A partly known path (`__dirname + "/x.js"`) is known by its tail.
    if (const size_t unknown = path.rfind(kHole); unknown != std::string::npos) {
      path = path.substr(unknown + 3);
      while (path.starts_with("/")) path.erase(0, 1);
    }
    if (path.empty()) return false;
    UnitId found = kNoId;
    std::vector<std::string> names{path};
    if (is_module) {
      for (char& c : path) {
        if (c == '.') c = '/';
      }
      names = {path + "/__main__.py", path + ".py"};
    } else {
      for (const char* suffix : {".js", ".cjs", ".mjs", "/index.js", ".sh", ".py"})
        names.push_back(path + suffix);
    }
    for (const std::string& candidate : names) {
      for (const std::string& base : {package_.root, folder, std::string()}) {
        if (found == kNoId) found = resolver_.unit_of_file(base + candidate);
      }
    }
    if (found == kNoId && language != Language::kNone) {
      // Run under a name that does not look like code.
      for (const std::string& base : {package_.root, folder, std::string()}) {
        const File* file_found = found == kNoId ? tree_.find(base + path) : nullptr;
        if (file_found == nullptr || resolver_.unit_of_file(file_found->path) != kNoId) continue;
        found = resolver_.add_unit(
            parse(language, file_found->path, file_found->content, resolver_.pool(), limits_));
        added_ = true;
      }
    }
    if (found == kNoId) {
      return add_written(from, node, written_.find(name), language);
    }
    if (found != from) link(from, node, resolver_.unit(found).top);
    return true;
  }

  // A file that the package has written itself, in the language of what runs it.
  bool add_written(UnitId from, NodeId node, const WrittenFile* file, Language language) {
    if (file == nullptr) return false;
    if (language == Language::kNone) language = detect_language(file->path, file->content);
    // A script without an ending is the shell's.
    if (language == Language::kNone && is_plain_text(file->content)) language = Language::kShell;
    if (language != Language::kNone) add_layer(from, node, language, file->content);
    return true;
  }

  static bool is_plain_text(std::string_view content) {
    return content.find('\0') == std::string_view::npos && !content.starts_with(
                                                               "\x7F"
                                                               "ELF");
  }

  // open("x.py", "w").write(code); import x
  void written_imports(UnitId id) {
    const Module& module = resolver_.unit(id).module;
    if (module.language != Language::kPython) return;
    for (NodeId n = 0; n < module.nodes.size(); ++n) {
      if (resolver_.unit(id).module[n].kind != NodeKind::kImport) continue;
      const std::string_view name = resolver_.pool().text(resolver_.unit(id).module[n].text);
      if (resolver_.resolve_import(resolver_.unit(id), name, 0) != kNoId) continue;
      // A module runs when it is first imported.
      const WrittenFile* file = written_.find_module(name);
      if (file != nullptr && imported_.insert(name).second) {
        add_written(id, n, file, Language::kPython);
      }
    }
  }

  void code_call(UnitId id, NodeId call) {
    const Module& module = resolver_.unit(id).module;
    const Language language = module.language;
    const NodeId callee = module.child(call, 0);
    if (callee == kNoNode) return;
    const Paths paths = resolver_.paths(id, callee);
    for (Symbol symbol : paths) {
      const auto rows = rows_of_.match_call(api_of(language), symbol);
      if (rows.empty()) continue;
      std::string_view path = resolver_.pool().text(symbol);
      const bool shifted = strip_indirection(path);
      const Arguments arguments(resolver_, id, call);
      for (const ApiRow* row : rows) {
        if (!row->arguments.empty() && arguments.satisfy(*row, catalogue_)) {
          roles(id, call, *row, arguments, shifted);
        }
      }
    }
    import_call(id, call, paths);
    if (language == Language::kPython) import_hooks(id, call, paths);
    input_call(id, call, paths);
    for (const IndirectCall& indirect : indirect_calls(resolver_, id, call)) {
      const Arguments arguments(resolver_, id, indirect.arguments);
      for (Symbol symbol : resolver_.paths(id, indirect.callee)) {
        for (const ApiRow* row : rows_of_.match(api_of(language), Access::kCall, symbol)) {
          if (!row->arguments.empty() && arguments.satisfy(*row, catalogue_)) {
            roles(id, call, *row, arguments, false);
          }
        }
      }
    }
  }

  // import_module(".x", __package__), __import__(__name__ + ".x")
  void relative_import(UnitId id, NodeId call, std::string_view name) {
    if (const size_t unknown = name.rfind(kHole); unknown != std::string_view::npos) {
      name.remove_prefix(unknown + kHole.size());
    }
    uint32_t level = 0;
    for (; name.starts_with('.'); ++level) name.remove_prefix(1);
    if (level == 0 || name.empty()) return;
    const UnitId known = resolver_.resolve_import(resolver_.unit(id), name, level);
    if (known != kNoId && known != id) link(id, call, resolver_.unit(known).top);
  }

  // What the import system calls of the classes of a unit that hands it one of them.
  void import_hooks(UnitId id, NodeId call, const Paths& paths) {
    static constexpr std::string_view kTakers[] = {"sys.meta_path.insert",
                                                   "sys.meta_path.append",
                                                   "importlib.util.spec_from_loader",
                                                   "importlib.machinery.ModuleSpec",
                                                   "sys.path_hooks.append",
                                                   "sys.path_hooks.insert"};
    static constexpr std::string_view kCalled[] = {"find_spec",   "find_module", "create_module",
                                                   "exec_module", "load_module", "get_code",
                                                   "get_source",  "get_data"};
    const bool takes = std::any_of(paths.begin(), paths.end(), [&](Symbol symbol) {
      return std::find(std::begin(kTakers), std::end(kTakers), resolver_.pool().text(symbol)) !=
             std::end(kTakers);
    });
    if (!takes) return;
    for (const std::string_view called : kCalled) {
      const Symbol name = resolver_.pool().intern(called);
      for (const ClassInfo& one : resolver_.classes()) {
        const auto method = one.methods.find(name);
        if (one.unit == id && method != one.methods.end()) link(id, call, method->second);
      }
    }
  }

  // sys.path.append(os.path.join(here, "sub")); import x: the file sub/x.py.
  void moved_imports(UnitId id) {
    if (resolver_.unit(id).module.source.find("sys.path") == std::string::npos) return;
    for (NodeId n = 0; n < resolver_.unit(id).module.nodes.size(); ++n) {
      if (resolver_.unit(id).module[n].kind != NodeKind::kImport) continue;
      std::string name(resolver_.pool().text(resolver_.unit(id).module[n].text));
      if (name.empty() || resolver_.unit(id).module[n].aux > 0 ||
          resolver_.resolve_import(resolver_.unit(id), name, 0) != kNoId) {
        continue;
      }
      std::replace(name.begin(), name.end(), '.', '/');
      if (moved_ >= kMaxMoved) return;
      ++moved_;
      for (const File& file : tree_.files) {
        const bool ends = file.path.ends_with("/" + name + ".py") ||
                          file.path.ends_with("/" + name + "/__init__.py");
        if (!ends) continue;
        const std::string folder = file.path.substr(0, file.path.rfind("/" + name));
        const std::string last = folder.substr(folder.rfind('/') + 1);
        const std::string& source = resolver_.unit(id).module.source;
        const bool named = source.find(last + "'") != std::string::npos ||
                           source.find(last + '"') != std::string::npos;
        if (named) add_file(id, n, file.path, Language::kPython, false);
      }
    }
  }

  // import "data:text/javascript,..."
  void data_imports(UnitId id) {
    if (resolver_.unit(id).module.source.find(kDataScheme) == std::string::npos) return;
    for (NodeId n = 0; n < resolver_.unit(id).module.nodes.size(); ++n) {
      const Node& node = resolver_.unit(id).module[n];
      const std::string_view name = resolver_.pool().text(node.text);
      if (node.kind != NodeKind::kImport || !name.starts_with(kDataScheme)) continue;
      add_layer(id, n, Language::kJavaScript, data_of(name));
    }
  }

  // What "data:text/javascript;base64,..." holds (RFC 2397).
  std::string data_of(std::string_view address) const {
    const size_t comma = address.find(',');
    if (comma == std::string_view::npos) return {};
    const std::string text =
        decode_url(address.substr(comma + 1), limits_.layer_bytes).value_or("");
    if (!address.substr(0, comma).ends_with(";base64")) return text;
    return decode_base64(text, limits_.layer_bytes).value_or("");
  }

  // new URL("./a.js", import.meta.url): its first argument.
  NodeId address_in(UnitId id, NodeId node) const {
    const Module& module = resolver_.unit(id).module;
    if (module[node].kind != NodeKind::kNew) return node;
    const NodeId callee = module.child(node, 0), address = module.child(node, 1);
    const bool url = callee != kNoNode && address != kNoNode &&
                     resolver_.pool().text(module[callee].text) == "URL";
    return url ? address : node;
  }

  // __import__("x") after x.py was written, require("/tmp/x.js") after that was.
  void import_call(UnitId id, NodeId call, const Paths& paths) {
    const NodeId name = resolver_.unit(id).module.child(call, 1);
    if (name == kNoNode) return;
    for (Symbol symbol : paths) {
      const std::string_view path = resolver_.pool().text(symbol);
      const bool python = path == "builtins.__import__" || path == "importlib.import_module";
      const bool javascript = path == "globalThis.require" || path == "globalThis.import" ||
                              path == "module.register" || path == "worker_threads.Worker";
      if (!python && !javascript) continue;
      const Value& value = resolver_.fold(id, address_in(id, name));
      if (!value.is_text() && value.kind != Value::Kind::kPartial) continue;
      if (javascript && value.text.starts_with(kDataScheme)) {
        add_layer(id, call, Language::kJavaScript, data_of(value.text));
        continue;
      }
      if (path == "module.register" || path == "worker_threads.Worker") {
        if (value.is_text()) add_file(id, call, value.text, Language::kJavaScript, false);
        continue;
      }
      if (python) {
        relative_import(id, call, value.text);
        add_written(id, call, written_.find_module(value.text), Language::kPython);
      } else if (resolver_.resolve_import(resolver_.unit(id), value.text, 0) == kNoId) {
        add_written(id, call, written_.find(value.text), Language::kJavaScript);
      }
    }
  }

  // Code on the standard input of an interpreter: run(["python"], input=code),
  // Popen(["sh"], stdin=PIPE).communicate(code), .stdin.write(code).
  void input_call(UnitId id, NodeId call, const Paths& paths) {
    const Module& module = resolver_.unit(id).module;
    const NodeId callee = module.child(call, 0);
    for (Symbol symbol : paths) {
      const std::string_view path = resolver_.pool().text(symbol);
      if (!path.starts_with("subprocess.") && !path.starts_with("child_process.")) continue;
      const Arguments arguments(resolver_, id, call);
      NodeId input = kNoNode;
      std::vector<std::string> words;
      const auto keyword = [&](std::string_view name) {
        ArgumentKey key;
        key.kind = ArgumentKey::Kind::kKeyword;
        key.keyword = name;
        return arguments.find(key);
      };
      if (path.starts_with("subprocess.Popen().")) {
        NodeId object = module.child(callee, 0);
        if (path.ends_with(".stdin.write")) object = module.child(object, 0);
        const bool feeds = path.ends_with(".communicate") || path.ends_with(".stdin.write");
        if (!feeds || object == kNoNode) continue;
        const Value& process = resolver_.fold(id, object);
        if (process.kind != Value::Kind::kPath || !process.list || process.list->empty()) continue;
        words_of(process.list->front(), words);
        input = keyword("input");
        if (input == kNoNode && !arguments.positional().empty()) input = arguments.positional()[0];
      } else if (path.starts_with("subprocess.") || path.starts_with("child_process.")) {
        input = keyword("input");
        if (input == kNoNode || arguments.positional().empty()) continue;
        words_of(resolver_.fold(id, arguments.positional()[0]), words);
      }
      if (input == kNoNode || words.empty()) continue;
      if (words.size() == 1) words = split_words(words[0]);
      const Value& code = resolver_.fold(id, input);
      const Language language = input_language(words);
      if (language != Language::kNone && code.is_text()) add_layer(id, call, language, code.text);
    }
  }

  void roles(UnitId id, NodeId call, const ApiRow& row, const Arguments& arguments, bool shifted) {
    const Language language = resolver_.unit(id).module.language;
    std::vector<std::string> program;
    for (const ArgumentRow& argument : row.arguments) {
      ArgumentKey key = argument.key;
      if (shifted && key.kind == ArgumentKey::Kind::kPosition) ++key.position;
      const NodeId node = arguments.find(key);
      if (node == kNoNode) continue;
      const Value value = resolver_.fold(id, node);
      switch (argument.role) {
        case ArgumentRole::kCode:
        case ArgumentRole::kCodePython:
        case ArgumentRole::kCodeJavaScript: {
          if (!value.is_text()) {
            // exec(open("x.txt").read())
            const std::string file = file_read_by(resolver_, id, node);
            if (!file.empty()) add_file(id, call, file, language, false);
            break;
          }
          Language inner = language == Language::kTypeScript || language == Language::kTsx
                               ? Language::kJavaScript
                               : language;
          if (argument.role == ArgumentRole::kCodePython) inner = Language::kPython;
          if (argument.role == ArgumentRole::kCodeJavaScript) inner = Language::kJavaScript;
          add_layer(id, call, inner, value.text);
          break;
        }
        case ArgumentRole::kCommand:
          if (value.kind == Value::Kind::kList) {
            words_of(id, node, program);
          } else if (value.is_text() || value.kind == Value::Kind::kPartial) {
            add_layer(id, call, Language::kShell, value.text);
          }
          break;
        case ArgumentRole::kProgram:
        case ArgumentRole::kArgv:
          words_of(id, node, program);
          break;
        case ArgumentRole::kScript:
        case ArgumentRole::kModule:
          if (argument.role == ArgumentRole::kModule && value.is_text()) {
            add_file(id, call, value.text, Language::kPython, true);
          }
          if (argument.role == ArgumentRole::kScript) {
            // What opens a file by its ending does not run it as code of this language.
            const bool own = row.behaviour != opens_file_;
            const bool text = value.is_text() || value.kind == Value::Kind::kPartial;
            const std::string file = text ? value.text : joined_path(resolver_, id, node);
            add_file(id, call, file, own ? language : Language::kNone, false);
          }
          break;
        default:
          break;
      }
    }
    // "?/python" is known by its name, "?" is not.
    if (program.empty() || program_name(program[0]).starts_with(kHole)) return;
    // One word may be a whole line (shell=True); several are a list of words.
    if (program.size() == 1) {
      add_layer(id, call, Language::kShell, program[0]);
    } else {
      add_layer(id, call, Language::kShell, quote_command(program));
    }
  }

  // The words of one argument: a program, or a list whose parts may be put together in place.
  void words_of(UnitId id, NodeId node, std::vector<std::string>& words) {
    const Module& module = resolver_.unit(id).module;
    if (module[node].kind == NodeKind::kArray) {
      for (NodeId element : children(module, node)) words.push_back(word_of(id, element));
      return;
    }
    const Value& value = resolver_.fold(id, node);
    if (value.kind == Value::Kind::kList) return words_of(value, words);
    if (std::string word = word_of(id, node); word != kHole || words.empty()) {
      words.push_back(std::move(word));
    }
  }

  static void words_of(const Value& value, std::vector<std::string>& words) {
    if (value.kind == Value::Kind::kList) {
      for (const Value& element : *value.list)
        words.push_back(text_of(element).value_or(std::string(kHole)));
    } else if (const std::optional<std::string> text = text_of(value)) {
      words.push_back(*text);
    } else if (words.empty()) {
      words.emplace_back(kHole);
    }
  }

  std::string word_of(UnitId id, NodeId node) {
    if (const std::optional<std::string> text = text_of(resolver_.fold(id, node))) return *text;
    const std::string path = joined_path(resolver_, id, node);
    return path.empty() ? std::string(kHole) : path;
  }

  static constexpr size_t kMaxLayers = 2000;
  static constexpr size_t kMaxMoved = 256;  // imports that are looked for in all files
  static constexpr std::string_view kDataScheme = "data:";
  const BehaviourId opens_file_ = find_behaviour("proc.open_file");
  Resolver& resolver_;
  const Package& package_;
  const FileTree& tree_;
  const Catalogue& catalogue_;
  const Limits& limits_;
  std::vector<Note>& notes_;
  RowCache rows_of_;
  ShellCommands commands_;
  std::vector<uint8_t> seen_;
  std::unordered_map<uint64_t, bool> known_;
  WrittenFiles written_;
  std::unordered_set<std::string_view> imported_;  // names of the pool
  UnitId read_ = 0;  // units before this one have told what they write
  size_t bytes_ = 0, layers_ = 0, moved_ = 0;
  bool limit_noted_ = false, added_ = false;
};

// Whether the units from `first` on are command lines that code runs: none is a file, and none
// gives a name a meaning.
bool only_commands(const Resolver& resolver, size_t first) {
  for (UnitId id = static_cast<UnitId>(first); id < resolver.unit_count(); ++id) {
    const Unit& unit = resolver.unit(id);
    if (unit.outer == kNoId || !is_command_language(unit.module.language)) return false;
  }
  return true;
}

}  // namespace

void expand_layers(Resolver& resolver, const Package& package, const FileTree& tree,
                   const Catalogue& catalogue, const Limits& limits, std::vector<Note>& notes) {
  Timed timed(Stage::kLayers);
  LayerFinder finder(resolver, package, tree, catalogue, limits, notes);
  CarriedFiles carried(resolver, package, tree, catalogue, limits);
  bool changed = resolver.solve();
  for (size_t seen = 0;;) {
    const bool again = limits.shortcuts == 0 || changed || !only_commands(resolver, seen);
    seen = resolver.unit_count();
    if (!(finder.look(again) | carried.look())) return;
    changed = resolver.solve();
  }
}

}  // namespace cerebro
