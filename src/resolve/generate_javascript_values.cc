// JavaScript's object and array literals, patterns, classes, and what its functions are beyond
// Python's: promises, generators, `arguments`.

#include "resolve/generator.h"

namespace cerebro {

// The field that a key in brackets means: constant text, a whole number, Symbol.iterator and its
// like as "@@iterator". 0 when it is not known.
Symbol Generator::key_of(NodeId id) {
  const Node& n = node(id);
  if (n.kind == NodeKind::kMember) {
    const NodeId object = child(id, 0);
    if (node(object).kind == NodeKind::kName && text(object) == "Symbol") {
      const Symbol key = pool_.intern("@@" + std::string(text(id)));
      resolver_.symbol_keys_.insert(key);
      return key;
    }
  }
  const Value& key = unit_.folder->fold(id);
  if (key.is_text()) return pool_.intern(key.text);
  if (key.kind == Value::Kind::kInt) return pool_.intern(std::to_string(key.integer));
  return 0;
}

// Of several declarations of a function in one block only the last one is ever called.
void Generator::skip_redeclared(NodeId block) {
  std::unordered_map<Symbol, NodeId> last;
  for (NodeId c : children(module_, block)) {
    const Node& n = node(c);
    if (n.kind != NodeKind::kFunction || !(n.flags & kIsStatement)) continue;
    const auto [it, inserted] = last.try_emplace(n.text, c);
    if (inserted) continue;
    redeclared_.insert(it->second);
    it->second = c;
  }
}

SlotId Generator::javascript_object(NodeId id) {
  const SlotId slot = graph_.new_slot();
  const ValueId object = graph_.new_object();
  graph_.add_value(slot, object);
  for (NodeId c : children(module_, id)) {
    const Node& n = node(c);
    if (n.kind == NodeKind::kSpread) {
      const SlotId spread = expression(child(c, 0));
      graph_.add_parent(object, spread);
      graph_.add_taint_copy(spread, slot);
      continue;
    }
    if (n.kind != NodeKind::kProperty) continue;
    const NodeId key_node = child(c, 0), value_node = child(c, 1);
    if (node(key_node).kind != NodeKind::kString) expression(key_node);
    const Symbol key = key_of(key_node);
    const bool is_function =
        node(value_node).kind == NodeKind::kFunction && !(node(value_node).flags & kArrow);
    next_home_ = is_function ? object : kNoId;
    const SlotId value = expression(value_node);
    next_home_ = kNoId;
    if (const FunctionId f = function_at(value_node); f != kNoId) {
      Function& function = resolver_.functions_[f];
      if (is_function) {
        if (function.name == 0 && !pool_.text(key).starts_with("@@")) function.name = key;
        graph_.add_value(function.self, object);
      }
    }
    if (n.flags & (kGetter | kSetter)) {
      const std::string_view kind = n.flags & kGetter ? "get " : "set ";
      resolver_.accessors_.insert(key);
      graph_.add_copy(value, graph_.accessor_slot(object, resolver_.accessor_symbol(kind, key)));
      continue;
    }
    if (key != 0 && pool_.text(key) == "__proto__" && node(key_node).kind == NodeKind::kString) {
      graph_.add_parent(object, value);
      continue;
    }
    graph_.add_copy(value, key != 0 ? graph_.field_slot(object, key) : graph_.element_slot(object));
    graph_.add_taint_copy(value, slot);
  }
  return slot;
}

SlotId Generator::javascript_array(NodeId id) {
  const SlotId slot = graph_.new_slot();
  const ValueId list = graph_.new_object(ObjectKind::kArray);
  graph_.add_value(slot, list);
  int64_t index = 0;
  bool known = true;  // the place of what follows
  for (NodeId c : children(module_, id)) {
    if (node(c).kind == NodeKind::kSpread) {
      const SlotId spread = expression(child(c, 0));
      graph_.add_rule(spread, {Rule::kIteration, graph_.element_slot(list), id_, c, 0, kNoId});
      graph_.add_taint_copy(spread, slot);
      known = false;
      continue;
    }
    const SlotId value = expression(c);
    if (value != kNoId) {
      graph_.add_copy(value, known ? graph_.field_slot(list, pool_.intern(std::to_string(index)))
                                   : graph_.element_slot(list));
      graph_.add_taint_copy(value, slot);
    }
    ++index;
  }
  return slot;
}

void Generator::assign_array_pattern(NodeId target, SlotId value) {
  uint32_t index = 0;
  for (NodeId c : children(module_, target)) {
    if (!present(c)) {
      ++index;
      continue;
    }
    SlotId element = graph_.new_slot();
    const bool rest = node(c).kind == NodeKind::kSpread;
    graph_.add_rule(value, {Rule::kIteration, element, id_, c, 0, rest ? kNoId : index});
    if (rest) {
      const ValueId list = graph_.new_object(ObjectKind::kArray);
      graph_.add_copy(element, graph_.element_slot(list));
      element = resolver_.slot_of(list);
    }
    graph_.add_taint_copy(value, element);
    assign(rest ? child(c, 0) : c, element);
    ++index;
  }
}

// An async function gives a promise of what it returns, a generator an iterator over what it
// yields.
void Generator::javascript_result(NodeId id, Function& function) {
  const uint16_t flags = node(id).flags;
  if (flags & kGenerator) {
    const ValueId made = graph_.new_object(ObjectKind::kGenerator);
    function.yielded = graph_.element_slot(made);
    function.returned = graph_.hidden_slot(made, ValueGraph::Hidden::kReturned);
    function.sent = graph_.hidden_slot(made, ValueGraph::Hidden::kSent);
    graph_.add_value(function.result, made);
    graph_.add_taint_copy(function.yielded, function.result);
  } else if (flags & kAsync) {
    const ValueId made = graph_.new_object(ObjectKind::kPromise);
    function.returned = graph_.new_slot();
    function.thrown = graph_.hidden_slot(made, ValueGraph::Hidden::kReturned);
    graph_.add_rule(function.returned,
                    {Rule::kAwait, graph_.element_slot(made), kNoId, kNoNode, 0, kNoId});
    graph_.add_value(function.result, made);
    graph_.add_taint_copy(function.returned, function.result);
  }
}

SlotId Generator::javascript_unary(NodeId id, SlotId operand) {
  const std::string_view op = text(id);
  if (op == "await") {
    const SlotId slot = graph_.new_slot();
    graph_.add_rule(operand, {Rule::kAwait, slot, kNoId, kNoNode, 0, kNoId});
    return slot;
  }
  if (!op.starts_with("yield")) return kNoId;
  const Function& function = resolver_.functions_[frame_.function];
  if (function.yielded == kNoId) return kNoId;
  if (op == "yield") {
    graph_.add_copy(operand, function.yielded);
    return function.sent;
  }
  graph_.add_rule(operand, {Rule::kIteration, function.yielded, id_, id, 0, kNoId});
  return operand;
}

// Where what is thrown in this function arrives.
SlotId Generator::thrown() {
  Function& function = resolver_.functions_[frame_.function];
  if (function.thrown == kNoId) function.thrown = graph_.new_slot();
  return function.thrown;
}

void Generator::javascript_throw(NodeId id) {
  for (NodeId c : children(module_, id)) graph_.add_copy(expression(c), thrown());
}

void Generator::javascript_catch(NodeId id) {
  assign(child(id, 1), thrown());
  for (NodeId c = child(id, 2); c != kNoNode; c = module_[c].next_sibling) expression(c);
}

// `arguments` of the function around, which no arrow function has.
SlotId Generator::arguments_object() {
  FunctionId id = frame_.function;
  while (id != kNoId && resolver_.functions_[id].node != kNoNode &&
         (node(resolver_.functions_[id].node).flags & kArrow)) {
    id = resolver_.functions_[id].parent;
  }
  if (id == kNoId || resolver_.functions_[id].node == kNoNode) return kNoId;
  ValueId& object = resolver_.functions_[id].arguments;
  if (object == kNoId) object = graph_.new_object(ObjectKind::kArray);
  const SlotId slot = resolver_.slot_of(object);
  for (const Parameter& parameter : resolver_.functions_[id].parameters) {
    graph_.add_taint_copy(parameter.slot, slot);
  }
  return slot;
}

// `super` in a method of an object literal: what the literal inherits.
SlotId Generator::super_object() {
  if (frame_.home == kNoId) return kNoId;
  const ValueId above = graph_.new_object();
  graph_.add_heir(frame_.home, above);
  return resolver_.slot_of(above);
}

// A function that is put into a field of an object may have that object for `this`.
void Generator::remember_home(NodeId value, SlotId object) {
  if (node(value).kind != NodeKind::kFunction || (node(value).flags & kArrow)) return;
  const FunctionId id = resolver_.function_of(id_, value);
  if (id != kNoId) resolver_.functions_[id].home = object;
}

SlotId Generator::javascript_class(NodeId id) {
  const Node& n = node(id);
  const ClassId cid = declare_class(id);
  for (NodeId base : children(module_, child(id, 0))) {
    const SlotId slot = expression(base);
    if (slot != kNoId) resolver_.classes_[cid].bases.push_back(slot);
  }
  const ValueId value = graph_.value(ValueKind::kClass, cid);
  const Frame outer = frame_;
  const SlotId class_slot = resolver_.slot_of(value);
  const SlotId instance_slot = resolver_.slot_of(graph_.value(ValueKind::kInstance, cid));
  if (n.text != 0) {  // its name means the class in its own body too
    const BindingId b = unit_.scopes.binding(id);
    if (b != kNone32) graph_.add_copy(class_slot, binding(b));
  }
  for (NodeId member : children(module_, child(id, 1))) {
    const Node& m = node(member);
    const bool is_static = (m.flags & kStatic) != 0;
    frame_ = {outer.function, cid, is_static ? class_slot : instance_slot, kNoId};
    if (m.kind == NodeKind::kFunction) {
      class_method(member, cid);
    } else if (m.kind == NodeKind::kAssign && (m.flags & kField)) {
      class_field(member, cid, is_static ? class_slot : instance_slot);
    } else {
      expression(member);
    }
  }
  frame_ = outer;
  return decorate(id, class_slot, 2);
}

void Generator::class_method(NodeId id, ClassId cid) {
  const Node& n = node(id);
  const SlotId slot = expression(id);
  const ValueId value = graph_.value(ValueKind::kClass, cid);
  Symbol field = n.flags & kComputed ? key_of(child(id, 2)) : n.text;
  if (field == 0) {
    graph_.add_copy(slot, graph_.element_slot(value));
    return;
  }
  ClassInfo& info = resolver_.classes_[cid];
  if (n.flags & (kGetter | kSetter)) {
    resolver_.accessors_.insert(field);
    field = resolver_.accessor_symbol(n.flags & kGetter ? "get " : "set ", field);
  }
  info.methods[field] = resolver_.function_of(id_, id);
  info.fields[field] = slot;
  graph_.bind_field(value, field, slot);
}

void Generator::class_field(NodeId id, ClassId cid, SlotId owner) {
  const Node& n = node(id);
  const NodeId key_node = child(id, 0), value_node = child(id, 1);
  frame_.cls = kNoId;  // a function here is no method
  const SlotId value = expression(value_node);
  const Symbol field = n.flags & kComputed ? key_of(key_node) : node(key_node).text;
  if (value == kNoId) return;
  if (field == 0) {
    graph_.add_store_any(value, owner);
    return;
  }
  const bool is_static = (n.flags & kStatic) != 0;
  const SlotId slot = graph_.field_slot(
      graph_.value(is_static ? ValueKind::kClass : ValueKind::kInstance, cid), field);
  graph_.add_copy(value, slot);
  resolver_.classes_[cid].fields[field] = slot;  // subclasses have it too
  if (!(node(value_node).flags & kArrow) && node(value_node).kind == NodeKind::kFunction) {
    const FunctionId f = resolver_.function_of(id_, value_node);
    if (f != kNoId) graph_.add_copy(owner, resolver_.functions_[f].self);
  }
}

}  // namespace cerebro
