#pragma once

#include <string_view>

namespace cerebro {

// Stands in a folded text for a part that is not known: U+FFFC, OBJECT REPLACEMENT CHARACTER.
inline constexpr std::string_view kHole = "\xEF\xBF\xBC";

}  // namespace cerebro
