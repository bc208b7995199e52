#include "behaviour/joined_path.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "behaviour/arguments.h"
#include "syntax/hole.h"

namespace cerebro {
namespace {

constexpr int kDepth = 16;
constexpr size_t kMaxBytes = 4096;

constexpr std::string_view kJoiners[] = {
    "path.join",         "path.resolve",       "path.posix.join", "path.win32.join",
    "path.normalize",    "path.dirname",       "os.path.join",    "os.path.normpath",
    "os.path.abspath",   "os.path.realpath",   "pathlib.Path",    "pathlib.PurePath",
    "pathlib.PosixPath", "pathlib.WindowsPath"};
constexpr std::string_view kHomes[] = {"os.homedir()", "pathlib.Path.home()",
                                       "globalThis.process.env.HOME",
                                       "globalThis.process.env.USERPROFILE"};

template <size_t size>
bool is_one_of(const std::string_view (&list)[size], std::string_view wanted) {
  return std::find(std::begin(list), std::end(list), wanted) != std::end(list);
}

class Joiner {
 public:
  Joiner(Resolver& resolver, UnitId unit)
      : resolver_(resolver), unit_(unit), module_(resolver.unit(unit).module) {}

  bool joins(NodeId id) const {
    const Node& node = module_[id];
    if (node.kind == NodeKind::kBinary) return is_division(node);
    if (node.kind != NodeKind::kCall) return false;
    const NodeId callee = module_.child(id, 0);
    return is_joinpath(callee) || denotes(callee, kJoiners);
  }

  // What the expression comes to as a path.
  std::string text(NodeId id, int depth) {
    const Node& node = module_[id];
    if (depth > kDepth) return std::string(kHole);
    if (node.kind == NodeKind::kName) {
      const Scopes& scopes = resolver_.unit(unit_).scopes;
      const BindingId binding = scopes.binding(id);
      const NodeId value = binding == kNone32 ? kNoNode : scopes.single_value(module_, binding);
      if (value != kNoNode && (joins(value) || denotes(value, kHomes)))
        return text(value, depth + 1);
    }
    if (joins(id)) return joined(id, depth);
    if (denotes(id, kHomes)) return "~";
    const Value& value = resolver_.fold(unit_, id);
    if (value.is_text() || value.kind == Value::Kind::kPartial) return value.text;
    return is_expanded_home(id) ? "~" : std::string(kHole);
  }

 private:
  std::string joined(NodeId id, int depth) {
    std::string path;
    const auto append = [&](NodeId part) {
      const std::string more = text(part, depth + 1);
      if (path.size() + more.size() > kMaxBytes) return;
      const bool apart = !path.empty() && !path.ends_with('/') && !more.starts_with('/');
      if (apart) path += '/';
      path += more;
    };
    const NodeId first = module_.child(id, 0);
    if (module_[id].kind == NodeKind::kBinary) {
      append(first);
      append(module_.child(id, 1));
      return path;
    }
    if (is_joinpath(first)) append(module_.child(first, 0));
    for (NodeId c = module_[first].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
      append(c);
    }
    return path;
  }

  bool is_division(const Node& node) const {
    return module_.language == Language::kPython && resolver_.pool().text(node.text) == "/";
  }

  bool is_joinpath(NodeId callee) const {
    return callee != kNoNode && module_[callee].kind == NodeKind::kMember &&
           resolver_.pool().text(module_[callee].text) == "joinpath";
  }

  template <size_t size>
  bool denotes(NodeId id, const std::string_view (&list)[size]) const {
    if (id == kNoNode) return false;
    for (const Symbol symbol : resolver_.paths(unit_, id)) {
      if (is_one_of(list, resolver_.pool().text(symbol))) return true;
    }
    return false;
  }

  // os.path.expanduser("~/x") is its argument; the folder leaves it unknown.
  bool is_expanded_home(NodeId id) const {
    for (const Symbol symbol : resolver_.paths(unit_, id)) {
      if (resolver_.pool().text(symbol) == "os.path.expanduser()") return true;
    }
    return false;
  }

  Resolver& resolver_;
  const UnitId unit_;
  const Module& module_;
};

}  // namespace

std::string joined_path(Resolver& resolver, UnitId unit, NodeId expression) {
  Joiner joiner(resolver, unit);
  if (!joiner.joins(expression)) return {};
  std::string path = joiner.text(expression, 0);
  const bool known = path.find_first_not_of("/\xEF\xBF\xBC") != std::string::npos;
  return known ? path : std::string();
}

}  // namespace cerebro
