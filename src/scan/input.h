#pragma once

// What one report is about: a path, a package of an installed tree, or the bytes of an archive that
// somebody fetched.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/note.h"
#include "base/result.h"
#include "lockfile/installed.h"

namespace cerebro {

struct ScanInput {
  std::string target;                  // as the report names it; a path, unless one of these:
  std::optional<std::string> bytes{};  // of an archive
  std::vector<Note> notes{};           // on how it was fetched or found
  std::optional<Error> error{};        // it could not be fetched: the report says so
  std::optional<InstalledPackage> installed{};  // its own notes are in `notes`

  // Where a lockfile names it, 0 when none does, and the hashes that stand there ("sha512-...",
  // "sha256:..."): of a package that is to be fetched, one must fit.
  std::string origin_file{};
  int origin_line = 0;
  std::vector<std::string> hashes{};
  // The address outside of a registry that the lockfile names: fetched without credentials, and
  // only because `hashes` say what must come.
  std::string url{};
  std::optional<int64_t> released{};  // Unix time, when a registry said so

  static ScanInput path(std::string target) {
    ScanInput input;
    input.target = std::move(target);
    return input;
  }
};

}  // namespace cerebro
