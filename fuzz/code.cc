// Source text through the whole scan without the model: the first byte chooses the language, the
// rest is the code; grammar, folder, resolver, extractor, layers, sequence.
#include "fuzz/fuzz.h"
#include "scan/analysis.h"

using namespace cerebro;

#ifndef FUZZ_FILE
#define FUZZ_FILE nullptr
#endif

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr const char* kNames[] = {"index.js", "index.ts", "index.tsx", "setup.py",
                                           "a.sh",     "a.ps1",    "a.bat"};
  if (size == 0) return 0;
  const char* name = FUZZ_FILE != nullptr ? FUZZ_FILE : kNames[data[0] % std::size(kNames)];
  const size_t skip = FUZZ_FILE != nullptr ? 0 : 1;
  FileTree tree;
  tree.files.push_back({name, std::string(fuzz::text(data + skip, size - skip))});
  Limits limits;
  limits.fold_steps = 100'000;
  limits.fold_machine_steps = 200'000;
  limits.resolve_steps = 500'000;
  limits.syntax_depth = 100;  // the sanitizer's frames are large
  const auto analysis = analyse(std::move(tree), limits);
  fuzz::require(analysis != nullptr);
  return 0;
}
