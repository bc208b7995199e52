#pragma once

// The registry protocol of npm: one document for a package, with its versions, tags and hashes.

#include "registry/download.h"
#include "registry/http.h"
#include "registry/spec.h"

namespace cerebro {

// The release that npm would install for the spec. Errors: kRegistryNotFound, kRegistryAnswer,
// kRegistryFailed, kRegistrySpec.
Result<Download> resolve_npm(const RegistrySpec& spec, const Url& registry, HttpClient& http,
                             bool dates = false);

// The same from the document, which was served at `url`. `dates`: say it when there is no date.
Result<Download> choose_npm_release(const RegistrySpec& spec, const std::string& document,
                                    const Url& registry, bool dates = false);

}  // namespace cerebro
