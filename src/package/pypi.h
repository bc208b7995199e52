#pragma once

#include <string>

#include "package/package_builder.h"

namespace cerebro {

// Adds what the Python manifests in `root` say: setup.py, setup.cfg, pyproject.toml, PKG-INFO,
// *.dist-info, *.egg-info, EGG-INFO; and what Python itself would start.
void describe_pypi(const std::string& root, PackageBuilder& builder);

}  // namespace cerebro
