// What JavaScript's own functions do with the values that they are given.

#include <algorithm>

#include "resolve/resolver.h"

namespace cerebro {
namespace {

// What belongs to a value and not to a call is kept under that value.
CallSite site_of(ValueId value) {
  CallSite site;
  site.node = value;
  return site;
}

}  // namespace

// Argument `index`, also where it comes out of a spread list.
SlotId Resolver::argument(const CallSite& site, size_t index) {
  for (size_t i = 0; i < site.arguments.size() && i <= index; ++i) {
    if (site.arguments[i].spread) {
      const SlotId slot = graph_.new_slot();
      graph_.add_rule(site.arguments[i].slot, {Rule::kIteration, slot, site.unit, site.node, 0,
                                               static_cast<SlotId>(index - i)});
      return slot;
    }
    if (i == index) return site.arguments[i].slot;
  }
  return kNoId;
}

const Value* Resolver::constant(const CallSite& site, size_t index) const {
  if (site.node == kNoNode) return nullptr;
  const Unit& unit = *units_[site.unit];
  const NodeId node = unit.module.child(site.node, index + 1);
  if (node == kNoNode) return nullptr;
  const Value& value = unit.folder->fold(node);
  return value.is_text() ? &value : nullptr;
}

// A callback is called where the builtin is. Gives its result.
SlotId Resolver::invoke(const CallSite& site, SlotId callee,
                        std::initializer_list<SlotId> arguments, SlotId receiver) {
  if (callee == kNoId) return kNoId;
  CallSite call;
  call.unit = site.unit;
  call.node = site.node;
  call.receiver = receiver;
  call.result = graph_.new_slot();
  for (SlotId slot : arguments) call.arguments.push_back({slot, 0, false, false});
  const SlotId result = call.result;
  graph_.add_call(callee, std::move(call));
  return result;
}

// Of a list, a set or a map the values; of anything that can be iterated over what that gives.
SlotId Resolver::elements(const CallSite& site, SlotId iterable, bool iterates) {
  const SlotId slot = graph_.new_slot();
  if (iterates) {
    graph_.add_rule(iterable, {Rule::kIteration, slot, site.unit, site.node, 0, kNoId});
  } else {
    graph_.add_load_any(iterable, slot);
  }
  return slot;
}

// Calls make an object each, whatever they are called with.
ValueId Resolver::object_at(const CallSite& site, ObjectKind kind, uint32_t which) {
  const uint64_t key = (uint64_t{site.unit} << 34) ^ (uint64_t{site.node} << 2) ^ which;
  const auto [it, inserted] = site_objects_.try_emplace(key, kNoId);
  if (inserted) it->second = graph_.new_object(kind);
  return it->second;
}

// The call gives a new object of that kind: the slot of its elements.
SlotId Resolver::give(const CallSite& site, ObjectKind kind) {
  const ValueId object = object_at(site, kind);
  graph_.add_value(site.result, object);
  const SlotId slot = graph_.element_slot(object);
  graph_.add_taint_copy(slot, site.result);
  return slot;
}

void Resolver::settle(SlotId value, ValueId promise) {
  graph_.add_rule(value, {Rule::kAwait, graph_.element_slot(promise), kNoId, kNoNode, 0, kNoId});
}

// False when the call is still one of an API like others.
bool Resolver::call_builtin(const CallSite& site, Builtin builtin, uint32_t extra, Symbol path) {
  for (const CallSite::Argument& each : site.arguments) {
    graph_.add_taint_copy(each.slot, site.result);
  }
  graph_.add_taint_copy(site.receiver, site.result);
  switch (builtin) {
    case Builtin::kNothing:
      return true;
    case Builtin::kBoundFunction: {
      const BoundFunction& bound = bound_functions_[extra];
      CallSite call = site;
      call.receiver = bound.self;
      call.functions_only = true;
      call.arguments = bound.arguments;
      call.arguments.insert(call.arguments.end(), site.arguments.begin(), site.arguments.end());
      graph_.add_call(bound.target, std::move(call));
      return true;
    }
    case Builtin::kNext: {
      const ValueId record = object_at(site_of(extra), ObjectKind::kPlain);
      const SlotId value = graph_.field_slot(record, pool_.intern("value"));
      graph_.add_copy(graph_.element_slot(extra), value);
      graph_.add_copy(graph_.hidden_slot(extra, ValueGraph::Hidden::kReturned), value);
      graph_.add_copy(argument(site, 0), graph_.hidden_slot(extra, ValueGraph::Hidden::kSent));
      graph_.add_value(site.result, record);
      return true;
    }
    case Builtin::kTimer: {
      CallSite call = site;
      const size_t taken = std::min<size_t>(call.arguments.size(), 2);
      call.arguments.erase(call.arguments.begin(),
                           call.arguments.begin() + static_cast<ptrdiff_t>(taken));
      call.receiver = kNoId;
      call.result = graph_.new_slot();
      graph_.add_call(argument(site, 0), std::move(call));
      graph_.add_api(site.result, graph_.join(path, "()"));
      return true;
    }
    case Builtin::kDefineModule:
      define_module(site);
      return true;
    default:
      break;
  }
  if (builtin >= Builtin::kEach && builtin <= Builtin::kMapSet) {
    call_list_method(site, builtin);
  } else if (builtin <= Builtin::kResolved ||
             (builtin >= Builtin::kThen && builtin <= Builtin::kFinally) ||
             (builtin >= Builtin::kNewPromise && builtin <= Builtin::kPromiseRace)) {
    call_promise_method(site, builtin, extra);
  } else {
    call_object_function(site, builtin);
  }
  return true;
}

void Resolver::call_list_method(const CallSite& site, Builtin builtin) {
  const SlotId list = site.receiver;
  const SlotId callback = argument(site, 0), self = argument(site, 1);
  const auto each = [&] { return elements(site, list, false); };
  const auto store_arguments = [&](size_t first) {
    for (size_t i = first; i < site.arguments.size(); ++i) {
      const CallSite::Argument& given = site.arguments[i];
      const SlotId value = given.spread ? elements(site, given.slot, true) : given.slot;
      graph_.add_store_any(value, list);
      graph_.add_taint_copy(value, list);
    }
  };
  switch (builtin) {
    case Builtin::kEach:
      invoke(site, callback, {each(), kNoId, list}, self);
      break;
    case Builtin::kFilter: {
      const SlotId element = each();
      invoke(site, callback, {element, kNoId, list}, self);
      graph_.add_copy(element, give(site, ObjectKind::kArray));
      break;
    }
    case Builtin::kFind: {
      const SlotId element = each();
      invoke(site, callback, {element, kNoId, list}, self);
      graph_.add_copy(element, site.result);
      break;
    }
    case Builtin::kMap:
    case Builtin::kFlatMap: {
      const SlotId made = invoke(site, callback, {each(), kNoId, list}, self);
      const SlotId all = give(site, ObjectKind::kArray);
      graph_.add_copy(made, all);
      if (builtin == Builtin::kFlatMap) graph_.add_load_any(made, all);
      break;
    }
    case Builtin::kReduce: {
      const SlotId element = each(), so_far = graph_.new_slot();
      graph_.add_copy(site.arguments.size() > 1 ? self : element, so_far);
      graph_.add_copy(invoke(site, callback, {so_far, element, kNoId, list}), so_far);
      graph_.add_copy(so_far, site.result);
      break;
    }
    case Builtin::kSort: {
      const SlotId element = each();
      invoke(site, callback, {element, element});
      graph_.add_store_any(element, list);
      graph_.add_copy(list, site.result);
      break;
    }
    case Builtin::kAdd:
      store_arguments(0);
      graph_.add_copy(list, site.result);
      break;
    case Builtin::kMapSet:
      store_arguments(1);
      graph_.add_copy(list, site.result);
      break;
    case Builtin::kTake:
      graph_.add_load_any(list, site.result);
      break;
    case Builtin::kSplice:
      graph_.add_copy(each(), give(site, ObjectKind::kArray));
      store_arguments(2);
      break;
    case Builtin::kList:
      graph_.add_copy(each(), give(site, ObjectKind::kArray));
      break;
    case Builtin::kConcat: {
      const SlotId all = give(site, ObjectKind::kArray), element = each();
      graph_.add_copy(element, all);
      graph_.add_load_any(element, all);  // flat()
      for (const CallSite::Argument& given : site.arguments) {
        graph_.add_copy(given.slot, all);
        graph_.add_load_any(given.slot, all);
      }
      break;
    }
    case Builtin::kEntries: {
      const ValueId pair = object_at(site, ObjectKind::kArray, 1);
      graph_.add_copy(each(), graph_.field_slot(pair, pool_.intern("1")));
      graph_.add_value(give(site, ObjectKind::kArray), pair);
      break;
    }
    default:
      break;
  }
}

void Resolver::call_promise_method(const CallSite& site, Builtin builtin, ValueId promise) {
  using Hidden = ValueGraph::Hidden;
  const SlotId first = argument(site, 0);
  const auto make = [&] {
    give(site, ObjectKind::kPromise);
    return object_at(site, ObjectKind::kPromise);
  };
  switch (builtin) {
    case Builtin::kResolve:
      settle(first, promise);
      break;
    case Builtin::kReject:
      graph_.add_copy(first, graph_.hidden_slot(promise, Hidden::kReturned));
      break;
    case Builtin::kThen:
    case Builtin::kCatch: {
      const ValueId next = make();
      const SlotId value = graph_.element_slot(promise);
      const SlotId error = graph_.hidden_slot(promise, Hidden::kReturned);
      const SlotId on_value = builtin == Builtin::kThen ? first : kNoId;
      const SlotId on_error = builtin == Builtin::kThen ? argument(site, 1) : first;
      settle(on_value == kNoId ? value : invoke(site, on_value, {value}), next);
      if (on_error == kNoId) {
        graph_.add_copy(error, graph_.hidden_slot(next, Hidden::kReturned));
      } else {
        settle(invoke(site, on_error, {error}), next);
      }
      break;
    }
    case Builtin::kFinally: {
      const ValueId next = make();
      invoke(site, first, {});
      settle(graph_.element_slot(promise), next);
      graph_.add_copy(graph_.hidden_slot(promise, Hidden::kReturned),
                      graph_.hidden_slot(next, Hidden::kReturned));
      break;
    }
    case Builtin::kNewPromise: {
      const ValueId made = make();
      invoke(site, first,
             {slot_of(graph_.value(ValueKind::kBuiltin, static_cast<uint32_t>(Builtin::kResolve),
                                   made)),
              slot_of(graph_.value(ValueKind::kBuiltin, static_cast<uint32_t>(Builtin::kReject),
                                   made))});
      break;
    }
    case Builtin::kPromiseResolve:
      settle(first, make());
      break;
    case Builtin::kPromiseReject:
      graph_.add_copy(first, graph_.hidden_slot(make(), Hidden::kReturned));
      break;
    case Builtin::kPromiseAll: {
      const ValueId list = object_at(site, ObjectKind::kArray, 1);
      graph_.add_rule(elements(site, first, true),
                      {Rule::kAwait, graph_.element_slot(list), kNoId, kNoNode, 0, kNoId});
      graph_.add_taint_copy(graph_.element_slot(list), graph_.element_slot(make()));
      graph_.add_value(graph_.element_slot(make()), list);
      break;
    }
    case Builtin::kPromiseRace:
      settle(elements(site, first, true), make());
      break;
    default:
      break;
  }
}

void Resolver::call_object_function(const CallSite& site, Builtin builtin) {
  const SlotId first = argument(site, 0), second = argument(site, 1), third = argument(site, 2);
  const auto text = [&](size_t index) {
    const Value* value = constant(site, index);
    return value == nullptr ? Symbol{0} : pool_.intern(value->text);
  };
  const auto inherit = [&](SlotId object, SlotId parent) {
    graph_.add_rule(object, {Rule::kParent, kNoId, kNoId, kNoNode, 0, parent});
  };
  switch (builtin) {
    case Builtin::kSelf:
      graph_.add_copy(site.receiver, site.result);
      break;
    case Builtin::kIdentity:
      graph_.add_copy(first, site.result);
      break;
    case Builtin::kArrayFrom: {
      const SlotId all = give(site, ObjectKind::kArray), element = elements(site, first, true);
      graph_.add_copy(second == kNoId ? element : invoke(site, second, {element}), all);
      break;
    }
    case Builtin::kArrayOf: {
      const SlotId all = give(site, ObjectKind::kArray);
      for (const CallSite::Argument& given : site.arguments) graph_.add_copy(given.slot, all);
      break;
    }
    case Builtin::kAssign:
      for (size_t i = 1; i < site.arguments.size(); ++i) {
        const CallSite::Argument& given = site.arguments[i];
        const SlotId source = given.spread ? elements(site, given.slot, true) : given.slot;
        inherit(first, source);
        graph_.add_taint_copy(source, first);
      }
      graph_.add_copy(first, site.result);
      break;
    case Builtin::kCreate:
      graph_.add_value(site.result, object_at(site, ObjectKind::kPlain));
      inherit(site.result, first);
      define_properties(site.result, 1, site);
      break;
    case Builtin::kDefineProperty:
      define_property(first, text(1), third, site);
      graph_.add_copy(first, site.result);
      break;
    case Builtin::kDefineProperties:
      define_properties(first, 1, site);
      graph_.add_copy(first, site.result);
      break;
    case Builtin::kDefineGetter:
    case Builtin::kDefineSetter: {
      const Symbol key = text(0);
      if (key == 0) break;
      const bool get = builtin == Builtin::kDefineGetter;
      accessors_.insert(key);
      graph_.add_rule(site.receiver, {Rule::kAccessor, kNoId, kNoId, kNoNode,
                                      accessor_symbol(get ? "get " : "set ", key), second});
      break;
    }
    case Builtin::kSetPrototype:
      inherit(first, second);
      graph_.add_copy(first, site.result);
      break;
    case Builtin::kGetPrototype:  // its names are those of the object
      graph_.add_copy(first, site.result);
      break;
    case Builtin::kInherits: {
      const Symbol prototype = pool_.intern("prototype");
      const SlotId sub = graph_.new_slot(), base = graph_.new_slot();
      graph_.add_load(first, prototype, sub, site.unit, kNoNode);
      graph_.add_load(second, prototype, base, site.unit, kNoNode);
      inherit(sub, base);
      break;
    }
    case Builtin::kValues:
      graph_.add_copy(elements(site, first, false), give(site, ObjectKind::kArray));
      break;
    case Builtin::kObjectEntries: {
      const ValueId pair = object_at(site, ObjectKind::kArray, 1);
      graph_.add_copy(elements(site, first, false), graph_.field_slot(pair, pool_.intern("1")));
      graph_.add_value(give(site, ObjectKind::kArray), pair);
      break;
    }
    case Builtin::kFromEntries:
    case Builtin::kNewMap: {
      const SlotId all =
          give(site, builtin == Builtin::kNewMap ? ObjectKind::kMap : ObjectKind::kPlain);
      graph_.add_load(elements(site, first, true), pool_.intern("1"), all, site.unit, kNoNode);
      break;
    }
    case Builtin::kNewSet:
      graph_.add_copy(elements(site, first, true), give(site, ObjectKind::kSet));
      break;
    case Builtin::kNewProxy:  // what it is asked for, the target gives
      graph_.add_copy(first, site.result);
      invoke(site, elements(site, second, false), {first, kNoId, kNoId}, second);
      break;
    case Builtin::kReflectApply:
    case Builtin::kReflectConstruct: {
      const bool construct = builtin == Builtin::kReflectConstruct;
      CallSite call;
      call.unit = site.unit;
      call.node = site.node;
      call.result = site.result;
      call.is_new = construct;
      call.receiver = construct ? kNoId : second;
      call.arguments.push_back({construct ? second : third, 0, true, false});
      graph_.add_call(first, std::move(call));
      break;
    }
    case Builtin::kReflectGet:
      if (const Symbol key = text(1); key != 0) {
        graph_.add_load(first, key, site.result, site.unit, site.node);
      } else {
        graph_.add_load_any(first, site.result);
      }
      break;
    case Builtin::kReflectSet:
      if (const Symbol key = text(1); key != 0) {
        graph_.add_store(third, first, key, site.unit, site.node);
      } else {
        graph_.add_store_any(third, first);
      }
      break;
    default:
      break;
  }
}

// define([name], [dependencies], factory): the factory's result is the module.
void Resolver::define_module(const CallSite& site) {
  if (site.arguments.empty()) return;
  Unit& unit = *units_[site.unit];
  CallSite call;
  call.unit = site.unit;
  call.node = site.node;
  call.result = graph_.new_slot();
  const size_t last = site.arguments.size() - 1;
  const NodeId list =
      last > 0 && site.node != kNoNode ? unit.module.child(site.node, last) : kNoNode;
  if (list != kNoNode && unit.module[list].kind == NodeKind::kArray) {
    for (NodeId c : children(unit.module, list)) {
      const Value& name = unit.folder->fold(c);
      const SlotId dependency = graph_.new_slot();
      call.arguments.push_back({dependency, 0, false, false});
      if (!name.is_text()) continue;
      load_module(site.unit, name.text, 0, dependency);
      const UnitId found = resolve_import(unit, name.text, 0);
      if (found != kNoId) add_call_edge(site.unit, site.node, units_[found]->top);
    }
  } else {
    const SlotId require = graph_.new_slot();
    graph_.add_api(require, pool_.intern("globalThis.require"));
    call.arguments.push_back({require, 0, false, false});
    call.arguments.push_back({unit.exports, 0, false, false});
    call.arguments.push_back({slot_of(unit.module_object), 0, false, false});
  }
  graph_.add_copy(call.result, unit.exports);
  graph_.add_copy(site.arguments[last].slot, unit.exports);  // define({...})
  graph_.add_call(site.arguments[last].slot, std::move(call));
}

}  // namespace cerebro
