// What a worker that was taken over may answer: what is accepted comes back byte for byte.
#include "scan/worker_result.h"

#include "fuzz/fuzz.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text(data, size);
  if (const auto report = parse_report(bytes)) fuzz::require(to_bytes(*report) == bytes);
  if (const auto step = parse_step_text(bytes)) fuzz::require(to_bytes(*step) == bytes);
  if (const auto answer = parse_lockfile_answer(bytes)) fuzz::require(to_bytes(*answer) == bytes);
  if (const auto request = parse_lockfile_request(bytes)) fuzz::require(to_bytes(*request) == bytes);
  return 0;
}
