// Python's classes, and what the functions of a module are called with. A class is a function whose
// node is a kClass; an object is a map of its attributes with that node; a bound method is a
// function with its receiver in `list`.

#include <algorithm>
#include <array>

#include "syntax/fold_internal.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

constexpr size_t kCallSites = 8;

}  // namespace

bool Evaluator::is_class(const Value& value) const {
  return value.kind == Kind::kFunction && kind(value.node) == NodeKind::kClass;
}

Ref Evaluator::class_of(const Binding& binding) {
  const NodeId node = binding.definitions.empty() ? kNoNode : binding.definitions[0];
  if (!python_ || binding.definitions.size() != 1 || kind(node) != NodeKind::kClass ||
      module_.child(node, 2) != kNoNode) {  // a decorator may give anything
    return unknown();
  }
  return function_value(node, nullptr);
}

// What a class body binds the name to.
BindingId Evaluator::class_binding(NodeId cls, std::string_view key) {
  if (class_names_.empty()) {
    class_names_.try_emplace(kNone32);
    for (BindingId id = 0; id < scopes_.bindings().size(); ++id) {
      const ScopeId scope = scopes_[id].scope;
      if (scopes_.scopes()[scope].kind != Scope::Kind::kClass || scopes_[id].definitions.empty()) {
        continue;
      }
      class_names_[scope].emplace(pool_.text(scopes_[id].name), id);
    }
  }
  const auto names = class_names_.find(scopes_.scope_of(cls));
  if (names == class_names_.end()) return kNone32;
  const auto row = names->second.find(key);
  return row == names->second.end() ? kNone32 : row->second;
}

Evaluator::Method Evaluator::method_kind(NodeId function) const {
  Method found = Method::kPlain;
  for (NodeId d = module_.child(function, 2); d != kNoNode; d = module_[d].next_sibling) {
    const std::string_view name = module_[d].kind == NodeKind::kName ? text(d) : std::string_view();
    if (name == "staticmethod") {
      found = Method::kStatic;
    } else if (name == "classmethod") {
      found = Method::kClass;
    } else if (name == "property") {
      found = Method::kProperty;
    } else {
      return Method::kOther;
    }
  }
  return found;
}

// `self`: the object through which the class is asked, or unknown.
Ref Evaluator::class_member(NodeId cls, std::string_view key, const Ref& self) {
  survey();
  const auto writes = writes_.find(scopes_.binding(cls));
  if (writes != writes_.end()) {
    NodeId only = kNoNode;
    for (const NodeId write : writes->second) {
      const NodeId target = module_[write].first_child;
      if (module_[write].kind != NodeKind::kAssign || kind(target) != NodeKind::kMember ||
          text(target) != key) {
        continue;
      }
      if (only != kNoNode || text(write) != "=") return unknown();
      only = write;
    }
    if (only != kNoNode) return eval(module_.child(only, 1), nullptr);
  }
  const BindingId id = class_binding(cls, key);
  if (id == kNone32) return unknown();
  const Binding& binding = scopes_[id];
  if (binding.kind == Binding::Kind::kVariable) return variable_value(id, kNoNode);
  const NodeId function = binding.definitions[0];
  if (binding.definitions.size() != 1 || kind(function) != NodeKind::kFunction) return unknown();
  Value found = *function_value(function, nullptr);
  const Method how = method_kind(function);
  if (how == Method::kOther) return unknown();
  if (how == Method::kClass) found.list = receiver(*function_value(cls, nullptr));
  if (how == Method::kPlain || how == Method::kProperty) {
    if (self->known()) found.list = receiver(*self);
    if (how == Method::kProperty) return self->known() ? call_function(found, {}, {}) : unknown();
  }
  return share(std::move(found));
}

std::shared_ptr<const ValueList> Evaluator::receiver(const Value& self) {
  return std::make_shared<ValueList>(ValueList{self});
}

Ref Evaluator::construct(NodeId cls, std::span<const Ref> args, std::span<const Keyword> keywords) {
  const NodeId bases = module_[cls].first_child;
  for (const NodeId base : children(module_, bases)) {
    if (module_[base].kind == NodeKind::kKeyword) return unknown();  // a metaclass
  }
  Value made = map({});
  made.integer = 1;
  made.boolean = true;
  made.node = cls;
  const Ref self = share(std::move(made));
  const Ref init = class_member(cls, "__init__", self);
  if (init->kind == Kind::kFunction) {
    const Run run(*this);  // the object's own fields are written
    call_function(*init, args, keywords);
  } else if (!args.empty() || class_binding(cls, "__init__") != kNone32) {
    return unknown();
  }
  return failed_ || raised_ ? unknown() : self;
}

// --- parameters

// The calls of a function by its name, if that name has no other use. Methods are known by theirs.
std::vector<NodeId> Evaluator::call_sites(NodeId function) {
  survey();
  if (const auto own = immediate_calls_.find(function); own != immediate_calls_.end()) {
    return {own->second};
  }
  BindingId binding = scopes_.binding(function);
  if (const auto named = named_lambdas_.find(function); named != named_lambdas_.end()) {
    binding = named->second;
  }
  if (binding == kNone32 || scopes_[binding].definitions.size() != 1) return {};
  const ScopeId scope = scopes_[binding].scope;
  if (scopes_.scopes()[scope].kind == Scope::Kind::kClass) {
    const std::string_view method_name = pool_.text(scopes_[binding].name);
    if (method_name == "__init__") {
      const BindingId cls = scopes_.binding(scopes_.scopes()[scope].node);
      return cls == kNone32 ? std::vector<NodeId>() : name_calls_[cls].calls;
    }
    const auto calls = member_calls_.find(method_name);
    return calls == member_calls_.end() ? std::vector<NodeId>() : calls->second;
  }
  const Uses& uses = name_calls_[binding];
  return uses.others == 0 ? uses.calls : std::vector<NodeId>();
}

// What the call gives to the parameter.
Ref Evaluator::argument_at(NodeId call, NodeId param, size_t position, bool bound) {
  const Node& node = module_[param];
  if (position == 0 && bound) return unknown();
  size_t next = bound ? 1 : 0;
  ValueList rest;
  ValueMap named;
  for (NodeId arg = module_[module_[call].first_child].next_sibling; arg != kNoNode;
       arg = module_[arg].next_sibling) {
    if (module_[arg].kind == NodeKind::kSpread || !spend(1)) return unknown();
    if (module_[arg].kind == NodeKind::kKeyword) {
      if (kind(node.first_child) == NodeKind::kName && text(arg) == text(node.first_child) &&
          (node.flags & (kRest | kMapping)) == 0) {
        return eval(module_[arg].first_child, nullptr);
      }
      named.emplace_back(string(std::string(text(arg))), *eval(module_[arg].first_child, nullptr));
      continue;
    }
    if ((node.flags & kRest) != 0 && next >= position) {
      rest.push_back(*eval(arg, nullptr));
    } else if (next == position && (node.flags & kMapping) == 0) {
      return eval(arg, nullptr);
    }
    ++next;
  }
  if ((node.flags & kRest) != 0) return share(list(std::move(rest)));
  if ((node.flags & kMapping) != 0) return share(map(std::move(named)));
  const NodeId otherwise = module_.child(param, 1);
  return otherwise == kNoNode ? unknown() : eval(otherwise, nullptr);
}

// A parameter is what every call in this module gives it, if that is one value.
Ref Evaluator::parameter_value(BindingId id) {
  const Binding& binding = scopes_[id];
  const NodeId function = scopes_.scopes()[binding.scope].node;
  if (!python_ || binding.definitions.size() != 1 || binding.captured_write ||
      kind(function) != NodeKind::kFunction) {
    return unknown();
  }
  const NodeId param = binding.definitions[0];
  size_t position = 0;
  bool found = false;
  for (const NodeId other : children(module_, module_[function].first_child)) {
    found = other == param;
    if (found) break;
    ++position;
  }
  if (!found || kind(module_[param].first_child) != NodeKind::kName) return unknown();
  const BindingId own = scopes_.binding(function);
  const ScopeId around = own == kNone32 ? kNone32 : scopes_[own].scope;
  const bool method = around != kNone32 && scopes_.scopes()[around].kind == Scope::Kind::kClass;
  const Method how = method ? method_kind(function) : Method::kStatic;
  const bool bound = how == Method::kPlain || how == Method::kClass;
  if (method && how == Method::kOther) return unknown();
  if (bound && position == 0) {
    const NodeId cls = scopes_.scopes()[around].node;
    if (how == Method::kClass) return function_value(cls, nullptr);
    // The one object that is ever made of the class.
    const BindingId cls_binding = scopes_.binding(cls);
    if (cls_binding == kNone32) return unknown();
    survey();
    const std::vector<NodeId>& made = name_calls_[cls_binding].calls;
    return made.size() == 1 ? eval(made[0], nullptr) : unknown();
  }
  const std::vector<NodeId> calls = call_sites(function);
  if (calls.empty() || calls.size() > kCallSites) return unknown();
  Ref value = unknown();
  for (const NodeId call : calls) {
    const Ref given = argument_at(call, param, position, bound);
    if (!given->known() || (call != calls[0] && !equal(*given, *value))) return unknown();
    value = given;
  }
  return value;
}

// The element of a loop over one thing.
Ref Evaluator::loop_value(NodeId loop, BindingId id) {
  if (!python_ || kind(loop) != NodeKind::kForIn) return unknown();
  if (long_range(module_.child(loop, 1), nullptr)) return unknown();  // without making a list of it
  const Ref items = eval(module_.child(loop, 1), nullptr);
  if (items->kind != Kind::kList || items->list->size() != 1) return unknown();
  return in_pattern(module_[loop].first_child, element(*this, items, integer(0)), id, 0);
}

// --- eval("...") as a value

struct Evaluator::Inner {
  StringPool pool;
  Module module;
  Scopes scopes;
};

// A value that means the same in every module.
bool Evaluator::is_portable(const Value& value, int depth) {
  constexpr int kDepth = 8;
  if (value.kind == Kind::kFunction || depth > kDepth) return false;
  const bool items =
      !value.list || std::all_of(value.list->begin(), value.list->end(),
                                 [&](const Value& v) { return is_portable(v, depth + 1); });
  return items &&
         (!value.map || std::all_of(value.map->begin(), value.map->end(), [&](const auto& row) {
           return is_portable(row.first, depth + 1) && is_portable(row.second, depth + 1);
         }));
}

// The expression as if it stood at the top of the module; `literal`: only constants count.
Ref Evaluator::evaluate(std::string_view expression, bool literal) {
  constexpr size_t kStepsPerByte = 4;
  constexpr int kNestedEvals = 16;
  if (!python_ || eval_depth_ >= kNestedEvals || !spend(expression.size() * kStepsPerByte + 1)) {
    return unknown();
  }
  const size_t begin = expression.find_first_not_of(" \t\r\n");
  if (begin == expression.npos) return unknown();
  Inner inner;
  inner.module = parse(Language::kPython, {}, expression.substr(begin), inner.pool, limits_);
  const NodeId root = inner.module.root;
  const NodeId only = root == kNoNode ? kNoNode : inner.module[root].first_child;
  if (only == kNoNode || inner.module[only].next_sibling != kNoNode || inner.module.has_errors) {
    return unknown();
  }
  inner.scopes = Scopes::build(inner.module, inner.pool);
  Limits limits = limits_;
  limits.fold_steps = run_limit_ - steps_;
  limits.fold_total_bytes = limits_.fold_total_bytes - std::min(bytes_, limits_.fold_total_bytes);
  Evaluator evaluator(inner.module, inner.scopes, inner.pool, limits);
  evaluator.outer_ = literal ? nullptr : this;
  evaluator.literal_ = literal;
  evaluator.eval_depth_ = eval_depth_ + 1;
  const Value value = evaluator.fold(only);
  spend(evaluator.steps_);
  if (!spend_bytes(total_bytes(value)) || !is_portable(value, 0)) return unknown();
  return share(value);
}

}  // namespace cerebro::folding
