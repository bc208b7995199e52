#pragma once

// Calls that hand a function and its arguments to something that calls it: map(exec, [code]),
// Thread(target=exec, args=(code,)), functools.partial(exec, code), setTimeout(eval, 0, code).

#include <vector>

#include "resolve/resolver.h"

namespace cerebro {

struct IndirectCall {
  NodeId callee = kNoNode;
  std::vector<NodeId> arguments;  // by position
};

std::vector<IndirectCall> indirect_calls(const Resolver& resolver, UnitId unit, NodeId call);

}  // namespace cerebro
