#pragma once

// Names for findings that stay when lines move: for baselines and code-scanning pages.

#include <string>
#include <vector>

#include "verdict/report_data.h"

namespace cerebro {

// One for each row of `behaviours`, 32 hex digits: of the package's name, the behaviour, the file,
// the function and the source line without its spaces; equal ones are counted. Neither line numbers
// nor the version matter.
std::vector<std::string> fingerprints(const ScanReport& report);

// Of the package with exactly these bytes.
std::string package_fingerprint(const ScanReport& report);

// "npm:left-pad", or the last part of the target's path where the manifest has no name.
std::string package_label(const ScanReport& report);

}  // namespace cerebro
