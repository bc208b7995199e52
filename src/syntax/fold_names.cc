// What a name means: a variable of the interpreter, the one value a variable is ever given, an
// import, a builtin.

#include <algorithm>
#include <array>
#include <cmath>

#include "syntax/fold_internal.h"
#include "syntax/fold_machine.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

// Methods that change their receiver.
constexpr std::array<std::string_view, 15> kMutators = {
    "push",   "pop",    "shift",  "unshift", "splice", "reverse",    "sort",  "fill",
    "append", "extend", "insert", "remove",  "clear",  "setdefault", "update"};

constexpr int kPatternDepth = 8;
constexpr size_t kPatternParts = 256;

}  // namespace

bool Evaluator::is_mutator(std::string_view method_name) {
  return std::find(kMutators.begin(), kMutators.end(), method_name) != kMutators.end();
}

// `shared`: the value gets a second holder, so a container that may be changed becomes the
// interpreter's own before.
Ref Evaluator::name(NodeId id, Frame* frame, bool shared) {
  const BindingId binding = scopes_.binding(id);
  if (binding == kNone32 || tainted_.contains(binding)) return unknown();
  if (frame != nullptr) {
    if (Slot* slot = find_slot(binding, frame)) {
      const Kind type = slot->value->kind;
      if (shared && slot->fresh && (type == Kind::kList || type == Kind::kMap)) {
        const size_t size =
            type == Kind::kList ? slot->value->list->size() : slot->value->map->size();
        if (!spend_bytes(size * sizeof(Value))) return unknown();
        slot->value = share(mutable_copy(*slot->value));
        slot->fresh = false;
      }
      return slot->value;
    }
    const Binding& known = scopes_[binding];
    if (known.kind == Binding::Kind::kFunction) return function_of(known, frame);
    if (known.kind == Binding::Kind::kVariable) {
      // Declared by a running function, and not assigned yet.
      for (Frame* f = frame; f != nullptr; f = f->parent.get()) {
        if (f->whole && f->home == home(binding)) {
          return python_ ? unknown() : share(undefined());
        }
      }
    }
  }
  return static_name(binding, id);
}

Ref Evaluator::static_name(BindingId id, NodeId use) {
  const Binding& binding = scopes_[id];
  bootstrap();
  if (tainted_.contains(id)) return unknown();
  if (const auto global = globals_.find(id); global != globals_.end()) return global->second.value;
  if (machine_) {
    if (Ref global = machine_->global(id)) return global;
  }
  switch (binding.kind) {
    case Binding::Kind::kGlobal:
      if (binding.definitions.empty()) return global_name(pool_.text(binding.name));
      return variable_value(id, use);
    case Binding::Kind::kImport:
      return imported(binding);
    case Binding::Kind::kFunction:
      return function_of(binding, nullptr);
    case Binding::Kind::kVariable:
      return variable_value(id, use);
    case Binding::Kind::kClass:
      if (python_) return class_of(binding);
      return binding.definitions.size() == 1 ? function_value(binding.definitions[0], nullptr)
                                             : unknown();
    case Binding::Kind::kParameter:
      return parameter_value(id);
    default:
      return unknown();
  }
}

// The innermost `with` around the use that binds the name.
NodeId Evaluator::with_item(const Binding& binding, NodeId use) const {
  NodeId found = kNoNode;
  for (const NodeId definition : binding.definitions) {
    const auto item = with_items_.find(definition);
    if (item != with_items_.end() && in(use, item->second)) found = definition;
  }
  return found;
}

Ref Evaluator::variable_value(BindingId id, NodeId use) {
  const Binding& binding = scopes_[id];
  if (binding.captured_write || binding.definitions.empty()) return unknown();
  Ref value = unknown();
  if (const NodeId expression = scopes_.single_value(module_, id); expression != kNoNode) {
    value = eval(expression, nullptr);
  } else if (binding.definitions.size() == 1) {
    value = destructured(id);
    if (!value->known()) value = loop_value(binding.definitions[0], id);
  } else if (python_ && use != kNoNode) {
    survey();
    if (const NodeId item = with_item(binding, use); item != kNoNode) {
      return eval(module_.child(item, 1), nullptr);
    }
  }
  if (value->kind == Kind::kList || value->kind == Kind::kMap || value->kind == Kind::kBytes) {
    survey();
    if (!writes_.contains(id)) return value;
    value = value->kind == Kind::kMap ? with_writes(id, value) : unknown();
  }
  if (!value->known() && use != kNoNode) return sliced(id, use);
  return value;
}

// const o = {}; o.a = "x"; o["b"] = "y": as if written in the literal, if nothing else is done to
// it.
Ref Evaluator::with_writes(BindingId id, const Ref& value) {
  const auto [cached, is_new] = written_.try_emplace(id, unknown());
  if (!is_new) return cached->second;
  ValueMap rows = *value->map;
  std::unordered_set<std::string> keys;
  for (const auto& [key, row] : rows) keys.insert(key.text);
  for (const NodeId write : writes_[id]) {
    if (module_[write].kind != NodeKind::kAssign || text(write) != "=" || !spend(1))
      return unknown();
    const NodeId target = module_[write].first_child;
    if (module_[module_[target].first_child].kind != NodeKind::kName) return unknown();
    const Ref key = module_[target].kind == NodeKind::kMember
                        ? share(string(std::string(text(target))))
                        : eval(module_.child(target, 1), nullptr);
    if (key->kind != Kind::kString || !keys.insert(key->text).second) return unknown();
    rows.emplace_back(*key, *eval(module_.child(write, 1), nullptr));
  }
  return written_[id] = share(map(std::move(rows)));
}

Ref Evaluator::global_name(std::string_view global) {
  if (python_) {
    if (literal_) {
      // JSON's words for Python's.
      if (global == "true" || global == "false") return share(boolean(global == "true"));
      return global == "null" ? share(null()) : unknown();
    }
    if (outer_ != nullptr) {
      const Ref value = outer_->variable(global);
      if (value->known()) return is_portable(*value, 0) ? value : unknown();
    }
    if (global == "__builtins__") return share(path("builtins"));
    return share(path("builtins." + std::string(global)));
  }
  if (global == "globalThis" || global == "window" || global == "self" || global == "global") {
    return share(path("globalThis"));
  }
  if (global == "NaN") return share(real(std::nan("")));
  if (global == "Infinity") return share(real(HUGE_VAL));
  if (global == "this" || global == "super" || global == "arguments") return unknown();
  return share(path("globalThis." + std::string(global)));
}

Ref Evaluator::imported(const Binding& binding) {
  constexpr size_t kManyImports = 16;
  if (binding.definitions.empty() || binding.definitions.size() > kManyImports) return unknown();
  const Ref first = import_value(binding.definitions[0]);
  for (const NodeId definition : binding.definitions) {
    if (definition != binding.definitions[0] && !equal(*import_value(definition), *first))
      return unknown();
  }
  return first;
}

Ref Evaluator::import_value(NodeId id) {
  survey();
  const auto import = imports_.find(id);
  if (import == imports_.end()) return unknown();
  const std::string_view imported_name = text(id);
  std::string_view module_name = text(import->second);
  if (module_name.starts_with("node:")) module_name.remove_prefix(5);
  std::string full;
  if (python_) full.assign(module_[import->second].aux, '.');
  const bool top = python_ && ((module_[id].flags | module_[import->second].flags) & kTop) != 0;
  full += top ? module_name.substr(0, module_name.find('.')) : module_name;
  const bool whole_module =
      imported_name.empty() || imported_name == "*" || (!python_ && imported_name == "default");
  if (!whole_module) full.append(".").append(imported_name);
  if (python_) {
    if (const Ref known = python_constant(full); known->known()) return known;
  }
  return share(path(full == "buffer.Buffer" ? "globalThis.Buffer" : std::move(full)));
}

Ref Evaluator::destructured(BindingId id) {
  const NodeId definition = scopes_[id].definitions[0];
  if (module_[definition].kind != NodeKind::kAssign || text(definition) != "=") return unknown();
  const NodeId pattern = module_[definition].first_child;
  if (module_[pattern].kind == NodeKind::kName) return unknown();
  const Ref value = eval(module_.child(definition, 1), nullptr);
  return value->known() ? in_pattern(pattern, value, id, 0) : unknown();
}

// The part of `value` that the pattern gives to the binding.
Ref Evaluator::in_pattern(NodeId pattern, const Ref& value, BindingId id, int depth) {
  if (pattern == kNoNode) return unknown();
  const Node& node = module_[pattern];
  if (node.kind == NodeKind::kName) {
    return scopes_.binding(pattern) == id ? value : unknown();
  }
  if (depth > kPatternDepth || !value->known()) return unknown();
  int64_t position = 0;
  size_t parts = 0;
  for (const NodeId part : children(module_, pattern)) {
    if (++parts > kPatternParts || !spend(1)) return unknown();
    Ref found = unknown();
    if (node.kind == NodeKind::kArray && module_[part].kind != NodeKind::kSpread) {
      if (value->kind == Kind::kList) {
        found = in_pattern(part, element(*this, value, integer(position)), id, depth + 1);
      }
    } else if (node.kind == NodeKind::kObject && module_[part].kind == NodeKind::kProperty) {
      const Ref key = eval(module_[part].first_child, nullptr);
      if (key->kind == Kind::kString) {
        found = in_pattern(module_.child(part, 1), member(value, key->text), id, depth + 1);
      }
    } else if (node.kind == NodeKind::kArray) {
      return unknown();
    }
    if (found->known()) return found;
    ++position;
  }
  return unknown();
}

Ref Evaluator::function_value(NodeId function, Frame* frame) {
  Value value;
  value.kind = Kind::kFunction;
  value.node = function;
  if (frame != nullptr) {
    if (frame->id == 0) {
      captured_.push_back(frame->shared_from_this());
      leaves_state_ = true;
      frame->id = static_cast<int64_t>(captured_.size());
    }
    value.integer = frame->id;
  }
  return share(std::move(value));
}

// A declared function; one that only replaces itself when first called is itself.
Ref Evaluator::function_of(const Binding& binding, Frame* frame) {
  const NodeId function = binding.definitions.empty() ? kNoNode : binding.definitions[0];
  if (function == kNoNode || module_[function].kind != NodeKind::kFunction) return unknown();
  for (const NodeId definition : binding.definitions) {
    if (definition != function && !in(definition, function)) return unknown();
  }
  const NodeId declared_in = home(scopes_.binding(function));
  while (frame != nullptr && frame->home != declared_in) frame = frame->parent.get();
  return function_value(function, frame);
}

NodeId Evaluator::home(BindingId id) const {
  ScopeId scope = scopes_[id].scope;
  while (scopes_.scopes()[scope].kind == Scope::Kind::kBlock)
    scope = scopes_.scopes()[scope].parent;
  return scopes_.scopes()[scope].node;
}

Slot* Evaluator::find_slot(BindingId binding, Frame* frame) {
  for (; frame != nullptr; frame = frame->parent.get()) {
    if (const auto slot = frame->slots.find(binding); slot != frame->slots.end()) {
      return &slot->second;
    }
  }
  const auto global = globals_.find(binding);
  return global == globals_.end() ? nullptr : &global->second;
}

// One look at the whole module: imports, what is written into containers, and calls that look as if
// they rearranged an array of strings (an obfuscator's).
void Evaluator::survey() {
  if (surveyed_) return;
  surveyed_ = true;
  for (NodeId id = 0; id < module_.nodes.size(); ++id) {
    const Node& node = module_[id];
    switch (node.kind) {
      case NodeKind::kName:
        if (python_ && scopes_.binding(id) != kNone32) ++name_calls_[scopes_.binding(id)].others;
        break;
      case NodeKind::kWith:
        for (const NodeId item : children(module_, id)) with_items_.emplace(item, id);
        break;
      case NodeKind::kImport:
        for (const NodeId imported_name : children(module_, id))
          imports_.emplace(imported_name, id);
        break;
      case NodeKind::kAssign: {
        survey_write(node.first_child, id);
        const NodeId value = module_.child(id, 1);
        if (python_ && kind(value) == NodeKind::kFunction &&
            kind(node.first_child) == NodeKind::kName) {
          named_lambdas_.emplace(value, scopes_.binding(node.first_child));
          --name_calls_[scopes_.binding(node.first_child)].others;  // the target itself
        }
        break;
      }
      case NodeKind::kUnary:
        if (text(id) == "++" || text(id) == "--" || text(id) == "delete") {
          survey_write(node.first_child, id);
        }
        break;
      case NodeKind::kDel:
        for (const NodeId target : children(module_, id)) survey_write(target, id);
        break;
      case NodeKind::kCall:
        survey_call(id);
        break;
      default:
        break;
    }
  }
  std::sort(shifts_.begin(), shifts_.end());
  std::sort(rotations_.begin(), rotations_.end(),
            [&](NodeId a, NodeId b) { return module_[a].begin < module_[b].begin; });
}

void Evaluator::survey_call(NodeId id) {
  const NodeId callee = module_[id].first_child;
  if (callee == kNoNode) return;
  const NodeKind form = module_[callee].kind;
  if (python_ && form == NodeKind::kName && scopes_.binding(callee) != kNone32) {
    Uses& uses = name_calls_[scopes_.binding(callee)];
    uses.calls.push_back(id);
    --uses.others;
  } else if (python_ && form == NodeKind::kMember) {
    member_calls_[text(callee)].push_back(id);
  } else if (python_ && form == NodeKind::kFunction) {
    immediate_calls_.emplace(callee, id);
  }
  if (form == NodeKind::kMember || form == NodeKind::kIndex) {
    const NodeId key = module_.child(callee, 1);
    const std::string_view method_name = form == NodeKind::kMember ? text(callee)
                                         : key != kNoNode && module_[key].kind == NodeKind::kString
                                             ? text(key)
                                             : std::string_view();
    if (!is_mutator(method_name)) return;
    survey_write(callee, id);
    if (method_name == "shift" || method_name == "push") shifts_.push_back(module_[id].begin);
    return;
  }
  const NodeId first = module_[callee].next_sibling;
  if (form == NodeKind::kFunction && first != kNoNode && module_[first].kind == NodeKind::kName) {
    rotations_.push_back(id);
  }
}

void Evaluator::survey_write(NodeId target, NodeId write) {
  if (target == kNoNode) return;
  const NodeKind kind = module_[target].kind;
  if (kind != NodeKind::kMember && kind != NodeKind::kIndex) return;
  NodeId base = target;
  while (module_[base].kind == NodeKind::kMember || module_[base].kind == NodeKind::kIndex) {
    base = module_[base].first_child;
    if (base == kNoNode) return;
  }
  if (module_[base].kind != NodeKind::kName) return;
  if (const BindingId id = scopes_.binding(base); id != kNone32) writes_[id].push_back(write);
}

}  // namespace cerebro::folding
