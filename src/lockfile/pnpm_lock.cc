// pnpm-lock.yaml, versions 5 to 9. The keys of `packages` changed with them:
//
//   5    /name/1.0.0_react@17.0.2     /@scope/name/1.0.0     registry.example/name/1.0.0
//   6    /name@1.0.0(react@17.0.2)    /@scope/name@1.0.0
//   9    name@1.0.0                   @scope/name@1.0.0      (peers stand in `snapshots`)
//
// Others than registries: file:..., link:..., a URL, or HOST/OWNER/REPOSITORY/COMMIT.

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include "lockfile/npm_names.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

bool starts_with_digit(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0;
}

// Name and version of a key; a version that is none (a URL, a path) goes into `resolved`.
void read_key(std::string_view key, int major, LockedPackage& package) {
  if (key.starts_with("file:") || key.starts_with("link:") || is_web_url(key)) {
    package.resolved = key;
    return;
  }
  key = key.substr(0, key.find('('));
  if (major < 6) {
    // HOST before the first slash, then NAME or @SCOPE/NAME, then the version.
    const std::string_view behind = key.substr(std::min(key.find('/'), key.size()));
    if (behind.empty()) return;
    const std::string_view rest = behind.substr(1);
    const size_t slash = rest.find('/', rest.starts_with('@') ? rest.find('/') + 1 : 0);
    std::string_view version = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (!starts_with_digit(version)) {  // github.example/owner/repository/COMMIT
      package.resolved = key;
      return;
    }
    package.name = rest.substr(0, slash);
    package.version = version.substr(0, version.find_first_of("_/"));  // "/" of version 5.0
    return;
  }
  if (key.starts_with('/')) key.remove_prefix(1);
  const auto [name, rest] = split_npm_name(key);
  package.name = name;
  (starts_with_digit(rest) ? package.version : package.resolved) = rest;
}

void read_package(const std::string& key, const JsonValue& value, int major, bool optional,
                  LockfileBuilder& builder) {
  LockedPackage package = entry_at(value, Ecosystem::kNpm);
  read_key(key, major, package);
  // Written where the key does not say them.
  if (const auto name = value.string("name"); !name.empty()) package.name = name;
  if (const auto version = value.string("version"); !version.empty()) package.version = version;
  package.dev = flag(value, "dev");
  package.optional = optional || flag(value, "optional");
  const JsonValue& resolution = member(value, "resolution");
  add_integrity(resolution.string("integrity"), package);
  const std::string_view tarball = resolution.string("tarball"), repo = resolution.string("repo"),
                         folder = resolution.string("directory"), type = resolution.string("type");
  if (!repo.empty()) {
    package.source = Source::kGit;
    package.resolved = std::string(repo) + "#" + std::string(resolution.string("commit"));
  } else if (!folder.empty() || type == "directory") {
    package.source = Source::kFile;
    package.resolved = "file:" + std::string(folder);
  } else if (!tarball.empty()) {
    const bool elsewhere = !package.resolved.empty();  // by the key no package of a registry
    package.resolved = tarball;
    package.source = npm_source(package);
    if (elsewhere && package.source == Source::kRegistry) package.source = Source::kUrl;
  } else {
    package.source = npm_source(package);
  }
  if (package.name.empty()) package.name = key;
  builder.add(std::move(package));
}

// "link:../b" of a project's dependencies.
void read_links(const JsonValue& dependencies, bool dev, LockfileBuilder& builder) {
  for (size_t i = 0; i < dependencies.keys.size(); ++i) {
    const JsonValue& value = dependencies.items[i];
    const std::string_view version = value.is_string() ? value.text : value.string("version");
    if (!version.starts_with("link:")) continue;
    LockedPackage package = entry_at(value, Ecosystem::kNpm);
    package.name = dependencies.keys[i];
    package.resolved = version;
    package.source = Source::kLink;
    package.dev = dev;
    builder.add(std::move(package));
  }
}

void read_project(const JsonValue& project, LockfileBuilder& builder) {
  read_links(member(project, "dependencies"), false, builder);
  read_links(member(project, "optionalDependencies"), false, builder);
  read_links(member(project, "devDependencies"), true, builder);
}

}  // namespace

void read_pnpm_lock(const JsonValue& root, LockfileBuilder& builder) {
  const std::string_view version = scalar(root, "lockfileVersion");
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  builder.set_format("pnpm " + std::string(version));
  if (const JsonValue* importers = root.find("importers")) {
    for (size_t i = 0; i < importers->keys.size(); ++i) {
      LockedPackage project = entry_at(importers->items[i], Ecosystem::kNpm);
      project.name = project.resolved = importers->keys[i];
      project.source = Source::kWorkspace;
      if (project.name != ".") builder.add(std::move(project));
      read_project(importers->items[i], builder);
    }
  } else {
    read_project(root, builder);
  }
  std::map<std::string_view, bool> optional;  // version 9, by the key without peers
  if (const JsonValue* snapshots = root.find("snapshots")) {
    for (size_t i = 0; i < snapshots->keys.size(); ++i) {
      const std::string_view key = snapshots->keys[i];
      const bool is_optional = flag(snapshots->items[i], "optional");
      const auto [at, fresh] = optional.emplace(key.substr(0, key.find('(')), is_optional);
      if (!fresh) at->second = at->second && is_optional;
    }
  }
  const JsonValue& packages = member(root, "packages");
  for (size_t i = 0; i < packages.keys.size(); ++i) {
    const auto found = optional.find(packages.keys[i]);
    read_package(packages.keys[i], packages.items[i], major,
                 found != optional.end() && found->second, builder);
  }
}

}  // namespace cerebro
