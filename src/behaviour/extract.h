#pragma once

// The behaviours of every function, in the order in which its code would show them.

#include <string>
#include <string_view>
#include <vector>

#include "behaviour/catalogue.h"
#include "resolve/resolver.h"

namespace cerebro {

struct Event {
  BehaviourId behaviour = kNoBehaviour;
  UnitId unit = kNoId;
  uint32_t offset = 0;  // in the unit's source
  FunctionId function = kNoId;
  std::string_view rule;  // id of the catalogue row; empty for code-made ones
  std::string detail;     // what was folded or decoded, bounded; may be empty
};

// One thing a function does: an event, or a call of another function of the package.
struct Step {
  enum class Kind : uint8_t { kEvent, kCall } kind = Kind::kEvent;
  uint32_t index = 0;  // of Behaviours::events, or FunctionId
  NodeId node = kNoNode;
};

struct Behaviours {
  std::vector<Event> events;
  std::vector<std::vector<Step>> steps;  // by FunctionId
  std::vector<Note> notes;
};

Behaviours extract(Resolver& resolver, const Catalogue& catalogue, const Limits& limits);

// "id file:line:column rule detail", one event a line, for `cerebro dump behaviour` and tests.
std::string dump(const Behaviours& behaviours, const Resolver& resolver);

}  // namespace cerebro
