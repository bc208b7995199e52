// What a call does once its callee is known: a function, a class, an instance.

#include <algorithm>
#include <string>

#include "resolve/resolver.h"

namespace cerebro {
namespace {

constexpr size_t kMostArguments = 256;  // of a partial that is applied to partials

}  // namespace

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
    case ValueKind::kPartial:
      call_partial(site, key.data);
      break;
    case ValueKind::kApi:
      if (site.functions_only) {
        const auto builtin = builtin_function(pool_.text(key.data));
        if (builtin) call_builtin(site, *builtin, kNoId, key.data);
        break;
      }
      if (site.implicit && !pool_.text(key.data).starts_with("builtins.")) {
        std::vector<Symbol>& apis = implicit_apis_[(uint64_t{site.unit} << 32) | site.node];
        if (std::find(apis.begin(), apis.end(), key.data) == apis.end()) apis.push_back(key.data);
      }
      call_api(site, key.data);
      break;
    case ValueKind::kBuiltin:
      call_builtin(site, static_cast<Builtin>(key.data), key.extra, 0);
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
      // JavaScript: no parameter is taken
      if (!site.is_super) graph_.add_value(function.self, receiver);
    } else if (!function.parameters.empty()) {
      graph_.add_value(function.parameters[0].slot, receiver);
      next = 1;
    }
  }
  if (site.is_new && function.self != kNoId) {
    graph_.add_value(site.result, instance_of(id));
  } else if (function.self != kNoId && (receiver == kNoId || site.is_super)) {
    graph_.add_copy(site.receiver, function.self);
  }
  if (units_[function.unit]->module.language == Language::kPython) {
    pass_arguments(site, function, next);
  } else {
    pass_javascript_arguments(site, function);
  }
  graph_.add_copy(function.result, site.result);
}

// Positional arguments from parameter `next` on, keywords by name, `*` and `**` by what they hold.
void Resolver::pass_arguments(const CallSite& site, const Function& function, size_t next) {
  const bool python = units_[function.unit]->module.language == Language::kPython;
  const auto field = [&](size_t index) {
    return pool_.intern((python ? std::string(1, kIndexMark) : std::string()) +
                        std::to_string(index));
  };
  const auto container = [&]() {
    for (const Parameter& parameter : function.parameters) {
      if (parameter.mapping) return parameter.container;
    }
    return kNoId;
  };
  size_t collected = 0;  // by the rest parameter
  for (const CallSite::Argument& argument : site.arguments) {
    graph_.charge(1);
    if (argument.keyword != 0) {
      bool named = false;
      for (const Parameter& parameter : function.parameters) {
        graph_.charge(1);
        if (parameter.name != argument.keyword || parameter.mapping) continue;
        graph_.add_copy(argument.slot, parameter.slot);
        named = true;
      }
      if (const ValueId mapping = container(); !named && mapping != kNoId) {
        graph_.add_copy(argument.slot, graph_.field_slot(mapping, argument.keyword));
      }
      continue;
    }
    if (argument.mapping) {
      for (const Parameter& parameter : function.parameters) {
        if (parameter.mapping || parameter.rest) continue;
        graph_.add_load(argument.slot, parameter.name, parameter.slot, site.unit, site.node);
      }
      if (const ValueId mapping = container(); mapping != kNoId && argument.slot != kNoId) {
        graph_.add_parent(mapping, argument.slot);
        const SlotId any = graph_.new_slot();
        graph_.add_load_any(argument.slot, any);
        graph_.add_copy(any, graph_.any_slot(mapping));
      }
      continue;
    }
    if (argument.spread) {
      const SlotId any = graph_.new_slot();
      graph_.add_rule(argument.slot, {Rule::kUnpack, any, site.unit, site.node});
      for (size_t i = next; i < function.parameters.size(); ++i) {
        const Parameter& parameter = function.parameters[i];
        graph_.charge(1);
        if (parameter.mapping) continue;
        if (parameter.rest) {
          graph_.add_load_any(argument.slot, graph_.element_slot(parameter.container));
          graph_.add_copy(any, graph_.element_slot(parameter.container));
          break;
        }
        graph_.add_copy(any, parameter.slot);
        if (python) {
          graph_.add_load(argument.slot, field(i - next), parameter.slot, site.unit, site.node);
        } else {
          graph_.add_load_any(argument.slot, parameter.slot);
        }
      }
      continue;
    }
    if (next >= function.parameters.size()) continue;
    const Parameter& parameter = function.parameters[next];
    if (parameter.rest) {
      if (argument.slot != kNoId) {
        graph_.add_copy(argument.slot, graph_.field_slot(parameter.container, field(collected)));
      }
      ++collected;
    } else if (!parameter.mapping) {
      graph_.add_copy(argument.slot, parameter.slot);
      ++next;
    }
  }
}

void Resolver::call_partial(const CallSite& site, uint32_t partial) {
  CallSite call = site;
  const std::vector<CallSite::Argument>& bound = partials_[partial].arguments;
  if (bound.size() + call.arguments.size() > kMostArguments) return;
  call.arguments.insert(call.arguments.begin(), bound.begin(), bound.end());
  graph_.add_call(partials_[partial].callee, std::move(call));
}

void Resolver::construct(const CallSite& site, ClassId cls) {
  const ValueId instance = graph_.value(ValueKind::kInstance, cls);
  graph_.add_value(site.result, instance);
  if (!classes_[cls].instantiated) {
    classes_[cls].instantiated = true;
    instantiated_.push_back(cls);
  }
  const bool python = units_[classes_[cls].unit]->module.language == Language::kPython;
  const SlotId constructor =
      special_method(cls, &ClassInfo::constructor, python ? "__init__" : "constructor");
  CallSite call = site;
  call.is_new = false;
  call.classes_only = false;
  call.implicit = true;
  call.result = kNoId;
  graph_.add_call(constructor, std::move(call));
}

}  // namespace cerebro
