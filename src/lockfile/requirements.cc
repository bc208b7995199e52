// requirements.txt: what `pip install -r` reads, with its includes and constraints.
// Markers are not evaluated: whatever might be installed is listed.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "lockfile/npm_names.h"
#include "lockfile/purl.h"
#include "lockfile/reader.h"
#include "package/text.h"

namespace cerebro {
namespace {

struct LogicalLine {
  std::string text;
  int line = 1, column = 1;
};

// Lines joined where they end in a backslash, without comments.
std::vector<LogicalLine> logical_lines(std::string_view text) {
  std::vector<LogicalLine> lines;
  bool open = false;
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    if (!open) {
      const size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
      lines.push_back({"", number, static_cast<int>(indent) + 1});
    }
    if (line.starts_with('#') || trim(line).starts_with('#')) {
      open = false;
      continue;
    }
    open = line.ends_with('\\');
    if (open) line.remove_suffix(1);
    lines.back().text += line;
  }
  for (LogicalLine& line : lines) {
    for (const std::string_view comment : {" #", "\t#"}) {
      line.text.erase(std::min(line.text.find(comment), line.text.size()));
    }
    line.text = trim(line.text);
  }
  std::erase_if(lines, [](const LogicalLine& line) { return line.text.empty(); });
  return lines;
}

bool is_name_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

bool is_archive_name(std::string_view text) {
  return text.ends_with(".whl") || text.ends_with(".tar.gz") || text.ends_with(".zip") ||
         text.ends_with(".tar.bz2");
}

// The value of an option: "-r x", "-rx", "--requirement x", "--requirement=x".
std::optional<std::string_view> option(std::string_view line, std::string_view brief,
                                       std::string_view full) {
  for (const std::string_view name : {full, brief}) {
    if (name.empty() || !line.starts_with(name)) continue;
    std::string_view value = line.substr(name.size());
    const bool is_long = name.starts_with("--");
    if (is_long && !value.empty() && value[0] != '=' && value[0] != ' ') continue;
    if (value.starts_with('=')) value.remove_prefix(1);
    return trim(value);
  }
  return std::nullopt;
}

class RequirementsReader {
 public:
  explicit RequirementsReader(LockfileBuilder& builder)
      : builder_(builder),
        bytes_left_(builder.limits().lockfile_bytes),
        included_({{builder.file_name(), false}}) {}

  void read(std::string_view text, const std::string& file, bool constraint) {
    if (text.size() > bytes_left_) {
      return builder_.note(Code::kLockfileLimit, "the included files are too large", 0, file);
    }
    bytes_left_ -= text.size();
    for (const LogicalLine& line : logical_lines(text)) read_line(line, file, constraint);
  }

  void finish() {
    for (LockedPackage& package : packages_) {
      constrain(package);
      if (package.source == Source::kRegistry && package.version.empty()) {
        builder_.note(Code::kLockfileUnpinned, package.name + package.wanted, package.line,
                      package.file);
      }
      builder_.add(std::move(package));
    }
  }

 private:
  void read_line(const LogicalLine& line, const std::string& file, bool constraint) {
    if (!line.text.starts_with('-')) return read_requirement(line.text, line, file, constraint);
    if (const auto value = option(line.text, "-e", "--editable")) {
      return read_requirement(*value, line, file, constraint);
    }
    if (const auto value = option(line.text, "-r", "--requirement")) {
      return include(*value, line, file, constraint);
    }
    if (const auto value = option(line.text, "-c", "--constraint")) {
      return include(*value, line, file, true);
    }
    for (const auto& [brief, full] :
         {std::pair("-i", "--index-url"), std::pair("-f", "--find-links"),
          std::pair("", "--extra-index-url"), std::pair("", "--trusted-host")}) {
      // The value may hold a password.
      if (option(line.text, brief, full)) {
        return builder_.note(Code::kLockfileIndex, full, line.line, file);
      }
    }
  }

  void include(std::string_view target, const LogicalLine& line, const std::string& file,
               bool constraint) {
    const auto refuse = [&](const std::string& why) {
      builder_.note(Code::kLockfileInclude, std::string(target) + ": " + why, line.line, file);
    };
    if (target.find("://") != std::string_view::npos) return refuse("an address");
    const std::string path =
        (std::filesystem::path(std::string(folder_of(file))) / std::string(target))
            .lexically_normal()
            .generic_string();
    if (path.starts_with('/') || path.starts_with("..")) return refuse("outside of the folder");
    if (!included_.insert({path, constraint}).second) return;  // a cycle, or once more
    if (included_.size() > builder_.limits().lockfile_includes) return refuse("too many files");
    const std::optional<std::string> text =
        builder_.neighbour() ? builder_.neighbour()(path) : std::nullopt;
    if (!text) return refuse("cannot be read");
    read(*text, path, constraint);  // as deep as Limits::lockfile_includes
  }

  void read_requirement(std::string_view text, const LogicalLine& line, const std::string& file,
                        bool constraint) {
    LockedPackage package;
    package.ecosystem = Ecosystem::kPypi;
    package.file = file;
    package.line = line.line;
    package.column = line.column;
    text = take_options(text, package);
    size_t end = 0;
    while (end < text.size() && is_name_byte(text[end])) ++end;
    std::string_view rest = trim(text.substr(end));
    if (rest.starts_with('[')) {  // extras
      rest = trim(rest.substr(std::min(rest.find(']'), rest.size() - 1) + 1));
    }
    const bool place = text.substr(0, end).empty() || text.starts_with('.') ||
                       rest.starts_with(':') || rest.starts_with('+') || rest.starts_with('/') ||
                       is_archive_name(text.substr(0, end));
    if (place) {
      read_place(text, package);
    } else {
      package.name = normalise_pypi_name(text.substr(0, end));
      if (rest.starts_with('@')) {
        read_place(trim(rest.substr(1)), package);
      } else {
        read_versions(rest, package);
      }
    }
    if (package.name.empty()) {
      builder_.note(Code::kLockfileEntry, std::string(text), line.line, file);
    }
    if (constraint) {
      constraints_.emplace(package.name, std::move(package));
    } else if (packages_.size() <= builder_.limits().lockfile_entries) {
      packages_.push_back(std::move(package));
    }
  }

  // Takes "--hash=sha256:..." and other options off the end.
  static std::string_view take_options(std::string_view text, LockedPackage& package) {
    const size_t options = std::min(text.find(" --"), text.size());
    std::string_view rest = text.substr(options);
    constexpr std::string_view kHash = "--hash";
    for (size_t at = rest.find(kHash); at != std::string_view::npos; at = rest.find(kHash)) {
      rest.remove_prefix(at + kHash.size());
      rest = rest.substr(std::min(rest.find_first_not_of("= "), rest.size()));
      const size_t end = std::min(rest.find_first_of(" \t"), rest.size());
      package.hashes.emplace_back(rest.substr(0, end));
    }
    return trim(text.substr(0, options));
  }

  // A URL, a path, or "git+https://host.example/repository@ref#egg=name".
  static void read_place(std::string_view text, LockedPackage& package) {
    text = trim(text.substr(0, text.find(" ;")));
    package.resolved = text;
    const size_t hash = text.find('#');
    const bool remote = text.find("://") != std::string_view::npos && !text.starts_with("file:");
    const bool vcs = remote && text.find('+') < text.find("://");
    package.source = vcs ? Source::kGit : remote ? Source::kUrl : Source::kFile;
    if (hash != std::string_view::npos) {
      const std::string_view fragment = text.substr(hash + 1);
      if (const size_t egg = fragment.find("egg="); egg != std::string_view::npos) {
        const std::string_view name = fragment.substr(egg + 4);
        const size_t end = std::min(name.find_first_of("&["), name.size());
        if (package.name.empty()) package.name = normalise_pypi_name(name.substr(0, end));
      }
      if (fragment.starts_with("sha256=")) {
        package.hashes.push_back("sha256:" + std::string(fragment.substr(7)));
      }
    }
    if (!package.name.empty()) return;
    // "name-1.0-py3-none-any.whl", "name-1.0.tar.gz"; of a folder its last part.
    std::string_view path = text.substr(0, hash);
    while (path.ends_with('/')) path.remove_suffix(1);
    path = path.substr(
        0, path.find_last_of('[') == std::string_view::npos ? path.size() : path.find_last_of('['));
    const std::string_view last = file_name(path);
    const size_t dash = is_archive_name(last) ? last.find('-') : std::string_view::npos;
    package.name = normalise_pypi_name(last == "." || last == ".." ? path : last.substr(0, dash));
    if (package.name.empty() || package.name == "-") package.name = std::string(path);
    if (last.ends_with(".whl") && dash != std::string_view::npos) {
      package.version = last.substr(dash + 1, last.find('-', dash + 1) - dash - 1);
    }
  }

  static void read_versions(std::string_view text, LockedPackage& package) {
    package.source = Source::kRegistry;
    text = trim(text.substr(0, text.find(';')));
    if (text.starts_with('(') && text.ends_with(')')) text = text.substr(1, text.size() - 2);
    std::string compact;
    std::copy_if(text.begin(), text.end(), std::back_inserter(compact),
                 [](char c) { return c != ' ' && c != '\t'; });
    const size_t operator_bytes = compact.starts_with("===") ? 3 : 2;
    const bool pinned =
        compact.starts_with("==") && compact.find_first_of(",*") == std::string::npos;
    (pinned ? package.version : package.wanted) = pinned ? compact.substr(operator_bytes) : compact;
  }

  void constrain(LockedPackage& package) const {
    const auto found = constraints_.find(package.name);
    if (found == constraints_.end() || package.source != Source::kRegistry) return;
    const LockedPackage& constraint = found->second;
    if (constraint.source != Source::kRegistry) {
      package.source = constraint.source;
      package.resolved = constraint.resolved;
    } else if (package.version.empty() && !constraint.version.empty()) {
      package.version = constraint.version;
      package.wanted.clear();
    } else if (package.version.empty() && !constraint.wanted.empty()) {
      package.wanted += (package.wanted.empty() ? "" : ",") + constraint.wanted;
    }
    if (package.hashes.empty()) package.hashes = constraint.hashes;
  }

  LockfileBuilder& builder_;
  size_t bytes_left_;
  std::vector<LockedPackage> packages_;
  std::map<std::string, LockedPackage> constraints_;
  std::set<std::pair<std::string, bool>> included_;  // and whether for constraints
};

}  // namespace

void read_requirements(std::string_view text, LockfileBuilder& builder) {
  builder.set_format("requirements");
  RequirementsReader reader(builder);
  reader.read(text, "", false);
  reader.finish();
}

}  // namespace cerebro
