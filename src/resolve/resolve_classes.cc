// Classes: the order in which bases are searched, what a search finds, who `self` may be.

#include <algorithm>
#include <string>

#include "resolve/resolver.h"

namespace cerebro {

void Resolver::look_up(Lookup lookup) {
  graph_.charge(1);
  lookups_.push_back(lookup);
}

SlotId Resolver::special_method(ClassId cls, SlotId ClassInfo::*slot, std::string_view method) {
  if (classes_[cls].*slot == kNoId) {
    const SlotId made = graph_.new_slot();
    classes_[cls].*slot = made;
    look_up({cls, pool_.intern(method), made, graph_.value(ValueKind::kInstance, cls)});
  }
  return classes_[cls].*slot;
}

// Looks along the order of the class; false when no class of the package defines the field. What an
// API defines is not known, so an API in front of the class that has it may have it too.
bool Resolver::find_member(const Lookup& lookup) {
  const std::vector<ValueId>& order = order_of(lookup.cls);
  size_t at = 0;
  if (lookup.after != kNoId) {
    const ValueId after = graph_.value(ValueKind::kClass, lookup.after);
    at = static_cast<size_t>(std::find(order.begin(), order.end(), after) - order.begin()) + 1;
  }
  const bool from_class = graph_.key(lookup.receiver).kind == ValueKind::kClass;
  std::vector<Symbol> apis;
  bool found = false;
  for (; at < order.size() && !found; ++at) {
    graph_.charge(1);
    const ValueKey key = graph_.key(order[at]);
    if (key.kind == ValueKind::kClass) {
      found = take_member(key.data, lookup);
    } else if (key.kind == ValueKind::kApi) {
      apis.push_back(key.data);
    } else if (from_class) {  // JavaScript: extends a constructor function
      graph_.add_copy(graph_.field_slot(order[at], lookup.field), lookup.target);
    } else {
      graph_.add_load(prototype_slot(key.data), lookup.field, lookup.target, kNoId, kNoNode);
    }
  }
  const std::string suffix = (from_class ? "." : "().") + std::string(pool_.text(lookup.field));
  for (Symbol api : apis) {
    if (found && pool_.text(api).starts_with("builtins.")) continue;
    graph_.add_api(lookup.target, graph_.join(api, suffix));
    if (!from_class) inherit_builtin(api, lookup.field, lookup.target);
  }
  return found;
}

// What `owner` itself defines, as its receiver sees it: functions are bound to an instance, class
// methods to the class, properties are called.
bool Resolver::take_member(ClassId owner, const Lookup& lookup) {
  const ClassInfo& info = classes_[owner];
  const auto slot = info.fields.find(lookup.field);
  const auto method = info.methods.find(lookup.field);
  if (slot == info.fields.end() && method == info.methods.end()) return false;
  const ValueKey receiver = graph_.key(lookup.receiver);
  const bool from_class = receiver.kind == ValueKind::kClass;
  if (method != info.methods.end()) {
    const FunctionId id = method->second;
    const Function& function = functions_[id];
    switch (function.binding) {
      case Function::Binding::kClass:
        graph_.add_value(
            lookup.target,
            graph_.value(ValueKind::kBound, id, graph_.value(ValueKind::kClass, receiver.data)));
        return true;
      case Function::Binding::kGetter:
        if (from_class && units_[info.unit]->module.language == Language::kPython) break;
        if (lookup.node != kNoNode) add_call_edge(lookup.unit, lookup.node, id);
        if (!function.parameters.empty() && function.self == kNoId) {
          graph_.add_value(function.parameters[0].slot, lookup.receiver);
        }
        graph_.add_value(function.self, lookup.receiver);
        graph_.add_copy(function.result, lookup.target);
        return true;
      default:
        // What decorates a JavaScript method rarely replaces it.
        if (units_[info.unit]->module.language != Language::kPython && !from_class) {
          graph_.add_value(lookup.target, graph_.value(ValueKind::kBound, id, lookup.receiver));
        }
        break;
    }
  }
  if (slot == info.fields.end()) return true;
  if (from_class) {
    graph_.add_copy(slot->second, lookup.target);
  } else {
    // What decorators made of it, and functions that were assigned.
    graph_.add_rule(slot->second, {Rule::kBind, lookup.target, lookup.receiver});
  }
  return true;
}

const std::vector<ValueId>& Resolver::order_of(ClassId cls) {
  if (classes_[cls].order.empty()) linearise(cls);
  return classes_[cls].order;
}

// C3 (Barrett et al. 1996), which Python uses since 2.3. Bases come first, on a stack of its own: a
// hostile hierarchy is deep. Where C3 has no answer, and in cycles, Python would raise; the order
// of writing is kept then.
void Resolver::linearise(ClassId root) {
  const auto bases_of = [&](ClassId cls) {
    std::vector<ValueId> bases;
    for (SlotId slot : classes_[cls].bases) {
      for (ValueId base : graph_.values(slot)) {
        const ValueKind kind = graph_.key(base).kind;
        if (kind != ValueKind::kClass && kind != ValueKind::kApi && kind != ValueKind::kFunction)
          continue;
        if (std::find(bases.begin(), bases.end(), base) == bases.end()) bases.push_back(base);
      }
    }
    return bases;
  };
  std::vector<ClassId> stack{root};
  std::unordered_set<ClassId> open;
  while (!stack.empty()) {
    const ClassId cls = stack.back();
    if (!classes_[cls].order.empty()) {
      stack.pop_back();
      continue;
    }
    const std::vector<ValueId> bases = bases_of(cls);
    const bool first_visit = open.insert(cls).second;
    bool waits = false;
    for (ValueId base : bases) {
      const ValueKey key = graph_.key(base);
      if (!first_visit || key.kind != ValueKind::kClass || !classes_[key.data].order.empty() ||
          open.contains(key.data)) {
        continue;
      }
      stack.push_back(key.data);
      waits = true;
    }
    if (waits) continue;
    stack.pop_back();
    std::vector<std::vector<ValueId>> lists;
    for (ValueId base : bases) {
      const ValueKey key = graph_.key(base);
      if (key.kind == ValueKind::kClass && !classes_[key.data].order.empty()) {
        lists.push_back(classes_[key.data].order);
      } else if (base != graph_.value(ValueKind::kClass, cls)) {
        lists.push_back({base});
      }
    }
    lists.push_back(bases);
    classes_[cls].order = merge_orders(graph_.value(ValueKind::kClass, cls), lists);
    graph_.charge(4 * classes_[cls].order.size());
    if (graph_.exhausted()) return;
  }
}

std::vector<ValueId> Resolver::merge_orders(ValueId first,
                                            const std::vector<std::vector<ValueId>>& lists) {
  std::vector<ValueId> order{first};
  std::vector<size_t> at(lists.size(), 0);
  std::unordered_map<ValueId, size_t> in_tails;
  for (const std::vector<ValueId>& list : lists) {
    for (size_t i = 1; i < list.size(); ++i) ++in_tails[list[i]];
  }
  std::unordered_set<ValueId> taken{first};
  while (true) {
    ValueId next = kNoId, any = kNoId;
    for (size_t i = 0; i < lists.size() && next == kNoId; ++i) {
      graph_.charge(1);
      while (at[i] < lists[i].size() && taken.contains(lists[i][at[i]])) {
        if (++at[i] < lists[i].size()) --in_tails[lists[i][at[i]]];
      }
      if (at[i] == lists[i].size()) continue;
      const ValueId head = lists[i][at[i]];
      if (any == kNoId) any = head;
      if (in_tails[head] == 0) next = head;
    }
    if (next == kNoId) next = any;
    if (next == kNoId || graph_.exhausted()) return order;
    taken.insert(next);
    order.push_back(next);
  }
}

bool Resolver::on_settled() {
  bool worked = false;
  if (bases_changed_ || !changed_fields_.empty()) {
    // Rare: a base or a field arrived after something was looked up. What was found stays.
    if (bases_changed_) {
      for (ClassInfo& info : classes_) info.order.clear();
    }
    graph_.charge(next_lookup_ + classes_.size());
    for (size_t i = 0; i < next_lookup_ && !graph_.exhausted(); ++i) {
      const Lookup lookup = lookups_[i];
      if (bases_changed_ || changed_fields_.contains(lookup.field)) find_member(lookup);
    }
    bases_changed_ = false;
    changed_fields_.clear();
    worked = true;
  }
  for (; next_lookup_ < lookups_.size() && !graph_.exhausted(); ++next_lookup_) {
    const Lookup lookup = lookups_[next_lookup_];
    find_member(lookup);
    worked = true;
  }
  std::vector<std::pair<RuleSite, ValueId>> protocols;
  protocols.swap(protocols_);
  for (const auto& [site, instance] : protocols) run_protocol(site, instance);
  return worked || !protocols.empty();
}

// A Python method whose receiver nobody knows is called from outside: on its own class, or on a
// subclass that the package makes instances of.
bool Resolver::on_rest() {
  const bool found = javascript_rest();
  std::vector<FunctionId> methods;
  methods.swap(methods_);
  if (methods.empty()) return found;
  std::unordered_map<ClassId, std::vector<ValueId>> heirs;
  for (ClassId cls : instantiated_) {
    for (ValueId base : order_of(cls)) {
      const ValueKey key = graph_.key(base);
      if (key.kind == ValueKind::kClass && key.data != cls) {
        heirs[key.data].push_back(graph_.value(ValueKind::kInstance, cls));
      }
    }
  }
  for (FunctionId id : methods) {
    const Function& method = functions_[id];
    const SlotId self = method.parameters[0].slot;
    const auto is_receiver = [&](ValueId value) {
      const ValueKind kind = graph_.key(value).kind;
      return kind == ValueKind::kInstance || kind == ValueKind::kClass;
    };
    const auto values = graph_.values(self);
    if (std::any_of(values.begin(), values.end(), is_receiver)) continue;
    if (method.binding == Function::Binding::kClass) {
      graph_.add_value(self, graph_.value(ValueKind::kClass, method.cls));
      continue;
    }
    graph_.add_value(self, graph_.value(ValueKind::kInstance, method.cls));
    for (ValueId heir : heirs[method.cls]) graph_.add_value(self, heir);
  }
  return true;
}

}  // namespace cerebro
