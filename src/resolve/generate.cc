#include "resolve/generate.h"

#include "resolve/generator.h"

namespace cerebro {

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
      if (unit_.module_object != kNoId) graph_.add_value(slot, unit_.module_object);
    } else if (!python_ && (name == "globalThis" || name == "window" || name == "global" ||
                            name == "self" || name == "top" || name == "frames")) {
      graph_.add_api(slot, pool_.intern("globalThis"));
      graph_.add_value(slot, resolver_.global_object());
    } else if (python_ && (name == "__builtins__" || name == "__builtin__")) {
      graph_.add_api(slot, pool_.intern("builtins"));
    } else if (!(python_ && star_gives(id, slot)) && !defined_around(b.name)) {
      graph_.add_api(slot,
                     pool_.intern((python_ ? "builtins." : "globalThis.") + std::string(name)));
      if (!python_) graph_.add_copy(graph_.field_slot(resolver_.global_object(), b.name), slot);
    }
  } else if (python_ && b.scope == unit_.scopes.module_scope()) {
    graph_.bind_field(graph_.value(ValueKind::kUnit, id_), b.name, slot);
  }
  return slot;
}

// Whether the code that runs this layer knows the name; share_names() joins the two then.
bool Generator::defined_around(Symbol name) const {
  for (UnitId outer = unit_.outer; outer != kNoId; outer = resolver_.units_[outer]->outer) {
    const Scopes& scopes = resolver_.units_[outer]->scopes;
    if (resolver_.units_[outer]->module.language == module_.language &&
        scopes.declares(scopes.module_scope(), name)) {
      return true;
    }
  }
  return false;
}

void Generator::run() {
  if (is_command_language(module_.language)) {
    for (NodeId n = 0; n < module_.nodes.size(); ++n) {
      if (module_[n].kind == NodeKind::kCommand) unit_.calls.push_back(n);
    }
    if (unit_.outer != kNoId) return;  // nobody imports it
  }
  frame_ = {unit_.top, kNoId, unit_.exports};
  if (!python_) {
    unit_.module_object = graph_.new_object();
    graph_.bind_field(unit_.module_object, pool_.intern("exports"), unit_.exports);
    graph_.add_value(unit_.exports, graph_.new_object());
    // https://nodejs.org/api/modules.html#the-module-object
    for (const auto& [field, path] :
         {std::pair{"require", "globalThis.require"}, std::pair{"constructor", "module"},
          std::pair{"parent", "globalThis.require.main"}}) {
      graph_.add_api(graph_.field_slot(unit_.module_object, pool_.intern(field)),
                     pool_.intern(path));
    }
  } else {
    python_names();
  }
  if (is_command_language(module_.language)) return;
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
  if (!python_ && word == "arguments" && frame_.function != unit_.top) return arguments_object();
  if (!python_ && word == "super") {
    const ClassId owner = frame_.home == kNoId ? method_class() : kNoId;
    if (owner == kNoId) return super_object();
    const SlotId slot = graph_.new_slot();
    graph_.add_value(slot, graph_.value(ValueKind::kSuper, owner, kNoId));
    return slot;
  }
  return binding(unit_.scopes.binding(id));
}

SlotId Generator::evaluate(NodeId id) {
  const Node& n = node(id);
  switch (n.kind) {
    case NodeKind::kString: {
      const uint32_t taints = resolver_.taints_of_string(n.text);
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
      if (!python_) {
        if (const Symbol field = key_of(index); field != 0) {
          graph_.add_load(from, field, slot, id_, id);
        } else {
          graph_.add_load_any(from, slot);
        }
        return slot;
      } else {
        graph_.add_copy(python_access(id, from), slot);
        if (present(index) && node(index).kind == NodeKind::kSlice) return slot;
      }
      const Value& key = unit_.folder->fold(index);
      if (key.is_text()) {
        graph_.add_load(from, pool_.intern(key.text), slot, id_, id);
      } else if (key.kind == Value::Kind::kInt) {
        graph_.add_load(from, index_field(key.integer), slot, id_, id);
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
      return python_ ? cls(id) : javascript_class(id);
    case NodeKind::kArray:
      return python_ ? container(id) : javascript_array(id);
    case NodeKind::kObject:
      return python_ ? container(id) : javascript_object(id);
    case NodeKind::kAssign: {
      const NodeId target = child(id, 0), value_node = child(id, 1);
      const SlotId value = expression(value_node);
      assign(target, value);
      if (!python_ && node(target).kind == NodeKind::kMember) {
        remember_home(value_node, unit_.node_slots[child(target, 0)]);
      }
      return value;
    }
    case NodeKind::kBinary: {
      const std::string_view op = text(id);
      const bool choice = op == "||" || op == "&&" || op == "??";
      const SlotId result = join(id, !choice);
      return python_ && !choice ? python_operator(id, result) : result;
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
      if (python_ && text(id).starts_with("yield")) return python_yield(id);
      const SlotId operand = expression(child(id, 0));
      if (!python_) return javascript_unary(id, operand);
      return text(id) == "await" ? operand : kNoId;
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
      if (python_) {
        python_return(value);
      } else {
        const Function& function = resolver_.functions_[frame_.function];
        graph_.add_copy(value, function.returned == kNoId ? function.result : function.returned);
      }
      return kNoId;
    }
    case NodeKind::kForIn: {
      if (python_) {
        python_for(id);
        return kNoId;
      }
      const SlotId iterable = expression(child(id, 1));
      const SlotId element = graph_.new_slot();
      const SlotId given = graph_.new_slot();
      graph_.add_rule(iterable, {Rule::kIteration, given, id_, id, 0, kNoId});
      graph_.add_rule(given, {Rule::kAwait, element, kNoId, kNoNode, 0, kNoId});  // for await
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
      const bool dict = module_[element].kind == NodeKind::kProperty;
      const ValueId list = graph_.new_object(dict ? ObjectKind::kDict : ObjectKind::kArray);
      graph_.add_value(slot, list);
      const NodeId value = dict ? child(element, 1) : element;
      const SlotId made = expression(value);
      graph_.add_copy(made, graph_.element_slot(list));
      graph_.add_taint_copy(made, slot);
      return slot;
    }
    case NodeKind::kWith:
      python_with(id);
      return kNoId;
    case NodeKind::kThrow:
      if (python_) {
        python_raise(id);
      } else {
        javascript_throw(id);
      }
      return kNoId;
    case NodeKind::kCatch:
      if (python_) {
        python_catch(id);
      } else {
        javascript_catch(id);
      }
      return kNoId;
    case NodeKind::kImport:
      import(id);
      return kNoId;
    case NodeKind::kExport:
      export_names(id);
      return kNoId;
    default:
      break;
  }
  statements(id);
  return kNoId;
}

// Python tells d[1] from d["1"].
Symbol Generator::index_field(int64_t index) const {
  std::string field = std::to_string(index);
  if (python_) field.insert(field.begin(), kIndexMark);
  return pool_.intern(field);
}

void Generator::import(NodeId id) {
  if (python_) {
    python_import(id);
  } else {
    javascript_import(id);
  }
}

void generate_constraints(Resolver& resolver, ValueGraph& graph, UnitId unit) {
  Generator(resolver, graph, unit).run();
}

SlotId binding_slot(Resolver& resolver, UnitId unit, BindingId binding) {
  return Generator(resolver, resolver.graph_, unit).binding(binding);
}

}  // namespace cerebro
