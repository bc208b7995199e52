#include "behaviour/written_files.h"

#include <algorithm>
#include <optional>

#include "behaviour/api_paths.h"
#include "syntax/hole.h"

namespace cerebro {
namespace {

constexpr size_t kMostFiles = 256;
constexpr int kPeeledCalls = 8;

std::string_view last_part(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_text(const Value& value) { return value.is_text() || value.kind == Value::Kind::kPartial; }

// The file behind an object: open(p, "w") and its kin are instances, pathlib's paths are texts.
std::optional<std::string> path_of(const Value& object) {
  if (is_text(object)) return object.text;
  if (object.kind != Value::Kind::kPath || !object.list || object.list->empty()) {
    return std::nullopt;
  }
  const bool file =
      object.text.ends_with("open()") || object.text == "tempfile.NamedTemporaryFile()";
  const Value& name = object.list->front();
  return file && is_text(name) ? std::optional(name.text) : std::nullopt;
}

// Where the path and the content of a write stand.
enum class Place : uint8_t { kReceiver, kFirst, kSecond, kFileKeyword };
struct Write {
  std::string_view path;
  Place file, content;
};
constexpr Write kWrites[] = {
    {"builtins.open().write", Place::kReceiver, Place::kFirst},
    {"io.open().write", Place::kReceiver, Place::kFirst},
    {"codecs.open().write", Place::kReceiver, Place::kFirst},
    {"tempfile.NamedTemporaryFile().write", Place::kReceiver, Place::kFirst},
    {"pathlib.Path().write_text", Place::kReceiver, Place::kFirst},
    {"pathlib.Path().write_bytes", Place::kReceiver, Place::kFirst},
    {"builtins.print", Place::kFileKeyword, Place::kFirst},
    {"fs.writeFileSync", Place::kFirst, Place::kSecond},
    {"fs.writeFile", Place::kFirst, Place::kSecond},
    {"fs.appendFileSync", Place::kFirst, Place::kSecond},
    {"fs.appendFile", Place::kFirst, Place::kSecond},
    {"fs.promises.writeFile", Place::kFirst, Place::kSecond},
    {"fs/promises.writeFile", Place::kFirst, Place::kSecond},
    {"fs.outputFileSync", Place::kFirst, Place::kSecond},
    {"fs-extra.writeFileSync", Place::kFirst, Place::kSecond},
    {"fs-extra.outputFileSync", Place::kFirst, Place::kSecond},
    {"globalThis.Deno.writeTextFileSync", Place::kFirst, Place::kSecond},
    {"globalThis.Bun.write", Place::kFirst, Place::kSecond},
};

const Write* find_write(std::string_view path) {
  const auto row = std::find_if(std::begin(kWrites), std::end(kWrites),
                                [&](const Write& known) { return known.path == path; });
  return row == std::end(kWrites) ? nullptr : row;
}

NodeId place(const Module& module, const StringPool& pool, NodeId call, Place where) {
  const NodeId callee = module.child(call, 0);
  switch (where) {
    case Place::kReceiver:
      return module.child(callee, 0);
    case Place::kFirst:
      return module.child(call, 1);
    case Place::kSecond:
      return module.child(call, 2);
    case Place::kFileKeyword:
      for (NodeId c : children(module, call)) {
        if (module[c].kind == NodeKind::kKeyword && pool.text(module[c].text) == "file") {
          return module.child(c, 0);
        }
      }
  }
  return kNoNode;
}

}  // namespace

void WrittenFiles::read(Resolver& resolver, UnitId id) {
  const Unit& unit = resolver.unit(id);
  const Module& module = unit.module;
  for (const NodeId call : unit.calls) {
    const NodeId callee = module.child(call, 0);
    if (callee == kNoNode || by_name_.size() >= kMostFiles) continue;
    const Write* write = nullptr;
    for (const Symbol symbol : resolver.paths(id, callee)) {
      if (write == nullptr) write = find_write(resolver.pool().text(symbol));
    }
    if (write == nullptr && module[callee].kind == NodeKind::kMember) {
      // A path that was put together: folder / "x.py"
      const std::string_view method = resolver.pool().text(module[callee].text);
      if (method == "write_text" || method == "write_bytes") {
        write = find_write("pathlib.Path().write_text");
      }
    }
    if (write == nullptr) continue;
    const NodeId file = place(module, resolver.pool(), call, write->file);
    const NodeId content = place(module, resolver.pool(), call, write->content);
    if (file == kNoNode || content == kNoNode) continue;
    const Value& text = resolver.fold(id, content);
    const std::optional<std::string> path = path_of(resolver.fold(id, file));
    if (!path || !text.is_text() || last_part(*path).empty()) continue;
    WrittenFile& known = by_name_[std::string(last_part(*path))];
    known.path = *path;
    known.content += text.text;
  }
}

const WrittenFile* WrittenFiles::find(std::string_view path) const {
  const std::string_view name = last_part(path);
  const auto row = by_name_.find(std::string(name));
  if (row == by_name_.end()) return nullptr;
  const std::string_view written = row->second.path;
  // Two whole folders that differ are two files.
  const auto folder = [](std::string_view whole) {
    return whole.substr(0, whole.size() - last_part(whole).size());
  };
  const bool comparable = path.find(kHole) == path.npos && written.find(kHole) == written.npos &&
                          !folder(path).empty() && !folder(written).empty();
  return comparable && path != written ? nullptr : &row->second;
}

const WrittenFile* WrittenFiles::find_module(std::string_view name) const {
  const auto row = by_name_.find(std::string(name) + ".py");
  return row == by_name_.end() ? nullptr : &row->second;
}

std::string file_read_by(Resolver& resolver, UnitId id, NodeId expression) {
  const Module& module = resolver.unit(id).module;
  for (int peeled = 0; peeled < kPeeledCalls && expression != kNoNode; ++peeled) {
    if (module[expression].kind == NodeKind::kName) {
      const Scopes& scopes = resolver.unit(id).scopes;
      const BindingId binding = scopes.binding(expression);
      expression = binding == kNone32 ? kNoNode : scopes.single_value(module, binding);
      continue;
    }
    if (module[expression].kind != NodeKind::kCall) return {};
    const NodeId callee = module.child(expression, 0);
    if (module[callee].kind == NodeKind::kName) {  // compile(open(p).read(), p, "exec")
      if (resolver.pool().text(module[callee].text) != "compile") return {};
      expression = module.child(expression, 1);
      continue;
    }
    if (module[callee].kind != NodeKind::kMember) return {};
    const std::string_view method = resolver.pool().text(module[callee].text);
    const NodeId object = module.child(callee, 0);
    if (method == "read" || method == "read_text" || method == "read_bytes") {
      const Value& value = resolver.fold(id, object);
      // A text is a path only for pathlib's methods.
      if (method == "read" && is_text(value)) return {};
      return path_of(value).value_or("");
    }
    if (method != "decode" && method != "encode" && method != "strip") return {};
    expression = object;
  }
  return {};
}

}  // namespace cerebro
