// `from m import *`: which module a name comes from.

#include "resolve/resolver.h"

namespace cerebro {
namespace {

constexpr uint64_t kStepsOfModule = 16;  // several tables are asked, so it costs more than a copy

}  // namespace

// Before the walks, since modules ask each other: what they import with a star and offer to it.
void Resolver::read_star_imports(UnitId id) {
  Unit& unit = *units_[id];
  if (unit.module.language != Language::kPython || unit.module.root == kNoNode) return;
  for (const Node& node : unit.module.nodes) {
    if (node.kind != NodeKind::kImport || node.first_child == kNoNode ||
        pool_.text(unit.module[node.first_child].text) != "*") {
      continue;
    }
    const UnitId found = resolve_import(unit, pool_.text(node.text), node.aux);
    if (found != kNoId && found != id) unit.star_imports.push_back(found);
  }
  read_all(id);
}

// `__all__ = ["a", "b"]` and `__all__ += [...]`; anything else that is done to it makes it unknown.
void Resolver::read_all(UnitId id) {
  Unit& unit = *units_[id];
  const Module& module = unit.module;
  const BindingId binding = unit.scopes.lookup(unit.scopes.module_scope(), pool_.intern("__all__"));
  if (binding == kNone32) return;
  for (NodeId definition : unit.scopes[binding].definitions) {
    const NodeId list =
        module[definition].kind == NodeKind::kAssign ? module.child(definition, 1) : kNoNode;
    unit.has_all = list != kNoNode && module[list].kind == NodeKind::kArray;
    if (!unit.has_all) return;
    for (NodeId element : children(module, list)) {
      const Value& name = unit.folder->fold(element);
      unit.has_all &= name.is_text();
      if (name.is_text()) unit.all.insert(pool_.intern(name.text));
    }
    if (!unit.has_all) return;
  }
}

// Whether a star import of the unit gives `name`, which the unit defines.
bool Resolver::offers(UnitId id, Symbol name) const {
  const Unit& unit = *units_[id];
  return unit.has_all ? unit.all.contains(name) : !pool_.text(name).starts_with("_");
}

// The modules that a name which `unit` does not define may come from: through star imports of star
// imports, each module once.
std::vector<UnitId> Resolver::star_sources(UnitId unit, Symbol name) {
  std::vector<UnitId> sources;
  std::vector<UnitId> work{unit};
  std::unordered_set<UnitId> seen{unit};
  while (!work.empty() && !graph_.exhausted()) {
    const UnitId at = work.back();
    work.pop_back();
    const Scopes& own = units_[at]->scopes;
    if (at != unit && own.declares(own.module_scope(), name)) {
      sources.push_back(at);
      continue;
    }
    for (UnitId star : units_[at]->star_imports) {
      graph_.charge(kStepsOfModule);
      if (offers(star, name) && seen.insert(star).second) work.push_back(star);
    }
  }
  return sources;
}

}  // namespace cerebro
