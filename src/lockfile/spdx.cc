// SPDX 2, JSON: packages with package URLs among their external references.

#include <set>

#include "lockfile/purl.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

// What the document is about: the project itself.
std::set<std::string_view> described(const JsonValue& root) {
  std::set<std::string_view> ids;
  for (const JsonValue& id : member(root, "documentDescribes").items) ids.insert(id.text);
  for (const JsonValue& relation : member(root, "relationships").items) {
    if (relation.string("relationshipType") == "DESCRIBES") {
      ids.insert(relation.string("relatedSpdxElement"));
    }
  }
  return ids;
}

void read_package(const JsonValue& value, bool is_project, LockfileBuilder& builder) {
  LockedPackage package = entry_at(value, Ecosystem::kUnknown);
  package.name = value.string("name");
  package.version = value.string("versionInfo");
  for (const JsonValue& reference : member(value, "externalRefs").items) {
    if (reference.string("referenceType") != "purl") continue;
    package.resolved = reference.string("referenceLocator");
    const auto purl = parse_purl(package.resolved);
    if (!purl) {
      builder.note(Code::kLockfileEntry, package.resolved, package.line);
      continue;
    }
    package.ecosystem = purl->ecosystem();
    package.name = purl->name;
    if (!purl->version.empty()) package.version = purl->version;
    if (package.ecosystem != Ecosystem::kUnknown) package.source = Source::kRegistry;
  }
  if (is_project) {
    package.source = Source::kWorkspace;
    package.resolved.clear();
  }
  for (const JsonValue& checksum : member(value, "checksums").items) {
    std::string algorithm;
    for (const char c : checksum.string("algorithm")) {
      algorithm += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    package.hashes.push_back(algorithm + ":" + std::string(checksum.string("checksumValue")));
  }
  builder.add(std::move(package));
}

}  // namespace

void read_spdx(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format(std::string(root.string("spdxVersion")));
  const std::set<std::string_view> projects = described(root);
  for (const JsonValue& value : member(root, "packages").items) {
    read_package(value, projects.contains(value.string("SPDXID")), builder);
  }
}

}  // namespace cerebro
