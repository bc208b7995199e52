// package-lock.json and npm-shrinkwrap.json, versions 1 to 3 (`npm help package-lock-json`).

#include "lockfile/npm_names.h"
#include "lockfile/reader.h"

namespace cerebro {
namespace {

constexpr std::string_view kFolder = "node_modules/";

// Versions 2 and 3: one entry for each folder.
void read_folder(const std::string& path, const JsonValue& value, LockfileBuilder& builder) {
  LockedPackage package = entry_at(value, Ecosystem::kNpm);
  package.version = value.string("version");
  package.resolved = value.string("resolved");
  package.dev = flag(value, "dev") || flag(value, "devOptional");
  package.optional = flag(value, "optional") || flag(value, "devOptional");
  add_integrity(value.string("integrity"), package);
  const size_t folder = path.rfind(kFolder);
  const bool installed = folder != std::string::npos;
  // An alias has its real name inside; the folder has the name that the code uses.
  package.name = value.string("name");
  if (package.name.empty() && installed) package.name = path.substr(folder + kFolder.size());
  if (flag(value, "link")) {
    package.source = Source::kLink;
  } else if (!installed) {
    package.source = Source::kWorkspace;
    package.resolved = path;
    if (package.name.empty()) package.name = path;
  } else if (flag(value, "inBundle")) {
    package.source = Source::kBundled;
  } else {
    package.source = npm_source(package);
  }
  builder.add(std::move(package));
}

// Version 1: a tree, and the places of other sources where the version should be.
void read_tree(const JsonValue& dependencies, LockfileBuilder& builder) {
  for (size_t i = 0; i < dependencies.keys.size(); ++i) {
    const JsonValue& value = dependencies.items[i];
    LockedPackage package = entry_at(value, Ecosystem::kNpm);
    package.name = dependencies.keys[i];
    package.resolved = value.string("resolved");
    package.dev = flag(value, "dev");
    package.optional = flag(value, "optional");
    add_integrity(value.string("integrity"), package);
    const std::string_view version = value.string("version");
    if (!take_alias(version, package)) {
      const bool elsewhere = version.find(':') != std::string_view::npos;
      (elsewhere ? package.resolved : package.version) = version;
    }
    package.source = flag(value, "bundled") ? Source::kBundled : npm_source(package);
    builder.add(std::move(package));
    read_tree(member(value, "dependencies"), builder);  // as deep as Limits::lockfile_depth
  }
}

}  // namespace

void read_package_lock(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format("package-lock " + std::string(scalar(root, "lockfileVersion")));
  const JsonValue* packages = root.find("packages");  // version 2 has both, and npm reads this one
  if (packages == nullptr) return read_tree(member(root, "dependencies"), builder);
  for (size_t i = 0; i < packages->keys.size(); ++i) {
    read_folder(packages->keys[i], packages->items[i], builder);
  }
}

}  // namespace cerebro
