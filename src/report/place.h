#pragma once

// Where things are, for formats that have locations: URIs relative to the source tree (RFC 3986).

#include <string>
#include <string_view>
#include <vector>

#include "verdict/report_data.h"

namespace cerebro {

struct Uri {
  std::string text;      // percent-encoded
  bool relative = true;  // to the source root; else "file:///..."
};

// A path on disk, as given on the command line.
Uri disk_uri(std::string_view path, std::string_view source_root);

// Whether the target was not a path but a spec or an address.
bool is_fetched(std::string_view target);

// A file of the package: "vendor/x/setup.js", "x.tgz!/package/setup.js". What was fetched is at no
// place of the source tree, but pages accept nothing but relative paths:
// "npm/left-pad@1.3.0/package/index.js".
Uri file_uri(const ScanReport& report, std::string_view file, std::string_view source_root);

// "pkg:npm/%40scope/name@1.0.0"; empty where the ecosystem or the name is unknown.
std::string package_url(const ScanReport& report);

// One step of the way from an entry to a behaviour, taken from `path` and `path_lines`.
struct PathStep {
  std::string label;  // "setup.js:send"
  std::string file;   // in the tree; empty for the entry
  int line = 0;       // 0 when unknown
};
std::vector<PathStep> steps(const ScanReport& report, const ReportedBehaviour& row);

}  // namespace cerebro
