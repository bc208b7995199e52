#include "registry/npm_client.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "registry/json_access.h"
#include "registry/semver.h"

namespace cerebro {
namespace {

using Json = nlohmann::json;

// The short form of the document; a registry that does not know it gives the long one.
constexpr const char* kAccept =
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*; q=0.1";
constexpr const char* kAcceptLong = "application/json";  // has "time"
constexpr uint64_t kMaxDocument = 128ULL << 20;          // the longest known have about 100 MB

bool is_deprecated(const Json& release) {
  const Json& mark = member(release, "deprecated");
  return (mark.is_string() && !mark.get_ref<const std::string&>().empty()) ||
         (mark.is_boolean() && mark.get<bool>());
}

// As npm chooses: the latest when it fits, else the highest that fits, deprecated ones last.
std::string choose(const std::string& wanted, const Json& versions, const std::string& latest) {
  const auto range = SemverRange::parse(wanted);
  if (!range) return {};
  if (const auto version = parse_semver(latest);
      version && versions.contains(latest) && range->matches(*version)) {
    return latest;
  }
  std::string best;
  std::optional<Semver> best_version;
  bool best_deprecated = false;
  for (const auto& [text, release] : versions.items()) {
    const auto version = parse_semver(text);
    if (!version || !range->matches(*version)) continue;
    const bool deprecated = is_deprecated(release);
    const bool better = !best_version || (best_deprecated && !deprecated) ||
                        (best_deprecated == deprecated && compare(*best_version, *version) < 0);
    if (!better) continue;
    best = text;
    best_version = version;
    best_deprecated = deprecated;
  }
  return best;
}

}  // namespace

Result<Download> choose_npm_release(const RegistrySpec& spec, const std::string& document,
                                    const Url& registry, bool dates) {
  const Json json = Json::parse(document, nullptr, false);
  const Json& versions = member(json, "versions");
  if (!versions.is_object()) {
    return fail(Code::kRegistryAnswer, "the registry's answer is no package document", spec.name);
  }
  const Json& tags = member(json, "dist-tags");
  const std::string latest = text_of(member(tags, "latest"));
  const std::string wanted = spec.range.empty() ? "latest" : spec.range;
  std::string chosen = text_of(member(tags, wanted));
  if (chosen.empty() && versions.contains(wanted)) chosen = wanted;
  if (chosen.empty()) chosen = choose(wanted == "latest" ? "*" : wanted, versions, latest);
  const Json& release = member(versions, chosen);
  if (chosen.empty() || !release.is_object()) {
    return fail(Code::kRegistryNotFound,
                "no version or tag of " + spec.name + " is " + wanted +
                    (latest.empty() ? "" : "; the latest is " + latest),
                spec.name);
  }
  const Json& dist = member(release, "dist");
  Download download;
  download.target = "npm:" + spec.name + "@" + chosen;
  download.hashes = parse_integrity(text_of(member(dist, "integrity")));
  if (download.hashes.empty()) {
    const std::string shasum = text_of(member(dist, "shasum"));
    if (!shasum.empty()) download.hashes.push_back(hash_of_hex("sha1", shasum));
  }
  download.released = parse_time(text_of(member(member(json, "time"), chosen)));
  if (dates && !download.released) download.notes.push_back({Code::kRegistryNoDate, {}, {}});
  const auto url = resolve_url(registry, text_of(member(dist, "tarball")));
  if (!url || text_of(member(dist, "tarball")).empty()) {
    return fail(Code::kRegistryAnswer, "the registry names no archive of " + chosen, spec.name);
  }
  download.urls.push_back(*url);
  // A mirror hands on the addresses of its source, which may be out of reach. The hash decides
  // whether what the mirror has is the same.
  if (url->origin() != registry.origin()) {
    Url mirrored = registry;
    mirrored.path = registry.path.substr(0, registry.path.rfind('/')) + url->path;
    download.urls.push_back(mirrored);
  }
  return download;
}

Result<Download> resolve_npm(const RegistrySpec& spec, const Url& registry, HttpClient& http,
                             bool dates) {
  Url url = registry;
  std::string name = percent_encoded(spec.name);
  if (name.starts_with("%40")) name.replace(0, 3, "@");  // as npm has it: "@scope%2fname"
  url.path += name;
  auto response = http.get({.url = url,
                            .accept = dates ? kAcceptLong : kAccept,
                            .max_bytes = kMaxDocument,
                            .compressed = true});
  if (!response && response.error().code == Code::kRegistryNotFound) {
    return fail(Code::kRegistryNotFound, spec.name, url.text());
  }
  if (!response) return tl::unexpected(response.error());
  return choose_npm_release(spec, response->body, registry, dates);
}

}  // namespace cerebro
