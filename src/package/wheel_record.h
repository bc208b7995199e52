#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "package/package_builder.h"

namespace cerebro {

// Compares a wheel's RECORD
// (https://packaging.python.org/en/latest/specifications/recording-installed-packages/) with the
// files below `root` (sorted, without those of archives inside) and notes where they disagree: pip
// installs the files, tools that audit read the list.
void check_record(const File& record, const std::string& root,
                  const std::vector<const File*>& files, PackageBuilder& builder);

}  // namespace cerebro
