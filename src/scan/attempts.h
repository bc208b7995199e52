#pragma once

// What an attacker would do first from inside a worker. `cerebro doctor` tries it to say what holds
// on this machine, the tests to see that it does.

#include <span>
#include <string>

#include "base/limits.h"

namespace cerebro {

struct Attempt {
  const char* name;  // "open a socket"
  // 0 when it succeeded, else errno.
  int (*run)();
};

std::span<const Attempt> attempts();

struct Outcome {
  bool locked_down = false;  // else nothing was tried
  bool held = false;         // the attempt did not succeed
  std::string how;           // "the system call socket was refused"; why it is not locked down
};

// Makes the attempt in a fresh process, locked down like a worker, with a second of processor time
// and 1 GiB of memory. Call it from a process with one thread.
Outcome try_attempt(const Attempt& attempt);

}  // namespace cerebro
