// What a field of a module, class, instance or `super` denotes.

#include "resolve/imports.h"
#include "resolve/resolver.h"

namespace cerebro {

void Resolver::on_load(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node) {
  const ValueKey key = graph_.key(object);
  if (key.kind != ValueKind::kUnit && javascript_load(object, field, target, unit, node)) return;
  switch (key.kind) {
    case ValueKind::kUnit:
      load_from_module(key.data, field, target);
      break;
    case ValueKind::kClass:
    case ValueKind::kInstance:
      graph_.add_copy(graph_.field_slot(object, field), target);
      look_up({key.data, field, target, object, unit, node, kNoId});
      break;
    case ValueKind::kSuper: {
      const ValueId receiver =
          key.extra == kNoId ? graph_.value(ValueKind::kInstance, key.data) : key.extra;
      look_up({graph_.key(receiver).data, field, target, receiver, unit, node, key.data});
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

// A field that a class is given from outside (`C.f = g`) is seen by its instances; a setter runs.
void Resolver::on_store(ValueId object, Symbol field, SlotId source, UnitId unit, NodeId node) {
  const ValueKey key = graph_.key(object);
  if (key.kind == ValueKind::kClass) {
    if (classes_[key.data].fields.try_emplace(field, graph_.field_slot(object, field)).second) {
      changed_fields_.insert(field);
    }
  } else if (key.kind == ValueKind::kInstance && node != kNoNode && has_setters_) {
    protocols_.push_back({{Rule::kSet, kNoId, unit, node, field, source}, object});
  }
  javascript_store(object, field, source, unit, node);
}

// A name of the module itself, of the modules that it imports with a star, or a submodule.
void Resolver::load_from_module(UnitId id, Symbol field, SlotId target) {
  const ValueId module = graph_.value(ValueKind::kUnit, id);
  graph_.add_copy(graph_.field_slot(module, field), target);
  const UnitId submodule = find_submodule(*this, units_[id]->module.path, pool_.text(field));
  if (submodule != kNoId) graph_.add_value(target, graph_.value(ValueKind::kUnit, submodule));
  for (UnitId from : star_sources(id, field)) {
    graph_.add_copy(graph_.field_slot(graph_.value(ValueKind::kUnit, from), field), target);
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
