#include "classifier/safetensors.h"

#include "fuzz/fuzz.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = TensorFile::parse(std::string(fuzz::text(data, size)));
  if (file && file->contains("a")) (void)file->read("a", {2, 2}), (void)file->read("a", {1});
  return 0;
}
