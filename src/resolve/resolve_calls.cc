// What a call does once its callee is known: a function, a class, an instance.

#include "resolve/resolver.h"

namespace cerebro {

void Resolver::on_call(const CallSite& site, ValueId callee) {
  const ValueKey key = graph_.key(callee);
  switch (key.kind) {
    case ValueKind::kFunction:
      link(site, key.data, kNoId);
      break;
    case ValueKind::kBound:
      link(site, key.data, key.extra);
      break;
    case ValueKind::kClass:
      construct(site, key.data);
      break;
    case ValueKind::kInstance:
      graph_.add_call(special_method(key.data, &ClassInfo::call, "__call__"), site);
      break;
    case ValueKind::kSuper:
      for (SlotId base : classes_[key.data].bases) graph_.add_call(base, site);
      break;
    case ValueKind::kApi:
      call_api(site, key.data);
      break;
    default:
      break;
  }
}

void Resolver::link(const CallSite& site, FunctionId id, ValueId receiver) {
  if (site.node != kNoNode) add_call_edge(site.unit, site.node, id);
  const Function& function = functions_[id];
  size_t next = 0;
  if (receiver != kNoId && function.binding != Function::Binding::kStatic) {
    if (function.binding == Function::Binding::kPlain && function.self != kNoId) {
      graph_.add_value(function.self, receiver);  // JavaScript: no parameter is taken
    } else if (!function.parameters.empty()) {
      graph_.add_value(function.parameters[0].slot, receiver);
      next = 1;
    }
  }
  if (site.is_new && function.self != kNoId) {
    Function& constructor = functions_[id];
    if (constructor.instance == kNoId) {
      constructor.instance = graph_.new_object();
      const ValueId self_value = graph_.value(ValueKind::kFunction, id);
      graph_.add_parent(constructor.instance,
                        graph_.field_slot(self_value, pool_.intern("prototype")));
      graph_.add_value(constructor.self, constructor.instance);
    }
    graph_.add_value(site.result, constructor.instance);
  } else if (function.self != kNoId) {
    graph_.add_copy(site.receiver, function.self);
  }
  for (const CallSite::Argument& argument : site.arguments) {
    if (argument.keyword != 0) {
      for (const Parameter& parameter : function.parameters) {
        if (parameter.name == argument.keyword) graph_.add_copy(argument.slot, parameter.slot);
      }
      continue;
    }
    if (argument.mapping) {
      for (const Parameter& parameter : function.parameters) {
        graph_.add_load(argument.slot, parameter.name, parameter.slot, site.unit, site.node);
      }
      continue;
    }
    if (argument.spread) {
      for (size_t i = next; i < function.parameters.size(); ++i) {
        graph_.add_load_any(argument.slot, function.parameters[i].slot);
      }
      continue;
    }
    if (next >= function.parameters.size()) break;
    const Parameter& parameter = function.parameters[next];
    if (parameter.rest) {
      graph_.add_store_any(argument.slot, parameter.slot);
    } else {
      graph_.add_copy(argument.slot, parameter.slot);
      ++next;
    }
  }
  graph_.add_copy(function.result, site.result);
}

void Resolver::construct(const CallSite& site, ClassId cls) {
  const ValueId instance = graph_.value(ValueKind::kInstance, cls);
  graph_.add_value(site.result, instance);
  const bool python = units_[classes_[cls].unit]->module.language == Language::kPython;
  const SlotId constructor =
      special_method(cls, &ClassInfo::constructor, python ? "__init__" : "constructor");
  CallSite call = site;
  call.is_new = false;
  call.result = kNoId;
  graph_.add_call(constructor, std::move(call));
}

}  // namespace cerebro
