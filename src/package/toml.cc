#include "package/toml.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "package/tomlplusplus.h"

namespace cerebro {
namespace {

constexpr size_t kMaxKeyParts = 64;

class TomlConverter {
 public:
  explicit TomlConverter(const JsonBounds& bounds) : bounds_(bounds) {}

  // toml++ bounds the depth of values, has_deep_key that of tables.
  JsonValue convert(const toml::node& node) {
    JsonValue value;
    value.line = value.name_line = static_cast<int>(node.source().begin.line);
    value.column = value.name_column = static_cast<int>(node.source().begin.column);
    if (++values_ > bounds_.values) {
      full_ = true;
      return value;
    }
    if (const toml::table* table = node.as_table()) {
      value.kind = JsonValue::Kind::kObject;
      convert(*table, value);
    } else if (const toml::array* array = node.as_array()) {
      value.kind = JsonValue::Kind::kArray;
      for (const toml::node& item : *array) {
        if (!full_) value.items.push_back(convert(item));
      }
    } else if (const auto* text = node.as_string()) {
      value.kind = JsonValue::Kind::kString;
      value.text = text->get();
    } else {
      value.kind = JsonValue::Kind::kOther;
      if (const auto flag = node.value<bool>()) value.text = *flag ? "true" : "false";
      if (const auto* number = node.as_integer()) value.text = std::to_string(number->get());
    }
    return value;
  }

  bool full() const { return full_; }

 private:
  void convert(const toml::table& table, JsonValue& into) {
    std::vector<std::pair<std::string, JsonValue>> members;  // toml++ sorts them by name
    for (const auto& [key, node] : table) {
      if (full_) break;
      members.emplace_back(std::string(key.str()), convert(node));
      JsonValue& value = members.back().second;
      value.name_line = static_cast<int>(key.source().begin.line);
      value.name_column = static_cast<int>(key.source().begin.column);
    }
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.name_line, a.second.name_column) <
             std::pair(b.second.name_line, b.second.name_column);
    });
    for (auto& [key, value] : members) {
      into.keys.push_back(std::move(key));
      into.items.push_back(std::move(value));
    }
  }

  const JsonBounds bounds_;
  size_t values_ = 0;
  bool full_ = false;
};

}  // namespace

// toml++ 3.3 bounds nested arrays and inline tables but not the parts of a dotted key, each of
// which becomes a table inside a table; a key of a million parts would overflow the stack.
bool has_deep_key(std::string_view text) {
  size_t parts = 1;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::string_view triple = text.substr(at, 3);
      const bool multi = triple.size() == 3 && triple[1] == c && triple[2] == c;
      const std::string_view quote = text.substr(at, multi ? 3 : 1);
      at += quote.size();
      while (at < text.size() && text.substr(at, quote.size()) != quote) {
        if (!multi && text[at] == '\n') break;
        at += c == '"' && text[at] == '\\' ? 2 : 1;
      }
      at += quote.size();
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.' && ++parts > kMaxKeyParts) return true;
    if (c == '=' || c == ',' || c == '{' || c == '[' || c == '\n') parts = 1;
    ++at;
  }
  return false;
}

JsonDocument read_toml(std::string_view text, const JsonBounds& bounds) {
  JsonDocument document;
  document.root.kind = JsonValue::Kind::kObject;
  const auto give_up = [&](std::string problem) {
    document.problem = std::move(problem);
    document.cut = true;
  };
  if (text.size() > bounds.bytes || has_deep_key(text)) {
    give_up("larger or more deeply nested than is read");
    return document;
  }
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    give_up(std::string(parsed.error().description()) + " at line " +
            std::to_string(parsed.error().source().begin.line));
    return document;
  }
  TomlConverter converter(bounds);
  document.root = converter.convert(parsed.table());
  if (converter.full()) give_up("too many values");
  return document;
}

}  // namespace cerebro
