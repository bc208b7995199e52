#include "behaviour/carried_files.h"

#include <algorithm>

#include "behaviour/api_paths.h"
#include "behaviour/arguments.h"
#include "behaviour/joined_path.h"
#include "package/json.h"
#include "package/node_resolve.h"
#include "syntax/decode.h"
#include "syntax/hole.h"

namespace cerebro {
namespace {

constexpr size_t kMaxNameBytes = 200;
constexpr size_t kLeastCode = 16;  // bytes
constexpr size_t kMaxReads = 8;    // files that one module reads and may evaluate
constexpr size_t kMaxParts = 64;   // nodes of the argument of one require()
constexpr int kMaxLevels = 32;     // folders above a file, for node_modules
constexpr std::string_view kSigns[] = {"require(", "import(", "eval(", "Function(", "process."};

bool is_require(std::string_view path) {
  return path == "globalThis.require" || path == "globalThis.import" ||
         path == "module.createRequire()";
}

// What stands in data files and is evaluated is mostly code, or base64 of code.
std::string readable(const File& file) {
  if (looks_like_base64(file.content)) {
    if (std::optional<std::string> decoded = decode_base64(file.content, 4 << 20)) return *decoded;
  }
  return file.content;
}

// Bundlers let code require() pictures and styles as well.
bool looks_like_javascript(std::string_view text) {
  return text.find('\0') == text.npos &&
         std::any_of(std::begin(kSigns), std::end(kSigns),
                     [&](std::string_view sign) { return text.find(sign) != text.npos; });
}

// Programs and pictures that begin with bytes which JavaScript has nowhere outside of strings: Node
// runs nothing of them. Parsing megabytes of them takes seconds.
bool begins_like_javascript(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  if (text.empty()) return true;
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x20) return std::string_view("\t\n\v\f\r").find(text.front()) != text.npos;
  if (first < 0x7F) return true;
  // A letter of UTF-8; any other byte reads as U+FFFD.
  return first >= 0xC2 && first < 0xF5 && text.size() > 1 && (text[1] & 0xC0) == 0x80;
}

bool is_data_to_node(std::string_view path) {
  return path.ends_with(".json") || path.ends_with(".node");
}

// Images of file systems and programs, that a guess should not cost seconds of parsing.
bool is_large_data(std::string_view text) {
  constexpr size_t kLarge = 1 << 20;
  return text.size() > kLarge && text.find('\0') != text.npos;
}

// The texts of a JSON file that look like code, one a line: eval(require("./a.json").x).
std::string code_in(const JsonValue& value, int depth = 0) {
  std::string code;
  if (value.is_string() && value.text.size() >= kLeastCode && looks_like_javascript(value.text)) {
    code.append(value.text).append("\n;\n");
  }
  if (depth > kMaxLevels) return code;
  for (const JsonValue& item : value.items) code += code_in(item, depth + 1);
  return code;
}

// The package.json of the folder or of the next one above.
const NodeManifest* manifest_of(const Package& package, std::string folder) {
  for (;;) {
    for (const NodeManifest& manifest : package.node_manifests) {
      if (manifest.folder == folder) return &manifest;
    }
    if (folder.empty()) return nullptr;
    folder.erase(folder.rfind('/', folder.size() - 2) + 1);
  }
}

// The file that "#inner" or the package's own name stands for, or "".
std::string mapped(const FileTree& tree, const NodeManifest& own, std::string_view request) {
  std::string target;
  if (request.starts_with('#')) {
    target = map_target(own.imports, request, false);
  } else if (!own.name.empty() && request.starts_with(own.name)) {
    const std::string_view rest = request.substr(own.name.size());
    if (rest.empty() || rest.front() == '/')
      target = map_target(own.exports, "." + std::string(rest), false);
  }
  return target.empty() ? target : resolve_node_file(tree, own.folder, target);
}

}  // namespace

bool CarriedFiles::look() {
  added_ = false;
  for (const size_t units = resolver_.unit_count(); seen_ < units; ++seen_) {
    if (!is_command_language(resolver_.unit(seen_).module.language)) look_at(seen_);
  }
  return added_;
}

void CarriedFiles::look_at(UnitId unit) {
  read_.clear();
  evaluated_.clear();
  settings_.clear();
  const Api api = api_of(resolver_.unit(unit).module.language);
  for (const NodeId call : std::vector<NodeId>(resolver_.unit(unit).calls)) {
    const NodeId callee = resolver_.unit(unit).module.child(call, 0);
    if (callee == kNoNode) continue;
    for (const Symbol symbol : resolver_.paths(unit, callee)) {
      std::string_view path = resolver_.pool().text(symbol);
      if (is_require(path)) {
        const Arguments arguments(resolver_, unit, call);
        if (!arguments.positional().empty()) require_any(unit, call, arguments.positional()[0]);
        continue;
      }
      strip_indirection(path);
      for (const ApiRow* row : catalogue_.match(api, Access::kCall, path)) read(unit, call, *row);
    }
  }
  for (const NodeId call : evaluated_) {
    evaluate(unit, call);
    if (!settings_.empty()) evaluate_settings(unit, call);
  }
}

// require(x ? "./a" : "./b"), require(__dirname + "/a.dat"), require(path.join(__dirname, "a")),
// require(require.resolve("./a")): where the whole is not known, the places that its parts name.
void CarriedFiles::require_any(UnitId unit, NodeId call, NodeId argument) {
  const Value& request = resolver_.fold(unit, argument);
  if (request.is_text()) return require(unit, call, request.text);
  const Node& written = resolver_.unit(unit).module[argument];
  const std::string_view source = std::string_view(resolver_.unit(unit).module.source)
                                      .substr(written.begin, written.end - written.begin);
  if (source.find("__dirname") != source.npos || source.find("__filename") != source.npos) {
    std::string path = request.kind == Value::Kind::kPartial
                           ? request.text
                           : joined_path(resolver_, unit, argument);
    if (const size_t unknown = path.rfind(kHole); unknown != path.npos) {
      path.erase(0, unknown + kHole.size());
    }
    path.erase(0, path.find_first_not_of('/'));
    if (!path.empty()) require_computed(unit, call, "./" + path);
    return;
  }
  std::vector<NodeId> open{argument};
  for (size_t seen = 0; !open.empty() && seen < kMaxParts; ++seen) {
    const NodeId node = open.back();
    open.pop_back();
    const Module& module = resolver_.unit(unit).module;
    if (module[node].kind == NodeKind::kFunction) continue;
    for (const NodeId child : children(module, node)) open.push_back(child);
    if (module[node].kind == NodeKind::kName) {  // const f = x ? "./a" : "./b"; require(f)
      const Scopes& scopes = resolver_.unit(unit).scopes;
      const BindingId binding = scopes.binding(node);
      const NodeId value = binding == kNone32 ? kNoNode : scopes.single_value(module, binding);
      if (value != kNoNode) open.push_back(value);
    }
    if (module[node].kind != NodeKind::kString) continue;
    const std::string text(resolver_.pool().text(module[node].text));
    if (text.starts_with("./") || text.starts_with("../")) require_computed(unit, call, text);
  }
}

// The resolver links what it can fold alone.
void CarriedFiles::require_computed(UnitId unit, NodeId call, std::string_view request) {
  const UnitId known = resolver_.resolve_import(resolver_.unit(unit), request, 0);
  known != kNoId ? link(unit, call, known) : require(unit, call, request);
}

// require("./logo.png") runs the file as JavaScript, and so does require("./lib") where the main
// file of lib/package.json is called so, be it in node_modules.
void CarriedFiles::require(UnitId unit, NodeId call, std::string_view request) {
  if (resolver_.resolve_import(resolver_.unit(unit), request, 0) != kNoId) return;
  std::string folder = resolver_.unit(unit).module.path;
  folder.erase(folder.rfind('/') + 1);
  std::string path;
  if (request.starts_with('.')) {
    path = resolve_node_file(tree_, folder, request);
  } else {
    const NodeManifest* const own = manifest_of(package_, folder);
    if (own != nullptr) path = mapped(tree_, *own, request);
    for (int levels = 0; path.empty() && !request.empty() && levels < kMaxLevels; ++levels) {
      path = resolve_node_file(tree_, folder + "node_modules/", request);
      if (folder.empty()) break;
      folder.erase(folder.rfind('/', folder.size() - 2) + 1);
    }
  }
  if (path.ends_with(".json")) {
    const File* const file = tree_.find(path);
    if (file != nullptr && settings_.size() < kMaxReads) settings_.push_back(file);
  }
  if (is_data_to_node(path)) return;
  const File* file = path.empty() ? nullptr : tree_.find(path);
  if (file == nullptr && request.starts_with('.')) file = find(unit, request);
  if (file != nullptr) link(unit, call, add(*file, Language::kJavaScript));
}

void CarriedFiles::read(UnitId unit, NodeId call, const ApiRow& row) {
  for (const ArgumentRow& argument : row.arguments) {
    if (argument.role == ArgumentRole::kCode) {
      evaluated_.push_back(call);
      return;
    }
    if (argument.role != ArgumentRole::kPath || read_.size() >= kMaxReads) continue;
    const Arguments arguments(resolver_, unit, call);
    const NodeId at = arguments.find(argument.key);
    if (at == kNoNode) continue;
    std::string path = joined_path(resolver_, unit, at);
    if (path.empty()) path = arguments.text(at).value_or("");
    if (const File* file = find(unit, path)) read_.push_back(file);
  }
}

// exec(open("data.bin").read()): which of the files that the module reads is not followed; those
// that are code are taken.
void CarriedFiles::evaluate(UnitId unit, NodeId call) {
  const Module& module = resolver_.unit(unit).module;
  const Language language = module.language;
  uint32_t taints = 0;
  for (NodeId c = module[module.child(call, 0)].next_sibling; c != kNoNode;
       c = resolver_.unit(unit).module[c].next_sibling) {
    taints |= resolver_.taints(unit, c);
  }
  if ((taints & kTaintFile) == 0) return;
  if (read_.empty()) read_ = named_files(unit);
  for (const File* file : read_) {
    UnitId target = resolver_.unit_of_file(file->path);
    if (target == kNoId) target = add(*file, language);
    link(unit, call, target);
  }
}

// Where it is not known which file is read: those of the package that the texts of the unit name.
std::vector<const File*> CarriedFiles::named_files(UnitId unit) const {
  std::vector<const File*> files;
  const Module& module = resolver_.unit(unit).module;
  for (NodeId node = 0; node < module.nodes.size() && files.size() < kMaxReads; ++node) {
    if (module[node].kind != NodeKind::kString) continue;
    const std::string_view text = resolver_.pool().text(module[node].text);
    if (text.size() < 3 || text.size() > kMaxNameBytes || text.find('.') == text.npos) continue;
    const File* file = find(unit, text);
    if (file == nullptr || file->path == module.path || is_large_data(file->content)) continue;
    files.push_back(file);
  }
  return files;
}

// eval(require("./settings.json").start)
void CarriedFiles::evaluate_settings(UnitId unit, NodeId call) {
  const Arguments arguments(resolver_, unit, call);
  const std::vector<NodeId>& given = arguments.positional();
  if (std::all_of(given.begin(), given.end(),
                  [&](NodeId one) { return resolver_.fold(unit, one).is_text(); })) {
    return;
  }
  const Language language = resolver_.unit(unit).module.language;
  for (const File* file : settings_) {
    const auto [known, fresh] = codes_.try_emplace(file);
    if (fresh) known->second = code_in(read_json(file->content).root);
    if (known->second.empty() || !evaluated_in_.insert({unit, file}).second) continue;
    Module module = parse(language, file->path, known->second, resolver_.pool(), limits_);
    const UnitId layer = resolver_.add_unit(std::move(module), unit, call, 0);
    resolver_.add_call_edge(unit, call, resolver_.unit(layer).top);
    added_ = true;
  }
}

// The file of the package that a path means, whose unknown beginning (`__dirname + "/x"`) is
// dropped.
const File* CarriedFiles::find(UnitId unit, std::string_view path) const {
  if (const size_t unknown = path.rfind(kHole); unknown != std::string_view::npos)
    path.remove_prefix(unknown + kHole.size());
  while (path.starts_with("/") || path.starts_with("./")) path.remove_prefix(1);
  if (path.empty() || path.find("..") != std::string_view::npos) return nullptr;
  const std::string& from = resolver_.unit(unit).module.path;
  const std::string folder = from.substr(0, from.rfind('/') + 1);
  for (const std::string& base : {folder, package_.root}) {
    if (const File* file = tree_.find(base + std::string(path))) return file;
  }
  return nullptr;
}

UnitId CarriedFiles::add(const File& file, Language language) {
  if (const UnitId known = resolver_.unit_of_file(file.path); known != kNoId) return known;
  if (refused_.contains(&file)) return kNoId;
  const std::string text = readable(file);
  if (language == Language::kJavaScript && !begins_like_javascript(text)) return kNoId;
  Module module = parse(language, file.path, text, resolver_.pool(), limits_);
  // Node may run what our parsers find wrong.
  if (module.has_errors && !looks_like_javascript(text)) {
    refused_.insert(&file);
    return kNoId;
  }
  added_ = true;
  return resolver_.add_unit(std::move(module));
}

void CarriedFiles::link(UnitId unit, NodeId call, UnitId target) {
  if (target == kNoId || target == unit) return;
  const FunctionId top = resolver_.unit(target).top;
  const auto callees = resolver_.callees(unit, call);
  if (std::find(callees.begin(), callees.end(), top) != callees.end()) return;
  resolver_.add_call_edge(unit, call, top);
  added_ = true;
}

}  // namespace cerebro
