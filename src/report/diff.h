#pragma once

// A DiffReport for people and for programs ("cerebro.diff/1", docs/cli.md).

#include <string>

#include "report/human.h"
#include "verdict/compare.h"

namespace cerebro {

// The verdict on what is new first, then what changed. Ends with a newline; escaped like to_human.
std::string to_human(const DiffReport& diff, const HumanStyle& style);

std::string to_json(const DiffReport& diff, int indent);

}  // namespace cerebro
