// yarn.lock of yarn 2 and later: YAML, the resolution a locator NAME@PROTOCOL:REFERENCE. The
// checksums are of yarn's own zip files, not of what a registry serves, so they are left out.

#include <algorithm>

#include "lockfile/npm_names.h"
#include "lockfile/purl.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

constexpr int kMostWrappings = 8;  // a patch of a patch of a virtual package

void read_locator(std::string locator, LockedPackage& package) {
  std::string reference;
  for (int i = 0; i < kMostWrappings; ++i) {
    const auto [name, rest] = split_npm_name(locator);
    package.name = name;
    reference = rest;
    if (reference.starts_with("virtual:")) {  // "virtual:DIGEST#npm:1.0.0": the same package
      const size_t hash = std::min(reference.find('#'), reference.size() - 1);
      locator = package.name + "@" + reference.substr(hash + 1);
    } else if (reference.starts_with("patch:")) {  // "patch:NAME@npm%3A1.0.0#PATCH"
      locator = percent_decode(reference.substr(6, reference.find('#') - 6));
      package.resolved = reference;
    } else {
      break;
    }
  }
  const size_t binding = reference.find("::");
  if (reference.starts_with("npm:")) {
    package.source = Source::kRegistry;
    if (binding != std::string::npos) {
      constexpr std::string_view kUrl = "__archiveUrl=";
      if (const size_t url = reference.find(kUrl, binding); url != std::string::npos) {
        const size_t end = reference.find('&', url);
        package.resolved = percent_decode(
            std::string_view(reference).substr(url + kUrl.size(), end - url - kUrl.size()));
      }
    }
    // "npm:real@1.0.0" where the entry was asked for by another name.
    const std::string version =
        reference.substr(4, binding == std::string::npos ? binding : binding - 4);
    const auto [name, rest] = split_npm_name(version);
    if (!rest.empty()) package.name = name;
    package.version = rest.empty() ? name : rest;
    return;
  }
  if (package.resolved.empty()) package.resolved = reference.substr(0, binding);
  LockedPackage plain = package;
  plain.resolved = reference.substr(0, binding);
  package.source =
      is_web_url(reference) && !is_git_url(reference) ? Source::kUrl : npm_source(plain);
  if (package.source == Source::kWorkspace || package.source == Source::kLink) {
    package.resolved = reference.substr(reference.find(':') + 1);
  }
}

}  // namespace

void read_yarn_berry(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format("yarn " + std::string(scalar(member(root, "__metadata"), "version")));
  for (size_t i = 0; i < root.keys.size(); ++i) {
    if (root.keys[i] == "__metadata") continue;
    const JsonValue& value = root.items[i];
    LockedPackage package = entry_at(value, Ecosystem::kNpm);
    const std::string_view resolution = value.string("resolution");
    if (resolution.empty()) {
      package.name = root.keys[i];
      builder.note(Code::kLockfileEntry, root.keys[i], package.line);
    } else {
      read_locator(std::string(resolution), package);
    }
    const std::string_view version = value.string("version");
    if (package.version.empty() && version != "0.0.0-use.local") package.version = version;
    builder.add(std::move(package));
  }
}

}  // namespace cerebro
