#pragma once

// Takes from the calling process all that reading a package does not need. What is left can compute
// and talk through descriptors that it has: no network, no program, no file, no other process.
//
// Layers, each sufficient for most of what the others stop:
//   seccomp    an allow list of system calls (sandbox.cc), on every thread. Opening and looking up
//              files fails with EACCES, because libraries try it in passing; everything else
//              calls `refused` and ends the process.
//   Landlock   no right to any file, no TCP, no signal to a process outside; where the kernel has
//   it rlimits    address space, descriptors, file size, processes, core dumps no_new_privs,
//   without which an unprivileged process may not set the filter
//
// It works without privileges, in containers too, and cannot be undone. Two steps, because Landlock
// and no_new_privs belong to a thread and its later children, and no thread can be made after the
// second step:
//
//   TRY(mapped, confine_process());
//   with_deep_stack([&] { lock_down(limits, mapped, refused); read_hostile_bytes(); });

#include <cstdint>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace cerebro {

// The version of Landlock's interface that the kernel has; 0 without it.
int landlock_abi();

// Gives the bytes of address space that the process has. Error: kSandboxUnavailable, as below.
Result<uint64_t> confine_process();

// Called with the number of a forbidden system call, in a signal handler; must not return.
using RefusedHandler = void (*)(int system_call);

// Memory beyond `mapped`, what confine_process gave, is bounded by Limits::package_memory_bytes
// (not in a build with sanitizers, whose shadow memory takes terabytes of addresses).
Result<int> lock_down(const Limits& limits, uint64_t mapped, RefusedHandler refused);

// "socket"
std::string system_call_name(int number);

}  // namespace cerebro
