#include "registry/cache.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "archive/disk.h"
#include "base/hash.h"
#include "base/limits.h"

namespace cerebro {

std::string ArchiveCache::default_folder(const Surroundings& surroundings) {
  std::string root = surroundings.variable("XDG_CACHE_HOME");
  // The specification of these folders says to ignore relative ones.
  if (!root.starts_with('/')) {
    root = surroundings.variable("HOME");
    if (root.empty()) return {};
    root += "/.cache";
  }
  return root + "/cerebro/archives";
}

std::string ArchiveCache::path(std::string_view algorithm, std::string_view digest) const {
  if (folder_.empty() ||
      (algorithm != "sha512" && algorithm != "sha384" && algorithm != "sha256")) {
    return {};
  }
  const std::string hex = to_hex(digest);
  return folder_ + "/" + std::string(algorithm) + "/" + hex.substr(0, 2) + "/" + hex;
}

std::optional<std::string> ArchiveCache::read(std::string_view algorithm,
                                              std::string_view digest) const {
  const std::string file = path(algorithm, digest);
  if (file.empty()) return std::nullopt;
  auto content = read_regular_file(file, Limits{}.packed_bytes);
  if (!content || raw_digest(algorithm, content->content) != digest) return std::nullopt;
  return std::move(content->content);
}

void ArchiveCache::write(std::string_view algorithm, std::string_view digest,
                         std::string_view bytes) const {
  const std::string file = path(algorithm, digest);
  if (file.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
  if (error) return;
  std::string temporary = file + ".XXXXXX";
  const int descriptor = mkstemp(temporary.data());
  if (descriptor < 0) return;
  FILE* stream = fdopen(descriptor, "wb");
  if (stream == nullptr) {
    close(descriptor);
    std::remove(temporary.c_str());
    return;
  }
  const bool whole = std::fwrite(bytes.data(), 1, bytes.size(), stream) == bytes.size();
  if (std::fclose(stream) != 0 || !whole || std::rename(temporary.c_str(), file.c_str()) != 0) {
    std::remove(temporary.c_str());
  }
}

}  // namespace cerebro
