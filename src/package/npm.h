#pragma once

#include <string>

#include "package/package_builder.h"

namespace cerebro {

// Adds what package.json in `root` (and binding.gyp beside it) says.
void describe_npm(const std::string& root, PackageBuilder& builder);

}  // namespace cerebro
