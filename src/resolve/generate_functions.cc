// Functions, their parameters and decorators, classes.

#include "resolve/generator.h"

namespace cerebro {

ClassId Generator::method_class() const {
  for (FunctionId f = frame_.function; f != kNoId; f = resolver_.functions_[f].parent) {
    if (resolver_.functions_[f].cls != kNoId) return resolver_.functions_[f].cls;
  }
  return frame_.cls;
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
      const uint32_t taints = resolver_.taints_of_parameter(parameter.name);
      for (uint32_t t = taints; t != 0; t &= t - 1) {
        graph_.add_value(parameter.slot, graph_.value(ValueKind::kTaint, t & -t));
      }
    }
    if (parameter.rest || parameter.mapping) {
      parameter.container = graph_.new_object(
          parameter.rest ? (python_ ? ObjectKind::kTuple : ObjectKind::kArray) : ObjectKind::kDict);
      graph_.add_value(parameter.slot, parameter.container);
    }
    assign(target, parameter.slot);
    function.parameters.push_back(parameter);
  }
}

SlotId Generator::function(NodeId id) {
  const Node& n = node(id);
  const auto fid = static_cast<FunctionId>(resolver_.functions_.size());
  resolver_.function_nodes_.try_emplace((uint64_t{id_} << 32) | id, fid).first = fid;
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
    made.binding = n.flags & kStatic ? B::kStatic : python_ ? B::kInstance : B::kPlain;
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
      else if (!is_setter(id))
        transparent_only = false;
    }
  }
  if (!python_) {
    javascript_result(id, made);
  } else if (n.flags & kGenerator) {
    made.generator = graph_.new_object(ObjectKind::kGenerator);
    graph_.add_value(made.result, made.generator);
  }
  resolver_.functions_.push_back(made);
  resolver_.named_functions_[(uint64_t{id_} << 32) | n.text].push_back(fid);

  const Frame outer = frame_;
  const ValueId home = n.flags & kArrow ? outer.home : next_home_;
  next_home_ = kNoId;
  frame_ = {fid, kNoId, made.self, home};
  parameters(child(id, 0), made);
  resolver_.functions_[fid].parameters = made.parameters;
  if (python_ && outer.cls != kNoId && !made.parameters.empty() &&
      made.binding != Function::Binding::kStatic) {
    resolver_.methods_.push_back(fid);
  }
  // Python evaluates defaults where the function is defined.
  if (python_) frame_ = outer;
  for (NodeId p : children(module_, child(id, 0))) {
    const NodeId default_value = child(p, 1);
    if (present(default_value)) assign(child(p, 0), expression(default_value));
  }
  frame_ = {fid, kNoId, made.self, home};
  if (const NodeId body = child(id, 1); body != kNoNode) statements(body);
  frame_ = outer;

  SlotId slot = graph_.new_slot();
  const ValueId value = graph_.value(ValueKind::kFunction, fid);
  graph_.add_value(slot, value);
  if (!(python_ && transparent_only)) slot = decorate(id, slot, first_decorator);
  if (n.text != 0) {
    const BindingId b = unit_.scopes.binding(id);
    if (b != kNone32 && !redeclared_.contains(id)) graph_.add_copy(slot, binding(b));
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

// `set x(v)`, and Python's @x.setter.
bool Generator::is_setter(NodeId function) const {
  if (node(function).flags & kSetter) return true;
  if (!python_) return false;
  for (NodeId d = child(function, 2); d != kNoNode; d = module_[d].next_sibling) {
    if (node(d).kind == NodeKind::kMember && text(d) == "setter") return true;
  }
  return false;
}

ClassId Generator::declare_class(NodeId id) {
  ClassInfo made;
  made.unit = id_;
  made.node = id;
  made.parent = frame_.function;
  made.outer = frame_.cls;
  made.name = node(id).text;
  resolver_.classes_.push_back(std::move(made));
  return static_cast<ClassId>(resolver_.classes_.size() - 1);
}

SlotId Generator::cls(NodeId id) {
  const Node& n = node(id);
  const ClassId cid = declare_class(id);
  const ValueId value = graph_.value(ValueKind::kClass, cid);
  for (NodeId base : children(module_, child(id, 0))) {
    const SlotId slot = expression(base);
    if (slot != kNoId && node(base).kind != NodeKind::kKeyword) {
      resolver_.classes_[cid].bases.push_back(slot);
      graph_.add_rule(slot, {Rule::kBase, kNoId, cid});
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
      if (is_setter(member)) {
        resolver_.classes_[cid].setters[field] = fid;
        resolver_.has_setters_ = true;
        continue;
      }
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
      if (const FunctionId f = function_at(child(member, 1)); f != kNoId) {
        graph_.add_value(resolver_.functions_[f].self, instance);
      }
    } else {
      expression(member);
    }
  }
  frame_ = outer;
  if (python_) python_class_names(id, cid);
  SlotId slot = graph_.new_slot();
  graph_.add_value(slot, value);
  slot = decorate(id, slot, 2);
  if (n.text != 0) {
    const BindingId b = unit_.scopes.binding(id);
    if (b != kNone32) graph_.add_copy(slot, binding(b));
  }
  return slot;
}

}  // namespace cerebro
