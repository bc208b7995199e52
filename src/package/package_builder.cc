#include "package/package_builder.h"

#include <algorithm>
#include <utility>

#include "archive/safe_path.h"
#include "base/limits.h"
#include "package/text.h"

namespace cerebro {
namespace {

constexpr size_t kMaxNotes = 200;
constexpr size_t kMaxFindings = 200;

bool has_extension(std::string_view path, std::initializer_list<std::string_view> extensions) {
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](std::string_view extension) { return path.ends_with(extension); });
}

}  // namespace

void PackageBuilder::add(Entry entry) {
  if (seen_.emplace(entry.phase, entry.file, entry.command, entry.function).second) {
    package_.entries.push_back(std::move(entry));
  }
}

void PackageBuilder::add_file(Phase phase, std::string label, std::string file,
                              std::string function) {
  Entry entry;
  entry.phase = phase;
  entry.label = std::move(label);
  entry.file = std::move(file);
  entry.function = std::move(function);
  add(std::move(entry));
}

void PackageBuilder::find_out(std::string behaviour, std::string file, int line,
                              std::string_view snippet, Phase phase) {
  if (package_.findings.size() == kMaxFindings) return;
  ManifestFinding finding{std::move(behaviour), phase, std::move(file), line,
                          printable_utf8(snippet.substr(0, Limits{}.snippet_bytes))};
  const auto& known = package_.findings;
  if (otherwise_ && std::find(known.begin(), known.end(), finding) != known.end()) return;
  package_.findings.push_back(std::move(finding));
}

void PackageBuilder::disagree(const std::string& file, int line, std::string_view how) {
  if (!disagrees_) find_out("archive.disagreement", file, line, how);
  disagrees_ = true;
}

void PackageBuilder::note(Code code, std::string message, std::string file) {
  if (package_.notes.size() == kMaxNotes) return;
  package_.notes.push_back({code, printable_utf8(message), std::move(file)});
}

Package PackageBuilder::finish() && {
  std::stable_sort(package_.entries.begin(), package_.entries.end(),
                   [](const Entry& a, const Entry& b) { return a.phase < b.phase; });
  std::sort(package_.notes.begin(), package_.notes.end());
  package_.notes.erase(std::unique(package_.notes.begin(), package_.notes.end()),
                       package_.notes.end());
  return std::move(package_);
}

std::vector<const File*> readings_of(const FileTree& tree, const std::string& path) {
  const auto same = [](char a, char b) {
    const auto lower = [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return lower(a) == lower(b);
  };
  std::vector<const File*> exact, others;
  const std::string folder(folder_of(path));
  for (auto file = std::lower_bound(
           tree.files.begin(), tree.files.end(), folder,
           [](const File&of, const std::string&wanted) { return of.path < wanted; });
       file != tree.files.end() && file->path.starts_with(folder); ++file) {
    if (file->path.size() != path.size()) continue;
    if (file->path == path) {
      exact.insert(exact.begin(), &*file);
    } else if (std::equal(path.begin(), path.end(), file->path.begin(), same)) {
      others.push_back(&*file);
    }
  }
  exact.insert(exact.end(), others.begin(), others.end());
  if (exact.size() > kMaxReadings + 1) exact.resize(kMaxReadings + 1);
  return exact;
}

bool is_python_file(std::string_view path) { return has_extension(path, {".py", ".pyw"}); }

bool is_javascript_file(std::string_view path) {
  if (has_extension(path, {".d.ts", ".d.mts", ".d.cts"})) return false;
  return has_extension(path, {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"});
}

bool is_system_command(std::string_view command) {
  // Commands that people and scripts type without a path, and that no package installs in earnest.
  static constexpr std::string_view kCommands[] = {
      "awk",       "bash",    "cat",   "cd",    "chmod", "chown", "cmd",        "cp",    "curl",
      "dir",       "docker",  "echo",  "env",   "find",  "git",   "grep",       "gpg",   "id",
      "kill",      "kubectl", "ls",    "mkdir", "mv",    "ping",  "powershell", "ps",    "pwd",
      "pwsh",      "python3", "rm",    "scp",   "sed",   "sh",    "ssh",        "su",    "sudo",
      "systemctl", "tar",     "touch", "uname", "wget",  "which", "whoami",     "xargs", "zsh"};
  return std::find(std::begin(kCommands), std::end(kCommands), command) != std::end(kCommands);
}

bool is_shell_file(std::string_view path) { return has_extension(path, {".sh", ".bash"}); }

}  // namespace cerebro
