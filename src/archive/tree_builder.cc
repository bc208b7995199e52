#include "archive/tree_builder.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "archive/name_folding.h"
#include "archive/safe_path.h"
#include "base/hash.h"

namespace cerebro {
namespace {

constexpr size_t kNotesPerCode = 50;  // an archive of 200,000 links must not make as many notes
constexpr int kLinkHops = 8;
constexpr size_t kJoinedFolders = 1000;
constexpr std::string_view kNpmFolder = "package/";

std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace

const File* FileTree::find(std::string_view path) const {
  const auto after = std::upper_bound(
      files.begin(), files.end(), path,
      [](std::string_view wanted, const File& file) { return wanted < file.path; });
  if (after == files.begin() || std::prev(after)->path != path) return nullptr;
  return &*std::prev(after);
}

bool TreeBuilder::count_entry() {
  if (full_) return false;
  if (++entries_ <= limits_.archive_entries) return true;
  note(Code::kArchiveLimitEntries,
       "more than " + std::to_string(limits_.archive_entries) + " entries");
  full_ = true;
  return false;
}

bool TreeBuilder::count(uint64_t& counter, uint64_t bytes) {
  if (full_) return false;
  counter += bytes;
  if (counter > limits_.unpacked_bytes) {
    note(Code::kArchiveLimitBytes,
         "more than " + std::to_string(limits_.unpacked_bytes) + " bytes unpacked");
    full_ = true;
  } else if (counter > limits_.ratio_grace_bytes && counter / limits_.ratio > tree_.packed_bytes) {
    note(Code::kArchiveLimitRatio, "more than " + std::to_string(limits_.ratio) + " times the " +
                                       std::to_string(tree_.packed_bytes) + " packed bytes");
    full_ = true;
  }
  return !full_;
}

std::string TreeBuilder::name(std::string_view prefix, std::string_view raw) {
  SafePath safe = safe_path(raw, limits_.path_bytes);
  if (safe.path.empty()) safe.path = "unnamed";
  std::string path = std::string(prefix) + safe.path;
  if (safe.escapes) {
    note(Code::kArchivePathTraversal,
         "named \"" + printable_utf8(raw.substr(0, limits_.snippet_bytes)) + "\"", path);
  }
  if (safe.shortened) {
    note(Code::kArchivePathTraversal,
         "a name of " + std::to_string(raw.size()) + " bytes was shortened", path);
  }
  return path;
}

bool TreeBuilder::add_if_new(File file) {
  const auto key = [](const File& of) { return of.path + '\0' + sha256_hex(of.content); };
  for (; known_count_ < tree_.files.size(); ++known_count_) {
    known_.insert(key(tree_.files[known_count_]));
  }
  if (known_.contains(key(file))) return false;
  add(std::move(file));
  return true;
}

void TreeBuilder::add_link(std::string path, std::string_view prefix, std::string_view target,
                           bool hard) {
  note(Code::kArchiveLink,
       std::string(hard ? "hard" : "symbolic") + " link to \"" +
           printable_utf8(target.substr(0, limits_.snippet_bytes)) + "\"",
       path);
  const std::string_view inside = std::string_view(path).substr(prefix.size());
  const std::string raw = (hard ? "" : std::string(folder_of(inside))) + std::string(target);
  const SafePath safe = safe_path(raw, limits_.path_bytes);
  const bool absolute = !hard && target.starts_with('/');
  if (safe.escapes || safe.shortened || absolute) return;
  links_.push_back({std::move(path), std::string(prefix) + safe.path});
}

void TreeBuilder::note(Code code, std::string message, std::string file) {
  if (++notes_per_code_[code] > kNotesPerCode) return;
  tree_.notes.push_back({code, std::move(message), std::move(file)});
}

void TreeBuilder::resolve_links() {
  std::unordered_map<std::string_view, std::string_view> next;
  for (const Link& link : links_) next[link.path] = link.target;
  std::vector<File> copies;
  for (const Link& link : links_) {
    std::string_view target = link.target;
    for (int hop = 0; hop < kLinkHops && next.contains(target); ++hop) target = next[target];
    const File* file = tree_.find(target);
    if (file == nullptr) continue;
    if (!count_content(file->content.size())) break;
    copies.push_back({link.path, file->content, file->executable, file->truncated});
  }
  for (File& copy : copies) add(std::move(copy));
}

// npm puts package/a.js and other/a.js into the same place, whatever the folders are called.
void TreeBuilder::join_folders() {
  const auto folder = [](std::string_view path) { return path.substr(0, path.find('/') + 1); };
  std::string home;
  std::set<std::string_view> others;
  for (const File& file : tree_.files) {
    const std::string_view top = folder(file.path);
    if (top.empty() || top.ends_with("!/")) continue;  // of an archive inside
    if (home.empty() && file.path.substr(top.size()) == "package.json") home = top;
    if (others.size() < kJoinedFolders) others.insert(top);
  }
  if (tree_.find(std::string(kNpmFolder) + "package.json") != nullptr) home = kNpmFolder;
  others.erase(home);
  if (home.empty() || others.empty()) return;
  std::vector<File> copies;
  for (const File& file : tree_.files) {
    if (!others.contains(folder(file.path))) continue;
    if (!count_entry() || !count_content(file.content.size())) break;
    copies.push_back(file);
    copies.back().path.replace(0, folder(file.path).size(), home);
  }
  for (const std::string_view other : others) {
    note(Code::kArchiveDuplicateEntry, "npm puts this folder's files into \"" + home + "\"",
         std::string(other));
  }
  for (File& copy : copies) add_if_new(std::move(copy));
}

void TreeBuilder::note_duplicates() {
  for (size_t i = 1; i < tree_.files.size(); ++i) {
    const std::string& path = tree_.files[i].path;
    const bool first_pair = i == 1 || tree_.files[i - 2].path != path;
    if (tree_.files[i - 1].path == path && first_pair) {
      note(Code::kArchiveDuplicateEntry, "named more than once", path);
    }
  }
}

void TreeBuilder::note_collisions() {
  std::unordered_map<std::string, std::string_view> first;  // by folded path
  for (const File& file : tree_.files) {
    const auto [known, added] = first.try_emplace(fold_name(file.path), file.path);
    if (added || known->second == file.path) continue;
    note(Code::kArchiveDuplicateEntry,
         "but for case or Unicode form: \"" + std::string(known->second) + "\"", file.path);
  }
}

FileTree TreeBuilder::finish() && {
  const auto by_path = [](const File& a, const File& b) { return a.path < b.path; };
  std::stable_sort(tree_.files.begin(), tree_.files.end(), by_path);
  if (!links_.empty()) {
    resolve_links();
    std::stable_sort(tree_.files.begin(), tree_.files.end(), by_path);
  }
  if (is_tar_) {
    join_folders();
    std::stable_sort(tree_.files.begin(), tree_.files.end(), by_path);
  }
  note_duplicates();
  note_collisions();
  if (tree_.files.empty()) note(Code::kArchiveEmpty, "no file was found");
  for (const auto& [code, count] : notes_per_code_) {
    if (count <= kNotesPerCode) continue;
    tree_.notes.push_back({code, std::to_string(count - kNotesPerCode) + " more of these", {}});
  }
  std::sort(tree_.notes.begin(), tree_.notes.end());
  for (const File& file : tree_.files) tree_.unpacked_bytes += file.content.size();
  return std::move(tree_);
}

}  // namespace cerebro
