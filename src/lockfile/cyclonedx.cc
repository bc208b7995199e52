// CycloneDX, JSON: components with package URLs, nested or not.

#include <algorithm>

#include "lockfile/purl.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

std::string hash(std::string_view algorithm, std::string_view hex) {  // "SHA-512": "sha512:HEX"
  std::string text;
  for (const char c : algorithm) {
    if (c != '-') text += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return text + ":" + std::string(hex);
}

void read_component(const JsonValue& value, LockfileBuilder& builder) {
  LockedPackage package = entry_at(value, Ecosystem::kUnknown);
  const std::string_view url = value.string("purl");
  const auto purl = parse_purl(url);
  if (purl) {
    package.ecosystem = purl->ecosystem();
    package.name = purl->name;
    package.version = purl->version;
    package.source =
        package.ecosystem == Ecosystem::kUnknown ? Source::kUnknown : Source::kRegistry;
  } else {
    if (!url.empty()) builder.note(Code::kLockfileEntry, std::string(url), package.line);
    package.name = value.string("name");
  }
  package.resolved = url;
  if (package.version.empty()) package.version = value.string("version");
  package.optional = value.string("scope") == "optional";
  for (const JsonValue& each : member(value, "hashes").items) {
    package.hashes.push_back(hash(each.string("alg"), each.string("content")));
  }
  for (const JsonValue& property : member(value, "properties").items) {
    const std::string_view name = property.string("name");
    const bool holds = property.string("value") == "true";
    if (name == "cdx:npm:package:development") package.dev = holds;
    if (name == "cdx:npm:package:bundled" && holds) package.source = Source::kBundled;
  }
  builder.add(std::move(package));
  for (const JsonValue& inner : member(value, "components").items) read_component(inner, builder);
}

}  // namespace

void read_cyclonedx(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format("CycloneDX " + std::string(root.string("specVersion")));
  for (const JsonValue& value : member(root, "components").items) read_component(value, builder);
}

}  // namespace cerebro
