#pragma once

// "cerebro.scan/1" of docs and design: one JSON object for a target. The keys and their order are a
// promise to other programs; new ones may only be added at the end.

#include <string>
#include <string_view>

#include "verdict/report_data.h"

namespace cerebro {

// `indent` < 0: on one line. Always valid UTF-8 JSON, whatever bytes the package holds. No newline
// at the end.
std::string to_json(const ScanReport& report, int indent = -1);

// The escaped and quoted form of any bytes.
std::string json_string(std::string_view text);

// "The archive ends early; what came before was read: entry 3" for people.
std::string message(const Note& note);

}  // namespace cerebro
