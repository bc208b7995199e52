// Any bytes as an archive: all formats, nesting, limits.
#include "archive/file_tree.h"
#include "fuzz/fuzz.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits;
  limits.unpacked_bytes = 8 << 20;
  limits.ratio_grace_bytes = 1 << 20;
  limits.archive_entries = 500;
  const auto tree = read_bytes(fuzz::text(data, size), {"infected"}, limits);
  if (!tree) return 0;
  if (size % 16 == 0) {
    const auto again = read_bytes(fuzz::text(data, size), {"infected"}, limits);
    fuzz::require(again && again->notes == tree->notes && again->files.size() == tree->files.size());
    for (size_t i = 0; i < tree->files.size(); ++i) {
      fuzz::require(again->files[i].path == tree->files[i].path &&
                    again->files[i].content == tree->files[i].content);
    }
  }
  for (size_t i = 0; i < tree->files.size(); ++i) {
    const std::string& path = tree->files[i].path;
    fuzz::require(!path.empty() && path[0] != '/' && ("/" + path).find("/../") == path.npos);
    fuzz::require(i == 0 || tree->files[i - 1].path <= path);
  }
  fuzz::require(!tree->files.empty() || !tree->notes.empty());
  return 0;
}
