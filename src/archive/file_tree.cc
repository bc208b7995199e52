#include "archive/file_tree.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "archive/directory.h"
#include "archive/disk.h"
#include "archive/tree_builder.h"
#include "archive/unpack.h"
#include "base/hash.h"

namespace cerebro {
namespace {

constexpr std::array<std::string_view, 10> kSourceExtensions = {
    ".py", ".pyw", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".sh", ".pth"};

bool is_source_name(std::string_view path) {
  return std::any_of(kSourceExtensions.begin(), kSourceExtensions.end(),
                     [&](std::string_view extension) { return path.ends_with(extension); });
}

Result<FileTree> read_archive(std::string_view bytes, const ArchiveOptions& options,
                              TreeBuilder& builder) {
  const uint64_t max_packed = builder.limits().packed_bytes;
  if (bytes.size() > max_packed) {
    builder.note(Code::kArchiveLimitBytes,
                 "only the first " + std::to_string(max_packed) + " packed bytes were read");
    bytes = bytes.substr(0, max_packed);
  }
  if (bytes.empty()) return fail(Code::kArchiveUnreadable, "the file is empty");
  builder.count_packed(bytes.size());
  std::string error = unpack(bytes, "", 0, options, builder);
  if (!error.empty()) return fail(Code::kArchiveUnreadable, std::move(error));
  FileTree tree = std::move(builder).finish();
  tree.sha256 = sha256_hex(bytes);
  return tree;
}

FileTree single_file(const std::string& path, std::string content, TreeBuilder& builder) {
  std::string digest = sha256_hex(content);
  builder.count_packed(content.size());
  std::string name = builder.name("", std::filesystem::path(path).filename().string());
  builder.add({std::move(name), std::move(content)});
  FileTree tree = std::move(builder).finish();
  tree.sha256 = std::move(digest);
  return tree;
}

}  // namespace

Result<FileTree> read_bytes(std::string_view bytes, const ArchiveOptions& options,
                            const Limits& limits) {
  TreeBuilder builder(limits);
  return read_archive(bytes, options, builder);
}

Result<FileTree> read_file_bytes(const std::string& path, std::string bytes,
                                 const ArchiveOptions& options, const Limits& limits) {
  TreeBuilder builder(limits);
  Result<FileTree> tree = read_archive(bytes, options, builder);
  if (!tree && is_source_name(path) && !bytes.empty()) {
    TreeBuilder fresh(limits);
    return single_file(path, std::move(bytes), fresh);
  }
  if (!tree) return fail(tree.error().code, tree.error().message, path);
  return tree;
}

FileTree read_entries(const std::function<void(const EntryTaker&)>& walk,
                      const ArchiveOptions& options, const Limits& limits) {
  TreeBuilder builder(limits);
  DirectoryReader reader(options, builder);
  walk([&](DirectoryEntry entry) { return reader.add(std::move(entry)); });
  FileTree tree = std::move(builder).finish();
  tree.sha256 = reader.digest();
  tree.is_directory = true;
  return tree;
}

Result<FileTree> read_path(const std::string& path, const ArchiveOptions& options,
                           const Limits& limits, const Selection& selection) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return read_entries([&](const EntryTaker& take) { walk_directory(path, limits, selection, take); },
                        options, limits);
  }
  constexpr bool kFollow = true;  // the user named this path; what it links to is what is meant
  // One byte more than may be read, so that what is cut is seen to be.
  TRY(file, read_regular_file(path, limits.packed_bytes + 1, kFollow));
  return read_file_bytes(path, std::move(file.content), options, limits);
}

}  // namespace cerebro
