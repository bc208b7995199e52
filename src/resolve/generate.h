#pragma once

// From syntax to constraints: one walk over a unit.

#include "resolve/resolver.h"

namespace cerebro {

void generate_constraints(Resolver& resolver, ValueGraph& graph, UnitId unit);

// The slot of a binding of a unit (made on first use).
SlotId binding_slot(Resolver& resolver, UnitId unit, BindingId binding);

}  // namespace cerebro
