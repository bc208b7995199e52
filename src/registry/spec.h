#pragma once

// What people write to name a package of a registry:
//
//   npm:lodash   npm:@scope/x@^2   npm:x@next     pypi:requests==2.32.3   pypi:flask>=3
//   pkg:npm/%40scope/x@1.0.0       pkg:pypi/requests@2.32.3?file_name=requests-2.32.3.tar.gz
//
// Package URLs: https://github.com/package-url/purl-spec, types npm and pypi.

#include <string>
#include <string_view>

#include "base/result.h"
#include "package/package.h"

namespace cerebro {

struct RegistrySpec {
  Ecosystem ecosystem = Ecosystem::kUnknown;
  std::string name;   // "@scope/x"; of PyPI as written
  std::string range;  // npm: version, range or tag; PyPI: specifiers; "" is what an installer takes
  std::string file_name;  // PyPI: this distribution alone; "" is every one

  std::string_view scope() const;  // "@scope", or ""
  std::string text() const;        // in the short form
};

// Errors: kRegistrySpec, which says how it is written.
Result<RegistrySpec> parse_spec(std::string_view text);

}  // namespace cerebro
