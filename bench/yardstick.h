#pragma once

// What the cost of a scan is measured against.

#include <string>
#include <vector>

namespace cerebro::bench {

// CPU seconds that `gzip -dc` takes for all files together; negative where it cannot be run.
double gzip_seconds(const std::vector<std::string>& files);

// CPU seconds of this process so far, and the most memory that it has held.
double cpu_seconds();
double peak_megabytes();

}  // namespace cerebro::bench
