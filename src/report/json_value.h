#pragma once

// What the formats that are JSON share. Only for this folder.

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "report/printable.h"

namespace cerebro {

using Json = nlohmann::ordered_json;

// Valid UTF-8, whatever bytes are in it, and harmless on a terminal.
inline std::string json_text(const Json& json, int indent) {
  return printable_json(json.dump(indent, ' ', false, Json::error_handler_t::replace));
}

// Six digits after the point for probabilities and weights, three for milliseconds: below that is
// noise. -0 becomes 0.
inline double decimals(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale + 0.0;
}

}  // namespace cerebro
