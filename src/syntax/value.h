#pragma once

// What an expression is known to be without running it. Unknown stays unknown: no guess.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "syntax/ir.h"

namespace cerebro {

struct Value;
using ValueList = std::vector<Value>;
using ValueMap = std::vector<std::pair<Value, Value>>;

struct Value {
  enum class Kind : uint8_t {
    kUnknown,
    kNull,
    kBool,
    kInt,
    kReal,
    kString,
    kBytes,
    kList,
    kMap,
    kPartial,  // a string with unknown parts: `text` has U+FFFC in their place (prefix and host are
               // often enough)
    kFunction,  // a function of this module: `node`
    kPath,      // an API: `text` is its dotted path ("base64.b64decode", "builtins.chr",
                // "globalThis.String.fromCharCode")
  };
  Kind kind = Kind::kUnknown;
  bool boolean = false;
  bool decoded = false;  // a decoder (base64, zlib, xor, char codes, ...) took part in making it
  int64_t integer = 0;
  double real = 0;
  std::string text;       // kString (UTF-8), kBytes (raw), kPartial, kPath
  NodeId node = kNoNode;  // kFunction
  std::shared_ptr<const ValueList> list;
  std::shared_ptr<const ValueMap> map;

  bool known() const { return kind != Kind::kUnknown; }
  bool is_text() const { return kind == Kind::kString || kind == Kind::kBytes; }
};

}  // namespace cerebro
