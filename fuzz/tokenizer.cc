// A vocabulary, an empty line, and the text.
#include "classifier/tokenizer.h"

#include "fuzz/fuzz.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view all = fuzz::text(data, size);
  const size_t cut = std::min(all.find("\n\n"), all.size());
  const std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n" + std::string(all.substr(0, cut));
  (void)Tokenizer::create(all);
  const auto tokenizer = Tokenizer::create(vocabulary);
  if (!tokenizer) return 0;
  for (const int32_t id : tokenizer->encode(all.substr(cut))) {
    fuzz::require(id >= 0 && static_cast<size_t>(id) < tokenizer->size());
  }
  return 0;
}
