#pragma once

// The two JSON files of a model directory.

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "classifier/calibration.h"
#include "classifier/kernels.h"

namespace cerebro {

// config.json of BertForSequenceClassification.
struct EncoderConfig {
  size_t hidden = 0, layers = 0, heads = 0, intermediate = 0;
  size_t positions = 0, types = 0, vocabulary = 0, labels = 2;
  Activation activation = Activation::kGelu;
  float norm_epsilon = 1e-12F;
};

// Errors: kModelInvalid; kModelUnsupported for another architecture, activation or label count.
Result<EncoderConfig> parse_config(std::string_view json);

// cerebro.json; fields that are not there keep their default. Error: kModelInvalid.
Result<Calibration> parse_calibration(std::string_view json, size_t positions);

}  // namespace cerebro
