#pragma once

// Package URLs: "pkg:npm/%40scope/name@1.2.3?repository_url=...#sub/path".
// https://github.com/package-url/purl-spec

#include <optional>
#include <string>
#include <string_view>

#include "package/package.h"

namespace cerebro {

struct Purl {
  std::string type;  // "npm", "pypi", "golang", lower case
  std::string name;  // with the scope or namespace before it: "@scope/name"; of PyPI: normalised
  std::string version;
  std::string qualifiers;  // "arch=x86&os=linux", as written

  Ecosystem ecosystem() const;
};

std::optional<Purl> parse_purl(std::string_view text);

// "pkg:npm/%40scope/name@1.0.0"; the version may be empty.
std::string purl_text(std::string_view type, std::string_view name, std::string_view version);

// PEP 503: lower case, runs of "-", "_" and "." become "-".
std::string normalise_pypi_name(std::string_view name);

// "%40" to "@"; what is no escape stays.
std::string percent_decode(std::string_view text);

}  // namespace cerebro
