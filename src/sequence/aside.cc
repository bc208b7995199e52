#include "sequence/aside.h"

#include <algorithm>

namespace cerebro {
namespace {

constexpr std::string_view kFolders[] = {
    "test",  "tests",     "testing", "__tests__",  "__mocks__", "spec",     "specs",
    "e2e",   "doc",       "docs",    "example",    "examples",  "demo",     "demos",
    "bench", "benchmark", "samples", "benchmarks", "fixtures",  "tutorials"};
constexpr std::string_view kBeginnings[] = {"test_", "conftest.py"};
constexpr std::string_view kEndings[] = {
    "_test.py",  "_tests.py", ".test.js", ".test.ts",  ".test.mjs", ".test.cjs", ".test.tsx",
    ".test.jsx", ".spec.js",  ".spec.ts", ".spec.mjs", ".spec.cjs", ".spec.tsx", ".spec.jsx"};

}  // namespace

bool is_aside(std::string_view path) {
  for (size_t slash = path.find('/'); slash != path.npos; slash = path.find('/')) {
    const std::string_view folder = path.substr(0, slash);
    if (std::find(std::begin(kFolders), std::end(kFolders), folder) != std::end(kFolders))
      return true;
    path.remove_prefix(slash + 1);
  }
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                     [&](std::string_view beginning) { return path.starts_with(beginning); }) ||
         std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

}  // namespace cerebro
