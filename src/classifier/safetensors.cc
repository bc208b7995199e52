#include "classifier/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace cerebro {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie");

using Json = nlohmann::json;

constexpr size_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // of the reference implementation

auto invalid(std::string message) {
  return fail(Code::kModelInvalid, std::move(message), "model.safetensors");
}

// Bytes per value; 0 for an unknown type.
uint64_t value_bytes(std::string_view dtype) {
  static constexpr std::pair<std::string_view, uint64_t> kTypes[] = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
      {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
      {"U32", 4},  {"F32", 4}, {"I64", 8}, {"U64", 8},     {"F64", 8},
  };
  for (const auto& [name, bytes] : kTypes) {
    if (name == dtype) return bytes;
  }
  return 0;
}

// False if `json` is not an array of whole numbers >= 0.
bool read_numbers(const Json& json, std::vector<uint64_t>& numbers) {
  if (!json.is_array()) return false;
  for (const Json& item : json) {
    if (!item.is_number_unsigned()) return false;
    numbers.push_back(item.get<uint64_t>());
  }
  return true;
}

bool multiply(const std::vector<uint64_t>& factors, uint64_t& product) {
  return std::none_of(factors.begin(), factors.end(), [&](uint64_t factor) {
    return __builtin_mul_overflow(product, factor, &product);
  });
}

// IEEE 754 binary16: sign 1, exponent 5 (bias 15), fraction 10.
float from_half(uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int fraction = half & 1023;
  float value = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
                : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return (half & 0x8000) != 0 ? -value : value;
}

// bfloat16 is the upper half of an f32.
float from_bfloat(uint16_t upper) { return std::bit_cast<float>(uint32_t{upper} << 16); }

std::vector<float> widen(std::string_view data, float (*convert)(uint16_t)) {
  std::vector<float> values(data.size() / 2);
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t narrow;
    std::memcpy(&narrow, data.data() + 2 * i, sizeof narrow);
    values[i] = convert(narrow);
  }
  return values;
}

}  // namespace

Result<TensorFile> TensorFile::parse(std::string bytes) {
  uint64_t header_bytes = 0;
  if (bytes.size() < kLengthBytes) return invalid("shorter than its length field");
  std::memcpy(&header_bytes, bytes.data(), kLengthBytes);
  if (header_bytes > std::min<uint64_t>(kMaxHeaderBytes, bytes.size() - kLengthBytes)) {
    return invalid("the header is longer than the file or the format allows");
  }
  const std::string_view text = std::string_view(bytes).substr(kLengthBytes, header_bytes);
  const Json header = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) return invalid("the header is not a JSON object");

  TensorFile file;
  const uint64_t data_begin = kLengthBytes + header_bytes;
  const uint64_t data_bytes = bytes.size() - data_begin;
  std::vector<std::pair<uint64_t, uint64_t>> spans;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    const auto dtype = entry.is_object() ? entry.find("dtype") : entry.end();
    Shape shape;
    std::vector<uint64_t> offsets;
    if (dtype == entry.end() || !dtype->is_string() ||
        !read_numbers(entry.value("shape", Json()), shape) ||
        !read_numbers(entry.value("data_offsets", Json()), offsets) || offsets.size() != 2) {
      return invalid("the header's entry of a tensor is malformed: " + name);
    }
    uint64_t size_bytes = value_bytes(dtype->get_ref<const std::string&>());
    if (size_bytes == 0) return invalid("unknown dtype of " + name);
    if (offsets[0] > offsets[1] || offsets[1] > data_bytes || !multiply(shape, size_bytes) ||
        size_bytes != offsets[1] - offsets[0]) {
      return invalid("the offsets do not fit the shape or the file: " + name);
    }
    spans.emplace_back(offsets[0], offsets[1]);
    file.tensors_.emplace(
        name, Tensor{*dtype, std::move(shape), data_begin + offsets[0], data_begin + offsets[1]});
  }

  std::sort(spans.begin(), spans.end());
  uint64_t covered = 0;
  for (const auto& [begin, end] : spans) {
    if (begin != covered) return invalid("tensors overlap or leave a gap");
    covered = end;
  }
  if (covered != data_bytes) return invalid("bytes after the last tensor");
  file.bytes_ = std::move(bytes);
  return file;
}

Result<std::vector<float>> TensorFile::read(std::string_view name, const Shape& shape) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) return invalid(fmt::format("no tensor {}", name));
  const Tensor& tensor = found->second;
  if (tensor.shape != shape) {
    return invalid(fmt::format("{} has shape {}, not {}", name, tensor.shape, shape));
  }
  const auto data = std::string_view(bytes_).substr(tensor.begin, tensor.end - tensor.begin);
  std::vector<float> values;
  if (tensor.dtype == "F32") {
    values.resize(data.size() / sizeof(float));
    if (!data.empty()) std::memcpy(values.data(), data.data(), data.size());
  } else if (tensor.dtype == "F16") {
    values = widen(data, from_half);
  } else if (tensor.dtype == "BF16") {
    values = widen(data, from_bfloat);
  } else {
    return fail(Code::kModelUnsupported, fmt::format("{} is {}", name, tensor.dtype),
                "model.safetensors");
  }
  if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); })) {
    return invalid(fmt::format("{} holds a value that is not finite", name));
  }
  return values;
}

}  // namespace cerebro
