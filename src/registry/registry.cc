#include "registry/registry.h"

#include "registry/curl_transport.h"
#include "registry/npm_client.h"
#include "registry/pypi_client.h"
#include "registry/spec.h"

namespace cerebro {

Registry::Registry(RegistryOptions options) : Registry(options, Surroundings::real(), nullptr) {}

Registry::Registry(RegistryOptions options, Surroundings surroundings,
                   std::unique_ptr<Transport> transport)
    : options_(std::move(options)),
      config_(ClientConfig::load(options_.flags, surroundings)),
      cache_(options_.cache ? ArchiveCache::default_folder(surroundings) : std::string()),
      transport_(transport ? std::move(transport)
                           : curl_transport({.certificates = config_.certificates()})),
      http_(*transport_, options_.http, [this](const Url& url) {
        const std::lock_guard lock(mutex_);
        return config_.authorization(url);
      }) {}

Result<Url> Registry::npm_registry(std::string_view scope) {
  const std::lock_guard lock(mutex_);
  const auto known = npm_.find(scope);
  if (known != npm_.end()) return known->second;
  return npm_.emplace(scope, config_.npm_registry(scope)).first->second;
}

Result<std::vector<Url>> Registry::pypi_indexes() {
  const std::lock_guard lock(mutex_);
  if (!pypi_) pypi_ = config_.pypi_indexes();
  return *pypi_;
}

Result<std::vector<Download>> Registry::resolve(const std::string& text) {
  TRY(spec, parse_spec(text));
  if (spec.ecosystem == Ecosystem::kNpm) {
    TRY(registry, npm_registry(spec.scope()));
    TRY(download, resolve_npm(spec, registry, http_, options_.dates));
    return std::vector<Download>{std::move(download)};
  }
  TRY(indexes, pypi_indexes());
  return resolve_pypi(spec, indexes, http_, options_.dates);
}

ScanInput Registry::fetch(const Download& download) {
  return cerebro::fetch(download, http_, cache_, options_.limits);
}

ScanInput Registry::fetch_pinned(const ScanInput& pinned) {
  Download download{pinned.target, {}, strongest(written_hashes(pinned.hashes)), {}};
  const std::optional<Url> url = parse_url(pinned.url);
  if (!url || download.hashes.empty()) {
    ScanInput refused = ScanInput::path(pinned.target);
    refused.error =
        Error{Code::kNotFetched,
              url ? "it comes from an address outside of a registry, and no hash is pinned"
                  : "its address is not one of the web",
              {}};
    return refused;
  }
  download.urls.push_back(*url);
  download.urls[0].user_info.clear();
  download.anonymous = true;
  return fetch(download);
}

}  // namespace cerebro
