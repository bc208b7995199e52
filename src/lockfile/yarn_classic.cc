// yarn.lock of yarn 1. Lines like YAML's, but the values have no colon:
//
//   "@a/b@^1.0.0", "@a/b@^1.1.0":
//     version "1.1.0"
//     resolved "https://registry.example/@a/b/-/b-1.1.0.tgz#SHA1"
//     integrity sha512-...

#include "lockfile/npm_names.h"
#include "lockfile/reader.h"
#include "package/text.h"

namespace cerebro {
namespace {

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text.remove_prefix(1);
    text.remove_suffix(1);
  }
  return text;
}

// Of `"a@^1", a@^2:` the first.
std::string_view first_request(std::string_view line) {
  if (line.starts_with('"')) return line.substr(1, line.find('"', 1) - 1);
  return line.substr(0, line.find_first_of(",:"));
}

void finish(std::string_view request, LockedPackage& package, LockfileBuilder& builder) {
  const auto [name, range] = split_npm_name(request);
  const std::string version = package.version;
  package.name = name;
  if (take_alias(range, package)) package.version = version;  // its version is a range
  if (package.resolved.empty() && range.find(':') != std::string_view::npos) {
    package.resolved = range;  // "file:../x", "link:../x"
  }
  package.source = npm_source(package);
  if (package.source == Source::kUrl && is_git_url(range)) package.source = Source::kGit;
  builder.add(std::move(package));
}

}  // namespace

void read_yarn_classic(std::string_view text, LockfileBuilder& builder) {
  builder.set_format("yarn classic");
  std::string_view request;
  LockedPackage package;
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::string_view content = trim(line);
    if (content.empty() || content.starts_with('#')) continue;
    const size_t indent = line.find_first_not_of(' ');
    if (indent == 0) {
      if (!request.empty()) finish(request, package, builder);
      package = {};
      package.ecosystem = Ecosystem::kNpm;
      package.line = number;
      request = first_request(content);
      if (!content.ends_with(':') || request.empty()) {
        builder.note(Code::kLockfileInvalid, "no entry", number);
        request = {};
      }
      continue;
    }
    if (indent != 2) continue;  // dependencies
    const size_t space = content.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view key = content.substr(0, space), value = unquoted(content.substr(space));
    if (key == "version") package.version = value;
    if (key == "resolved") package.resolved = value;
    if (key == "integrity") add_integrity(value, package);
  }
  if (!request.empty()) finish(request, package, builder);
}

}  // namespace cerebro
