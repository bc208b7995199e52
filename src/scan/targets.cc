#include "scan/targets.h"

#include <algorithm>
#include <array>

#include "base/clock.h"

namespace cerebro {

std::optional<std::string> TargetList::next() {
  if (next_ < named_.size()) return named_[next_++];
  std::string line;
  while (lines_ != nullptr && std::getline(*lines_, line)) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) return line;
  }
  return std::nullopt;
}

bool is_registry_spec(std::string_view target) {
  static constexpr std::array<std::string_view, 3> kSchemes = {"npm:", "pypi:", "pkg:"};
  return std::any_of(kSchemes.begin(), kSchemes.end(),
                     [&](std::string_view scheme) { return target.starts_with(scheme); });
}

Error refuse_registry_spec(const std::string& target) {
  return {Code::kTargetUnsupported,
          "packages cannot be fetched yet: download the archive and scan the file", target};
}

Result<FileTree> read_target(const std::string& target, const ArchiveOptions& options,
                             const Limits& limits) {
  if (is_registry_spec(target)) return tl::unexpected(refuse_registry_spec(target));
  Timed timed(Stage::kArchive);
  return read_path(target, options, limits);
}

}  // namespace cerebro
