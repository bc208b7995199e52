#pragma once

// Reader of safetensors (https://huggingface.co/docs/safetensors): eight bytes of little-endian
// header length, a JSON header {"name": {"dtype", "shape", "data_offsets": [begin, end]}}, then
// the raw little-endian tensors, gapless and in row-major order. A file is refused whole
// (kModelInvalid) unless every tensor's size fits its shape and the tensors tile the data exactly.
//
//   TRY(file, TensorFile::parse(std::move(bytes)));
//   TRY(weight, file.read("classifier.weight", {2, 128}));   // [labels, hidden] f32

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cerebro {

class TensorFile {
 public:
  using Shape = std::vector<uint64_t>;

  static Result<TensorFile> parse(std::string bytes);

  bool contains(std::string_view name) const { return tensors_.contains(name); }

  // The values as f32, from F32, F16 or BF16. Errors: kModelInvalid if the tensor is missing, of
  // another shape, or holds a value that is not finite; kModelUnsupported for other types.
  Result<std::vector<float>> read(std::string_view name, const Shape& shape) const;

 private:
  struct Tensor {
    std::string dtype;
    Shape shape;
    uint64_t begin, end;  // in bytes_
  };

  std::string bytes_;
  std::map<std::string, Tensor, std::less<>> tensors_;
};

}  // namespace cerebro
