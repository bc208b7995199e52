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
  return {Code::kTargetUnsupported, "a package of a registry is not fetched here", target};
}

Result<FileTree> read_input(const ScanInput& input, const ArchiveOptions& options,
                            const Limits& limits) {
  if (input.error) return tl::unexpected(*input.error);
  Timed timed(Stage::kArchive);
  if (input.installed) return read_installed(*input.installed, options, limits);
  if (input.bytes) return read_bytes(*input.bytes, options, limits);
  if (is_registry_spec(input.target)) return tl::unexpected(refuse_registry_spec(input.target));
  return read_path(input.target, options, limits);
}

}  // namespace cerebro
