// JavaScript's objects: accessors, prototypes, iteration, promises, and what `this` is where no
// call tells it.

#include "resolve/resolver.h"

namespace cerebro {

SlotId Resolver::slot_of(ValueId value) {
  const SlotId slot = graph_.new_slot();
  graph_.add_value(slot, value);
  return slot;
}

ValueId Resolver::global_object() {
  if (global_object_ == kNoId) global_object_ = graph_.new_object(ObjectKind::kGlobal);
  return global_object_;
}

// Arguments to parameters, the rest parameter and `arguments`, by place. Behind a spread list the
// places are not known.
void Resolver::pass_javascript_arguments(const CallSite& site, const Function& function) {
  uint32_t place = 0;
  bool known = true;
  const auto to_list = [&](ValueId list, uint32_t index, const CallSite::Argument& given) {
    const SlotId element = known && !given.spread
                               ? graph_.field_slot(list, pool_.intern(std::to_string(index)))
                               : graph_.element_slot(list);
    if (given.spread) {
      graph_.add_rule(given.slot, {Rule::kIteration, element, site.unit, site.node, 0, kNoId});
    } else {
      graph_.add_copy(given.slot, element);
    }
  };
  for (const CallSite::Argument& given : site.arguments) {
    if (function.arguments != kNoId) to_list(function.arguments, place, given);
    for (uint32_t i = place; i < function.parameters.size(); ++i) {
      const Parameter& parameter = function.parameters[i];
      if (parameter.rest) {
        to_list(parameter.container, place - i, given);
        break;
      }
      if (given.spread) {
        graph_.add_rule(given.slot, {Rule::kIteration, parameter.slot, site.unit, site.node, 0,
                                     known ? i - place : kNoId});
      } else {
        graph_.add_copy(given.slot, parameter.slot);
        if (known) break;
      }
    }
    // What comes later than the parameters belongs to the rest parameter.
    if (known && !given.spread && place >= function.parameters.size() &&
        !function.parameters.empty() && function.parameters.back().rest) {
      to_list(function.parameters.back().container,
              place - static_cast<uint32_t>(function.parameters.size()) + 1, given);
    }
    if (given.spread) known = false;
    if (known) ++place;
  }
}

// The getter of x is kept as a field "get x".
Symbol Resolver::accessor_symbol(std::string_view kind, Symbol field) {
  return pool_.intern(std::string(kind) + std::string(pool_.text(field)));
}

void Resolver::call_accessor(ValueId object, SlotId accessor, const CallSite& site) {
  CallSite call = site;
  const auto owner = prototype_owners_.find(object);
  call.receiver = slot_of(owner == prototype_owners_.end() ? object : instance_of(owner->second));
  graph_.add_call(accessor, std::move(call));
}

void Resolver::call_getter(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node) {
  const SlotId getter = graph_.new_slot();
  graph_.add_load(slot_of(object), accessor_symbol("get ", field), getter, unit, kNoNode);
  CallSite site;
  site.unit = unit;
  site.node = node;
  site.result = target;
  call_accessor(object, getter, site);
}

// True when the language itself says what the field is.
bool Resolver::javascript_load(ValueId object, Symbol field, SlotId target, UnitId unit,
                               NodeId node) {
  const ValueKey key = graph_.key(object);
  const std::string_view name = pool_.text(field);
  if (key.kind == ValueKind::kFunction) {
    if (units_[functions_[key.data].unit]->module.language == Language::kPython) return false;
    if (name == "prototype") {
      graph_.add_copy(prototype_slot(key.data), target);
      return true;
    }
    if (name == "bind" || name == "call" || name == "apply") {
      graph_.add_value(target, graph_.value(ValueKind::kBuiltin,
                                            static_cast<uint32_t>(Builtin::kNothing), kNoId));
      return true;
    }
  } else if (key.kind == ValueKind::kClass || key.kind == ValueKind::kInstance) {
    if (units_[classes_[key.data].unit]->module.language == Language::kPython) return false;
    if (key.kind == ValueKind::kClass && name == "prototype") {
      graph_.add_value(target, graph_.value(ValueKind::kInstance, key.data));
      return true;
    }
    if (key.kind == ValueKind::kInstance && name == "constructor") {
      graph_.add_value(target, graph_.value(ValueKind::kClass, key.data));
      return true;
    }
  }
  if (node != kNoNode && accessors_.contains(field)) {
    call_getter(object, field, target, unit, node);
  }
  return false;
}

void Resolver::on_load_object(ValueId object, Symbol field, SlotId target, UnitId unit,
                              NodeId node) {
  const auto kind = static_cast<ObjectKind>(graph_.key(object).extra);
  if (kind != ObjectKind::kPlain) {
    if (const auto builtin = builtin_method(kind, pool_.text(field))) {
      const bool own = kind == ObjectKind::kGenerator || kind == ObjectKind::kPromise;
      graph_.add_value(target, graph_.value(ValueKind::kBuiltin, static_cast<uint32_t>(*builtin),
                                            own ? object : kNoId));
    }
    const auto owner = prototype_owners_.find(object);
    if (owner != prototype_owners_.end() && pool_.text(field) == "constructor") {
      graph_.add_value(target, graph_.value(ValueKind::kFunction, owner->second));
    }
  }
  if (node == kNoNode || !accessors_.contains(field)) return;
  const SlotId getter = graph_.find_field(object, accessor_symbol("get ", field));
  if (getter == kNoId) return;
  CallSite site;
  site.unit = unit;
  site.node = node;
  site.result = target;
  call_accessor(object, getter, site);
}

void Resolver::javascript_store(ValueId object, Symbol field, SlotId source, UnitId unit,
                                NodeId node) {
  const ValueKind kind = graph_.key(object).kind;
  const std::string_view name = pool_.text(field);
  if (name == "__proto__") graph_.add_parent(object, source);
  if (name == "prototype" && kind == ValueKind::kFunction) {
    graph_.add_rule(source, {Rule::kPrototypeOf, kNoId, object, kNoNode, 0, kNoId});
  }
  if (node == kNoNode || !accessors_.contains(field)) return;
  const Symbol accessor = accessor_symbol("set ", field);
  SlotId setter = graph_.find_field(object, accessor);
  if (kind != ValueKind::kObject) {
    setter = graph_.new_slot();
    graph_.add_load(slot_of(object), accessor, setter, unit, kNoNode);
  }
  if (setter == kNoId) return;
  CallSite site;
  site.unit = unit;
  site.node = node;
  site.result = graph_.new_slot();
  site.arguments.push_back({source, 0, false, false});
  call_accessor(object, setter, site);
}

// `key` 0: not known. Then a getter counts as called here, and may give any field.
void Resolver::define_property(SlotId object, Symbol key, SlotId descriptor, const CallSite& site) {
  const auto part = [&](std::string_view name) {
    const SlotId slot = graph_.new_slot();
    graph_.add_load(descriptor, pool_.intern(name), slot, site.unit, kNoNode);
    return slot;
  };
  if (key == 0) {
    graph_.add_store_any(part("value"), object);
    graph_.add_store_any(invoke(site, part("get"), {}, object), object);
    return;
  }
  graph_.add_store(part("value"), object, key);
  accessors_.insert(key);
  for (const std::string_view kind : {"get", "set"}) {
    graph_.add_rule(object, {Rule::kAccessor, kNoId, kNoId, kNoNode,
                             accessor_symbol(std::string(kind) + " ", key), part(kind)});
  }
}

// Descriptors by name in an object literal: the names stand in the source.
void Resolver::define_properties(SlotId object, size_t argument, const CallSite& site) {
  if (site.node == kNoNode || site.arguments.size() <= argument) return;
  const Unit& unit = *units_[site.unit];
  const NodeId literal = unit.module.child(site.node, argument + 1);
  if (literal == kNoNode || unit.module[literal].kind != NodeKind::kObject) return;
  for (NodeId property : children(unit.module, literal)) {
    if (unit.module[property].kind != NodeKind::kProperty) continue;
    const Value& name = unit.folder->fold(unit.module.child(property, 0));
    if (!name.is_text()) continue;
    const Symbol key = pool_.intern(name.text);
    const SlotId descriptor = graph_.new_slot();
    graph_.add_load(site.arguments[argument].slot, key, descriptor, site.unit, kNoNode);
    define_property(object, key, descriptor, site);
  }
}

// The object F.prototype is made when somebody asks for it.
SlotId Resolver::prototype_slot(FunctionId id) {
  const SlotId slot =
      graph_.field_slot(graph_.value(ValueKind::kFunction, id), pool_.intern("prototype"));
  if (functions_[id].prototype == kNoId) {
    functions_[id].prototype = graph_.new_object(ObjectKind::kPrototype);
    prototype_owners_[functions_[id].prototype] = id;
    graph_.add_value(slot, functions_[id].prototype);
  }
  return slot;
}

// What `new F()` makes.
ValueId Resolver::instance_of(FunctionId id) {
  if (functions_[id].instance == kNoId) {
    functions_[id].instance = graph_.new_object();
    graph_.add_parent(functions_[id].instance, prototype_slot(id));
    graph_.add_value(functions_[id].self, functions_[id].instance);
  }
  return functions_[id].instance;
}

void Resolver::javascript_rule(const RuleSite& site, ValueId value) {
  const ValueKey key = graph_.key(value);
  const bool is_object = key.kind == ValueKind::kObject;
  const auto object_kind = is_object ? static_cast<ObjectKind>(key.extra) : ObjectKind::kPlain;
  switch (site.rule) {
    case Rule::kAwait:
      if (object_kind == ObjectKind::kPromise) {
        graph_.add_copy(graph_.element_slot(value), site.target);
      } else {
        graph_.add_value(site.target, value);
      }
      break;
    case Rule::kIteration:
      if (key.kind == ValueKind::kApi) {
        graph_.add_api(site.target, graph_.join(key.data, "[]"));
      } else if (key.kind == ValueKind::kTaint) {
        graph_.add_value(site.target, value);
      } else if (object_kind == ObjectKind::kArray && site.argument != kNoId) {
        graph_.add_copy(graph_.field_slot(value, pool_.intern(std::to_string(site.argument))),
                        site.target);
      } else if (object_kind == ObjectKind::kMap) {
        CallSite of_value;
        of_value.node = value;
        const ValueId pair = object_at(of_value, ObjectKind::kArray);
        graph_.add_copy(graph_.element_slot(value), graph_.field_slot(pair, pool_.intern("1")));
        graph_.add_value(site.target, pair);
      } else if (is_object && object_kind != ObjectKind::kPlain &&
                 object_kind != ObjectKind::kPrototype) {
        graph_.add_copy(graph_.any_slot(value), site.target);
      } else {
        iterate_object(site, value);
      }
      break;
    case Rule::kHome: {
      const auto owner = prototype_owners_.find(value);
      if (owner != prototype_owners_.end()) {
        graph_.add_value(site.target, instance_of(owner->second));
      } else if (key.kind != ValueKind::kApi && key.kind != ValueKind::kTaint) {
        graph_.add_value(site.target, value);
      }
      break;
    }
    case Rule::kParent:
      if (key.kind != ValueKind::kApi && key.kind != ValueKind::kTaint) {
        graph_.add_parent(value, site.argument);
      }
      break;
    case Rule::kAccessor: {
      if (key.kind == ValueKind::kApi || key.kind == ValueKind::kTaint) break;
      graph_.add_copy(site.argument, graph_.accessor_slot(value, site.field));
      const std::string_view name = pool_.text(site.field);
      if (!is_object || !name.starts_with("get ")) break;
      const Symbol field = pool_.intern(name.substr(4));
      for (const ValueGraph::Load& load : graph_.loads(value, field)) {
        on_load_object(value, field, load.target, load.unit, load.node);
      }
      break;
    }
    case Rule::kPrototypeOf:
      if (is_object) prototype_owners_.try_emplace(value, graph_.key(site.context).data);
      break;
    default:
      break;
  }
}

// for (x of o): o[Symbol.iterator]().next().value, both called where the loop is.
void Resolver::iterate_object(const RuleSite& site, ValueId value) {
  const auto call = [&](SlotId object, std::string_view method) {
    CallSite made;
    made.unit = site.context;
    made.node = site.node;
    made.receiver = object;
    made.result = graph_.new_slot();
    const SlotId callee = graph_.new_slot(), result = made.result;
    graph_.add_load(object, pool_.intern(method), callee, site.context, kNoNode);
    graph_.add_call(callee, std::move(made));
    const SlotId awaited = graph_.new_slot();
    graph_.add_rule(result, {Rule::kAwait, awaited, kNoId, kNoNode, 0, kNoId});
    return awaited;
  };
  const SlotId object = slot_of(value);
  for (const std::string_view method : {"@@iterator", "@@asyncIterator"}) {
    if (!symbol_keys_.contains(pool_.intern(method))) continue;
    graph_.add_load(call(call(object, method), "next"), pool_.intern("value"), site.target,
                    site.context, kNoNode);
  }
}

// A class that extends Map, Array and so on has their methods.
void Resolver::inherit_builtin(Symbol base, Symbol field, SlotId target) {
  const std::string_view path = pool_.text(base);
  ObjectKind kind = ObjectKind::kPlain;
  if (path == "globalThis.Array") kind = ObjectKind::kArray;
  if (path == "globalThis.Map") kind = ObjectKind::kMap;
  if (path == "globalThis.Set") kind = ObjectKind::kSet;
  if (const auto builtin = builtin_method(kind, pool_.text(field))) {
    graph_.add_value(target,
                     graph_.value(ValueKind::kBuiltin, static_cast<uint32_t>(*builtin), kNoId));
  }
}

// Methods that nothing in the package calls are called from outside, on an instance of their class
// or on the object that they were put into.
bool Resolver::javascript_rest() {
  bool found = false;
  std::unordered_set<ClassId> used;
  const size_t first = rested_functions_;
  const auto wants_self = [&](const Function& function) {
    if (function.self == kNoId || function.node == kNoNode) return false;
    const Unit& unit = *units_[function.unit];
    return unit.module.language != Language::kPython &&
           (unit.module[function.node].flags & kArrow) == 0;
  };
  const auto lacks_self = [&](const Function& function) {
    for (ValueId value : graph_.values(function.self)) {
      if (graph_.key(value).kind != ValueKind::kTaint) return false;
    }
    return true;
  };
  for (; rested_functions_ < functions_.size(); ++rested_functions_) {
    const Function& function = functions_[rested_functions_];
    if (!wants_self(function) || !lacks_self(function)) continue;
    if (function.cls != kNoId) {
      used.insert(function.cls);
    } else if (function.home != kNoId) {
      graph_.add_rule(function.home, {Rule::kHome, function.self, kNoId, kNoNode, 0, kNoId});
      found = true;
    }
  }
  for (size_t id = used.empty() ? functions_.size() : first; id < functions_.size(); ++id) {
    const Function& function = functions_[id];
    if (!used.contains(function.cls) || !wants_self(function)) continue;
    const bool is_static = function.binding == Function::Binding::kStatic;
    graph_.add_value(
        function.self,
        graph_.value(is_static ? ValueKind::kClass : ValueKind::kInstance, function.cls));
    found = true;
  }
  return found;
}

}  // namespace cerebro
