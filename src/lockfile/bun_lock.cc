// bun.lock: JSON with comments and trailing commas. Of each package a row that depends on the
// source: ["a@1.0.0", REGISTRY, {...}, "sha512-..."], ["a@github:o/r#c", {...}, ID],
// ["a@https://x.example/a.tgz", {...}, "sha512-..."], ["a@workspace:packages/a"].

#include "lockfile/npm_names.h"
#include "lockfile/reader.h"

namespace cerebro {

void read_bun_lock(const JsonValue& root, LockfileBuilder& builder) {
  builder.set_format("bun " + std::string(scalar(root, "lockfileVersion")));
  const JsonValue& packages = member(root, "packages");
  for (size_t i = 0; i < packages.keys.size(); ++i) {
    const JsonValue& row = packages.items[i];
    LockedPackage package = entry_at(row, Ecosystem::kNpm);
    package.name = packages.keys[i];
    if (row.items.empty() || !row.items[0].is_string()) {
      builder.note(Code::kLockfileEntry, package.name, package.line);
      builder.add(std::move(package));
      continue;
    }
    const auto [name, rest] = split_npm_name(row.items[0].text);
    package.name = name;
    if (rest.find(':') == std::string_view::npos) {
      package.version = rest;
      package.source = Source::kRegistry;
      if (row.items.size() > 1) package.resolved = row.items[1].text;
    } else {
      package.resolved = rest;
      package.source = is_web_url(rest) && !is_git_url(rest) ? Source::kUrl : npm_source(package);
      if (package.source == Source::kWorkspace) package.resolved = rest.substr(rest.find(':') + 1);
    }
    for (const JsonValue& item : row.items) {
      if (item.is_string() && item.text.starts_with("sha")) add_integrity(item.text, package);
      if (flag(item, "bundled")) package.source = Source::kBundled;
    }
    builder.add(std::move(package));
  }
}

}  // namespace cerebro
