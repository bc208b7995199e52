#pragma once

// What registries answer may have any shape: what is not there or of another kind is empty.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace cerebro {

inline const nlohmann::json& member(const nlohmann::json& json, std::string_view key) {
  static const nlohmann::json kNull;
  if (!json.is_object()) return kNull;
  const auto found = json.find(key);
  return found == json.end() ? kNull : *found;
}

inline std::string text_of(const nlohmann::json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

}  // namespace cerebro
