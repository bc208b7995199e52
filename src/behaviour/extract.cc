#include "behaviour/extract.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/clock.h"
#include "behaviour/api_paths.h"
#include "behaviour/arguments.h"
#include "behaviour/indirect_calls.h"
#include "behaviour/joined_path.h"
#include "behaviour/payloads.h"
#include "behaviour/shell_words.h"
#include "behaviour/text_signs.h"
#include "package/setup_commands.h"

namespace cerebro {
namespace {

constexpr size_t kDetailBytes = 200;
constexpr size_t kTableRows = 50;
constexpr size_t kSmallUnitNodes = 10'000;  // below that forgetting costs more than it gives back

bool starts_with_any(std::string_view id, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return id.starts_with(prefix); });
}

std::string clip(std::string_view text) {
  std::string clipped(text.substr(0, kDetailBytes));
  while (!clipped.empty() && text.size() > kDetailBytes && (clipped.back() & 0xC0) == 0x80)
    clipped.pop_back();
  return clipped;
}

// The vocabulary that code, not rows, decides about.
struct Known {
  BehaviourId environment = find_behaviour("read.environment");
  BehaviourId env_variable = find_behaviour("read.env_variable");
  BehaviourId env_ordinary = find_behaviour("read.env_ordinary");
  BehaviourId browser_data = find_behaviour("read.browser_data");
  BehaviourId read = find_behaviour("fs.read");
  BehaviourId read_own = find_behaviour("fs.read_own");
  BehaviourId eval_code = find_behaviour("eval.code");
  BehaviourId eval_own = find_behaviour("eval.own_file");
  BehaviourId url = find_behaviour("net.url");
  BehaviourId url_executable = find_behaviour("net.url_executable");
  BehaviourId url_named = find_behaviour("net.url_named");
  BehaviourId dynamic_import = find_behaviour("eval.dynamic_import");
  BehaviourId hidden_call = find_behaviour("obf.hidden_call");
  BehaviourId pipe_to_shell = find_behaviour("exec.pipe_to_shell");
  BehaviourId shell = find_behaviour("exec.shell");
  BehaviourId native = find_behaviour("proc.native");
  BehaviourId layer = find_behaviour("eval.layer");
  BehaviourId disguised = find_behaviour("payload.disguised");
  BehaviourId secret_to_network = find_behaviour("flow.secret_to_network");
  BehaviourId environment_to_network = find_behaviour("flow.environment_to_network");
  BehaviourId host_to_network = find_behaviour("flow.host_to_network");
  BehaviourId file_to_network = find_behaviour("flow.file_to_network");
  BehaviourId argument_to_network = find_behaviour("flow.argument_to_network");
  BehaviourId network_to_process = find_behaviour("flow.network_to_process");
  BehaviourId network_to_file = find_behaviour("flow.network_to_file");
  BehaviourId network_to_code = find_behaviour("flow.network_to_code");
  BehaviourId decoded_to_code = find_behaviour("flow.decoded_to_code");
};

// What a subclass of `path` replaces: setuptools.command.install.install is a command of the
// installer. Of the bare Command only the name under which it is registered tells.
BehaviourId command_class(std::string_view path) {
  constexpr std::string_view kBare[] = {"setuptools.Command", "distutils.core.Command",
                                        "distutils.cmd.Command"};
  if (std::find(std::begin(kBare), std::end(kBare), path) != std::end(kBare))
    return find_behaviour(behaviour_of(SetupCommand::kOther));
  for (const std::string_view module :
       {"setuptools.command.", "distutils.command.", "setuptools._distutils.command."}) {
    if (!path.starts_with(module)) continue;
    path.remove_prefix(module.size());
    return find_behaviour(behaviour_of(setup_command(path.substr(0, path.find('.')))));
  }
  return kNoBehaviour;
}

class Extractor {
 public:
  Extractor(Resolver& resolver, const Catalogue& catalogue, const Limits& limits)
      : resolver_(resolver),
        catalogue_(catalogue),
        limits_(limits),
        rows_of_(catalogue, resolver.pool()),
        environments_{resolver.pool().intern("globalThis.process.env"),
                      resolver.pool().intern("os.environ"), resolver.pool().intern("process.env"),
                      resolver.pool().intern("globalThis.Deno.env"),
                      resolver.pool().intern("globalThis.Bun.env")} {}

  Behaviours run() {
    const std::vector<Function>& functions = resolver_.functions();
    out_.steps.resize(functions.size());
    std::vector<FunctionId> last(resolver_.unit_count(), kNoId);  // of each unit
    for (FunctionId id = 0; id < functions.size(); ++id) last[functions[id].unit] = id;
    for (FunctionId id = 0; id < functions.size(); ++id) {
      walk_function(id);
      if (last[functions[id].unit] == id) forget_values(functions[id].unit);
    }
    return std::move(out_);
  }

 private:
  const Node& node(NodeId id) const { return (*module_)[id]; }
  std::string_view text(NodeId id) const { return resolver_.pool().text(node(id).text); }
  NodeId child(NodeId id, size_t n) const { return module_->child(id, n); }

  // What the expressions of a unit come to takes more memory than all else that is known of it, and
  // after its last function nobody asks again, but for dumps, which a new folder answers.
  void forget_values(UnitId id) {
    Unit& unit = resolver_.unit(id);
    if (unit.module.nodes.size() < kSmallUnitNodes) return;
    unit.folder.reset();
    unit.folder = std::make_unique<Folder>(unit.module, unit.scopes, resolver_.pool(), limits_);
  }

  void walk_function(FunctionId id) {
    const Function& function = resolver_.functions()[id];
    unit_ = function.unit;
    const Unit& unit = resolver_.unit(unit_);
    module_ = &unit.module;
    api_ = api_of(module_->language);
    function_ = id;
    if (function.node == kNoNode) {
      for (const TextSign& sign : file_signs(*module_, resolver_.pool()))
        emit_at(sign.behaviour, sign.offset, {}, {});
      if (module_->root != kNoNode) walk(module_->root);
      if (unit.folder->exhausted()) out_.notes.push_back({Code::kFoldLimit, {}, module_->path});
      return;
    }
    if (const NodeId params = child(function.node, 0); params != kNoNode) {
      for (NodeId p : children(*module_, params)) {
        const NodeId fallback = child(p, 1);
        if (fallback != kNoNode && !runs_at_definition(fallback)) walk(fallback);
      }
    }
    if (const NodeId body = child(function.node, 1); body != kNoNode) walk(body);
  }

  void emit_at(BehaviourId behaviour, uint32_t offset, std::string_view rule, std::string detail) {
    if (behaviour == kNoBehaviour) return;
    if (out_.events.size() >= limits_.events_per_package) {
      if (!limit_noted_)
        out_.notes.push_back({Code::kBehaviourLimit, "behaviours of one package", module_->path});
      limit_noted_ = true;
      return;
    }
    out_.events.push_back({behaviour, unit_, offset, function_, rule, std::move(detail)});
    out_.steps[function_].push_back(
        {Step::Kind::kEvent, static_cast<uint32_t>(out_.events.size() - 1), kNoNode});
  }

  void emit(BehaviourId behaviour, NodeId at, std::string_view rule = {}, std::string detail = {}) {
    emit_at(behaviour, node(at).begin, rule, std::move(detail));
  }

  void enter(NodeId at) {
    for (FunctionId callee : resolver_.callees(unit_, at)) {
      const Unit& target = resolver_.unit(resolver_.functions()[callee].unit);
      if (target.outer == unit_ && target.outer_node == at &&
          !is_command_language(target.module.language) && !is_feature_test(target.module.source)) {
        emit(known_.layer, at, {}, clip(target.module.source));
      } else if (target.outer == kNoId && callee == target.top &&
                 has_data_name(target.module.path)) {
        emit(known_.disguised, at, {}, target.module.path);
      }
      out_.steps[function_].push_back({Step::Kind::kCall, callee, at});
    }
  }

  bool has_children(NodeId id, size_t count) const {
    NodeId c = node(id).first_child;
    while (c != kNoNode && --count > 0) c = node(c).next_sibling;
    return c != kNoNode;
  }

  void walk_children(NodeId id) {
    for (NodeId c : children(*module_, id)) walk(c);
  }

  // Python makes the defaults of parameters when it defines the function.
  bool runs_at_definition(NodeId fallback) const {
    return module_->language == Language::kPython && node(fallback).kind == NodeKind::kCall;
  }

  void walk_python_defaults(NodeId parameters) {
    if (parameters == kNoNode) return;
    for (const NodeId parameter : children(*module_, parameters)) {
      const NodeId value = child(parameter, 1);
      if (value != kNoNode && runs_at_definition(value)) walk(value);
    }
  }

  void walk(NodeId id) {
    if (id == kNoNode) return;
    switch (node(id).kind) {
      case NodeKind::kFunction: {
        // Names of a script's functions are not followed: they run where they stand.
        if (is_command_language(module_->language)) walk(child(id, 1));
        if (module_->language == Language::kPython) walk_python_defaults(child(id, 0));
        // The body has steps of its own; decorators run here.
        for (NodeId d = child(id, 2); d != kNoNode; d = node(d).next_sibling) {
          walk(d);
          enter(d);
        }
        break;
      }
      case NodeKind::kClass:
        walk_class(id);
        break;
      case NodeKind::kString:
        strings(
            id, text(id),
            std::string_view(module_->source)
                .substr(node(id).begin, std::min<uint32_t>(node(id).end - node(id).begin, 4096)));
        break;
      case NodeKind::kTemplate:
      case NodeKind::kBinary: {
        const size_t first_event = out_.events.size();
        if (is_membership(id)) {  // "CI" in os.environ
          walk(child(id, 0));
          read_variable(child(id, 1), child(id, 0));
        } else {
          walk_text(id);
        }
        path_of_parts(id, first_event);
        enter(id);
        break;
      }
      case NodeKind::kForIn:
        // The iterable, what iterating runs, then the rest.
        walk(child(id, 1));
        enter(id);
        walk(child(id, 0));
        for (NodeId c = child(id, 2); c != kNoNode; c = node(c).next_sibling) walk(c);
        break;
      case NodeKind::kWith:
        for (NodeId c : children(*module_, id)) {
          walk(c);
          if (node(c).kind == NodeKind::kName || node(c).kind == NodeKind::kAssign) enter(c);
        }
        break;
      case NodeKind::kThrow:
        for (NodeId c : children(*module_, id)) {
          walk(c);
          if (node(c).kind == NodeKind::kName) enter(c);
        }
        break;
      case NodeKind::kArray:
      case NodeKind::kObject: {
        // A host among very many is a row of a table, such as the list of public suffixes.
        const bool table = has_children(id, kTableRows);
        tables_ += table;
        walk_children(id);
        tables_ -= table;
        break;
      }
      case NodeKind::kCall:
      case NodeKind::kNew:
        walk_call(id);
        break;
      case NodeKind::kMember:
      case NodeKind::kIndex:
        walk_access(id, false);
        break;
      case NodeKind::kName:
        if (names_api(id)) reads(id, false);
        break;
      case NodeKind::kProperty: {
        const NodeId key = child(id, 0);
        if (key != kNoNode && node(key).kind != NodeKind::kString) walk(key);
        walk(child(id, 1));
        break;
      }
      case NodeKind::kAssign:
        walk_assign(id);
        break;
      case NodeKind::kImport:
        walk_import(id);
        break;
      case NodeKind::kExport:
        walk_children(id);
        if (node(id).text != 0) import_rows(id, text(id));
        enter(id);
        break;
      case NodeKind::kCommand:
        walk_command(id);
        break;
      case NodeKind::kPipeline:
        walk_pipeline(id);
        break;
      case NodeKind::kScope:
        break;
      default:
        walk_children(id);
    }
  }

  void walk_class(NodeId id) {
    if (const NodeId bases = child(id, 0); bases != kNoNode) {
      for (NodeId base : children(*module_, bases)) {
        walk(base);
        for (Symbol symbol : resolver_.paths(unit_, base)) {
          const std::string_view path = resolver_.pool().text(symbol);
          if (const BehaviourId command = command_class(path); command != kNoBehaviour)
            emit(command, base, {}, std::string(path));
        }
      }
    }
    if (const NodeId body = child(id, 1); body != kNoNode) walk_children(body);
    for (NodeId d = child(id, 2); d != kNoNode; d = node(d).next_sibling) {
      walk(d);
      enter(d);
    }
  }

  // Concatenations and templates: what they come to, if that is known; otherwise their parts.
  void walk_text(NodeId id) {
    const Value& value = resolver_.fold(unit_, id);
    if (value.is_text()) {
      strings(id, value.text, {});
      return;
    }
    if (value.kind == Value::Kind::kPartial) {
      strings(id, value.text, {});
      walk_unknown_parts(id);
      return;
    }
    walk_operands(id);
  }

  bool is_membership(NodeId id) const {
    const std::string_view op = text(id);
    return node(id).kind == NodeKind::kBinary && (op == "in" || op == "not in") &&
           child(id, 1) != kNoNode && is_environment(child(id, 1));
  }

  // Left-deep chains without recursion, in order of evaluation.
  void walk_operands(NodeId id) {
    std::vector<NodeId> rights;
    NodeId left = id;
    while (left != kNoNode && node(left).kind == NodeKind::kBinary) {
      for (NodeId c = child(left, 1); c != kNoNode; c = node(c).next_sibling) rights.push_back(c);
      left = child(left, 0);
    }
    if (left != kNoNode) {
      if (left == id) {
        walk_children(left);
      } else {
        walk(left);
      }
    }
    for (auto it = rights.rbegin(); it != rights.rend(); ++it) walk(*it);
  }

  void walk_unknown_parts(NodeId id) {
    for (NodeId c : children(*module_, id)) {
      switch (node(c).kind) {
        case NodeKind::kString:
          break;
        case NodeKind::kBinary:
          if (++depth_ < 200) walk_unknown_parts(c);
          --depth_;
          break;
        default:
          walk(c);
      }
    }
  }

  // The same words stand in most files of a package, and nearly all say nothing anywhere.
  void literal(NodeId id) {
    const Symbol symbol = node(id).text;
    if (says_nothing_.size() <= symbol) says_nothing_.resize(resolver_.pool().size());
    const std::string_view written =
        std::string_view(module_->source)
            .substr(node(id).begin, std::min<uint32_t>(node(id).end - node(id).begin, 4096));
    if (says_nothing_[symbol] && limits_.shortcuts != 0) {
      shape(id, text(id), written);
    } else {
      says_nothing_[symbol] = strings(id, text(id), written);
    }
  }

  void shape(NodeId at, std::string_view value, std::string_view written) {
    if (value.size() < 3) return;
    shapes_.clear();
    classify_shape(value, written, shapes_);
    for (const BehaviourId each : shapes_) emit(each, at);
  }

  // Whether no pattern fits the text, wherever it stands.
  bool strings(NodeId at, std::string_view value, std::string_view written) {
    if (value.size() < 3) return true;
    shape(at, value, written);
    classify(at, StringPlace::kAny, value);
    bool nothing = rows_.empty();
    if (value.find("://") != std::string_view::npos) {
      classify(at, StringPlace::kUrl, value);
      nothing = false;
    }
    if (const std::string inner = readable_base64(value); !inner.empty()) {
      nothing = false;
      classify(at, StringPlace::kAny, inner);
      if (inner.find("://") != std::string::npos) classify(at, StringPlace::kUrl, inner);
    }
    return nothing;
  }

  void classify(NodeId at, StringPlace place, std::string_view value) {
    rows_.clear();
    catalogue_.classify(place, value, rows_);
    if (rows_.empty()) return;
    std::vector<BehaviourId> done;
    const bool prose = api_ != Api::kShell && is_prose(value);
    for (const StringRow* row : rows_) {
      // kAny rows are tried at every place; strings() has had them already.
      if (place != StringPlace::kAny && row->place == StringPlace::kAny) continue;
      // Tells a person what to type or where to look. (Names of places are words as well.)
      const bool mention =
          starts_with_any(row->id, {"cmd.", "path."}) && row->place == StringPlace::kAny;
      if (prose && mention) continue;
      if (tables_ > 0 && row->id.starts_with("host.")) continue;
      // Told apart by sharpened() and env_variable(), where the read itself is said.
      if (row->behaviour == known_.env_ordinary || row->behaviour == known_.read_own) continue;
      if (std::find(done.begin(), done.end(), row->behaviour) != done.end()) continue;
      done.push_back(row->behaviour);
      // An address in code is only named until a network call receives it; a command uses its own.
      const bool named =
          api_ != Api::kShell &&
          (row->behaviour == known_.url || (prose && row->behaviour == known_.url_executable));
      emit(named ? known_.url_named : row->behaviour, at, row->id, clip(value));
    }
  }

  // PATH, NODE_ENV and the like say nothing about intent.
  bool is_ordinary_variable(std::string_view variable) {
    rows_.clear();
    catalogue_.classify(StringPlace::kEnv, variable, rows_);
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](const StringRow* row) { return row->behaviour == known_.env_ordinary; });
  }

  // The behaviour of reading a variable; `variable` is empty when its name is unknown.
  BehaviourId env_variable(std::string_view variable) {
    return !variable.empty() && is_ordinary_variable(variable) ? known_.env_ordinary
                                                               : known_.env_variable;
  }

  bool is_environment(NodeId id) const {
    const Paths paths = resolver_.paths(unit_, id);
    return std::ranges::any_of(paths, [&](Symbol path) {
      return std::ranges::find(environments_, path) != environments_.end();
    });
  }

  // A text that is written out, here or as the one value of a constant: nothing was put together.
  bool written_out(NodeId id) const {
    if (node(id).kind == NodeKind::kString) return true;
    if (node(id).kind != NodeKind::kName) return false;
    const Scopes& scopes = resolver_.unit(unit_).scopes;
    const BindingId binding = scopes.binding(id);
    const NodeId value = binding == kNone32 ? kNoNode : scopes.single_value(*module_, binding);
    return value != kNoNode && node(value).kind == NodeKind::kString;
  }

  // A name is a read of an API when it is one by import, by destructuring or as a global; a
  // variable or parameter that holds what was read before is no second read.
  bool names_api(NodeId id) const {
    const Scopes& scopes = resolver_.unit(unit_).scopes;
    const BindingId binding = scopes.binding(id);
    if (binding == kNone32) return false;
    const Binding& b = scopes[binding];
    if (b.kind == Binding::Kind::kImport || b.kind == Binding::Kind::kGlobal) return true;
    return b.definitions.size() == 1 && node(b.definitions[0]).kind == NodeKind::kAssign &&
           node(child(b.definitions[0], 0)).kind == NodeKind::kObject;
  }

  // Read rows of a name or access. `as_object`: a part of it is taken, not the whole; of the
  // environment the variable `part`, where that is known.
  void reads(NodeId id, bool as_object, std::string_view part = {}) {
    bool whole = false;
    if (!as_object && is_environment(id)) {
      emit(known_.environment, id);
      whole = true;
    }
    std::vector<BehaviourId> done;
    for (Symbol symbol : resolver_.paths(unit_, id)) {
      for (const ApiRow* row : rows_of_.match(api_, Access::kRead, symbol)) {
        if (whole && row->behaviour == known_.env_variable) continue;
        if (!row->conditions.empty()) continue;
        if (std::find(done.begin(), done.end(), row->behaviour) != done.end()) continue;
        done.push_back(row->behaviour);
        // One cookie is looked for in those of a page, as every client of an API does; a thief
        // takes all.
        if (as_object && row->behaviour == known_.browser_data) continue;
        const bool variable = row->behaviour == known_.env_variable;
        emit(variable ? env_variable(part) : row->behaviour, id, row->id, clip(part));
      }
    }
  }

  // Members of a mapping that give all of it.
  static bool takes_all(std::string_view member) {
    return member == "copy" || member == "items" || member == "keys" || member == "values" ||
           member == "toObject";
  }

  void walk_access(NodeId id, bool as_object, std::string_view part = {}) {
    const NodeId object = child(id, 0);
    if (object == kNoNode) return;
    const bool environment = is_environment(object);
    std::string_view member;
    if (node(id).kind == NodeKind::kMember) {
      member = text(id);
    } else if (const NodeId index = child(id, 1); index != kNoNode) {
      const Value& key = resolver_.fold(unit_, index);
      if (key.is_text()) {
        member = key.text;
        if (!written_out(index) && !resolver_.paths(unit_, id).empty()) {
          emit(known_.hidden_call, id, {}, clip(member));
        }
      }
      walk(index);
    }
    const bool whole = environment && takes_all(member);
    walk_object(object, !whole, environment ? member : std::string_view{});
    if (environment && !whole && !member.empty()) classify(id, StringPlace::kEnv, member);
    reads(id, as_object, part);
    enter(id);
  }

  void walk_object(NodeId object, bool as_object, std::string_view part = {}) {
    switch (node(object).kind) {
      case NodeKind::kName:
        if (names_api(object)) reads(object, as_object, part);
        break;
      case NodeKind::kMember:
      case NodeKind::kIndex:
        walk_access(object, as_object, part);
        break;
      default:
        walk(object);
    }
  }

  bool reads_page_cookies(NodeId id) {
    for (Symbol symbol : resolver_.paths(unit_, id)) {
      for (const ApiRow* row : rows_of_.match(api_, Access::kRead, symbol)) {
        if (row->behaviour == known_.browser_data) return true;
      }
    }
    return false;
  }

  // A variable whose text is looked through (`x.split(";")`) or asked whether it is there (`!x`),
  // and goes nowhere whole. Reads the module once for each call, so only the first few are
  // answered.
  bool is_only_searched(NodeId name) {
    constexpr size_t kMaxSearches = 16;
    const Scopes& scopes = resolver_.unit(unit_).scopes;
    const BindingId binding = scopes.binding(name);
    if (binding == kNone32 || ++searches_ > kMaxSearches) return false;
    const auto is_it = [&](NodeId id) {
      return id != kNoNode && node(id).kind == NodeKind::kName && scopes.binding(id) == binding;
    };
    size_t uses = 0, searched = 0;
    for (NodeId id = 0; id < module_->nodes.size(); ++id) {
      const NodeKind kind = node(id).kind;
      if (is_it(id) && id != name) ++uses;
      const bool looks = kind == NodeKind::kMember || kind == NodeKind::kIf ||
                         (kind == NodeKind::kUnary && text(id) == "!");
      if (looks && is_it(child(id, 0))) ++searched;
    }
    return uses > 0 && uses == searched;
  }

  void walk_assign(NodeId id) {
    const NodeId target = child(id, 0), value = child(id, 1);
    if (target == kNoNode) return;
    const NodeKind kind = node(target).kind;
    // `const {A, B} = process.env` takes parts.
    if (value != kNoNode) {
      if (kind == NodeKind::kObject) {
        walk_object(value, true);
        if (is_environment(value)) {
          for (NodeId p : children(*module_, target)) {
            const NodeId key = child(p, 0);
            if (key != kNoNode && node(key).kind == NodeKind::kString)
              classify(p, StringPlace::kEnv, text(key));
          }
        }
      } else if (kind == NodeKind::kName && node(value).kind == NodeKind::kMember &&
                 reads_page_cookies(value) && is_only_searched(target)) {
        walk_access(value, true);
      } else {
        walk(value);
      }
    }
    if (kind == NodeKind::kMember || kind == NodeKind::kIndex) {
      const NodeId object = child(target, 0);
      if (object != kNoNode && is_environment(object)) {
        emit(known_.env_ordinary, target);  // set, not read
      } else if (object != kNoNode) {
        walk_object(object, true);
      }
      if (kind == NodeKind::kIndex) walk(child(target, 1));
      // The slot of the target holds what a read of it would give: its API path.
      if (object == kNoNode || kind != NodeKind::kMember) return;
      for (Symbol symbol : resolver_.paths(unit_, object)) {
        const std::string path =
            std::string(resolver_.pool().text(symbol)) + "." + std::string(text(target));
        for (const ApiRow* row : catalogue_.match(api_, Access::kWrite, path))
          emit(row->behaviour, target, row->id);
      }
    } else if (kind == NodeKind::kName && api_ == Api::kJavaScript) {
      const BindingId binding = resolver_.unit(unit_).scopes.binding(target);
      if (binding != kNone32 &&
          resolver_.unit(unit_).scopes[binding].kind == Binding::Kind::kGlobal) {
        const std::string path = "globalThis." + std::string(text(target));
        for (const ApiRow* row : catalogue_.match(api_, Access::kWrite, path))
          emit(row->behaviour, target, row->id);
      }
    } else if (kind == NodeKind::kArray || kind == NodeKind::kObject) {
      walk_defaults(target);
    }
  }

  void walk_defaults(NodeId pattern) {
    for (NodeId c : children(*module_, pattern)) {
      if (node(c).kind == NodeKind::kDefault) {
        walk(child(c, 1));
      } else if (node(c).kind == NodeKind::kProperty && child(c, 1) != kNoNode &&
                 node(child(c, 1)).kind == NodeKind::kDefault) {
        walk(child(child(c, 1), 1));
      }
    }
  }

  bool import_rows(NodeId at, std::string_view module) {
    bool any = false;
    for (const ApiRow* row : catalogue_.match(api_, Access::kImport, module)) {
      emit(row->behaviour, at, row->id, std::string(module));
      any = true;
    }
    return any;
  }

  void walk_import(NodeId id) {
    const Node& n = node(id);
    std::string_view module = text(id);
    if (module.starts_with("node:")) module.remove_prefix(5);
    if (n.aux == 0 && resolver_.resolve_import(resolver_.unit(unit_), text(id), 0) == kNoId) {
      bool finer = false;
      if (api_ == Api::kPython) {
        for (NodeId c : children(*module_, id)) {
          if (text(c).empty() || text(c) == "*") continue;
          const std::string full = std::string(module) + "." + std::string(text(c));
          const auto broad = catalogue_.match(api_, Access::kImport, module);
          const auto fine = catalogue_.match(api_, Access::kImport, full);
          if (!fine.empty() && (broad.empty() || fine[0] != broad[0]))
            finer = import_rows(c, full) || finer;
        }
      }
      if (!finer) import_rows(id, module);
    }
    enter(id);
  }

  // A path that is put together means more than its parts, which were classified one by one.
  void path_of_parts(NodeId id, size_t first_event) {
    const std::string path = joined_path(resolver_, unit_, id);
    if (!path.empty()) classify_rest(id, StringPlace::kAny, path, first_event);
  }

  // Says of a text what its parts, since `first_event`, have not shown.
  void classify_rest(NodeId id, StringPlace place, std::string_view text, size_t first_event) {
    rows_.clear();
    catalogue_.classify(place, text, rows_);
    for (const StringRow* row : rows_) {
      const auto shown = [&](const Event& event) { return event.behaviour == row->behaviour; };
      const auto first = out_.events.begin() + static_cast<ptrdiff_t>(first_event);
      if (std::none_of(first, out_.events.end(), shown))
        emit(row->behaviour, id, row->id, clip(text));
    }
  }

  // x.__base__, x.__bases__[0], x.__mro__[1]
  bool is_base_class(NodeId id) const {
    if (id != kNoNode && node(id).kind == NodeKind::kIndex) id = child(id, 0);
    if (id == kNoNode || node(id).kind != NodeKind::kMember) return false;
    return text(id) == "__base__" || text(id) == "__bases__" || text(id) == "__mro__";
  }

  void walk_call(NodeId id) {
    const NodeId callee = child(id, 0);
    if (callee == kNoNode) return;
    const size_t first_event = out_.events.size();
    const NodeKind kind = node(callee).kind;
    const bool method = kind == NodeKind::kMember || kind == NodeKind::kIndex;
    if (method) {
      // ().__class__.__base__.__subclasses__(): any class of the program, without its name.
      const NodeId object = child(callee, 0);
      if (kind == NodeKind::kMember && text(callee) == "__subclasses__" && is_base_class(object)) {
        emit(known_.hidden_call, callee, {}, "__subclasses__");
      }
      walk_callee(callee);
    } else {
      walk(callee);
    }
    for (NodeId c = node(callee).next_sibling; c != kNoNode; c = node(c).next_sibling) walk(c);

    path_of_parts(id, first_event);

    // Of most calls nothing is known that asks for the arguments.
    std::optional<Arguments> made;
    const auto arguments = [&]() -> const Arguments& {
      if (!made) made.emplace(resolver_, unit_, id);
      return *made;
    };
    std::vector<const ApiRow*> fired;
    bool matched = false;
    for (Symbol symbol : resolver_.paths(unit_, callee)) {
      std::string_view path = resolver_.pool().text(symbol);
      strip_indirection(path);
      if (is_special(path) && special_call(id, path, arguments())) matched = true;
      for (const ApiRow* row : rows_of_.match_call(api_, symbol)) {
        matched = true;
        if (arguments().satisfy(*row, catalogue_)) fired.push_back(row);
      }
    }
    if (!matched && kind == NodeKind::kMember && resolver_.callees(unit_, id).empty()) {
      for (const ApiRow* row : rows_of_.match_method(api_, node(callee).text)) {
        if (arguments().satisfy(*row, catalogue_)) fired.push_back(row);
      }
    }
    // The same behaviour once a call; finer rows before the roots they refine.
    std::vector<BehaviourId> done;
    for (const ApiRow* row : fired) {
      classify_roles(id, *row, arguments());
      if (std::find(done.begin(), done.end(), row->behaviour) != done.end()) continue;
      done.push_back(row->behaviour);
      emit(sharpened(id, *row, arguments()), id, row->id, detail_of(*row, arguments()));
    }
    for (const IndirectCall& indirect : indirect_calls(resolver_, unit_, id)) {
      walk_indirect(id, indirect, fired);
    }
    flows(id, callee, fired);
    enter(id);
  }

  // map(exec, [code]): exec is called here.
  void walk_indirect(NodeId id, const IndirectCall& indirect, std::vector<const ApiRow*>& fired) {
    const Arguments arguments(resolver_, unit_, indirect.arguments);
    for (Symbol symbol : resolver_.paths(unit_, indirect.callee)) {
      for (const ApiRow* row : rows_of_.match(api_, Access::kCall, symbol)) {
        if (!arguments.satisfy(*row, catalogue_)) continue;
        classify_roles(id, *row, arguments);
        emit(row->behaviour, id, row->id, detail_of(*row, arguments));
        fired.push_back(row);
      }
    }
  }

  // The finer behaviour of a call that is only known by its data: which variable, whose file.
  BehaviourId sharpened(NodeId call, const ApiRow& row, const Arguments& arguments) {
    if (row.behaviour == known_.env_variable) {
      for (const ArgumentRow& argument : row.arguments) {
        if (argument.role != ArgumentRole::kEnv) continue;
        const NodeId at = arguments.find(argument.key);
        const std::optional<std::string> name = at == kNoNode ? std::nullopt : arguments.text(at);
        return env_variable(name.value_or(""));
      }
    }
    if (row.behaviour == known_.read) {
      const uint32_t taints = taints_of_call(call);
      constexpr uint32_t kTelling = kTaintSecret | kTaintNetwork;
      if ((taints & kTaintOwnPlace) != 0 && (taints & kTelling) == 0) return known_.read_own;
    }
    if (row.behaviour == known_.eval_code && evaluates_own_file(call)) return known_.eval_own;
    return row.behaviour;
  }

  // exec(open("version.py").read()): CarriedFiles has linked the call to what stands there, and
  // nothing else went into it.
  bool evaluates_own_file(NodeId call) const {
    const uint32_t taints = taints_of_call(call);
    constexpr uint32_t kForeign =
        kTaintNetwork | kTaintDecoded | kTaintSecret | kTaintEnvironment | kTaintHost;
    constexpr uint32_t kOwnFile = kTaintFile | kTaintOwnPlace;
    if ((taints & kOwnFile) != kOwnFile || (taints & kForeign) != 0) return false;
    const auto callees = resolver_.callees(unit_, call);
    return !callees.empty() &&
           std::all_of(callees.begin(), callees.end(), [&](FunctionId function) {
             return resolver_.unit(resolver_.functions()[function].unit).outer == kNoId;
           });
  }

  // What goes into a call: its arguments, and the object of a method.
  uint32_t taints_of_call(NodeId call) const {
    const NodeId callee = child(call, 0);
    uint32_t taints = 0;
    if (node(callee).kind == NodeKind::kMember) taints |= resolver_.taints(unit_, child(callee, 0));
    for (NodeId c = node(callee).next_sibling; c != kNoNode; c = node(c).next_sibling)
      taints |= resolver_.taints(unit_, c);
    return taints;
  }

  void walk_callee(NodeId callee) {
    // A method's name is no read; its object is.
    const NodeId object = child(callee, 0);
    if (object == kNoNode) return;
    std::string_view member;
    if (node(callee).kind == NodeKind::kMember) {
      member = text(callee);
    } else if (const NodeId index = child(callee, 1); index != kNoNode) {
      const Value& key = resolver_.fold(unit_, index);
      if (key.is_text() && !written_out(index) && !resolver_.paths(unit_, callee).empty()) {
        emit(known_.hidden_call, callee, {}, clip(key.text));
      }
      walk(index);
    }
    if (is_environment(object) && takes_one(member)) {  // os.environ.get("HOME")
      read_variable(object, node(callee).next_sibling);
    } else {
      walk_object(object, !(takes_all(member) && is_environment(object)));
    }
    enter(callee);
  }

  // Methods of a mapping whose first argument is a key.
  static bool takes_one(std::string_view member) {
    return member == "get" || member == "pop" || member == "setdefault" ||
           member == "__getitem__" || member == "has" || member == "hasOwnProperty";
  }

  // One variable of the environment is asked for, by the name that `key` comes to.
  void read_variable(NodeId environment, NodeId key) {
    std::string name;
    if (key != kNoNode) {
      const Value& value = resolver_.fold(unit_, key);
      if (value.is_text()) name = value.text;
    }
    walk_object(environment, true, name);
    if (!name.empty()) classify(environment, StringPlace::kEnv, name);
  }

  // Whether special_call() knows the path.
  static bool is_special(std::string_view path) {
    return path.ends_with("require") || path.ends_with("import") || path.ends_with("__") ||
           path.ends_with("_module") || path.ends_with("()") || path.ends_with("getattr");
  }

  // Imports by call: require("x"), __import__("x"); dynamic ones by computed names.
  bool special_call(NodeId id, std::string_view path, const Arguments& arguments) {
    const bool python = path == "builtins.__import__" || path == "importlib.import_module";
    const bool javascript = path == "globalThis.require" || path == "globalThis.import" ||
                            path == "module.createRequire()" ||
                            path == "globalThis.module.require" ||
                            path == "globalThis.process.mainModule.require";
    if (path == "builtins.getattr" && arguments.positional().size() >= 2) {
      const NodeId name = arguments.positional()[1];
      const Value& value = resolver_.fold(unit_, name);
      if (value.is_text() && !written_out(name) && !resolver_.paths(unit_, id).empty()) {
        emit(known_.hidden_call, id, {}, clip(value.text));
      }
      return false;
    }
    if (!python && !javascript) return false;
    if (arguments.positional().empty()) return true;
    const NodeId name = arguments.positional()[0];
    const Value value = resolver_.fold(unit_, name);
    if (!value.is_text()) {
      emit(known_.dynamic_import, id);
      return true;
    }
    if (!written_out(name)) emit(known_.hidden_call, id, {}, clip(value.text));
    std::string_view module = value.text;
    if (module.starts_with("node:")) module.remove_prefix(5);
    if (javascript && module.ends_with(".node")) emit(known_.native, id, {}, clip(module));
    if (resolver_.resolve_import(resolver_.unit(unit_), value.text, 0) == kNoId)
      import_rows(id, module);
    if (python && node(name).kind == NodeKind::kString)
      emit(known_.dynamic_import, id, {}, clip(module));
    return true;
  }

  void classify_roles(NodeId id, const ApiRow& row, const Arguments& arguments) {
    for (const ArgumentRow& argument : row.arguments) {
      const NodeId at = arguments.find(argument.key);
      if (at == kNoNode) continue;
      StringPlace place;
      switch (argument.role) {
        case ArgumentRole::kPath:
          place = StringPlace::kPath;
          break;
        case ArgumentRole::kUrl:
          place = StringPlace::kUrl;
          break;
        case ArgumentRole::kEnv:
          place = StringPlace::kEnv;
          break;
        case ArgumentRole::kCommand:
          place = StringPlace::kCommand;
          break;
        default:
          continue;
      }
      std::optional<std::string> value = arguments.text(at);
      if (!value && place == StringPlace::kPath) value = joined_path(resolver_, unit_, at);
      if (!value || value->empty()) continue;
      // strings() has classified what is written as an address.
      if (place == StringPlace::kUrl && value->find("://") != std::string::npos) continue;
      classify(id, place, *value);
    }
  }

  std::string detail_of(const ApiRow& row, const Arguments& arguments) const {
    for (const ArgumentRow& argument : row.arguments) {
      const NodeId at = arguments.find(argument.key);
      if (at == kNoNode) continue;
      if (const std::optional<std::string> value = arguments.text(at)) return clip(*value);
    }
    return {};
  }

  // eval("..."): whatever the taint says, nothing was decoded.
  bool is_written_out_code(NodeId callee) const {
    const NodeId code = node(callee).next_sibling;
    return code != kNoNode && node(code).next_sibling == kNoNode && written_out(code);
  }

  void flows(NodeId id, NodeId callee, const std::vector<const ApiRow*>& fired) {
    bool to_network = false, to_code = false, to_process = false, to_file = false;
    for (const ApiRow* row : fired) {
      const std::string_view behaviour_id = behaviour(row->behaviour).id;
      to_network |= starts_with_any(behaviour_id, {"net.send", "net.request", "net.use", "net.dns",
                                                   "net.mail", "net.bot", "net.socket"});
      to_code |=
          starts_with_any(behaviour_id, {"eval."}) && row->behaviour != known_.dynamic_import;
      to_process |= starts_with_any(
          behaviour_id, {"proc.run", "proc.use", "proc.detached", "proc.open_file", "exec."});
      to_file |= behaviour_id == "fs.write";
    }
    if (!to_network && !to_code && !to_process && !to_file) return;
    uint32_t taints = 0;
    for (NodeId c = node(callee).next_sibling; c != kNoNode; c = node(c).next_sibling)
      taints |= resolver_.taints(unit_, c);
    if (to_file && node(callee).kind == NodeKind::kMember)
      taints |= resolver_.taints(unit_, child(callee, 0));
    if (to_network) {
      if (taints & kTaintAddress) emit(known_.url, id);
      if (taints & kTaintSecret) emit(known_.secret_to_network, id);
      if (taints & kTaintEnvironment) emit(known_.environment_to_network, id);
      if (taints & kTaintHost) emit(known_.host_to_network, id);
      if (taints & kTaintFile) emit(known_.file_to_network, id);
      if (taints & kTaintSecretArgument) emit(known_.argument_to_network, id);
    }
    if (to_code && (taints & kTaintNetwork)) emit(known_.network_to_code, id);
    if (to_code && (taints & kTaintDecoded) && !is_written_out_code(callee))
      emit(known_.decoded_to_code, id);
    if (to_process && (taints & kTaintNetwork)) emit(known_.network_to_process, id);
    if (to_file && (taints & kTaintNetwork)) emit(known_.network_to_file, id);
  }

  void command_rows(NodeId id, const std::vector<std::string>& words) {
    const std::string line = join_words(words);
    bool any = false;
    std::vector<BehaviourId> done;
    const auto try_word = [&](const std::string& word) {
      const std::string path = "shell." + program_name(word);
      for (const ApiRow* row : catalogue_.match(Api::kShell, Access::kCall, path)) {
        bool holds = true;
        for (const ConditionRow& condition : row->conditions) {
          holds = holds && (condition.key.kind != ArgumentKey::Kind::kAny ||
                            catalogue_.matches(condition.pattern, line));
        }
        if (!holds) continue;
        any = true;
        if (std::find(done.begin(), done.end(), row->behaviour) != done.end()) continue;
        done.push_back(row->behaviour);
        emit(row->behaviour, id, row->id, clip(line));
      }
    };
    if (words.empty()) return;
    try_word(words[0]);
    // sudo X, nohup X, env A=b X, npx X: what they start counts too.
    static constexpr std::string_view kPrefixes[] = {"sudo",  "nohup", "env",      "setsid",
                                                     "time",  "exec",  "npx",      "start",
                                                     "xargs", "nice",  "cross-env"};
    for (size_t i = 0; i + 1 < words.size() && i < 4; ++i) {
      const std::string name = program_name(words[i]);
      if (std::find(std::begin(kPrefixes), std::end(kPrefixes), name) == std::end(kPrefixes) &&
          words[i].find('=') == std::string::npos) {
        break;
      }
      try_word(words[i + 1]);
    }
    if (!any) emit(known_.shell, id, {}, clip(line));
    classify(id, StringPlace::kCommand, line);
  }

  void walk_command(NodeId id) {
    const std::vector<std::string> words = command_words(resolver_, unit_, id);
    const size_t first_event = out_.events.size();
    for (NodeId c : children(*module_, id)) walk(c);
    command_rows(id, words);
    if (words.size() > 1) command_line(id, join_words(words), first_event);
    enter(id);
  }

  // A line of a script is a text like those in code, where it was classified before it became a
  // layer. What its words have shown is not said again.
  void command_line(NodeId id, std::string_view line, size_t first_event) {
    if (resolver_.unit(unit_).layer_depth > 0 && module_->language == Language::kShell) return;
    classify_rest(id, StringPlace::kAny, line, first_event);
  }

  void walk_pipeline(NodeId id) {
    bool downloads = false;
    for (NodeId c : children(*module_, id)) {
      walk(c);
      if (node(c).kind != NodeKind::kCommand) continue;
      const std::vector<std::string> words = command_words(resolver_, unit_, c);
      if (words.empty()) continue;
      const std::string name =
          program_name(words[0] == "sudo" && words.size() > 1 ? words[1] : words[0]);
      const bool interpreter = name == "sh" || name == "bash" || name == "zsh" || name == "dash" ||
                               name == "node" || name.starts_with("python") || name == "perl" ||
                               name == "iex" || name == "invoke-expression";
      if (downloads && interpreter)
        emit(known_.pipe_to_shell, c, {}, clip(module_->snippet(node(id), kDetailBytes)));
      downloads |= name == "curl" || name == "wget" || name == "iwr" ||
                   name == "invoke-webrequest" || name == "base64" || name == "fetch";
    }
  }

  Resolver& resolver_;
  const Catalogue& catalogue_;
  const Limits& limits_;
  RowCache rows_of_;
  const Known known_;
  Behaviours out_;
  std::vector<const StringRow*> rows_;
  const std::array<Symbol, 5> environments_;  // their paths
  std::vector<BehaviourId> shapes_;
  std::vector<bool> says_nothing_;  // by Symbol: no pattern fits this text
  const Module* module_ = nullptr;
  UnitId unit_ = kNoId;
  FunctionId function_ = kNoId;
  Api api_ = Api::kJavaScript;
  int depth_ = 0;
  size_t searches_ = 0;  // of is_only_searched
  int tables_ = 0;       // arrays and objects of very many elements around the walk
  bool limit_noted_ = false;
};

}  // namespace

Behaviours extract(Resolver& resolver, const Catalogue& catalogue, const Limits& limits) {
  Timed timed(Stage::kExtract);
  return Extractor(resolver, catalogue, limits).run();
}

std::string dump(const Behaviours& behaviours_found, const Resolver& resolver) {
  std::string text;
  for (const Event& event : behaviours_found.events) {
    const Unit& unit = resolver.unit(event.unit);
    const Position position = unit.module.position(event.offset);
    text += behaviour(event.behaviour).id;
    text += ' ';
    text += unit.module.path +
            (unit.layer_depth > 0 ? "!layer" + std::to_string(unit.layer_depth) : "");
    text += ':' + std::to_string(position.line + unit.line_offset) + ':' +
            std::to_string(position.column);
    if (!event.rule.empty()) text += " " + std::string(event.rule);
    if (!event.detail.empty()) {
      std::string detail = event.detail;
      std::replace(detail.begin(), detail.end(), '\n', ' ');
      text += " \"" + detail + "\"";
    }
    text += '\n';
  }
  return text;
}

}  // namespace cerebro
