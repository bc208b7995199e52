#pragma once

// The texts inside a native program, a WebAssembly module or bytecode that nothing good holds.

#include <string>
#include <string_view>
#include <vector>

#include "behaviour/catalogue.h"

namespace cerebro {

struct BinaryText {
  BehaviourId behaviour;
  std::string text;
};

// The first telling text of each behaviour. Looks at `budget` bytes at most and takes them off it.
std::vector<BinaryText> telling_texts(std::string_view content, size_t& budget);

}  // namespace cerebro
