#pragma once

// YAML in the form of JSON (package/json.h), as far as lockfiles use it. An alias is never
// followed: what it stands for is null, so no text can grow. No exception leaves.

#include <string_view>
#include <vector>

#include "package/json.h"

namespace cerebro {

struct YamlStream {
  std::vector<JsonDocument> documents;  // at least one; of each, `problem` and `cut` as in JSON
};

YamlStream read_yaml(std::string_view text, const JsonBounds& bounds);

}  // namespace cerebro
