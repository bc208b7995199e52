// uv.lock.

#include "lockfile/purl.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

struct Row {
  std::string_view key;
  Source source;
};
constexpr Row kSources[] = {
    {"registry", Source::kRegistry}, {"git", Source::kGit},        {"url", Source::kUrl},
    {"path", Source::kFile},         {"directory", Source::kFile}, {"editable", Source::kWorkspace},
    {"virtual", Source::kWorkspace},
};

void read_archive(const JsonValue& archive, LockedPackage& package) {
  if (!archive.is_object()) return;
  if (const auto hash = archive.string("hash"); !hash.empty()) package.hashes.emplace_back(hash);
}

}  // namespace

void read_uv_lock(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format("uv " + std::string(scalar(root, "version")));
  for (const JsonValue& value : member(root, "package").items) {
    LockedPackage package = entry_at(value, Ecosystem::kPypi);
    package.name = normalise_pypi_name(value.string("name"));
    package.version = value.string("version");
    const JsonValue& source = member(value, "source");
    for (const Row& row : kSources) {
      if (source.find(row.key) == nullptr) continue;
      package.source = row.source;
      package.resolved = source.string(row.key);
    }
    // A folder of archives: what the configured registry has under that name is another package.
    if (package.source == Source::kRegistry && !package.resolved.empty() &&
        package.resolved.find("://") == std::string::npos) {
      package.source = Source::kFile;
      const JsonValue& wheels = member(value, "wheels");
      const std::string_view file = wheels.items.empty() ? member(value, "sdist").string("path")
                                                         : wheels.items[0].string("path");
      if (!file.empty()) package.resolved.append("/").append(file);
    }
    read_archive(member(value, "sdist"), package);
    for (const JsonValue& wheel : member(value, "wheels").items) read_archive(wheel, package);
    builder.add(std::move(package));
  }
}

}  // namespace cerebro
