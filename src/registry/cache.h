#pragma once

// Archives that were fetched before, by their hash: FOLDER/sha512/ab/abcdef... What is read is
// checked against its name, so a file that was changed is as good as none. SHA-1 and MD5 name
// nothing: two archives may share one.

#include <optional>
#include <string>
#include <string_view>

#include "registry/surroundings.h"

namespace cerebro {

class ArchiveCache {
 public:
  // "" caches nothing.
  explicit ArchiveCache(std::string folder) : folder_(std::move(folder)) {}

  // $XDG_CACHE_HOME/cerebro/archives, else ~/.cache/cerebro/archives; "" without a home.
  static std::string default_folder(const Surroundings& surroundings);

  // `digest` is raw bytes.
  std::optional<std::string> read(std::string_view algorithm, std::string_view digest) const;
  // As one step: another process sees the whole file or none. Failures are no matter.
  void write(std::string_view algorithm, std::string_view digest, std::string_view bytes) const;

 private:
  std::string path(std::string_view algorithm, std::string_view digest) const;
  std::string folder_;
};

}  // namespace cerebro
