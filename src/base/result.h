#pragma once

// Errors as values. A function that can fail for a reason the caller must handle returns
// Result<T>; hostile content inside an input is not an error but a Note (note.h).
//
//   Result<Model> load(const std::string& dir) {
//     TRY(config, read_config(dir));        // declares `config`, or returns the error
//     ...
//   }

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/note.h"

namespace cerebro {

struct Error {
  Code code;            // numbered, documented in base/codes.def
  std::string message;  // for people: what failed and what to do
  std::string where;    // the path, option or offset the message is about; may be empty
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Code code, std::string message, std::string where = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(where)});
}

}  // namespace cerebro

#define TRY(name, expression)                                                  \
  auto name##_result = (expression);                                           \
  if (!name##_result) return tl::unexpected(std::move(name##_result).error()); \
  auto& name = *name##_result
