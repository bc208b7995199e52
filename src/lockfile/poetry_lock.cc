// poetry.lock. Hashes stand in `package.files` since version 2, before in `metadata.files`.

#include <algorithm>

#include "lockfile/purl.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

void add_hashes(const JsonValue& files, LockedPackage& package) {
  for (const JsonValue& file : files.items) {
    const std::string_view hash = file.is_string() ? file.text : file.string("hash");
    if (hash.empty()) continue;
    const bool bare = hash.find(':') == std::string_view::npos;  // version 0
    package.hashes.push_back((bare ? "sha256:" : "") + std::string(hash));
  }
}

bool is_dev(const JsonValue& value) {
  if (value.string("category") == "dev") return true;
  const std::vector<JsonValue>& groups = member(value, "groups").items;
  return !groups.empty() && std::none_of(groups.begin(), groups.end(), [](const JsonValue& group) {
    return group.text == "main";
  });
}

void read_source(const JsonValue& source, LockedPackage& package) {
  const std::string_view type = source.string("type");
  package.resolved = source.string("url");
  // "legacy" is an index other than the default.
  package.source = type.empty() || type == "legacy"        ? Source::kRegistry
                   : type == "git"                         ? Source::kGit
                   : type == "url"                         ? Source::kUrl
                   : type == "directory" || type == "file" ? Source::kFile
                                                           : Source::kUnknown;
  if (const auto commit = source.string("resolved_reference"); !commit.empty()) {
    package.resolved += "@" + std::string(commit);
  }
}

}  // namespace

void read_poetry_lock(const JsonValue& root, LockfileBuilder& builder) {
  const JsonValue& metadata = member(root, "metadata");
  builder.set_format("poetry " + std::string(scalar(metadata, "lock-version")));
  for (const JsonValue& value : member(root, "package").items) {
    LockedPackage package = entry_at(value, Ecosystem::kPypi);
    const std::string_view name = value.string("name");
    package.name = normalise_pypi_name(name);
    package.version = value.string("version");
    package.optional = flag(value, "optional");
    package.dev = is_dev(value);
    read_source(member(value, "source"), package);
    add_hashes(member(value, "files"), package);
    add_hashes(member(member(metadata, "files"), name), package);
    add_hashes(member(member(metadata, "hashes"), name), package);
    builder.add(std::move(package));
  }
}

}  // namespace cerebro
