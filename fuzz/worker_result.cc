// What a worker that was taken over may answer.
#include "scan/worker_result.h"

#include "fuzz/fuzz.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text(data, size);
  const auto report = parse_report(bytes);
  if (report) fuzz::require(parse_report(to_bytes(*report)).has_value());
  return 0;
}
