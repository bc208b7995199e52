#include "resolve/generate.h"

#include <algorithm>
#include <array>

#include "resolve/imports.h"

namespace cerebro {
namespace {

// Helpers that compilers put around require(): they give back the module. Followed by name, since
// as functions they would mix up all modules of a file.
constexpr std::array<std::string_view, 10> kInterop = {
    "__importDefault",           "__importStar",
    "_interopRequireDefault",    "_interopRequireWildcard",
    "_interop_require_default",  "__toESM",
    "_interop_require_wildcard", "_interopDefault",
    "_interopDefaultLegacy",     "_interopNamespace"};

}  // namespace

// Walks one unit. expression() returns the slot of what an expression may denote, or kNoId when it
// can be nothing that matters (numbers, plain strings).
class Generator {
 public:
  Generator(Resolver& resolver, ValueGraph& graph, UnitId id)
      : resolver_(resolver),
        graph_(graph),
        id_(id),
        unit_(*resolver.units_[id]),
        module_(unit_.module),
        pool_(resolver.pool_),
        python_(module_.language == Language::kPython) {}

  void run();
  SlotId binding(BindingId id);

 private:
  struct Frame {
    FunctionId function;
    ClassId cls;
    SlotId self;  // JavaScript `this`
  };

  const Node& node(NodeId id) const { return module_[id]; }
  std::string_view text(NodeId id) const { return pool_.text(module_[id].text); }
  NodeId child(NodeId id, size_t n) const { return module_.child(id, n); }
  bool present(NodeId id) const { return id != kNoNode && module_[id].kind != NodeKind::kEmpty; }

  void statements(NodeId parent) {
    for (NodeId c : children(module_, parent)) expression(c);
  }
  SlotId expression(NodeId id);
  SlotId evaluate(NodeId id);
  SlotId name(NodeId id);
  SlotId call(NodeId id);
  SlotId container(NodeId id);
  SlotId function(NodeId id);
  SlotId cls(NodeId id);
  SlotId join(NodeId id, bool taints_only);
  void assign(NodeId target, SlotId value);
  void import(NodeId id);
  void python_import(NodeId id);
  void javascript_import(NodeId id);
  void export_names(NodeId id);
  void export_slot(std::string_view name, SlotId value);
  void parameters(NodeId params, Function& function);
  SlotId decorate(NodeId id, SlotId value, size_t first_decorator);
  ClassId method_class() const;

  Resolver& resolver_;
  ValueGraph& graph_;
  UnitId id_;
  Unit& unit_;
  const Module& module_;
  StringPool& pool_;
  const bool python_;
  Frame frame_{};
};

SlotId Generator::binding(BindingId id) {
  if (id == kNone32) return kNoId;
  SlotId& slot = unit_.binding_slots[id];
  if (slot != kNoId) return slot;
  slot = graph_.new_slot();
  const Binding& b = unit_.scopes[id];
  if (b.kind == Binding::Kind::kGlobal) {
    const std::string_view name = pool_.text(b.name);
    if (!python_ && name == "exports") {
      graph_.add_copy(unit_.exports, slot);
    } else if (!python_ && name == "module") {
      graph_.add_value(slot, unit_.module_object);
    } else if (!python_ && (name == "globalThis" || name == "window" || name == "global" ||
                            name == "self" || name == "top" || name == "frames")) {
      graph_.add_api(slot, pool_.intern("globalThis"));
    } else if (python_ && (name == "__builtins__" || name == "__builtin__")) {
      graph_.add_api(slot, pool_.intern("builtins"));
    } else {
      graph_.add_api(slot,
                     pool_.intern((python_ ? "builtins." : "globalThis.") + std::string(name)));
    }
  } else if (python_ && b.scope == unit_.scopes.module_scope()) {
    graph_.bind_field(graph_.value(ValueKind::kUnit, id_), b.name, slot);
  }
  return slot;
}

void Generator::run() {
  frame_ = {unit_.top, kNoId, unit_.exports};
  if (!python_) {
    unit_.module_object = graph_.new_object();
    graph_.bind_field(unit_.module_object, pool_.intern("exports"), unit_.exports);
    graph_.add_value(unit_.exports, graph_.new_object());
  } else {
    // Every module-level name is an attribute, used here or not.
    for (BindingId id = 0; id < unit_.scopes.bindings().size(); ++id) {
      if (unit_.scopes[id].scope == unit_.scopes.module_scope() &&
          unit_.scopes[id].kind != Binding::Kind::kGlobal) {
        binding(id);
      }
    }
  }
  if (module_.language == Language::kShell) {
    for (NodeId n = 0; n < module_.nodes.size(); ++n) {
      if (module_[n].kind == NodeKind::kCommand) unit_.calls.push_back(n);
    }
    return;
  }
  if (module_.root != kNoNode) statements(module_.root);
}

SlotId Generator::expression(NodeId id) {
  if (!present(id)) return kNoId;
  const SlotId slot = evaluate(id);
  unit_.node_slots[id] = slot;
  return slot;
}

// A node whose value is any of its children's (conditional, || and so on), or only carries their
// taint.
SlotId Generator::join(NodeId id, bool taints_only) {
  SlotId result = kNoId;
  // Long left-deep chains ('a' + 'b' + ...) are walked without recursion.
  std::vector<NodeId> operands;
  NodeId left = id;
  while (module_[left].kind == NodeKind::kBinary) {
    for (NodeId c = child(left, 1); c != kNoNode; c = module_[c].next_sibling)
      operands.push_back(c);
    left = child(left, 0);
    if (left == kNoNode) break;
  }
  if (left != kNoNode) {
    if (module_[left].kind == NodeKind::kBinary || left == id) {
      for (NodeId c : children(module_, left)) operands.push_back(c);
    } else {
      operands.push_back(left);
    }
  }
  for (auto it = operands.rbegin(); it != operands.rend(); ++it) {
    const SlotId part = expression(*it);
    if (part == kNoId) continue;
    if (result == kNoId) result = graph_.new_slot();
    if (taints_only) {
      graph_.add_taint_copy(part, result);
    } else {
      graph_.add_copy(part, result);
    }
  }
  return result;
}

SlotId Generator::name(NodeId id) {
  const std::string_view word = text(id);
  if (!python_ && word == "this") return frame_.self;
  if (!python_ && word == "super") {
    const ClassId owner = method_class();
    if (owner == kNoId) return kNoId;
    const SlotId slot = graph_.new_slot();
    graph_.add_value(slot, graph_.value(ValueKind::kSuper, owner));
    return slot;
  }
  return binding(unit_.scopes.binding(id));
}

ClassId Generator::method_class() const {
  for (FunctionId f = frame_.function; f != kNoId; f = resolver_.functions_[f].parent) {
    if (resolver_.functions_[f].cls != kNoId) return resolver_.functions_[f].cls;
  }
  return frame_.cls;
}

SlotId Generator::evaluate(NodeId id) {
  const Node& n = node(id);
  switch (n.kind) {
    case NodeKind::kString: {
      const uint32_t taints = resolver_.oracle_.taints_of_string(text(id));
      if (taints == 0) return kNoId;
      const SlotId slot = graph_.new_slot();
      for (uint32_t t = taints; t != 0; t &= t - 1) {
        graph_.add_value(slot, graph_.value(ValueKind::kTaint, t & -t));
      }
      return slot;
    }
    case NodeKind::kName:
      return name(id);
    case NodeKind::kMember:
    case NodeKind::kIndex: {
      const NodeId object = child(id, 0);
      const SlotId from = expression(object);
      const SlotId slot = graph_.new_slot();
      if (n.kind == NodeKind::kMember) {
        graph_.add_load(from, n.text, slot, id_, id);
        return slot;
      }
      const NodeId index = child(id, 1);
      expression(index);
      const Value& key = unit_.folder->fold(index);
      if (key.is_text()) {
        graph_.add_load(from, pool_.intern(key.text), slot, id_, id);
      } else if (key.kind == Value::Kind::kInt) {
        graph_.add_load(from, pool_.intern(std::to_string(key.integer)), slot, id_, id);
      } else {
        graph_.add_load_any(from, slot);
      }
      return slot;
    }
    case NodeKind::kCall:
    case NodeKind::kNew:
      return call(id);
    case NodeKind::kFunction:
      return function(id);
    case NodeKind::kClass:
      return cls(id);
    case NodeKind::kArray:
    case NodeKind::kObject:
      return container(id);
    case NodeKind::kAssign: {
      const NodeId target = child(id, 0), value_node = child(id, 1);
      const SlotId value = expression(value_node);
      assign(target, value);
      return value;
    }
    case NodeKind::kBinary: {
      const std::string_view op = text(id);
      const bool choice = op == "||" || op == "&&" || op == "??";
      return join(id, !choice);
    }
    case NodeKind::kTemplate:
      return join(id, true);
    case NodeKind::kConditional: {
      expression(child(id, 0));
      const SlotId then = expression(child(id, 1)), otherwise = expression(child(id, 2));
      if (then == kNoId) return otherwise;
      if (otherwise == kNoId) return then;
      const SlotId slot = graph_.new_slot();
      graph_.add_copy(then, slot);
      graph_.add_copy(otherwise, slot);
      return slot;
    }
    case NodeKind::kUnary: {
      const SlotId operand = expression(child(id, 0));
      const std::string_view op = text(id);
      if (op == "yield") {
        // What a generator yields is reached by iterating over the call's result.
        graph_.add_copy(operand, resolver_.functions_[frame_.function].result);
        return kNoId;
      }
      return op == "await" || op == "yield*" || op == "yield from" ? operand : kNoId;
    }
    case NodeKind::kSequence: {
      SlotId last = kNoId;
      for (NodeId c : children(module_, id)) last = expression(c);
      return last;
    }
    case NodeKind::kSpread:
    case NodeKind::kKeyword:
      return expression(child(id, 0));
    case NodeKind::kReturn: {
      const SlotId value = expression(child(id, 0));
      graph_.add_copy(value, resolver_.functions_[frame_.function].result);
      return kNoId;
    }
    case NodeKind::kForIn: {
      const SlotId iterable = expression(child(id, 1));
      const SlotId element = graph_.new_slot();
      graph_.add_load_any(iterable, element);
      graph_.add_taint_copy(iterable, element);
      assign(child(id, 0), element);
      for (NodeId c = child(id, 2); c != kNoNode; c = module_[c].next_sibling) expression(c);
      return kNoId;
    }
    case NodeKind::kComprehension: {
      // Clauses first: they bind the element's names.
      const NodeId element = child(id, 0);
      if (element == kNoNode) return kNoId;
      for (NodeId c = module_[element].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
        expression(c);
      }
      const SlotId slot = graph_.new_slot();
      const ValueId list = graph_.new_object();
      graph_.add_value(slot, list);
      const NodeId value =
          module_[element].kind == NodeKind::kProperty ? child(element, 1) : element;
      const SlotId made = expression(value);
      graph_.add_copy(made, graph_.element_slot(list));
      graph_.add_taint_copy(made, slot);
      return slot;
    }
    case NodeKind::kWith: {
      for (NodeId c : children(module_, id)) expression(c);
      return kNoId;
    }
    case NodeKind::kImport:
      import(id);
      return kNoId;
    case NodeKind::kExport:
      export_names(id);
      return kNoId;
    default:
      statements(id);
      return kNoId;
  }
}

SlotId Generator::call(NodeId id) {
  unit_.calls.push_back(id);
  const NodeId callee = child(id, 0);
  if (callee == kNoNode) return kNoId;
  CallSite site;
  site.unit = id_;
  site.node = id;
  site.is_new = node(id).kind == NodeKind::kNew;
  site.result = graph_.new_slot();
  if (python_ && module_[callee].kind == NodeKind::kName && text(callee) == "super") {
    // super() names the bases of the class around it.
    const ClassId owner = method_class();
    if (owner != kNoId) {
      graph_.add_value(site.result, graph_.value(ValueKind::kSuper, owner));
      return site.result;
    }
  }
  if (!python_ &&
      (module_[callee].kind == NodeKind::kName || module_[callee].kind == NodeKind::kMember) &&
      std::find(kInterop.begin(), kInterop.end(), text(callee)) != kInterop.end() &&
      module_[callee].next_sibling != kNoNode) {
    SlotId module_slot = kNoId;
    for (NodeId c = module_[callee].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
      const SlotId argument = expression(c);
      if (module_slot == kNoId) module_slot = argument;
    }
    return module_slot;
  }
  const SlotId target = expression(callee);
  if (module_[callee].kind == NodeKind::kMember || module_[callee].kind == NodeKind::kIndex) {
    site.receiver = unit_.node_slots[child(callee, 0)];
  }
  for (NodeId c = module_[callee].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
    CallSite::Argument argument;
    argument.slot = expression(c);
    if (module_[c].kind == NodeKind::kKeyword) argument.keyword = module_[c].text;
    if (module_[c].kind == NodeKind::kSpread) {
      (module_[c].flags & kMapping ? argument.mapping : argument.spread) = true;
    }
    site.arguments.push_back(argument);
  }
  const SlotId result = site.result;
  if (!python_ && module_[callee].kind == NodeKind::kMember && site.receiver != kNoId) {
    // f.call(o, x), f.apply(o, xs), f.bind(o)
    const std::string_view member = text(callee);
    if (member == "bind") {
      graph_.add_copy(site.receiver, result);
    } else if (member == "call" || member == "apply") {
      CallSite direct = site;
      direct.functions_only = true;
      direct.receiver = site.arguments.empty() ? kNoId : site.arguments[0].slot;
      if (!direct.arguments.empty()) direct.arguments.erase(direct.arguments.begin());
      if (member == "apply" && !direct.arguments.empty()) direct.arguments[0].spread = true;
      graph_.add_call(site.receiver, std::move(direct));
    }
    // Adding to a container: what was added can be found again.
    if (member == "push" || member == "unshift" || member == "set" || member == "add") {
      for (const CallSite::Argument& argument : site.arguments) {
        graph_.add_store_any(argument.slot, site.receiver);
      }
    } else if (member == "get" || member == "pop" || member == "shift" || member == "at") {
      graph_.add_load_any(site.receiver, result);
    }
  } else if (python_ && module_[callee].kind == NodeKind::kMember && site.receiver != kNoId) {
    const std::string_view member = text(callee);
    if (member == "append" || member == "add" || member == "insert" || member == "extend") {
      for (const CallSite::Argument& argument : site.arguments) {
        graph_.add_store_any(argument.slot, site.receiver);
        graph_.add_taint_copy(argument.slot, site.receiver);
      }
    } else if (member == "pop" || member == "get" || member == "values" || member == "items") {
      graph_.add_load_any(site.receiver, result);
    }
  }
  graph_.add_call(target, std::move(site));
  return result;
}

SlotId Generator::container(NodeId id) {
  const SlotId slot = graph_.new_slot();
  const ValueId object = graph_.new_object();
  graph_.add_value(slot, object);
  int64_t index = 0;
  for (NodeId c : children(module_, id)) {
    const Node& n = node(c);
    if (n.kind == NodeKind::kSpread) {
      const SlotId spread = expression(child(c, 0));
      const SlotId element = graph_.new_slot();
      graph_.add_load_any(spread, element);
      graph_.add_copy(element, graph_.element_slot(object));
      graph_.add_taint_copy(spread, slot);
      if (node(id).kind == NodeKind::kObject && spread != kNoId) graph_.add_parent(object, spread);
      continue;
    }
    SlotId value = kNoId;
    if (n.kind == NodeKind::kProperty) {
      const NodeId key_node = child(c, 0);
      const bool literal_key = module_[key_node].kind == NodeKind::kString;
      if (!literal_key) expression(key_node);
      const SlotId outer_self = frame_.self;
      value = expression(child(c, 1));
      frame_.self = outer_self;
      if (module_[child(c, 1)].kind == NodeKind::kFunction &&
          !(module_[child(c, 1)].flags & kArrow)) {
        const FunctionId method = resolver_.function_of(id_, child(c, 1));
        if (method != kNoId) graph_.add_value(resolver_.functions_[method].self, object);
      }
      const Value& key = unit_.folder->fold(key_node);
      const SlotId field = key.is_text() ? graph_.field_slot(object, pool_.intern(key.text))
                                         : graph_.element_slot(object);
      graph_.add_copy(value, field);
    } else {
      value = expression(c);
      if (value != kNoId) {
        graph_.add_copy(value, graph_.field_slot(object, pool_.intern(std::to_string(index))));
      }
      ++index;
    }
    graph_.add_taint_copy(value, slot);
  }
  return slot;
}

void Generator::parameters(NodeId params, Function& function) {
  for (NodeId p : children(module_, params)) {
    Parameter parameter;
    const NodeId target = child(p, 0);
    parameter.rest = (node(p).flags & kRest) != 0;
    parameter.mapping = (node(p).flags & kMapping) != 0;
    parameter.slot = graph_.new_slot();
    if (present(target) && node(target).kind == NodeKind::kName) {
      parameter.name = node(target).text;
      const uint32_t taints = resolver_.oracle_.taints_of_parameter(text(target));
      for (uint32_t t = taints; t != 0; t &= t - 1) {
        graph_.add_value(parameter.slot, graph_.value(ValueKind::kTaint, t & -t));
      }
    }
    if (parameter.rest || parameter.mapping) {
      graph_.add_value(parameter.slot, graph_.new_object());
    }
    assign(target, parameter.slot);
    function.parameters.push_back(parameter);
  }
}

SlotId Generator::function(NodeId id) {
  const Node& n = node(id);
  const auto fid = static_cast<FunctionId>(resolver_.functions_.size());
  resolver_.function_nodes_[(uint64_t{id_} << 32) | id] = fid;
  Function made;
  made.unit = id_;
  made.node = id;
  made.parent = frame_.function;
  made.cls = frame_.cls;
  made.name = n.text;
  made.result = graph_.new_slot();
  if (!python_) made.self = n.flags & kArrow ? frame_.self : graph_.new_slot();
  if (frame_.cls != kNoId) {
    using B = Function::Binding;
    made.binding = n.flags & kStatic   ? B::kStatic
                   : n.flags & kGetter ? B::kGetter
                   : python_           ? B::kInstance
                                       : B::kPlain;
  }
  const size_t first_decorator = n.flags & kComputed ? 3 : 2;
  bool transparent_only = true;
  if (python_) {
    for (NodeId d = child(id, 2); d != kNoNode; d = module_[d].next_sibling) {
      const std::string_view word = node(d).kind == NodeKind::kName ? text(d) : std::string_view{};
      if (word == "staticmethod")
        made.binding = Function::Binding::kStatic;
      else if (word == "classmethod")
        made.binding = Function::Binding::kClass;
      else if (word == "property" || word == "cached_property")
        made.binding = Function::Binding::kGetter;
      else
        transparent_only = false;
    }
  }
  resolver_.functions_.push_back(made);

  const Frame outer = frame_;
  frame_ = {fid, kNoId, made.self};
  if (outer.cls != kNoId) {
    const ValueId instance = graph_.value(
        made.binding == Function::Binding::kClass ? ValueKind::kClass : ValueKind::kInstance,
        outer.cls);
    if (!python_) graph_.add_value(made.self, instance);
  }
  parameters(child(id, 0), made);
  resolver_.functions_[fid].parameters = made.parameters;
  if (python_ && outer.cls != kNoId && !made.parameters.empty() &&
      made.binding != Function::Binding::kStatic) {
    graph_.add_value(made.parameters[0].slot,
                     graph_.value(made.binding == Function::Binding::kClass ? ValueKind::kClass
                                                                            : ValueKind::kInstance,
                                  outer.cls));
  }
  // Defaults are evaluated where the function is defined.
  frame_ = outer;
  for (NodeId p : children(module_, child(id, 0))) {
    const NodeId default_value = child(p, 1);
    if (present(default_value)) assign(child(p, 0), expression(default_value));
  }
  frame_ = {fid, kNoId, made.self};
  if (const NodeId body = child(id, 1); body != kNoNode) statements(body);
  frame_ = outer;

  SlotId slot = graph_.new_slot();
  const ValueId value = graph_.value(ValueKind::kFunction, fid);
  graph_.add_value(slot, value);
  if (!python_ && !(n.flags & kArrow) && frame_.cls == kNoId) {
    const SlotId prototype = graph_.field_slot(value, pool_.intern("prototype"));
    graph_.add_value(prototype, graph_.new_object());
  }
  if (!(python_ && transparent_only)) slot = decorate(id, slot, first_decorator);
  if (n.text != 0) {
    const BindingId b = unit_.scopes.binding(id);
    if (b != kNone32) graph_.add_copy(slot, binding(b));
  }
  return slot;
}

// Decorators are applied innermost first; each is a call with what it decorates.
SlotId Generator::decorate(NodeId id, SlotId value, size_t first_decorator) {
  std::vector<NodeId> decorators;
  for (NodeId d = child(id, first_decorator); d != kNoNode; d = module_[d].next_sibling) {
    decorators.push_back(d);
  }
  for (auto it = decorators.rbegin(); it != decorators.rend(); ++it) {
    const SlotId decorator = expression(*it);
    CallSite site;
    site.unit = id_;
    site.node = *it;
    site.is_decorator = true;
    site.result = graph_.new_slot();
    site.arguments.push_back({value, 0, false, false});
    value = site.result;
    graph_.add_call(decorator, std::move(site));
  }
  return value;
}

SlotId Generator::cls(NodeId id) {
  const Node& n = node(id);
  const auto cid = static_cast<ClassId>(resolver_.classes_.size());
  ClassInfo made;
  made.unit = id_;
  made.node = id;
  made.parent = frame_.function;
  made.outer = frame_.cls;
  made.name = n.text;
  resolver_.classes_.push_back(std::move(made));
  const ValueId value = graph_.value(ValueKind::kClass, cid);
  for (NodeId base : children(module_, child(id, 0))) {
    const SlotId slot = expression(base);
    if (slot != kNoId && node(base).kind != NodeKind::kKeyword) {
      resolver_.classes_[cid].bases.push_back(slot);
    }
  }
  const Frame outer = frame_;
  const ValueId instance = graph_.value(ValueKind::kInstance, cid);
  SlotId instance_slot = graph_.new_slot();
  graph_.add_value(instance_slot, instance);
  for (NodeId member : children(module_, child(id, 1))) {
    frame_ = {outer.function, cid, python_ ? outer.self : instance_slot};
    const Node& m = node(member);
    if (m.kind == NodeKind::kFunction) {
      const SlotId slot = expression(member);
      Symbol field = m.text;
      if (m.flags & kComputed) {
        const Value& key = unit_.folder->fold(child(member, 2));
        field = key.is_text() ? pool_.intern(key.text) : 0;
      }
      if (field == 0) {
        graph_.add_copy(slot, graph_.element_slot(value));
        continue;
      }
      const FunctionId fid = resolver_.function_of(id_, member);
      resolver_.classes_[cid].methods[field] = fid;
      resolver_.classes_[cid].fields[field] = slot;
      graph_.bind_field(value, field, slot);
    } else if (m.kind == NodeKind::kAssign && (m.flags & kField)) {
      const NodeId key_node = child(member, 0);
      frame_.cls = kNoId;
      const SlotId field_value = expression(child(member, 1));
      const Symbol field = node(key_node).text;
      if (field != 0) {
        graph_.add_copy(field_value,
                        graph_.field_slot(m.flags & kStatic ? value : instance, field));
      }
      if (const FunctionId f = resolver_.function_of(id_, child(member, 1)); f != kNoId) {
        graph_.add_value(resolver_.functions_[f].self, instance);
      }
    } else {
      expression(member);
    }
  }
  frame_ = outer;
  if (python_) {
    // Names bound in the body are attributes of the class.
    const ScopeId scope = unit_.scopes.scope_of(id);
    if (scope != kNone32) {
      for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
        if (unit_.scopes[b].scope != scope || unit_.scopes[b].kind == Binding::Kind::kGlobal)
          continue;
        const Symbol field = unit_.scopes[b].name;
        resolver_.classes_[cid].fields.try_emplace(field, binding(b));
        graph_.bind_field(value, field, binding(b));
      }
    }
  }
  SlotId slot = graph_.new_slot();
  graph_.add_value(slot, value);
  slot = decorate(id, slot, 2);
  if (n.text != 0) {
    const BindingId b = unit_.scopes.binding(id);
    if (b != kNone32) graph_.add_copy(slot, binding(b));
  }
  return slot;
}

void Generator::assign(NodeId target, SlotId value) {
  if (!present(target)) return;
  const Node& n = node(target);
  switch (n.kind) {
    case NodeKind::kName: {
      const SlotId slot = binding(unit_.scopes.binding(target));
      unit_.node_slots[target] = slot;
      graph_.add_copy(value, slot);
      break;
    }
    case NodeKind::kMember: {
      const SlotId object = expression(child(target, 0));
      graph_.add_store(value, object, n.text);
      graph_.add_taint_copy(value, object);
      break;
    }
    case NodeKind::kIndex: {
      const SlotId object = expression(child(target, 0));
      const NodeId index = child(target, 1);
      expression(index);
      const Value& key = unit_.folder->fold(index);
      if (key.is_text()) {
        graph_.add_store(value, object, pool_.intern(key.text));
      } else {
        graph_.add_store_any(value, object);
      }
      graph_.add_taint_copy(value, object);
      break;
    }
    case NodeKind::kArray: {
      int64_t index = 0;
      for (NodeId c : children(module_, target)) {
        const SlotId element = graph_.new_slot();
        if (node(c).kind == NodeKind::kSpread) {
          graph_.add_copy(value, element);
          assign(child(c, 0), element);
        } else {
          graph_.add_load(value, pool_.intern(std::to_string(index)), element, id_, c);
          graph_.add_taint_copy(value, element);
          assign(c, element);
        }
        ++index;
      }
      break;
    }
    case NodeKind::kObject:
      for (NodeId c : children(module_, target)) {
        if (node(c).kind == NodeKind::kSpread) {
          assign(child(c, 0), value);
          continue;
        }
        const NodeId key_node = child(c, 0);
        const Value& key = unit_.folder->fold(key_node);
        const SlotId element = graph_.new_slot();
        if (key.is_text()) {
          graph_.add_load(value, pool_.intern(key.text), element, id_, c);
        } else {
          graph_.add_load_any(value, element);
        }
        assign(child(c, 1), element);
        // `const {exec} = require("child_process")`: the property node stands for the API.
        unit_.node_slots[c] = element;
      }
      break;
    case NodeKind::kDefault: {
      const SlotId fallback = expression(child(target, 1));
      const SlotId both = graph_.new_slot();
      graph_.add_copy(value, both);
      graph_.add_copy(fallback, both);
      assign(child(target, 0), both);
      break;
    }
    case NodeKind::kSpread:
      assign(child(target, 0), value);
      break;
    case NodeKind::kAssign:  // `let x` inside for..of
      assign(child(target, 0), value);
      break;
    default:
      expression(target);
  }
}

void Generator::import(NodeId id) {
  if (python_) {
    python_import(id);
  } else {
    javascript_import(id);
  }
}

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
      const UnitId found = resolver_.resolve_import(unit_, specifier, n.aux);
      if (found != kNoId) {
        unit_.star_imports.push_back(found);
        // Names that nothing here defines may come from there.
        const ValueId there = graph_.value(ValueKind::kUnit, found);
        for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
          if (unit_.scopes[b].kind != Binding::Kind::kGlobal) continue;
          graph_.add_copy(graph_.field_slot(there, unit_.scopes[b].name), binding(b));
        }
      } else {
        for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
          if (unit_.scopes[b].kind != Binding::Kind::kGlobal) continue;
          graph_.add_api(binding(b), pool_.intern(std::string(specifier) + "." +
                                                  std::string(pool_.text(unit_.scopes[b].name))));
        }
      }
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

void Generator::javascript_import(NodeId id) {
  const std::string_view specifier = text(id);
  const UnitId found = resolver_.resolve_import(unit_, specifier, 0);
  if (found != kNoId) resolver_.add_call_edge(id_, id, resolver_.units_[found]->top);
  const SlotId exports = graph_.new_slot();
  resolver_.load_module(id_, specifier, 0, exports);
  for (NodeId c : children(module_, id)) {
    const std::string_view imported = text(c);
    const SlotId local = binding(unit_.scopes.binding(c));
    if (imported == "*" || imported == "default" || imported.empty()) {
      graph_.add_copy(exports, local);
      if (imported == "default" && found != kNoId) {
        graph_.add_load(exports, node(c).text, local, id_, c);
      }
    } else {
      graph_.add_load(exports, node(c).text, local, id_, c);
    }
    unit_.node_slots[c] = local;
  }
}

void Generator::export_slot(std::string_view name, SlotId value) {
  graph_.add_store(value, unit_.exports, pool_.intern(name));
}

void Generator::export_names(NodeId id) {
  const Node& n = node(id);
  const std::string_view from = text(id);
  SlotId exports = kNoId;
  if (!from.empty()) {
    const UnitId found = resolver_.resolve_import(unit_, from, 0);
    if (found != kNoId) resolver_.add_call_edge(id_, id, resolver_.units_[found]->top);
    exports = graph_.new_slot();
    resolver_.load_module(id_, from, 0, exports);
  }
  for (NodeId c : children(module_, id)) {
    const Node& name_node = node(c);
    if (name_node.kind == NodeKind::kExportName) {
      const std::string_view exported = text(c);
      if (exports != kNoId) {
        if (exported == "*") {
          for (ValueId own : graph_.values(unit_.exports)) graph_.add_parent(own, exports);
        } else {
          const SlotId slot = graph_.new_slot();
          graph_.add_load(exports, name_node.aux, slot, id_, c);
          export_slot(exported, slot);
        }
      } else {
        const BindingId b = unit_.scopes.lookup(unit_.scopes.module_scope(), name_node.aux);
        export_slot(exported, binding(b));
      }
      continue;
    }
    const SlotId value = expression(c);
    if (n.flags & kIsDefault) {
      export_slot("default", value);
      continue;
    }
    // A declaration: every name that it binds is exported.
    if (name_node.kind == NodeKind::kFunction || name_node.kind == NodeKind::kClass) {
      export_slot(text(c), value);
      continue;
    }
    std::vector<NodeId> work{c};
    while (!work.empty()) {
      const NodeId t = work.back();
      work.pop_back();
      const Node& part = node(t);
      if (part.kind == NodeKind::kName) {
        export_slot(text(t), binding(unit_.scopes.binding(t)));
      } else if (part.kind == NodeKind::kAssign || part.kind == NodeKind::kDefault) {
        if (child(t, 0) != kNoNode) work.push_back(child(t, 0));
      } else if (part.kind == NodeKind::kProperty) {
        if (child(t, 1) != kNoNode) work.push_back(child(t, 1));
      } else if (part.kind == NodeKind::kBlock || part.kind == NodeKind::kArray ||
                 part.kind == NodeKind::kObject || part.kind == NodeKind::kSpread ||
                 part.kind == NodeKind::kSequence) {
        for (NodeId inner : children(module_, t)) work.push_back(inner);
      }
    }
  }
}

void generate_constraints(Resolver& resolver, ValueGraph& graph, UnitId unit) {
  Generator(resolver, graph, unit).run();
}

SlotId binding_slot(Resolver& resolver, UnitId unit, BindingId binding) {
  return Generator(resolver, resolver.graph_, unit).binding(binding);
}

}  // namespace cerebro
