// Source text of the language of FUZZ_FILE through the whole scan without the model: grammar, folder,
// resolver, extractor, layers, sequence.
#include "fuzz/fuzz.h"
#include "scan/analysis.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto package = [&] {
    FileTree tree;
    tree.files.push_back({FUZZ_FILE, std::string(fuzz::text(data, size))});
    return tree;
  };
  Limits limits;
  limits.fold_steps = 100'000;
  limits.fold_machine_steps = 200'000;
  limits.resolve_steps = 500'000;
  limits.syntax_depth = 100;  // the sanitizer's frames are large
  const auto analysis = analyse(package(), limits);
  fuzz::require(analysis != nullptr);
  if (size % 16 != 0) return 0;
  const auto again = analyse(package(), limits);
  fuzz::require(again->sequence.text() == analysis->sequence.text() &&
                again->notes == analysis->notes);
  return 0;
}
