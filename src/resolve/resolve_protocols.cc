// What Python calls by itself: iteration, `with`, operators, exceptions; and what it makes of
// values on the way.

#include <algorithm>
#include <string>

#include "resolve/resolver.h"

namespace cerebro {

void Resolver::on_rule(const RuleSite& site, ValueId value) {
  const ValueKey key = graph_.key(value);
  if (site.rule >= Rule::kIteration) {
    javascript_rule(site, value);
    return;
  }
  switch (site.rule) {
    case Rule::kIterate:
    case Rule::kNext:
      iterate(site, value);
      break;
    case Rule::kUnpack:
      if (key.kind == ValueKind::kInstance ||
          (key.kind == ValueKind::kObject &&
           key.extra == static_cast<uint32_t>(ObjectKind::kGenerator))) {
        iterate(site, value);
      }
      break;
    case Rule::kDelegate:
      if (key.kind == ValueKind::kObject) {
        graph_.add_copy(graph_.hidden_slot(value, ValueGraph::Hidden::kReturned), site.target);
      } else {
        graph_.add_value(site.target, value);
      }
      break;
    case Rule::kElement:
      if (key.kind == ValueKind::kObject) {
        graph_.add_copy(graph_.field_slot(value, site.field), site.target);
      }
      break;
    case Rule::kSend:
      if (key.kind == ValueKind::kObject &&
          key.extra == static_cast<uint32_t>(ObjectKind::kGenerator)) {
        graph_.add_copy(site.argument, graph_.hidden_slot(value, ValueGraph::Hidden::kSent));
        graph_.add_copy(graph_.element_slot(value), site.target);
      }
      break;
    case Rule::kEnter:
      enter(site, value);
      break;
    case Rule::kMethod:
      if (key.kind == ValueKind::kInstance) protocols_.emplace_back(site, value);
      break;
    case Rule::kSet:
      if (key.kind == ValueKind::kInstance && has_setters_) protocols_.emplace_back(site, value);
      break;
    case Rule::kBind:
      if (key.kind == ValueKind::kFunction &&
          functions_[key.data].binding != Function::Binding::kStatic) {
        graph_.add_value(site.target, graph_.value(ValueKind::kBound, key.data, site.context));
      } else {
        graph_.add_value(site.target, value);
      }
      break;
    case Rule::kCatch:
      if (key.kind == ValueKind::kClass) {
        graph_.add_value(site.target, graph_.value(ValueKind::kInstance, key.data));
      } else if (key.kind == ValueKind::kApi) {
        graph_.add_api(site.target, graph_.join(key.data, "()"));
      } else if (key.kind == ValueKind::kObject) {  // except (A, B)
        graph_.add_rule(graph_.any_slot(value), site);
      }
      break;
    case Rule::kSuper:
      if (key.kind == ValueKind::kInstance || key.kind == ValueKind::kClass) {
        graph_.add_value(site.target, graph_.value(ValueKind::kSuper, site.context, value));
      }
      break;
    case Rule::kApi:
      if (key.kind == ValueKind::kApi) graph_.add_value(site.target, value);
      break;
    case Rule::kBase:
      // Only what comes after the order was used matters.
      if (!classes_[site.context].order.empty()) bases_changed_ = true;
      break;
    case Rule::kSlice:
      slice(site, value);
      break;
    default:
      break;
  }
}

void Resolver::iterate(const RuleSite& site, ValueId value) {
  const ValueKey key = graph_.key(value);
  switch (key.kind) {
    case ValueKind::kApi:
      graph_.add_api(site.target, graph_.join(key.data, "[]"));
      break;
    case ValueKind::kTaint:
      graph_.add_value(site.target, value);
      break;
    case ValueKind::kInstance:
      protocols_.emplace_back(site, value);
      break;
    case ValueKind::kObject:
      if (key.extra == static_cast<uint32_t>(ObjectKind::kDict)) {
        graph_.add_copy(graph_.hidden_slot(value, ValueGraph::Hidden::kKeys), site.target);
      } else {
        graph_.add_copy(graph_.any_slot(value), site.target);
      }
      break;
    case ValueKind::kClass:  // an enumeration
      graph_.add_copy(graph_.any_slot(value), site.target);
      break;
    default:
      break;
  }
}

// A generator in a `with` is a function behind contextlib.contextmanager.
void Resolver::enter(const RuleSite& site, ValueId value) {
  const ValueKey key = graph_.key(value);
  if (key.kind == ValueKind::kInstance) {
    protocols_.emplace_back(site, value);
  } else if (key.kind == ValueKind::kObject &&
             key.extra == static_cast<uint32_t>(ObjectKind::kGenerator)) {
    graph_.add_copy(graph_.element_slot(value), site.target);
  } else {
    graph_.add_value(site.target, value);
  }
}

// a[start:stop] of a literal whose length is known keeps the places of its elements.
void Resolver::slice(const RuleSite& site, ValueId value) {
  constexpr int64_t kPlaces = 1000;
  const ValueKey key = graph_.key(value);
  if (key.kind == ValueKind::kApi) graph_.add_api(site.target, graph_.join(key.data, "[]"));
  if (key.kind == ValueKind::kTaint) graph_.add_value(site.target, value);
  if (key.kind != ValueKind::kObject) return;
  const uint32_t length = graph_.length(value);
  if (length == kNoId || length > kPlaces) {
    graph_.add_copy(graph_.any_slot(value), graph_.element_slot(site.context));
    return;
  }
  const auto bound = [&](uint32_t given, int64_t otherwise) -> int64_t {
    if (given == kNoId) return otherwise;
    const auto index = static_cast<int32_t>(given);
    return std::clamp<int64_t>(index < 0 ? index + int64_t{length} : index, 0, length);
  };
  const int64_t start = bound(site.field, 0), stop = bound(site.argument, length);
  const auto field = [&](int64_t index) {
    return pool_.intern(kIndexMark + std::to_string(index));
  };
  for (int64_t i = start; i < stop; ++i) {
    graph_.charge(1);
    graph_.add_copy(graph_.field_slot(value, field(i)),
                    graph_.field_slot(site.context, field(i - start)));
  }
  graph_.add_copy(graph_.element_slot(value), graph_.element_slot(site.context));
}

// What an instance does about it, now that the order of its class is known.
void Resolver::run_protocol(const RuleSite& site, ValueId instance) {
  const ClassId cls = graph_.key(instance).data;
  const bool is_async = site.argument != kNoId;
  switch (site.rule) {
    case Rule::kIterate:
    case Rule::kUnpack: {
      const SlotId iterator = graph_.new_slot();
      if (call_method(site, instance, is_async ? "__aiter__" : "__iter__", iterator)) {
        RuleSite next = site;
        next.rule = Rule::kNext;
        graph_.add_rule(iterator, next);
      } else {
        call_method(site, instance, "__getitem__", site.target);
      }
      break;
    }
    case Rule::kNext:
      call_method(site, instance, is_async ? "__anext__" : "__next__", site.target);
      break;
    case Rule::kEnter:
      if (!call_method(site, instance, is_async ? "__aenter__" : "__enter__", site.target)) {
        graph_.add_value(site.target, instance);
      }
      call_method(site, instance, is_async ? "__aexit__" : "__exit__", kNoId);
      break;
    case Rule::kMethod: {
      const std::string_view method = pool_.text(site.field);
      if (!call_method(site, instance, method, site.target) && method.starts_with("__i")) {
        call_method(site, instance, "__" + std::string(method.substr(3)), site.target);
      }
      break;
    }
    case Rule::kSet:
      for (ValueId owner : order_of(cls)) {
        if (graph_.key(owner).kind != ValueKind::kClass) continue;
        const auto& setters = classes_[graph_.key(owner).data].setters;
        const auto setter = setters.find(site.field);
        if (setter == setters.end()) continue;
        CallSite call{.unit = site.context, .node = site.node};
        call.arguments.push_back({.slot = site.argument});
        link(call, setter->second, instance);
        break;
      }
      break;
    default:
      break;
  }
}

// Calls a method that the package defines for the instance; false when there is none.
bool Resolver::call_method(const RuleSite& site, ValueId instance, std::string_view method,
                           SlotId result) {
  const SlotId callee = graph_.new_slot();
  const Lookup lookup{graph_.key(instance).data, pool_.intern(method), callee, instance};
  if (!find_member(lookup)) return false;
  CallSite call{.unit = site.context, .node = site.node, .result = result};
  if (site.rule == Rule::kMethod && site.argument != kNoId) {
    call.arguments.push_back({.slot = site.argument});
  }
  graph_.add_call(callee, std::move(call));
  look_up(lookup);  // kept, should more of the class become known
  return true;
}

}  // namespace cerebro
