#pragma once

// What one report is about: a path, or the bytes of an archive that somebody fetched.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/note.h"
#include "base/result.h"

namespace cerebro {

struct ScanInput {
  std::string target;                // as the report names it; without `bytes` a path
  std::optional<std::string> bytes;  // of an archive
  std::vector<Note> notes;           // on how it was fetched
  std::optional<Error> error;        // it could not be fetched: the report says so

  static ScanInput path(std::string target) {
    ScanInput input;
    input.target = std::move(target);
    return input;
  }
};

}  // namespace cerebro
