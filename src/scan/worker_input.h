#pragma once

// A target as a worker gets it: bytes behind a descriptor, never a path that it could open. The
// parent opens; what is hostile in the bytes is met in the worker.
//
// An archive or a source file is the open file itself; what was fetched is in a memfd. A directory
// is walked by the parent and copied into a memfd, an entry after the other:
//   u8 kind, u8 executable, u8 truncated, u32 path length, u64 content length, path, content
// A lockfile comes with what it includes (scan/lockfile_reader.h).

#include <cstdint>
#include <string>

#include "archive/file_tree.h"
#include "base/descriptor.h"
#include "base/result.h"
#include "scan/input.h"

namespace cerebro {

struct TargetInput {
  enum class Kind : uint32_t {
    kFile,
    kDirectory,
    kUnclaimed,    // a directory's loose files, which no installed package claims
    kNodeModules,  // a zip of yarn's
    kLockfile,
  };
  Kind kind = Kind::kFile;
  uint64_t size = 0;  // bytes behind the descriptor; of a file: when it was opened
  Descriptor bytes;
  bool copied = false;  // the bytes are in memory, so nobody else can change them
};

// Errors: the input's own, kFileNotFound, kFileUnreadable, kTargetUnsupported.
Result<TargetInput> open_input(const ScanInput& input, const Limits& limits);

// The same with the bytes in memory, where nobody can change them between two readings; one with
// more than `max_bytes` stays as it is. Error: kFileUnreadable.
Result<TargetInput> copied_input(TargetInput input, const std::string& target, uint64_t max_bytes);

// Bytes as an input. `target` is for messages. Error: kFileUnreadable.
Result<TargetInput> bytes_input(const std::string& bytes, TargetInput::Kind kind,
                                const std::string& target);

// What bytes_input was given.
std::string read_all_bytes(const TargetInput& input);

// SHA-256 of a copied input, raw; "" when it cannot be read.
std::string digest(const TargetInput& input);

// What read_input gives, from an open one. `target` is for messages. Errors: those of read_input.
Result<FileTree> read_input(const std::string& target, const TargetInput& input,
                            const ArchiveOptions& options, const Limits& limits);

}  // namespace cerebro
