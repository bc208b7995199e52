#pragma once

// How import specifiers lead to files of the package: Python packages and relative levels, Node's
// relative paths with extensions and index files.

#include <string>
#include <string_view>

#include "resolve/resolver.h"

namespace cerebro {

// The module's name in API paths: "node:fs" -> "fs"; "" for a relative path that leads nowhere.
std::string api_module_path(Language language, std::string_view specifier);

// The Python module `name` inside the package folder of `package_file` ("pkg/__init__.py").
UnitId find_submodule(const Resolver& resolver, std::string_view package_file,
                      std::string_view name);

}  // namespace cerebro
