#pragma once

// What a lockfile, a requirements file or a bill of materials pins.
//
//   const auto lockfile = read_lockfile("package-lock.json", text, Limits{});
//   for (const LockedPackage& package : lockfile->packages) use(package.name, package.version);
//
// Every entry is kept, whatever its source; what could not be understood is a note. The bytes are
// hostile: sizes, depth and counts are bounded (Limits), YAML's aliases are not followed.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/note.h"
#include "base/result.h"
#include "package/package.h"

namespace cerebro {

enum class Source {
  kRegistry,   // of an index, public or private
  kUrl,        // an archive somewhere
  kGit,        // a commit of a repository
  kFile,       // an archive or folder on disk, `resolved` relative to the lockfile
  kWorkspace,  // a project of the same repository, `resolved` its folder; "" or "." is the root
  kLink,       // a link to a folder, `resolved`
  kBundled,    // comes inside the archive of the package that needs it
  kUnknown,
};
std::string_view name(Source source);  // "registry", ...

struct LockedPackage {
  Ecosystem ecosystem = Ecosystem::kUnknown;
  std::string name;                 // what an alias stands for; of PyPI: normalised
  std::string version;              // empty when none is pinned
  std::string wanted;               // the range, when no version is pinned: ">=3,<4"
  std::string resolved;             // URL, commit, path or purl, as written; of PyPI's registry
                                    // entries the index; may be empty
  std::vector<std::string> hashes;  // of the archives, "sha512-BASE64" (SRI) or "sha256:HEX"
  Source source = Source::kUnknown;
  std::string file;          // the included file that names it; empty: the lockfile itself
  int line = 1, column = 1;  // 1-based; columns are bytes
  bool dev = false;          // needed for development alone
  bool optional = false;     // may fail to install

  bool operator==(const LockedPackage&) const = default;
};

struct Lockfile {
  std::string format;                   // "package-lock 3", "yarn classic"
  std::vector<LockedPackage> packages;  // in the order of the file
  std::vector<Note> notes;              // sorted
};

// The text of a file beside the lockfile, by its path relative to it; nothing when there is none.
// It is never asked for a path that leaves the lockfile's folder.
using ReadNeighbour = std::function<std::optional<std::string>(const std::string& path)>;

// The format is known by the name ("requirements-dev.txt") and, where that says nothing, by the
// content. Errors: kLockfileUnknown.
Result<Lockfile> read_lockfile(std::string_view file_name, std::string_view text,
                               const Limits& limits, const ReadNeighbour& neighbour = {});

// Whether read_lockfile would know the format. The name may have folders before it.
bool is_lockfile(std::string_view file_name, std::string_view text);

// The names of lockfiles that a project keeps, for looking into a folder.
const std::vector<std::string_view>& project_lockfiles();

// "npm:left-pad@1.3.0", "pypi:six==1.17.0", "pypi:flask>=3"; the name alone for what is of neither.
std::string spec(const LockedPackage& package);

// One entry a line, for people and tests.
std::string dump(const Lockfile& lockfile);

}  // namespace cerebro
