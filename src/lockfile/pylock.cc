// pylock.toml (PEP 751).

#include "lockfile/purl.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

void read_archive(const JsonValue& archive, LockedPackage& package) {
  const JsonValue& hashes = member(archive, "hashes");
  for (size_t i = 0; i < hashes.keys.size(); ++i) {
    package.hashes.push_back(hashes.keys[i] + ":" + hashes.items[i].text);
  }
}

std::string_view place(const JsonValue& value) {
  const std::string_view url = value.string("url");
  return url.empty() ? value.string("path") : url;
}

}  // namespace

void read_pylock(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format("pylock " + std::string(scalar(root, "lock-version")));
  for (const JsonValue& value : member(root, "packages").items) {
    LockedPackage package = entry_at(value, Ecosystem::kPypi);
    package.name = normalise_pypi_name(value.string("name"));
    package.version = value.string("version");
    if (const JsonValue* vcs = value.find("vcs")) {
      package.source = Source::kGit;
      package.resolved = std::string(place(*vcs)) + "@" + std::string(vcs->string("commit-id"));
    } else if (const JsonValue* folder = value.find("directory")) {
      package.source = flag(*folder, "editable") ? Source::kWorkspace : Source::kFile;
      package.resolved = folder->string("path");
    } else if (const JsonValue* archive = value.find("archive")) {
      package.source = archive->string("url").empty() ? Source::kFile : Source::kUrl;
      package.resolved = place(*archive);
      read_archive(*archive, package);
    } else {
      package.source = Source::kRegistry;
      package.resolved = value.string("index");
      read_archive(member(value, "sdist"), package);
      for (const JsonValue& wheel : member(value, "wheels").items) read_archive(wheel, package);
    }
    builder.add(std::move(package));
  }
}

}  // namespace cerebro
