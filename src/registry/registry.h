#pragma once

// From a spec to the archives it stands for.
//
//   Registry registry(options);
//   for (const Download& one : *registry.resolve("pypi:flask>=3")) scan(registry.fetch(one));

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "registry/cache.h"
#include "registry/client_config.h"
#include "registry/download.h"
#include "registry/http.h"

namespace cerebro {

struct RegistryOptions {
  RegistryFlags flags{};
  HttpOptions http{};
  bool cache = true;
  bool dates = false;  // ask when releases were made; the long documents of npm have it alone
  Limits limits{};
};

class Registry {
 public:
  explicit Registry(RegistryOptions options);
  // For tests: with another network, in other surroundings.
  Registry(RegistryOptions options, Surroundings surroundings,
           std::unique_ptr<Transport> transport);

  // All may be called on several threads.
  Result<std::vector<Download>> resolve(const std::string& spec);
  ScanInput fetch(const Download& download);
  // An archive outside of a registry, by the address and the hashes of a lockfile. Credentials are
  // never sent. `pinned.url` is set. Error: kNotFetched.
  ScanInput fetch_pinned(const ScanInput& pinned);

 private:
  Result<Url> npm_registry(std::string_view scope);
  Result<std::vector<Url>> pypi_indexes();

  const RegistryOptions options_;
  std::mutex mutex_;  // of the three below
  ClientConfig config_;
  std::map<std::string, Result<Url>, std::less<>> npm_;  // by scope
  std::optional<Result<std::vector<Url>>> pypi_;
  ArchiveCache cache_;
  std::unique_ptr<Transport> transport_;
  HttpClient http_;
};

}  // namespace cerebro
