#include "cli/expand_targets.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "archive/disk.h"
#include "registry/url.h"

namespace cerebro {
namespace {

namespace fs = std::filesystem;

// Other files are not opened to see whether they are lockfiles.
bool may_be_lockfile(const std::string& path) {
  static constexpr std::array<std::string_view, 6> kEndings = {".json", ".lock", ".yaml",
                                                               ".yml",  ".toml", ".txt"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

// A path of a lockfile as one on disk; nothing when it leaves the lockfile's folder.
std::optional<std::string> within(const fs::path& folder, std::string_view relative) {
  for (const std::string_view scheme : {"file:", "link:", "portal:"}) {
    if (relative.starts_with(scheme)) relative.remove_prefix(scheme.size());
  }
  relative = relative.substr(0, relative.find_first_of("#["));
  const std::string path = fs::path(std::string(relative)).lexically_normal().generic_string();
  if (path.starts_with('/') || path.starts_with("..")) return std::nullopt;
  const std::string whole = (folder / path).lexically_normal().string();
  return whole.empty() ? "." : whole;
}

// What `scan` cannot take from where it comes.
std::string_view why_not_scanned(Source source) {
  switch (source) {
    case Source::kGit:
      return "it comes from a repository, which is not fetched";
    case Source::kUnknown:
      return "where it comes from is not understood";
    default:
      return "its path is not below the lockfile's folder";
  }
}

std::string place(const LockedPackage& package, const std::string& lockfile) {
  return (package.file.empty() ? lockfile
                               : (fs::path(lockfile).parent_path() / package.file).string()) +
         ":" + std::to_string(package.line);
}

ScanInput installed(InstalledPackage package) {
  ScanInput input = ScanInput::path(package.label);
  input.notes = std::exchange(package.notes, {});
  input.installed = std::move(package);
  return input;
}

}  // namespace

std::optional<ScanInput> TargetExpander::next() {
  if (!fill()) return std::nullopt;
  ScanInput target = std::move(ready_.front());
  ready_.pop_front();
  return target;
}

bool TargetExpander::next_is_several() { return fill() && several_; }

bool TargetExpander::fill() {
  while (ready_.empty()) {
    const std::optional<std::string> target = targets_.next();
    if (!target) return false;
    several_ = false;
    expand(*target);
  }
  return true;
}

void TargetExpander::expand(const std::string& target) {
  std::error_code error;
  if (is_registry_spec(target)) {
    ready_.push_back(ScanInput::path(target));
  } else if (fs::is_directory(target, error)) {
    InstalledTree tree = find_installed(target, limits_);
    several_ = !tree.packages.empty();
    for (const Note& note : tree.notes) {
      remarks_.push_back(describe({note.code, note.message, note.file}));
      unread_ = unread_ || info(note.code).unread;
    }
    for (InstalledPackage& package : tree.packages) {
      ready_.push_back(installed(std::move(package)));
    }
    if (!several_) ready_.push_back(ScanInput::path(target));
  } else {
    if (may_be_lockfile(target)) {
      const auto file = read_regular_file(target, limits_.lockfile_bytes + 1, true);
      if (file && is_lockfile(target, file->content)) {
        several_ = true;
        return expand_lockfile(target);
      }
    }
    ready_.push_back(ScanInput::path(target));
  }
}

void TargetExpander::expand_lockfile(const std::string& path) {
  const Result<Lockfile> lockfile = read_lockfile_(path);
  if (!lockfile) {
    ScanInput unread = ScanInput::path(path);
    unread.error = lockfile.error();
    ready_.push_back(std::move(unread));
    return;
  }
  for (const Note& note : lockfile->notes) {
    remarks_.push_back(describe({note.code, note.message, note.file.empty() ? path : note.file}));
    unread_ = unread_ || info(note.code).unread;
  }
  size_t other = 0, bundled = 0;
  std::set<std::string> seen;  // npm has one entry for each folder of a package
  for (const LockedPackage& package : lockfile->packages) {
    if (package.ecosystem == Ecosystem::kUnknown) {
      ++other;
    } else if (package.source == Source::kBundled) {
      ++bundled;
    } else if (seen.insert(spec(package) + '\n' + package.resolved).second) {
      add_entry(package, path);
    }
  }
  if (other > 0) {
    remarks_.push_back(path + ": " + std::to_string(other) + " entries of neither npm nor PyPI");
  }
  if (bundled > 0) {
    remarks_.push_back(path + ": " + std::to_string(bundled) +
                       " entries are bundled in others and scanned with them");
  }
}

void TargetExpander::add_entry(const LockedPackage& package, const std::string& lockfile) {
  const fs::path folder = fs::path(lockfile).parent_path();
  ScanInput target = ScanInput::path(spec(package));
  target.origin_file = lockfile;
  target.origin_line = package.line;
  switch (package.source) {
    case Source::kRegistry:
      target.hashes = package.hashes;
      break;
    case Source::kUrl:
      if (const std::optional<Url> url = parse_url(package.resolved)) {
        // The report is about what lies there, not about what a registry has under that name. What
        // follows "?" may be a secret.
        target.target = url->text().substr(0, url->text().find('?'));
        target.url = package.resolved;
        target.hashes = package.hashes;
      } else {
        target.error =
            Error{Code::kNotFetched, "its address is not one of the web", place(package, lockfile)};
      }
      break;
    case Source::kFile:
    case Source::kLink:
    case Source::kWorkspace: {
      const auto path = within(folder, package.resolved);
      std::error_code error;
      if (path && fs::equivalent(*path, folder.empty() ? fs::path(".") : folder, error)) {
        return;  // the project itself
      }
      if (path && fs::is_directory(*path, error)) {
        target.installed = InstalledPackage{*path, *path, {.without = {"node_modules"}}, {}};
        target.target = *path;
        break;
      }
      if (path) {
        target.target = *path;
        break;
      }
      [[fallthrough]];
    }
    default:
      target.error = Error{Code::kNotFetched, std::string(why_not_scanned(package.source)),
                           place(package, lockfile)};
  }
  ready_.push_back(std::move(target));
}

}  // namespace cerebro
