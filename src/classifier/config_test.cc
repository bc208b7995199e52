#include "classifier/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace cerebro {
namespace {

using testing::HasSubstr;

std::string config_with(std::string_view fields) {
  std::string json = R"({"hidden_size":16,"num_hidden_layers":2,"num_attention_heads":2,
    "intermediate_size":32,"max_position_embeddings":64,"type_vocab_size":2,"vocab_size":41)";
  return json.append(fields) + "}";
}

TEST(Config, ReadsWhatTransformersWrites) {
  const auto config = parse_config(config_with(
      R"(,"model_type":"bert","hidden_act":"gelu_new","layer_norm_eps":1e-5,
         "classifier_dropout":null,"id2label":{"0":"clean"},"num_labels":2)"));
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->hidden, 16U);
  EXPECT_EQ(config->vocabulary, 41U);
  EXPECT_EQ(config->activation, Activation::kGeluTanh);
  EXPECT_FLOAT_EQ(config->norm_epsilon, 1e-5F);
  EXPECT_EQ(config->labels, 1U);  // id2label is what transformers believes
  EXPECT_EQ(parse_config(config_with(""))->labels, 2U);
  EXPECT_EQ(parse_config(config_with(R"(,"num_labels":1)"))->labels, 1U);
}

TEST(Config, Errors) {
  const struct {
    std::string json;
    Code code;
    std::string_view message;
  } rows[] = {
      {"", Code::kModelInvalid, "not a JSON object"},
      {"[]", Code::kModelInvalid, "not a JSON object"},
      {std::string(1 << 20, '['), Code::kModelInvalid, "not a JSON object"},
      {"{}", Code::kModelInvalid, "no hidden_size"},
      {config_with(R"(,"hidden_size":"16")"), Code::kModelInvalid, "hidden_size is not"},
      {config_with(R"(,"hidden_size":-16)"), Code::kModelInvalid, "hidden_size is not"},
      {config_with(R"(,"vocab_size":99999999999)"), Code::kModelInvalid, "vocab_size is not"},
      {config_with(R"(,"num_hidden_layers":0)"), Code::kModelInvalid, "num_hidden_layers"},
      {config_with(R"(,"num_attention_heads":3)"), Code::kModelInvalid, "multiple of the heads"},
      {config_with(R"(,"max_position_embeddings":2)"), Code::kModelInvalid, "below 3"},
      {config_with(R"(,"layer_norm_eps":-1)"), Code::kModelInvalid, "layer_norm_eps"},
      {config_with(R"(,"model_type":"roberta")"), Code::kModelUnsupported, "model_type"},
      {config_with(R"(,"position_embedding_type":"relative_key")"), Code::kModelUnsupported,
       "position_embedding_type"},
      {config_with(R"(,"hidden_act":"silu")"), Code::kModelUnsupported, "\"silu\""},
      {config_with(R"(,"num_labels":3)"), Code::kModelUnsupported, "labels"},
  };
  for (const auto& row : rows) {
    const auto config = parse_config(row.json);
    ASSERT_FALSE(config.has_value()) << row.message;
    EXPECT_EQ(config.error().code, row.code) << row.message;
    EXPECT_THAT(config.error().message, HasSubstr(row.message));
  }
}

TEST(Calibration, Fields) {
  EXPECT_EQ(parse_calibration("{}", 2048)->max_tokens, 512U);
  EXPECT_EQ(parse_calibration("{}", 64)->max_tokens, 64U);
  const auto calibration = parse_calibration(
      R"({"version":"2026.11.1","temperature":2,"bias":-1,"threshold_malicious":0.8,
          "threshold_suspicious":0.4,"max_tokens":128,"pooling":"logsumexp","note":[1]})",
      512);
  ASSERT_TRUE(calibration.has_value()) << calibration.error().message;
  EXPECT_EQ(calibration->version, "2026.11.1");
  EXPECT_EQ(calibration->max_tokens, 128U);
  EXPECT_EQ(calibration->pooling, Pooling::kLogSumExp);
  EXPECT_DOUBLE_EQ(calibration->probability(2), 0.5);
}

TEST(Calibration, Errors) {
  const struct {
    std::string_view json, message;
  } rows[] = {
      {"", "not a JSON object"},
      {R"({"version":1})", "version is not a string"},
      {R"({"temperature":0})", "temperature is not"},
      {R"({"temperature":"1"})", "temperature is not"},
      {R"({"bias":1e999})", "not a JSON object"},
      {R"({"threshold_malicious":1.5})", "threshold_malicious is not"},
      {R"({"threshold_malicious":0.3})", "threshold_suspicious is above"},
      {R"({"max_tokens":65})", "max_tokens is not a number from 3 to 64"},
      {R"({"max_tokens":2})", "max_tokens is not a number from 3 to 64"},
      {R"({"pooling":"mean"})", "\"mean\""},
  };
  for (const auto& row : rows) {
    const auto calibration = parse_calibration(row.json, 64);
    ASSERT_FALSE(calibration.has_value()) << row.json;
    EXPECT_EQ(calibration.error().code, Code::kModelInvalid);
    EXPECT_THAT(calibration.error().message, HasSubstr(row.message));
  }
}

TEST(Calibration, PoolsAndCalibrates) {
  Calibration calibration;
  const double logits[] = {-1, 3, 3};
  EXPECT_DOUBLE_EQ(calibration.pool(logits), 3);
  calibration.pooling = Pooling::kLogSumExp;
  EXPECT_NEAR(calibration.pool(logits), 3 + std::log(2 + std::exp(-4)), 1e-12);
  const double huge[] = {1e6, 1e6};
  EXPECT_NEAR(calibration.pool(huge), 1e6 + 0.693147, 1e-6);
  calibration.temperature = 2;
  calibration.bias = 1;
  EXPECT_NEAR(calibration.probability(0), 0.731059, 1e-6);
  EXPECT_EQ(calibration.probability(-1e9), 0);
  EXPECT_EQ(calibration.probability(1e9), 1);
}

}  // namespace
}  // namespace cerebro
