// The first byte chooses the format; the rest is the lockfile.
#include "fuzz/fuzz.h"
#include "lockfile/lockfile.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr const char* kNames[] = {
      "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "requirements.txt",
      "poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock", "pylock.toml", "bom.json", "x.spdx.json"};
  if (size == 0) return 0;
  const char* name = kNames[data[0] % std::size(kNames)];
  const std::string_view text = fuzz::text(data + 1, size - 1);
  const ReadNeighbour include = [&](const std::string&) {
    return std::optional<std::string>(text);  // includes itself
  };
  const auto lockfile = read_lockfile(name, text, Limits{}, include);
  if (!lockfile) return 0;
  const std::string listed = dump(*lockfile);
  if (size % 16 == 0) fuzz::require(dump(*read_lockfile(name, text, Limits{}, include)) == listed);
  for (const LockedPackage& package : lockfile->packages) (void)spec(package);
  return 0;
}
