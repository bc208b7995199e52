#pragma once

// What the fuzz targets share (docs/fuzzing.md).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cerebro::fuzz {

inline std::string_view text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A promise that no input may break.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace cerebro::fuzz
