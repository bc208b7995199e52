#pragma once

// Names, versions and places as npm's tools write them.

#include <string>
#include <string_view>

#include "lockfile/lockfile.h"

namespace cerebro {

struct NameAndRest {
  std::string_view name, rest;  // "@scope/name" and what is behind the next "@"
};

// "@a/b@npm:1.0" is "@a/b" and "npm:1.0"; "a" is "a" and "".
NameAndRest split_npm_name(std::string_view text);

// "npm:real@1.0.0" means another package: its name and version go into `package`. False when the
// text is no alias.
bool take_alias(std::string_view text, LockedPackage& package);

bool is_git_url(std::string_view url);
bool is_web_url(std::string_view url);

// Of an entry with `resolved` (and name and version): where it comes from. A web URL that does not
// name the package as a registry would is kUrl; none at all is kRegistry.
Source npm_source(const LockedPackage& package);

// Splits "sha512-a sha1-b" into package.hashes.
void add_integrity(std::string_view integrity, LockedPackage& package);

}  // namespace cerebro
