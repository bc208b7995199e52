// Making values, and the coercions of both languages.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "syntax/fold_internal.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

constexpr double kExact = 9007199254740992.0;  // 2^53: integers below are exact in a double

Value of_kind(Kind kind) {
  Value value;
  value.kind = kind;
  return value;
}

std::optional<std::string> joined(const ValueList& values) {
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    if (values[i].kind == Kind::kNull) continue;
    // One level only: deeper ones are the attacker's recursion.
    if (values[i].kind == Kind::kList && !values[i].list->empty()) return std::nullopt;
    const auto text = to_text(values[i], false);
    if (!text) return std::nullopt;
    out += *text;
  }
  return out;
}

}  // namespace

const Ref& unknown() {
  static const Ref value = std::make_shared<const Value>();
  return value;
}

Ref share(Value value) {
  if (!value.known()) return unknown();
  return std::make_shared<Value>(std::move(value));
}

Value null() { return of_kind(Kind::kNull); }

Value undefined() {
  Value value = of_kind(Kind::kNull);
  value.boolean = true;
  return value;
}

Value boolean(bool truth) {
  Value value = of_kind(Kind::kBool);
  value.boolean = truth;
  return value;
}

Value integer(int64_t number) {
  Value value = of_kind(Kind::kInt);
  value.integer = number;
  return value;
}

Value real(double number) {
  Value value = of_kind(Kind::kReal);
  value.real = number;
  return value;
}

Value number(double value) {
  const bool exact = std::abs(value) <= kExact && value == std::trunc(value) &&
                     !(value == 0 && std::signbit(value));
  return exact ? integer(static_cast<int64_t>(value)) : real(value);
}

Value string(std::string text) {
  Value value = of_kind(Kind::kString);
  value.text = std::move(text);
  return value;
}

Value bytes(std::string text) {
  Value value = of_kind(Kind::kBytes);
  value.text = std::move(text);
  return value;
}

Value list(ValueList values) {
  Value value = of_kind(Kind::kList);
  value.list = std::make_shared<ValueList>(std::move(values));
  return value;
}

Value map(ValueMap entries) {
  Value value = of_kind(Kind::kMap);
  value.map = std::make_shared<ValueMap>(std::move(entries));
  return value;
}

Value path(std::string text) {
  Value value = of_kind(Kind::kPath);
  value.text = std::move(text);
  return value;
}

Value partial(std::string text) {
  Value value = of_kind(Kind::kPartial);
  value.text = std::move(text);
  return value;
}

Value instance(std::string path_text, ValueList args, ValueMap keywords, NodeId site) {
  Value value = path(std::move(path_text));
  value.list = std::make_shared<ValueList>(std::move(args));
  value.map = std::make_shared<ValueMap>(std::move(keywords));
  value.node = site;
  return value;
}

namespace {

struct Constant {
  std::string_view path, text;
};
// https://docs.python.org/3/library/string.html#string-constants
constexpr Constant kConstants[] = {
    {"string.ascii_lowercase", "abcdefghijklmnopqrstuvwxyz"},
    {"string.ascii_uppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {"string.ascii_letters", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {"string.digits", "0123456789"},
    {"string.hexdigits", "0123456789abcdefABCDEF"},
    {"string.octdigits", "01234567"},
    {"string.punctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
    {"string.whitespace", " \t\n\r\v\f"},
    {"string.printable",
     "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./"
     ":;<=>?@[\\]^_`{|}~"
     " \t\n\r\v\f"},
};

}  // namespace

Ref python_constant(std::string_view path_text) {
  // A Python, wherever it is.
  if (path_text == "sys.executable") return share(partial(std::string(kHole) + "/python"));
  if (!path_text.starts_with("string.")) return unknown();
  for (const Constant& row : kConstants) {
    if (row.path == path_text) return share(string(std::string(row.text)));
  }
  return unknown();
}

Value decoded(Value value) {
  value.decoded = true;
  return value;
}

size_t size_bytes(const Value& value) { return sizeof(Value) + value.text.size(); }

size_t total_bytes(const Value& value) {
  const size_t items =
      (value.list ? value.list->size() : 0) + (value.map ? 2 * value.map->size() : 0);
  return size_bytes(value) + items * sizeof(Value);
}

bool equal(const Value& a, const Value& b) {
  const auto x = as_number(a), y = as_number(b);
  if (x && y && (a.kind != Kind::kBool) == (b.kind != Kind::kBool)) return *x == *y;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kNull:
    case Kind::kBool:
      return a.boolean == b.boolean;
    case Kind::kString:
    case Kind::kBytes:
      return a.text == b.text;
    case Kind::kPath:
      return a.text == b.text && a.list == b.list;
    case Kind::kFunction:
      return a.node == b.node && a.integer == b.integer;
    case Kind::kList:
      return a.list == b.list;
    case Kind::kMap:
      return a.map == b.map;
    default:
      return false;
  }
}

Value mutable_copy(const Value& container) {
  Value copy = container.kind == Kind::kList ? list(ValueList(*container.list))
                                             : map(ValueMap(*container.map));
  copy.decoded = container.decoded;
  copy.boolean = container.boolean;
  copy.node = container.node;
  copy.integer = 1;
  return copy;
}

// The interpreter made the container, as a mutable object, in mutable_copy().
ValueList* elements(const Value& value) {
  const bool ours = value.kind == Kind::kList && is_mutable(value);
  return ours ? const_cast<ValueList*>(value.list.get()) : nullptr;
}

ValueMap* entries(const Value& value) {
  const bool ours = value.kind == Kind::kMap && is_mutable(value);
  return ours ? const_cast<ValueMap*>(value.map.get()) : nullptr;
}

bool storable(const Value& value) {
  const auto is_container = [](const Value& v) {
    return v.kind == Kind::kList || v.kind == Kind::kMap;
  };
  if (!is_container(value)) return true;
  if (is_mutable(value)) return false;
  if (value.kind == Kind::kList) {
    return std::none_of(value.list->begin(), value.list->end(), is_container);
  }
  return std::none_of(value.map->begin(), value.map->end(),
                      [&](const auto& row) { return is_container(row.second); });
}

bool is_cache_key(const Value& key) {
  return key.kind == Kind::kString && !key.text.empty() && key.text[0] >= '0' &&
         key.text[0] <= '9' && key.text.find_first_not_of("0123456789") != std::string::npos;
}

bool truthy(const Value& value, bool python) {
  switch (value.kind) {
    case Kind::kNull:
      return false;
    case Kind::kBool:
      return value.boolean;
    case Kind::kInt:
      return value.integer != 0;
    case Kind::kReal:
      return value.real != 0 && !std::isnan(value.real);
    case Kind::kString:
      return !value.text.empty();
    case Kind::kBytes:
      return !python || !value.text.empty();
    case Kind::kList:
      return !python || !value.list->empty();
    case Kind::kMap:
      return !python || !value.map->empty();
    default:
      return true;
  }
}

std::string number_text(double value, bool python) {
  if (std::isnan(value)) return python ? "nan" : "NaN";
  if (std::isinf(value)) {
    return std::string(value < 0 ? "-" : "") + (python ? "inf" : "Infinity");
  }
  // Where the languages change to exponents (ECMA-262 Number::toString; Python's repr).
  const double size = std::abs(value);
  const bool fixed = size == 0 || (size >= (python ? 1e-4 : 1e-6) && size < (python ? 1e16 : 1e21));
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 fixed ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), end.ptr);
  if (python && fixed && text.find('.') == std::string::npos) text += ".0";
  if (!python && value == 0) return "0";
  return text;
}

std::optional<std::string> to_text(const Value& value, bool python) {
  switch (value.kind) {
    case Kind::kNull:
      return python ? "None" : value.boolean ? "undefined" : "null";
    case Kind::kBool:
      return python ? value.boolean ? "True" : "False" : value.boolean ? "true" : "false";
    case Kind::kInt:
      return std::to_string(value.integer);
    case Kind::kReal:
      return number_text(value.real, python);
    case Kind::kString:
      return value.text;
    case Kind::kBytes:
      if (python) return std::nullopt;
      return utf8_of_bytes(value.text);
    case Kind::kList:
      if (python) return std::nullopt;
      return joined(*value.list);
    case Kind::kMap:
      if (python) return std::nullopt;
      return "[object Object]";
    default:
      return std::nullopt;
  }
}

std::optional<int64_t> as_index(const Value& value) {
  if (value.kind == Kind::kInt) return value.integer;
  if (value.kind == Kind::kBool) return value.boolean ? 1 : 0;
  return std::nullopt;
}

std::optional<double> as_number(const Value& value) {
  if (value.kind == Kind::kReal) return value.real;
  if (const auto whole_number = as_index(value)) return static_cast<double>(*whole_number);
  return std::nullopt;
}

std::optional<double> to_number(const Value& value) {
  if (const auto number_value = as_number(value)) return number_value;
  if (value.kind == Kind::kNull) return value.boolean ? std::nan("") : 0;
  if (value.kind == Kind::kMap) return std::nan("");
  if (value.kind != Kind::kString && value.kind != Kind::kList) return std::nullopt;
  const auto content = to_text(value, false);
  if (!content) return std::nullopt;
  const std::string_view text = trim(*content);
  if (text.empty()) return 0;
  if (const auto literal = number_literal(lower_ascii(text))) return as_number(*literal);
  if (text == "Infinity" || text == "+Infinity") return HUGE_VAL;
  if (text == "-Infinity") return -HUGE_VAL;
  if (text.size() > 1 && (text[0] == '-' || text[0] == '+') && text.find('x') == text.npos) {
    const auto literal = number_literal(lower_ascii(text.substr(1)));
    if (literal) return *as_number(*literal) * (text[0] == '-' ? -1 : 1);
  }
  return std::nan("");
}

std::optional<int64_t> to_int32(const Value& value) {
  const auto number_value = to_number(value);
  if (!number_value) return std::nullopt;
  if (!std::isfinite(*number_value)) return 0;
  const double wrapped = std::fmod(std::trunc(*number_value), 4294967296.0);
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(wrapped)));
}

const Value& Call::keyword(std::string_view keyword_name) const {
  for (const Keyword& k : keywords) {
    if (k.name == keyword_name) return *k.value;
  }
  return *unknown();
}

const std::string* Call::text(size_t i) const { return arg(i).is_text() ? &arg(i).text : nullptr; }

std::optional<int64_t> Call::index(size_t i) const {
  if (eval.python()) return as_index(arg(i));
  const auto number_value = to_number(arg(i));
  if (!number_value || std::isnan(*number_value)) return std::nullopt;
  return static_cast<int64_t>(std::clamp(*number_value, -kExact, kExact));
}

}  // namespace cerebro::folding
