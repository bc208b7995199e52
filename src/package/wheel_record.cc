#include "package/wheel_record.h"

#include <algorithm>
#include <cstdint>
#include <unordered_set>

#include "base/hash.h"
#include "package/text.h"

namespace cerebro {
namespace {

struct Row {
  std::string path;
  std::string_view hash;  // "sha256=..." in base64url without padding
};

// path,hash,size; a path with a comma or a quote is quoted.
Row parse_row(std::string_view line) {
  const size_t size_at = line.rfind(',');
  if (size_at == std::string_view::npos || size_at == 0) return {std::string(line), {}};
  const size_t hash_at = line.rfind(',', size_at - 1);
  if (hash_at == std::string_view::npos) return {std::string(line.substr(0, size_at)), {}};
  std::string_view path = line.substr(0, hash_at);
  Row row{{}, line.substr(hash_at + 1, size_at - hash_at - 1)};
  if (path.size() < 2 || path.front() != '"' || path.back() != '"') {
    row.path = path;
    return row;
  }
  path = path.substr(1, path.size() - 2);
  for (size_t i = 0; i < path.size(); ++i) {
    row.path += path[i];
    if (path.substr(i, 2) == "\"\"") ++i;
  }
  return row;
}

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8 | static_cast<uint8_t>(c)) & 0xFFFF;
    for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 63];
  return text;
}

class Disagreement {
 public:
  explicit Disagreement(std::string_view what) : what_(what) {}
  void add(std::string_view path) {
    if (count_++ == 0) first_ = path;
  }
  void note(PackageBuilder& builder, Code code, const std::string& file) const {
    if (count_ == 0) return;
    std::string message(what_);
    message += ": \"" + first_.substr(0, 200) + '"';
    if (count_ > 1) message += " and " + std::to_string(count_ - 1) + " more";
    if (code != Code::kEntryMissing) builder.disagree(file, 1, message);
    builder.note(code, std::move(message), file);
  }

 private:
  std::string_view what_;
  std::string first_;
  size_t count_ = 0;
};

}  // namespace

void check_record(const File& record, const std::string& root,
                  const std::vector<const File*>& files, PackageBuilder& builder) {
  const std::string_view own_folder = folder_of(record.path).substr(root.size());
  Disagreement missing("listed, but not there"), changed("another hash than listed"),
      unlisted("not listed");
  std::unordered_set<std::string> listed;
  for (const std::string_view line : lines_of(record.content)) {
    if (trim(line).empty()) continue;
    Row row = parse_row(trim(line));
    const auto at = std::lower_bound(
        files.begin(), files.end(), root + row.path,
        [](const File* file, const std::string& wanted) { return file->path < wanted; });
    constexpr std::string_view kAlgorithm = "sha256=";
    if (at == files.end() || (*at)->path != root + row.path) {
      if (!row.path.ends_with('/')) missing.add(row.path);
    } else if (row.hash.starts_with(kAlgorithm) && !(*at)->truncated &&
               !listed.contains(row.path)) {
      std::string_view stated = row.hash.substr(kAlgorithm.size());
      stated = stated.substr(0, stated.find_last_not_of('=') + 1);
      if (stated != base64url(raw_digest("sha256", (*at)->content))) changed.add(row.path);
    }
    listed.insert(std::move(row.path));
  }
  for (const File* file : files) {
    const std::string_view path = std::string_view(file->path).substr(root.size());
    // The list itself, and signatures of it, cannot be in the list.
    if (path.starts_with(own_folder) && path.substr(own_folder.size()).starts_with("RECORD")) {
      continue;
    }
    if (!listed.contains(std::string(path))) unlisted.add(path);
  }
  missing.note(builder, Code::kEntryMissing, record.path);
  changed.note(builder, Code::kManifestInvalid, record.path);
  unlisted.note(builder, Code::kArchiveHiddenEntry, record.path);
}

}  // namespace cerebro
