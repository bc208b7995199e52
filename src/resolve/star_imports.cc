// `from m import *`: which module a name comes from.

#include "resolve/resolver.h"

namespace cerebro {

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
      graph_.charge(1);
      if (offers(star, name) && seen.insert(star).second) work.push_back(star);
    }
  }
  return sources;
}

}  // namespace cerebro
