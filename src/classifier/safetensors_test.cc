#include "classifier/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace cerebro {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string make_file(const std::string& header, const std::string& data) {
  const uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

template <typename T>
std::string raw(std::initializer_list<T> values) {
  return {reinterpret_cast<const char*>(std::data(values)), values.size() * sizeof(T)};
}

TEST(Safetensors, ReadsEveryFloatType) {
  const auto file = TensorFile::parse(make_file(
      R"({"__metadata__":{"format":"pt"},
          "a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},
          "h":{"dtype":"F16","shape":[5],"data_offsets":[8,18]},
          "b":{"dtype":"BF16","shape":[2],"data_offsets":[18,22]},
          "scalar":{"dtype":"F32","shape":[],"data_offsets":[22,26]},
          "none":{"dtype":"F32","shape":[0,7],"data_offsets":[26,26]},
          "ids":{"dtype":"I64","shape":[1],"data_offsets":[26,34]}})",
      raw<float>({1.5F, -2}) + raw<uint16_t>({0x3c00, 0xc100, 0x0001, 0x7bff, 0x8000}) +
          raw<uint16_t>({0x3f80, 0xc020}) + raw<float>({7}) + raw<int64_t>({9})));
  ASSERT_TRUE(file.has_value()) << file.error().message;
  EXPECT_THAT(file->read("a", {2, 1}).value(), ElementsAre(1.5F, -2.0F));
  EXPECT_THAT(file->read("h", {5}).value(), ElementsAre(1.0F, -2.5F, 0x1p-24F, 65504.0F, -0.0F));
  EXPECT_THAT(file->read("b", {2}).value(), ElementsAre(1.0F, -2.5F));
  EXPECT_THAT(file->read("scalar", {}).value(), ElementsAre(7.0F));
  EXPECT_THAT(file->read("none", {0, 7}).value(), ElementsAre());
  EXPECT_EQ(file->read("ids", {1}).error().code, Code::kModelUnsupported);
  EXPECT_THAT(file->read("a", {1, 2}).error().message, HasSubstr("shape [2, 1], not [1, 2]"));
  EXPECT_THAT(file->read("zz", {1}).error().message, HasSubstr("no tensor zz"));
  EXPECT_TRUE(file->contains("ids"));
  EXPECT_FALSE(file->contains("__metadata__"));
}

TEST(Safetensors, RefusesValuesThatAreNotFinite) {
  for (const uint32_t bits : {0x7f800000U, 0xff800000U, 0x7fc00000U}) {
    const auto file = TensorFile::parse(make_file(
        R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", raw<uint32_t>({bits})));
    EXPECT_THAT(file->read("a", {1}).error().message, HasSubstr("not finite"));
  }
}

TEST(Safetensors, RefusesMalformedFiles) {
  const std::string eight(8, '\0');
  const std::string good = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  const struct {
    std::string bytes, error;
  } rows[] = {
      {"", "shorter"},
      {"1234567", "shorter"},
      {eight, "not a JSON object"},
      {raw<uint64_t>({1}), "longer than the file"},
      {raw<uint64_t>({~0ULL}) + eight, "longer than the file"},
      {make_file("[]", ""), "not a JSON object"},
      {make_file("{", ""), "not a JSON object"},
      {make_file(std::string(1 << 20, '['), ""), "not a JSON object"},
      {make_file(R"({"a":1})", ""), "malformed: a"},
      {make_file(R"({"a":{}})", ""), "malformed: a"},
      {make_file(R"({"a":{"dtype":1,"shape":[],"data_offsets":[0,0]}})", ""), "malformed"},
      {make_file(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}})", ""), "malformed"},
      {make_file(R"({"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,0]}})", ""), "malformed"},
      {make_file(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0]}})", ""), "malformed"},
      {make_file(R"({"a":{"dtype":"F31","shape":[0],"data_offsets":[0,0]}})", ""), "dtype of a"},
      {make_file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", eight), "offsets"},
      {make_file(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", eight), "offsets"},
      {make_file(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}})", eight), "offsets"},
      // 2^62 * 4 + 8 wraps to the right size
      {make_file(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})",
                 ""),
       "offsets"},
      {make_file("{" + good + R"(,"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", eight),
       "overlap"},
      {make_file("{" + good + R"(,"b":{"dtype":"F32","shape":[1],"data_offsets":[9,13]}})",
                 eight + eight),
       "gap"},
      {make_file("{" + good + "}", eight + "x"), "after the last"},
      // a name twice: the second wins, the first's bytes become a gap
      {make_file("{" + good + R"(,"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                 eight + eight),
       "gap"},
  };
  for (const auto& row : rows) {
    const auto file = TensorFile::parse(row.bytes);
    ASSERT_FALSE(file.has_value()) << row.error;
    EXPECT_EQ(file.error().code, Code::kModelInvalid);
    EXPECT_THAT(file.error().message, HasSubstr(row.error));
  }
}

}  // namespace
}  // namespace cerebro
