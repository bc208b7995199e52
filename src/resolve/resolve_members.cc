// What a field of a module, class, instance or `super` denotes.

#include "resolve/imports.h"
#include "resolve/resolver.h"

namespace cerebro {

SlotId Resolver::special_method(ClassId cls, SlotId ClassInfo::*slot, std::string_view method) {
  if (classes_[cls].*slot == kNoId) {
    const SlotId made = graph_.new_slot();
    classes_[cls].*slot = made;
    lookup_method(cls, pool_.intern(method), made, graph_.value(ValueKind::kInstance, cls));
  }
  return classes_[cls].*slot;
}

void Resolver::lookup_method(ClassId cls, Symbol field, SlotId target, ValueId receiver) {
  const ClassInfo& info = classes_[cls];
  if (const auto method = info.methods.find(field); method != info.methods.end()) {
    const Function& function = functions_[method->second];
    if (function.binding == Function::Binding::kGetter) {
      graph_.add_copy(function.result, target);
    } else {
      graph_.add_value(target, graph_.value(ValueKind::kBound, method->second, receiver));
      if (const auto slot = info.fields.find(field); slot != info.fields.end()) {
        graph_.add_copy(slot->second, target);  // what decorators made of it
      }
    }
    return;
  }
  if (const auto slot = info.fields.find(field); slot != info.fields.end()) {
    graph_.add_copy(slot->second, target);
    return;
  }
  for (SlotId base : info.bases) graph_.add_load_method(base, field, target, receiver);
}

void Resolver::on_load_method(ValueId cls, Symbol field, SlotId target, ValueId receiver) {
  const ValueKey key = graph_.key(cls);
  if (key.kind == ValueKind::kClass) {
    lookup_method(key.data, field, target, receiver);
  } else if (key.kind == ValueKind::kFunction) {  // JavaScript: extends a constructor function
    graph_.add_load(graph_.field_slot(cls, pool_.intern("prototype")), field, target, kNoId,
                    kNoNode);
  }
}

void Resolver::on_load(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node) {
  const ValueKey key = graph_.key(object);
  switch (key.kind) {
    case ValueKind::kUnit: {
      Unit& module = *units_[key.data];
      const std::string_view name = pool_.text(field);
      graph_.add_copy(graph_.field_slot(object, field), target);
      const UnitId submodule = find_submodule(*this, module.module.path, name);
      if (submodule != kNoId) graph_.add_value(target, graph_.value(ValueKind::kUnit, submodule));
      for (UnitId star : module.star_imports) {
        if (star != key.data)
          graph_.add_copy(graph_.field_slot(graph_.value(ValueKind::kUnit, star), field), target);
      }
      break;
    }
    case ValueKind::kClass: {
      const ClassInfo& info = classes_[key.data];
      const auto slot = info.fields.find(field);
      if (slot != info.fields.end()) {
        const auto method = info.methods.find(field);
        const bool class_bound = method != info.methods.end() &&
                                 functions_[method->second].binding == Function::Binding::kClass;
        if (class_bound) {
          graph_.add_value(target, graph_.value(ValueKind::kBound, method->second, object));
        } else {
          graph_.add_copy(slot->second, target);
        }
      } else {
        graph_.add_copy(graph_.field_slot(object, field), target);
        for (SlotId base : info.bases) graph_.add_load(base, field, target, unit, node);
      }
      break;
    }
    case ValueKind::kInstance: {
      graph_.add_copy(graph_.field_slot(object, field), target);
      lookup_method(key.data, field, target, object);
      const auto method = classes_[key.data].methods.find(field);
      if (method != classes_[key.data].methods.end() && node != kNoNode &&
          functions_[method->second].binding == Function::Binding::kGetter) {
        add_call_edge(unit, node, method->second);
        const Function& getter = functions_[method->second];
        if (!getter.parameters.empty()) graph_.add_value(getter.parameters[0].slot, object);
        graph_.add_value(getter.self, object);
      }
      break;
    }
    case ValueKind::kSuper: {
      const ValueId receiver = graph_.value(ValueKind::kInstance, key.data);
      for (SlotId base : classes_[key.data].bases) {
        graph_.add_load_method(base, field, target, receiver);
      }
      break;
    }
    case ValueKind::kFunction:
    case ValueKind::kBound:
      graph_.add_copy(graph_.field_slot(object, field), target);
      break;
    default:
      break;
  }
}

void Resolver::load_module(UnitId from, std::string_view specifier, uint32_t level, SlotId target) {
  const UnitId found = resolve_import(*units_[from], specifier, level);
  if (found == kNoId) {
    const std::string path = api_module_path(units_[from]->module.language, specifier);
    if (level == 0 && !path.empty()) graph_.add_api(target, pool_.intern(path));
    return;
  }
  if (units_[found]->module.language == Language::kPython) {
    graph_.add_value(target, graph_.value(ValueKind::kUnit, found));
  } else {
    graph_.add_copy(units_[found]->exports, target);
  }
}

}  // namespace cerebro
