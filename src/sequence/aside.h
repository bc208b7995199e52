#pragma once

// Tests, examples and documentation: what packages carry along beside the program, by the names
// that everybody gives it. Only code that no entry reaches is told apart by this, so a name can
// hide nothing that runs.

#include <string_view>

namespace cerebro {

// `path` is relative to the package.
bool is_aside(std::string_view path);

}  // namespace cerebro
