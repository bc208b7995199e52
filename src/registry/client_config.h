#pragma once

// Which registry is asked, as whom: what npm and pip would do here. No registry's address is
// written anywhere in Cerebro.
//
//   npm   --npm-registry, npm_config_registry, .npmrc of the folder, of the user, of the machine,
//         then `npm config get registry`; "@scope:registry" of any of them for that scope
//   PyPI  --pypi-index, PIP_INDEX_URL, PIP_CONFIG_FILE, pip.conf of the environment, of the user,
//   of
//         the machine, then what the installed pip has as its default
//
// Credentials: "//host/:_authToken", "_auth", "username" and "_password" of .npmrc, the user info
// of an address, ~/.netrc.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "registry/credentials.h"
#include "registry/surroundings.h"
#include "registry/url.h"

namespace cerebro {

struct RegistryFlags {
  std::string npm_registry, pypi_index;
};

class ClientConfig {
 public:
  static ClientConfig load(const RegistryFlags& flags, Surroundings surroundings);

  // Asks the installed client at most once. Errors: kRegistryNotConfigured. Not for several
  // threads.
  Result<Url> npm_registry(std::string_view scope);
  Result<std::vector<Url>> pypi_indexes();  // the main one first

  std::string authorization(const Url& url) const { return credentials_.authorization(url); }
  const std::string& certificates() const { return certificates_; }  // file, "" is the system's

 private:
  void load_npm(const RegistryFlags& flags);
  void load_pip(const RegistryFlags& flags);
  Result<Url> parse(const std::string& text, const std::string& source);

  Surroundings surroundings_;
  std::map<std::string, std::string> npm_;  // by key of .npmrc
  std::string pip_index_;
  std::vector<std::string> pip_extra_;
  Credentials credentials_;
  std::string certificates_;
};

}  // namespace cerebro
