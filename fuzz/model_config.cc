// config.json and calibration.json of a model.
#include "classifier/config.h"
#include "fuzz/fuzz.h"

using namespace cerebro;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)parse_config(fuzz::text(data, size));
  (void)parse_calibration(fuzz::text(data, size), 512);
  return 0;
}
