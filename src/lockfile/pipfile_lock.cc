// Pipfile.lock: JSON, "default" and "develop" (and groups of other names) by package.

#include "lockfile/purl.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

void read_entry(const std::string& name, const JsonValue& value, bool dev,
                LockfileBuilder& builder) {
  LockedPackage package = entry_at(value, Ecosystem::kPypi);
  package.name = normalise_pypi_name(name);
  package.dev = dev;
  const std::string_view version = value.is_string() ? value.text : value.string("version");
  if (version.starts_with("==")) {
    package.version = version.substr(version.starts_with("===") ? 3 : 2);
  } else if (version != "*") {
    package.wanted = version;
  }
  for (const JsonValue& hash : member(value, "hashes").items) package.hashes.push_back(hash.text);
  package.source = Source::kRegistry;
  if (const auto git = value.string("git"); !git.empty()) {
    package.source = Source::kGit;
    package.resolved = git;
    if (const auto commit = value.string("ref"); !commit.empty()) {
      package.resolved += "@" + std::string(commit);
    }
  }
  for (const std::string_view key : {"path", "file"}) {
    const std::string_view place = value.string(key);
    if (place.empty()) continue;
    package.resolved = place;
    package.source = place.find("://") == std::string_view::npos ? Source::kFile : Source::kUrl;
  }
  if (package.source == Source::kRegistry && package.version.empty()) {
    builder.note(Code::kLockfileUnpinned, package.name, package.line);
  }
  builder.add(std::move(package));
}

}  // namespace

void read_pipfile_lock(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format("Pipfile.lock " + std::string(scalar(member(root, "_meta"), "pipfile-spec")));
  for (size_t group = 0; group < root.keys.size(); ++group) {
    if (root.keys[group] == "_meta") continue;
    const JsonValue& packages = root.items[group];
    for (size_t i = 0; i < packages.keys.size(); ++i) {
      read_entry(packages.keys[i], packages.items[i], root.keys[group] != "default", builder);
    }
  }
}

}  // namespace cerebro
