// Containers, and what is assigned to: names, fields, patterns.

#include "resolve/generator.h"

namespace cerebro {

SlotId Generator::container(NodeId id) {
  const SlotId slot = graph_.new_slot();
  const bool list = node(id).kind == NodeKind::kArray;
  const ValueId object = graph_.new_object(!list                     ? ObjectKind::kDict
                                           : node(id).flags & kTuple ? ObjectKind::kTuple
                                                                     : ObjectKind::kArray);
  bool spreads = false;
  graph_.add_value(slot, object);
  int64_t index = 0;
  for (NodeId c : children(module_, id)) {
    const Node& n = node(c);
    if (n.kind == NodeKind::kSpread) {
      const SlotId spread = expression(child(c, 0));
      const SlotId element = graph_.new_slot();
      spreads = true;
      if (python_ && list) graph_.add_rule(spread, {Rule::kUnpack, element, id_, c});
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
      if (!literal_key) {
        const SlotId key_slot = expression(key_node);
        if (python_ && key_slot != kNoId) {
          graph_.add_copy(key_slot, graph_.hidden_slot(object, ValueGraph::Hidden::kKeys));
        }
      }
      const SlotId outer_self = frame_.self;
      value = expression(child(c, 1));
      frame_.self = outer_self;
      if (module_[child(c, 1)].kind == NodeKind::kFunction &&
          !(module_[child(c, 1)].flags & kArrow)) {
        const FunctionId method = resolver_.function_of(id_, child(c, 1));
        if (method != kNoId) graph_.add_value(resolver_.functions_[method].self, object);
      }
      const Value& key = unit_.folder->fold(key_node);
      const bool number = python_ && key.kind == Value::Kind::kInt;
      const SlotId field = key.is_text() ? graph_.field_slot(object, pool_.intern(key.text))
                           : number      ? graph_.field_slot(object, index_field(key.integer))
                                         : graph_.element_slot(object);
      graph_.add_copy(value, field);
    } else {
      value = expression(c);
      if (value != kNoId) {
        graph_.add_copy(value, graph_.field_slot(object, index_field(index)));
      }
      ++index;
    }
    graph_.add_taint_copy(value, slot);
  }
  if (list && !spreads) graph_.set_length(object, static_cast<uint32_t>(index));
  return slot;
}

void Generator::assign(NodeId target, SlotId value) {
  if (!present(target)) return;
  const Node& n = node(target);
  switch (n.kind) {
    case NodeKind::kName: {
      const BindingId b = unit_.scopes.binding(target);
      const SlotId slot = binding(b);
      unit_.node_slots[target] = slot;
      graph_.add_copy(value, slot);
      if (!python_ && b != kNone32 && unit_.scopes[b].kind == Binding::Kind::kGlobal &&
          text(target) != "exports" && text(target) != "module") {
        graph_.add_copy(value, graph_.field_slot(resolver_.global_object(), unit_.scopes[b].name));
      }
      break;
    }
    case NodeKind::kMember: {
      const SlotId object = expression(child(target, 0));
      graph_.add_store(value, object, n.text, id_, target);
      if (python_ && value == kNoId) {
        graph_.add_rule(object, {Rule::kSet, kNoId, id_, target, n.text});
      }
      graph_.add_taint_copy(value, object);
      break;
    }
    case NodeKind::kIndex: {
      const SlotId object = expression(child(target, 0));
      const NodeId index = child(target, 1);
      expression(index);
      if (!python_) {
        if (const Symbol field = key_of(index); field != 0) {
          graph_.add_store(value, object, field, id_, target);
        } else {
          graph_.add_store_any(value, object);
        }
        graph_.add_taint_copy(value, object);
        break;
      }
      const Value& key = unit_.folder->fold(index);
      if (python_) {
        graph_.add_rule(object,
                        {Rule::kMethod, kNoId, id_, target, pool_.intern("__setitem__"), kNoId});
      }
      if (key.is_text()) {
        graph_.add_store(value, object, pool_.intern(key.text));
      } else if (python_ && key.kind == Value::Kind::kInt && key.integer >= 0) {
        graph_.add_store(value, object, index_field(key.integer));
      } else {
        graph_.add_store_any(value, object);
      }
      graph_.add_taint_copy(value, object);
      break;
    }
    case NodeKind::kArray: {
      if (!python_) {
        assign_array_pattern(target, value);
        break;
      }
      int64_t index = 0, behind = 0;
      for (NodeId c : children(module_, target)) behind += present(c);
      bool after_star = false;
      for (NodeId c : children(module_, target)) {
        --behind;
        const SlotId element = graph_.new_slot();
        if (node(c).kind == NodeKind::kSpread && python_) {
          python_star_target(c, value, static_cast<size_t>(index), static_cast<size_t>(behind));
          after_star = true;
        } else if (node(c).kind == NodeKind::kSpread) {
          graph_.add_copy(value, element);
          assign(child(c, 0), element);
        } else {
          graph_.add_load(value, index_field(after_star ? -behind - 1 : index), element, id_, c);
          if (python_) graph_.add_rule(value, {Rule::kUnpack, element, id_, c});
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

}  // namespace cerebro
