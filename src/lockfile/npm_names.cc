#include "lockfile/npm_names.h"

#include <algorithm>
#include <array>

#include "lockfile/purl.h"
#include "package/text.h"

namespace cerebro {
namespace {

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return text.starts_with(start); });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

NameAndRest split_npm_name(std::string_view text) {
  const size_t at = text.find('@', 1);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool take_alias(std::string_view text, LockedPackage& package) {
  if (!text.starts_with("npm:")) return false;
  const auto [name, version] = split_npm_name(text.substr(4));
  package.name = name;
  package.version = version;
  return true;
}

bool is_git_url(std::string_view url) {
  return starts_with_any(
             url, {"git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "gist:", "ssh:"}) ||
         contains(url, ".git#") || url.ends_with(".git") || contains(url, "#commit=");
}

bool is_web_url(std::string_view url) { return starts_with_any(url, {"https://", "http://"}); }

Source npm_source(const LockedPackage& package) {
  const std::string_view url = package.resolved;
  if (url.empty()) return Source::kRegistry;
  if (starts_with_any(url, {"file:", "./", "../", "/"})) return Source::kFile;
  if (starts_with_any(url, {"link:", "portal:"})) return Source::kLink;
  if (url.starts_with("workspace:")) return Source::kWorkspace;
  if (is_git_url(url)) return Source::kGit;
  if (!is_web_url(url)) return Source::kUnknown;
  // ".../NAME/-/NAME-1.0.0.tgz" of most registries, ".../download/NAME/1.0.0/DIGEST" of some.
  const std::string path = percent_decode(url);
  const bool named = contains(path, "/" + package.name + "/-/") ||
                     contains(path, "/" + package.name + "/" + package.version + "/");
  return named ? Source::kRegistry : Source::kUrl;
}

void add_integrity(std::string_view integrity, LockedPackage& package) {
  while (!integrity.empty()) {
    const size_t end = std::min(integrity.find(' '), integrity.size());
    if (end > 0) package.hashes.emplace_back(integrity.substr(0, end));
    integrity.remove_prefix(std::min(end + 1, integrity.size()));
  }
}

}  // namespace cerebro
