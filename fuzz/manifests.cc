// The first byte chooses the manifest; the rest is its text, alone and in a package.
#include "fuzz/fuzz.h"
#include "package/gyp.h"
#include "package/ini.h"
#include "package/json.h"
#include "package/package.h"
#include "package/pyproject.h"
#include "package/setup_py.h"
#include "package/toml.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr const char* kNames[] = {
      "package.json", "setup.py",      "setup.cfg",       "pyproject.toml",
      "PKG-INFO",     "binding.gyp",   "x.dist-info/RECORD", "x.dist-info/entry_points.txt",
      "x.pth",        ".vscode/tasks.json"};
  if (size == 0) return 0;
  const size_t kind = data[0] % std::size(kNames);
  const std::string text(fuzz::text(data + 1, size - 1));
  if (kind == 0) (void)other_reading(read_json(text).root, 1, 1);
  if (kind == 1) (void)scan_setup_py(text);
  if (kind == 2) (void)read_ini(text);
  if (kind == 3) (void)read_pyproject(text), (void)read_toml(text);
  if (kind == 5) (void)read_gyp(text);
  FileTree tree;
  for (const char* name : kNames) {
    if (name == kNames[kind]) tree.files.push_back({name, text});
  }
  for (const char* name : {"package.json", "index.js", "setup.py", "x.dist-info/METADATA"}) {
    if (std::string_view(name) != kNames[kind]) tree.files.push_back({name, "{\"name\": \"x\"}"});
  }
  std::sort(tree.files.begin(), tree.files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  const std::string described = dump(describe(tree));
  if (size % 16 == 0) fuzz::require(dump(describe(tree)) == described);
  return 0;
}
