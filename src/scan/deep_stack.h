#pragma once

// Walking and resolving code recurses as deep as its syntax nests, and an attacker chooses how deep
// that is: with the usual 8 MiB a thread would overflow long before Limits::syntax_depth is the
// bound.

#include <cstddef>
#include <functional>

namespace cerebro {

// Address space only: pages cost memory once they are touched and go back when the work is done.
constexpr size_t kDeepStackBytes = 512UL << 20;

// Runs `work` on a thread of its own with a deep stack and waits for it; on a deep stack already,
// just runs it. Exceptions of `work` come
// out here; std::system_error when no thread can be had.
void with_deep_stack(const std::function<void()>& work);

}  // namespace cerebro
