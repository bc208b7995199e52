// What only Python has: its imports, the methods of its containers, the names of a class body.

#include <algorithm>
#include <utility>

#include "resolve/generate.h"
#include "resolve/generator.h"
#include "resolve/imports.h"

namespace cerebro {
namespace {

constexpr uint32_t kUnknownBound = 1U << 31;  // of a slice: an expression, not left out

}  // namespace

void Generator::python_import(NodeId id) {
  const Node& n = node(id);
  const std::string_view specifier = text(id);
  const auto enter = [&](UnitId found) {
    if (found != kNoId) resolver_.add_call_edge(id_, id, resolver_.units_[found]->top);
  };
  // Importing a.b.c runs a, a.b and a.b.c.
  if (n.aux == 0) {
    for (size_t dot = specifier.find('.'); dot != std::string_view::npos;
         dot = specifier.find('.', dot + 1)) {
      enter(resolver_.resolve_import(unit_, specifier.substr(0, dot), 0));
    }
  }
  enter(resolver_.resolve_import(unit_, specifier, n.aux));
  for (NodeId c : children(module_, id)) {
    const Node& name_node = node(c);
    const std::string_view imported = text(c);
    const SlotId local = binding(unit_.scopes.binding(c));
    if (imported.empty()) {
      std::string_view bound = specifier;
      if (name_node.flags & kTop) bound = specifier.substr(0, specifier.find('.'));
      resolver_.load_module(id_, bound, 0, local);
    } else if (imported == "*") {
      import_star(specifier, n.aux);
    } else {
      const UnitId package = resolver_.resolve_import(unit_, specifier, n.aux);
      const SlotId module_slot = graph_.new_slot();
      resolver_.load_module(id_, specifier, n.aux, module_slot);
      graph_.add_load(module_slot, name_node.text, local, id_, c);
      if (package != kNoId) {
        enter(find_submodule(resolver_, resolver_.units_[package]->module.path, imported));
      }
    }
    unit_.node_slots[c] = local;
  }
}

// Names that nothing here defines may come from a module outside of the package.
void Generator::import_star(std::string_view specifier, uint32_t level) {
  if (resolver_.resolve_import(unit_, specifier, level) != kNoId) return;
  for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
    const Binding& name = unit_.scopes[b];
    if (name.kind != Binding::Kind::kGlobal) continue;
    graph_.charge(1);
    if (graph_.exhausted()) return;
    graph_.add_api(binding(b),
                   pool_.intern(std::string(specifier) + "." + std::string(pool_.text(name.name))));
  }
}

// What is named by way of a table or a text: vars(builtins)["exec"], eval("ex" + "ec"),
// sys.modules["os"].system. Folding knows which API that is.
void Generator::python_hidden_name(NodeId id, SlotId slot) {
  static constexpr std::string_view kFinders[] = {"eval",    "globals",    "locals", "vars",
                                                  "getattr", "__import__", "next"};
  if (slot == kNoId) return;
  NodeId leaf = id;
  bool hidden = module_[id].kind == NodeKind::kConditional || module_[id].kind == NodeKind::kBinary;
  while (leaf != kNoNode &&
         (module_[leaf].kind == NodeKind::kMember || module_[leaf].kind == NodeKind::kIndex ||
          module_[leaf].kind == NodeKind::kCall)) {
    hidden |= module_[leaf].kind == NodeKind::kIndex;
    const NodeId below = child(leaf, 0);
    if (module_[leaf].kind == NodeKind::kCall && below != kNoNode &&
        module_[below].kind == NodeKind::kName) {
      hidden |=
          std::find(std::begin(kFinders), std::end(kFinders), text(below)) != std::end(kFinders);
    }
    if (module_[leaf].kind == NodeKind::kMember && text(leaf) == "get" && below != kNoNode) {
      hidden |= module_[below].kind == NodeKind::kMember && text(below) == "modules";
    }
    leaf = below;
  }
  if (module_[id].kind == NodeKind::kMember && leaf != kNoNode) {
    hidden |= text(id) == "__call__" || text(id) == "exec" || text(id) == "eval";
  }
  if (!hidden) return;
  const Value& value = unit_.folder->fold(id);
  if (value.kind == Value::Kind::kPath && !value.list) {
    graph_.add_api(slot, pool_.intern(value.text));
  }
}

// Every module-level name is an attribute, used here or not.
void Generator::python_names() {
  for (BindingId id = 0; id < unit_.scopes.bindings().size(); ++id) {
    const Binding& name = unit_.scopes[id];
    if (name.scope == unit_.scopes.module_scope() && name.kind != Binding::Kind::kGlobal) {
      binding(id);
    }
  }
}

// The global name `b` of the module comes from a star import: then it is no builtin.
bool Generator::star_gives(BindingId b, SlotId slot) {
  const Symbol name = unit_.scopes[b].name;
  if (unit_.star_imports.empty()) return false;
  const std::vector<UnitId> sources = resolver_.star_sources(id_, name);
  for (UnitId source : sources) {
    const Scopes& there = resolver_.units_[source]->scopes;
    graph_.add_copy(binding_slot(resolver_, source, there.declared(there.module_scope(), name)),
                    slot);
  }
  return !sources.empty();
}

// super() is the rest of the receiver's order behind the class around it.
SlotId Generator::python_super() {
  const ClassId owner = method_class();
  if (owner == kNoId) return kNoId;
  const SlotId slot = graph_.new_slot();
  FunctionId method = frame_.function;
  while (method != kNoId && resolver_.functions_[method].cls == kNoId) {
    method = resolver_.functions_[method].parent;
  }
  if (method == kNoId || resolver_.functions_[method].parameters.empty()) {
    graph_.add_value(slot, graph_.value(ValueKind::kSuper, owner));
  } else {
    graph_.add_rule(resolver_.functions_[method].parameters[0].slot, {Rule::kSuper, slot, owner});
  }
  return slot;
}

// o[k] of an instance is o.__getitem__(k); o[i:j] is a new list.
SlotId Generator::python_access(NodeId id, SlotId object) {
  const NodeId index = child(id, 1);
  const SlotId slot = graph_.new_slot();
  if (node(index).kind != NodeKind::kSlice) {
    graph_.add_rule(object, {Rule::kMethod, slot, id_, id, pool_.intern("__getitem__"),
                             unit_.node_slots[index]});
    return slot;
  }
  const auto bound = [&](size_t n) -> uint32_t {
    const NodeId part = child(index, n);
    if (!present(part)) return kNoId;
    const Value& value = unit_.folder->fold(part);
    const bool known =
        value.kind == Value::Kind::kInt && value.integer > -(1 << 30) && value.integer < (1 << 30);
    return known ? static_cast<uint32_t>(static_cast<int32_t>(value.integer)) : kUnknownBound;
  };
  const uint32_t start = bound(0), stop = bound(1);
  if (present(child(index, 2)) || start == kUnknownBound || stop == kUnknownBound) {
    graph_.add_load_any(object, slot);
    const ValueId list = graph_.new_object(ObjectKind::kArray);
    graph_.add_load_any(object, graph_.element_slot(list));
    graph_.add_value(slot, list);
    return slot;
  }
  const ValueId list = graph_.new_object(ObjectKind::kArray);
  graph_.add_value(slot, list);
  graph_.add_rule(object, {Rule::kSlice, slot, list, id, start, stop});
  return slot;
}

// What the operators of Python call on instances.
SlotId Generator::python_operator(NodeId id, SlotId result) {
  struct Row {
    std::string_view op, method;
  };
  static constexpr Row kBinary[] = {
      {"+", "__add__"},     {"-", "__sub__"},     {"*", "__mul__"},       {"/", "__truediv__"},
      {"%", "__mod__"},     {"**", "__pow__"},    {"//", "__floordiv__"}, {"@", "__matmul__"},
      {"<<", "__lshift__"}, {">>", "__rshift__"}, {"&", "__and__"},       {"|", "__or__"},
      {"^", "__xor__"},     {"==", "__eq__"},     {"!=", "__ne__"},       {"<", "__lt__"},
      {"<=", "__le__"},     {">", "__gt__"},      {">=", "__ge__"}};
  const NodeId left = child(id, 0), right = child(id, 1);
  if (left == kNoNode || right == kNoNode) return result;
  SlotId self = unit_.node_slots[left], other = unit_.node_slots[right];
  const std::string_view op = text(id);
  std::string_view method;
  if (op == "in" || op == "not in") {
    method = "__contains__";
    std::swap(self, other);
  } else {
    for (const Row& row : kBinary) {
      if (row.op == op) method = row.method;
    }
  }
  if (self == kNoId || method.empty()) return result;
  if (result == kNoId) result = graph_.new_slot();
  graph_.add_rule(self, {Rule::kMethod, result, id_, id, pool_.intern(method), other});
  return result;
}

// Methods of the builtin containers: what was added can be found again.
void Generator::python_member_call(NodeId id, std::string_view member, const CallSite& site) {
  const auto key = [&](size_t n) -> Symbol {
    const NodeId argument = child(id, n + 1);
    if (argument == kNoNode) return 0;
    const Value& value = unit_.folder->fold(argument);
    if (value.is_text()) return pool_.intern(value.text);
    return value.kind == Value::Kind::kInt ? index_field(value.integer) : 0;
  };
  const auto argument = [&](size_t n) {
    return n < site.arguments.size() ? site.arguments[n].slot : kNoId;
  };
  const auto elements = [&](SlotId iterable) {
    const SlotId slot = graph_.new_slot();
    graph_.add_rule(iterable, {Rule::kIterate, slot, id_, id});
    return slot;
  };
  if (member == "append" || member == "add" || member == "insert" || member == "appendleft") {
    for (const CallSite::Argument& added : site.arguments) {
      graph_.add_store_any(added.slot, site.receiver);
      graph_.add_taint_copy(added.slot, site.receiver);
    }
  } else if (member == "extend" && argument(0) != kNoId) {
    graph_.add_store_any(elements(argument(0)), site.receiver);
    graph_.add_taint_copy(argument(0), site.receiver);
  } else if (member == "update") {
    python_update(id, site);
  } else if (member == "setdefault") {
    if (const Symbol field = key(0); field != 0) {
      graph_.add_store(argument(1), site.receiver, field);
      graph_.add_load(site.receiver, field, site.result, id_, id);
    } else {
      graph_.add_store_any(argument(1), site.receiver);
      graph_.add_load_any(site.receiver, site.result);
    }
  } else if (member == "get" || member == "pop") {
    if (const Symbol field = key(0); field != 0) {
      graph_.add_rule(site.receiver, {Rule::kElement, site.result, id_, id, field});
      graph_.add_copy(argument(1), site.result);
    } else {
      graph_.add_load_any(site.receiver, site.result);
    }
  } else if (member == "popleft" || member == "popitem") {
    graph_.add_load_any(site.receiver, site.result);
  } else if (member == "values" || member == "items") {
    const ValueId list = graph_.new_object(ObjectKind::kArray);
    graph_.add_value(site.result, list);
    const SlotId element = graph_.element_slot(list);
    if (member == "values") {
      graph_.add_load_any(site.receiver, element);
    } else {
      const ValueId pair = graph_.new_object(ObjectKind::kTuple);
      graph_.add_value(element, pair);
      graph_.add_copy(elements(site.receiver), graph_.field_slot(pair, index_field(0)));
      graph_.add_load_any(site.receiver, graph_.field_slot(pair, index_field(1)));
    }
  } else if (member == "send") {
    graph_.add_rule(site.receiver, {Rule::kSend, site.result, id_, id, 0, argument(0)});
  } else if (member == "__next__") {
    graph_.add_rule(site.receiver, {Rule::kSend, site.result, id_, id, 0, kNoId});
  }
}

// d.update({"a": f}, b=g)
void Generator::python_update(NodeId id, const CallSite& site) {
  size_t position = 0;
  for (NodeId c = module_[child(id, 0)].next_sibling; c != kNoNode;
       c = module_[c].next_sibling, ++position) {
    const SlotId slot = site.arguments[position].slot;
    if (node(c).kind == NodeKind::kKeyword) {
      graph_.add_store(slot, site.receiver, node(c).text);
    } else if (node(c).kind == NodeKind::kObject) {
      for (NodeId property : children(module_, c)) {
        if (node(property).kind != NodeKind::kProperty) continue;
        const SlotId value = unit_.node_slots[child(property, 1)];
        const Value& key = unit_.folder->fold(child(property, 0));
        if (key.is_text()) {
          graph_.add_store(value, site.receiver, pool_.intern(key.text));
        } else {
          graph_.add_store_any(value, site.receiver);
        }
      }
    } else if (slot != kNoId) {
      const SlotId any = graph_.new_slot();
      graph_.add_load_any(slot, any);
      graph_.add_store_any(any, site.receiver);
    }
    graph_.add_taint_copy(slot, site.receiver);
  }
}

void Generator::python_for(NodeId id) {
  const SlotId iterable = expression(child(id, 1));
  const SlotId element = graph_.new_slot();
  RuleSite rule{Rule::kIterate, element, id_, id};
  if (node(id).flags & kAsync) rule.argument = 0;
  graph_.add_rule(iterable, rule);
  graph_.add_taint_copy(iterable, element);
  assign(child(id, 0), element);
  for (NodeId c = child(id, 2); c != kNoNode; c = module_[c].next_sibling) expression(c);
}

void Generator::python_with(NodeId id) {
  for (NodeId c : children(module_, id)) {
    const bool named = node(c).kind == NodeKind::kAssign;
    const NodeId manager = named ? child(c, 1) : c;
    const SlotId value = expression(manager);
    if (node(c).kind == NodeKind::kBlock) continue;
    const SlotId entered = graph_.new_slot();
    RuleSite rule{Rule::kEnter, entered, id_, c};
    if (node(id).flags & kAsync) rule.argument = 0;
    graph_.add_rule(value, rule);
    if (named) assign(child(c, 0), entered);
  }
}

// `raise C` makes an instance.
void Generator::python_raise(NodeId id) {
  for (NodeId c : children(module_, id)) {
    const SlotId thrown = expression(c);
    if (thrown == kNoId) continue;
    CallSite site{.unit = id_, .node = c, .result = graph_.new_slot(), .classes_only = true};
    if (node(c).kind != NodeKind::kCall) graph_.add_call(thrown, std::move(site));
  }
}

void Generator::python_catch(NodeId id) {
  const SlotId type = expression(child(id, 0));
  const SlotId caught = graph_.new_slot();
  graph_.add_rule(type, {Rule::kCatch, caught, id_, id});
  assign(child(id, 1), caught);
  expression(child(id, 2));
}

// Calling a generator gives an object that holds what it yields.
SlotId Generator::python_yield(NodeId id) {
  const SlotId operand = expression(child(id, 0));
  const Function& function = resolver_.functions_[frame_.function];
  graph_.add_taint_copy(operand, function.result);
  if (function.generator == kNoId) return kNoId;
  const SlotId element = graph_.element_slot(function.generator);
  if (text(id) == "yield") {
    graph_.add_copy(operand, element);
    return graph_.hidden_slot(function.generator, ValueGraph::Hidden::kSent);
  }
  graph_.add_rule(operand, {Rule::kIterate, element, id_, id});
  const SlotId result = graph_.new_slot();
  graph_.add_rule(operand, {Rule::kDelegate, result, id_, id});
  return result;
}

void Generator::python_return(SlotId value) {
  const Function& function = resolver_.functions_[frame_.function];
  if (function.generator == kNoId) {
    graph_.add_copy(value, function.result);
  } else {
    graph_.add_copy(value, graph_.hidden_slot(function.generator, ValueGraph::Hidden::kReturned));
    graph_.add_taint_copy(value, function.result);
  }
}

// `*rest` at `index` of a pattern with `behind` more targets after it.
void Generator::python_star_target(NodeId star, SlotId value, size_t index, size_t behind) {
  const ValueId list = graph_.new_object(ObjectKind::kArray);
  const SlotId rest = graph_.new_slot();
  graph_.add_value(rest, list);
  const auto stop = behind == 0 ? kNoId : static_cast<uint32_t>(-static_cast<int32_t>(behind));
  graph_.add_rule(value, {Rule::kSlice, rest, list, star, static_cast<Symbol>(index), stop});
  graph_.add_taint_copy(value, rest);
  assign(child(star, 0), rest);
}

// In the order in which they were met; grouped once, as classes are many.
std::span<const BindingId> Generator::bindings_of(ScopeId scope) {
  if (scope_bindings_.empty()) {
    for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
      const Binding& name = unit_.scopes[b];
      if (name.kind != Binding::Kind::kGlobal) scope_bindings_[name.scope].push_back(b);
    }
  }
  return scope_bindings_[scope];
}

// Names bound in the body are attributes of the class.
void Generator::python_class_names(NodeId id, ClassId cls) {
  const ScopeId scope = unit_.scopes.scope_of(id);
  if (scope == kNone32) return;
  const ValueId value = graph_.value(ValueKind::kClass, cls);
  for (BindingId b : bindings_of(scope)) {
    const Symbol field = unit_.scopes[b].name;
    resolver_.classes_[cls].fields.try_emplace(field, binding(b));
    graph_.bind_field(value, field, binding(b));
  }
}

}  // namespace cerebro
