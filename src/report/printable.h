#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cerebro {

// `bytes` as it can be shown on a terminal: what could move the cursor, change colours, hide or
// reorder text (control characters, bidirectional overrides, invisible characters; CVE-2021-42574)
// and bytes that are no UTF-8 are written as escapes. At most `columns` characters, then an
// ellipsis.
std::string printable(std::string_view bytes, size_t columns);

// JSON that means the same, with those characters as \uXXXX.
std::string printable_json(std::string json);

}  // namespace cerebro
