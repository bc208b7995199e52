#pragma once

// TOML with the places of its values, in the form of JSON (package/json.h).

#include <string_view>

#include "package/json.h"

namespace cerebro {

// True when a dotted key has more parts than the parser's stack can bear.
bool has_deep_key(std::string_view text);

// Members stand in the order of the file. Dates and numbers are kOther. What does not parse gives
// an empty object, a `problem` and `cut`.
JsonDocument read_toml(std::string_view text, const JsonBounds& bounds = {});

}  // namespace cerebro
