#pragma once

// A JSON reader for manifests: keeps the order and the line of every value, takes what a person
// would still understand (BOM, comments, trailing commas, single quotes, a cut file), and is
// bounded in depth and size. nlohmann-json gives no lines and no bounds.

#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

struct JsonValue {
  enum class Kind { kNull, kString, kOther, kArray, kObject };  // kOther: numbers, true, false

  Kind kind = Kind::kNull;
  std::string text;                    // kString: the value; kOther: as written
  int line = 1, column = 1;            // 1-based place of the value; columns are bytes
  int name_line = 1, name_column = 1;  // of the member's name; of the value where it has none
  std::vector<std::string> keys;       // kObject: one per item
  std::vector<JsonValue> items;        // kArray, kObject

  bool is_string() const { return kind == Kind::kString; }
  bool is_object() const { return kind == Kind::kObject; }

  // The last member of that name, or null. Also null when this is no object.
  const JsonValue* find(std::string_view key) const;
  // The string of that member, or "".
  std::string_view string(std::string_view key) const;
  // The line of that member, or of this value.
  int line_of(std::string_view key) const;
};

struct JsonDocument {
  JsonValue root;
  std::string problem;        // what is not strict JSON, with the line; empty when all is
  std::string duplicate_key;  // the first key that an object holds twice
  bool contested = false;     // some object holds a key twice with different values
  size_t readings = 1;        // how often an object holds the same key at most
  bool cut = false;           // something could not be read
  bool limited = false;       // because of a bound: another reader may read on
};

struct JsonBounds {
  size_t bytes = 8 << 20;
  size_t values = 200'000;
  int depth = 64;
};

// The value as a reader sees it that takes the `skip`-th last of equal keys (or the first, if there
// are fewer), `skip_inside` for all objects but the outermost: find() gives that member.
JsonValue other_reading(JsonValue value, size_t skip, size_t skip_inside);

JsonDocument read_json(std::string_view text, const JsonBounds& bounds = {});

}  // namespace cerebro
