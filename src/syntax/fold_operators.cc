// Operators, indexing, slicing and iteration of both languages.

#include <algorithm>
#include <cmath>

#include "syntax/fold_internal.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

Value integer_power(int64_t base, int64_t exponent) {
  if (exponent < 0) return {};
  int64_t result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return {};
    if (exponent > 1 && __builtin_mul_overflow(base, base, &base)) return {};
  }
  return integer(result);
}

Value python_integers(std::string_view op, int64_t a, int64_t b) {
  int64_t out = 0;
  if (op == "+") return __builtin_add_overflow(a, b, &out) ? Value() : integer(out);
  if (op == "-") return __builtin_sub_overflow(a, b, &out) ? Value() : integer(out);
  if (op == "*") return __builtin_mul_overflow(a, b, &out) ? Value() : integer(out);
  if (op == "&") return integer(a & b);
  if (op == "|") return integer(a | b);
  if (op == "^") return integer(a ^ b);
  if (op == "<<") {
    const bool fits = b >= 0 && b < 63 &&
                      std::abs(static_cast<double>(a)) < std::ldexp(1.0, 62 - static_cast<int>(b));
    return fits ? integer(a * (int64_t{1} << b)) : Value();
  }
  if (op == ">>") return b < 0 ? Value() : integer(a >> std::min<int64_t>(b, 63));
  if (op == "**") return integer_power(a, b);
  if (b == 0 || (b == -1 && a == INT64_MIN)) return {};
  const int64_t remainder = a % b;
  const bool adjust = remainder != 0 && (remainder < 0) != (b < 0);  // Python rounds down
  if (op == "%") return integer(adjust ? remainder + b : remainder);
  if (op == "//") return integer(a / b - (adjust ? 1 : 0));
  if (op == "/") return real(static_cast<double>(a) / static_cast<double>(b));
  return {};
}

std::optional<double> arithmetic(std::string_view op, double a, double b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "/") return a / b;
  if (op == "%") return std::fmod(a, b);
  if (op == "**") return std::pow(a, b);
  return std::nullopt;
}

std::optional<bool> ordered(std::string_view op, bool less, bool same) {
  if (op == "<") return less;
  if (op == "<=") return less || same;
  if (op == ">") return !less && !same;
  if (op == ">=") return !less;
  return std::nullopt;
}

// < <= > >=; NaN compares false.
std::optional<bool> compare(std::string_view op, const Value& left, const Value& right,
                            bool python) {
  if (left.is_text() && right.is_text()) {
    return ordered(op, left.text < right.text, left.text == right.text);
  }
  const auto a = python ? as_number(left) : to_number(left);
  const auto b = python ? as_number(right) : to_number(right);
  if (!a || !b) return std::nullopt;
  const auto truth = ordered(op, *a < *b, *a == *b);
  const bool comparable = !std::isnan(*a) && !std::isnan(*b);
  return truth ? std::optional(*truth && comparable) : std::nullopt;
}

Value repeat(Evaluator& eval, const Value& unit, int64_t times) {
  const auto count = static_cast<size_t>(std::max<int64_t>(times, 0));
  const size_t size =
      unit.kind == Kind::kList ? unit.list->size() * sizeof(Value) : unit.text.size();
  if (size != 0 && count > eval.max_bytes() / size) {
    eval.spend_bytes(eval.max_bytes() + 1);
    return {};
  }
  if (!eval.spend_bytes(size * count)) return {};
  if (unit.kind == Kind::kList) {
    ValueList values;
    for (size_t i = 0; i < (size == 0 ? 0 : count); ++i) {
      values.insert(values.end(), unit.list->begin(), unit.list->end());
    }
    return list(std::move(values));
  }
  Value value = unit.kind == Kind::kBytes ? bytes({}) : string({});
  value.decoded = unit.decoded;
  if (size == 0) return value;
  value.text.reserve(size * count);
  for (size_t i = 0; i < count; ++i) value.text += unit.text;
  return value;
}

std::optional<bool> contains(Evaluator& eval, const Value& needle, const Value& hay, bool python) {
  if (hay.kind == Kind::kMap) {
    if (!eval.spend(hay.map->size() / 8)) return std::nullopt;
    return std::any_of(hay.map->begin(), hay.map->end(),
                       [&](const auto& row) { return equal(row.first, needle); });
  }
  if (!python) return std::nullopt;
  if (hay.is_text() && needle.is_text()) return hay.text.find(needle.text) != std::string::npos;
  if (hay.kind != Kind::kList || !eval.spend(hay.list->size() / 8)) return std::nullopt;
  return std::any_of(hay.list->begin(), hay.list->end(),
                     [&](const Value& item) { return equal(item, needle); });
}

Value of(std::optional<bool> truth) { return truth ? boolean(*truth) : Value(); }

bool loosely_equal(const Value& left, const Value& right) {
  if (left.kind == Kind::kNull || right.kind == Kind::kNull) return left.kind == right.kind;
  if (left.kind == right.kind) return equal(left, right);
  const auto a = to_number(left), b = to_number(right);
  return a && b && *a == *b;
}

Value python_binary(Evaluator& eval, std::string_view op, const Value& left, const Value& right) {
  if (op == "%" && left.is_text()) return percent_format(eval, left, right);
  const auto a = as_index(left), b = as_index(right);
  if (op == "==" || op == "is") return boolean(equal(left, right));
  if (op == "!=" || op == "is not" || op == "<>") return boolean(!equal(left, right));
  if (op == "in") return of(contains(eval, left, right, true));
  if (op == "not in") {
    const auto found = contains(eval, left, right, true);
    return found ? boolean(!*found) : Value();
  }
  if (const auto truth = compare(op, left, right, true)) return boolean(*truth);
  if (a && b) return python_integers(op, *a, *b);
  const bool sequence = left.is_text() || left.kind == Kind::kList;
  if (op == "*" && sequence && b) return repeat(eval, left, *b);
  if (op == "*" && a && (right.is_text() || right.kind == Kind::kList))
    return repeat(eval, right, *a);
  if (op == "+" && left.kind == Kind::kList && right.kind == Kind::kList) {
    if (!eval.spend_bytes((left.list->size() + right.list->size()) * sizeof(Value))) return {};
    ValueList values = *left.list;
    values.insert(values.end(), right.list->begin(), right.list->end());
    return list(std::move(values));
  }
  if (op == "+" && left.is_text() && left.kind == right.kind) {
    if (!eval.spend_bytes(left.text.size() + right.text.size())) return {};
    Value sum = left;
    sum.text += right.text;
    return sum;
  }
  if (op == "/" && left.kind == Kind::kString && right.kind == Kind::kString) {
    // Of texts only paths are divided; pathlib's fold to texts.
    const bool absolute = right.text.starts_with('/') || left.text.empty();
    return string(absolute ? right.text
                           : left.text + (left.text.ends_with('/') ? "" : "/") + right.text);
  }
  const auto x = as_number(left), y = as_number(right);
  if (!x || !y || ((op == "/" || op == "%") && *y == 0)) return {};
  if (op == "//") return *y == 0 ? Value() : real(std::floor(*x / *y));
  if (op == "%") return real(*x - std::floor(*x / *y) * *y);
  const auto result = arithmetic(op, *x, *y);
  return result ? real(*result) : Value();
}

Value javascript_binary(Evaluator& eval, std::string_view op, const Value& left,
                        const Value& right) {
  if (op == "===") return boolean(equal(left, right));
  if (op == "!==") return boolean(!equal(left, right));
  if (op == "==") return boolean(loosely_equal(left, right));
  if (op == "!=") return boolean(!loosely_equal(left, right));
  if (op == "in") return of(contains(eval, left, right, false));
  if (op == "instanceof") return {};
  const bool plain = left.kind != Kind::kList && left.kind != Kind::kMap &&
                     right.kind != Kind::kList && right.kind != Kind::kMap;
  if (op == "+" && (!plain || left.is_text() || right.is_text())) {
    const auto a = to_text(left, false), b = to_text(right, false);
    return a && b ? string(*a + *b) : Value();
  }
  if (const auto truth = compare(op, left, right, false)) return boolean(*truth);
  if (op == "&" || op == "|" || op == "^" || op == "<<" || op == ">>" || op == ">>>") {
    const auto a = to_int32(left), b = to_int32(right);
    if (!a || !b) return {};
    const auto bits = static_cast<uint32_t>(*a);
    const unsigned count = static_cast<unsigned>(*b) & 31;
    if (op == "&") return integer(*a & *b);
    if (op == "|") return integer(*a | *b);
    if (op == "^") return integer(*a ^ *b);
    if (op == "<<") return integer(static_cast<int32_t>(bits << count));
    if (op == ">>") return integer(static_cast<int32_t>(*a) >> count);
    return integer(bits >> count);
  }
  const auto x = to_number(left), y = to_number(right);
  if (!x || !y) return {};
  const auto result = arithmetic(op, *x, *y);
  return result ? number(*result) : Value();
}

// What a path is, for typeof: only where it is beyond doubt.
std::string_view type_of(const Value& value) {
  switch (value.kind) {
    case Kind::kNull:
      return value.boolean ? "undefined" : "object";
    case Kind::kBool:
      return "boolean";
    case Kind::kInt:
    case Kind::kReal:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kFunction:
      return "function";
    case Kind::kList:
    case Kind::kMap:
    case Kind::kBytes:
      return "object";
    default:
      return {};
  }
}

}  // namespace

Value unary(Evaluator& eval, std::string_view op, const Value& operand) {
  const bool python = eval.python();
  if (op == "not" || op == "!") {
    if (operand.kind == Kind::kPath) return {};
    return boolean(!truthy(operand, python));
  }
  if (op == "void") return undefined();
  if (op == "typeof") {
    const std::string_view type = type_of(operand);
    return type.empty() ? Value() : string(std::string(type));
  }
  if (op == "await") return operand;
  if (op == "~") {
    const auto bits = python ? as_index(operand) : to_int32(operand);
    return bits ? integer(~*bits) : Value();
  }
  if (op != "-" && op != "+") return {};
  if (python) {
    if (operand.kind == Kind::kReal) return real(op == "-" ? -operand.real : operand.real);
    const auto whole_number = as_index(operand);
    if (!whole_number || *whole_number == INT64_MIN) return {};
    return integer(op == "-" ? -*whole_number : *whole_number);
  }
  const auto value = to_number(operand);
  return value ? number(op == "-" ? -*value : *value) : Value();
}

Value binary(Evaluator& eval, std::string_view op, const Ref& left, const Ref& right) {
  if (!eval.spend((left->text.size() + right->text.size()) / 64)) return {};
  Value value = eval.python() ? python_binary(eval, op, *left, *right)
                              : javascript_binary(eval, op, *left, *right);
  // A byte changed by a key is decoding; the integer carries the mark to chr() and join().
  if (value.is_text()) value.decoded |= left->decoded || right->decoded;
  return value;
}

Ref element(Evaluator& eval, const Ref& object, const Value& key) {
  const bool python = eval.python();
  const Ref missing = python ? unknown() : share(undefined());
  if (object->kind == Kind::kMap) {
    if (!eval.spend(object->map->size() / 8)) return unknown();
    const auto name = python ? std::nullopt : to_text(key, false);
    const Value wanted = name ? string(*name) : key;
    for (auto row = object->map->rbegin(); row != object->map->rend(); ++row) {
      if (equal(row->first, wanted)) return share(row->second);
    }
    return missing;
  }
  if (key.kind == Kind::kString && key.text == "length" && !python) {
    if (object->kind == Kind::kList)
      return share(integer(static_cast<int64_t>(object->list->size())));
    if (object->kind == Kind::kBytes)
      return share(integer(static_cast<int64_t>(object->text.size())));
    if (object->kind != Kind::kString) return unknown();
    const bool ascii = is_ascii(object->text);
    const size_t length = ascii ? object->text.size() : eval.units(object).size();
    return share(integer(static_cast<int64_t>(length)));
  }
  const auto wanted = as_index(key);
  if (!wanted) return missing;
  const auto position = [&](size_t size) -> std::optional<size_t> {
    const int64_t i = *wanted < 0 && python ? *wanted + static_cast<int64_t>(size) : *wanted;
    if (i < 0 || static_cast<uint64_t>(i) >= size) return std::nullopt;
    return static_cast<size_t>(i);
  };
  switch (object->kind) {
    case Kind::kList: {
      const auto i = position(object->list->size());
      if (!i) return missing;
      const Value& item = (*object->list)[*i];
      if (!item.known()) return unknown();
      // A constant list never changes, so its element needs no copy.
      if (!is_mutable(*object)) return Ref(object->list, &item);
      return share(item);
    }
    case Kind::kBytes: {
      const auto i = position(object->text.size());
      if (!i) return missing;
      return share(integer(static_cast<unsigned char>(object->text[*i])));
    }
    case Kind::kString: {
      std::string unit;
      if (is_ascii(object->text)) {
        const auto i = position(object->text.size());
        if (!i) return missing;
        unit = object->text.substr(*i, 1);
      } else {
        const std::u32string& units = eval.units(object);
        const auto i = position(units.size());
        if (!i) return missing;
        append_utf8(unit, units[*i]);
      }
      Value value = string(std::move(unit));
      value.decoded = object->decoded;
      return share(std::move(value));
    }
    default:
      return unknown();
  }
}

Value slice(Evaluator& eval, const Ref& object, const Value& start, const Value& stop,
            const Value& step_value) {
  const bool ascii = object->kind == Kind::kBytes || is_ascii(object->text);
  const bool texts = object->is_text();
  if (!texts && object->kind != Kind::kList) return {};
  const auto size = static_cast<int64_t>(!texts  ? object->list->size()
                                         : ascii ? object->text.size()
                                                 : eval.units(object).size());
  const int64_t step = as_index(step_value).value_or(1);
  if (step == 0 || step == INT64_MIN) return {};
  const auto bound = [&](const Value& value, int64_t otherwise) {
    const auto given = as_index(value);
    if (!given) return otherwise;
    const int64_t i = *given < 0 ? *given + size : *given;
    return step > 0 ? std::clamp<int64_t>(i, 0, size) : std::clamp<int64_t>(i, -1, size - 1);
  };
  const int64_t from = bound(start, step > 0 ? 0 : size - 1);
  const int64_t to = bound(stop, step > 0 ? size : -1);
  const int64_t stride = std::clamp<int64_t>(step, -size - 1, size + 1);
  std::u32string units;
  Value value = texts ? Value(*object) : list({});
  if (texts) value.text.clear();
  ValueList values;
  for (int64_t i = from; stride > 0 ? i < to : i > to; i += stride) {
    const auto at = static_cast<size_t>(i);
    if (!texts) {
      if (!eval.spend_bytes(size_bytes((*object->list)[at]))) return {};
      values.push_back((*object->list)[at]);
    } else if (ascii) {
      value.text += object->text[at];
    } else {
      units += eval.units(object)[at];
    }
  }
  if (!texts) return list(std::move(values));
  if (!ascii) value.text = utf8_of(units);
  return eval.spend_bytes(value.text.size()) ? value : Value();
}

std::optional<ValueList> iterate(Evaluator& eval, const Ref& value) {
  ValueList out;
  const auto reserve = [&](size_t count) {
    if (!eval.spend_bytes(count * sizeof(Value))) return false;
    out.reserve(count);
    return true;
  };
  switch (value->kind) {
    case Kind::kList:
      if (!reserve(value->list->size())) return std::nullopt;
      for (const Value& item : *value->list) {
        if (!eval.spend_bytes(item.text.size())) return std::nullopt;
        out.push_back(item);
      }
      return out;
    case Kind::kBytes:
      if (!reserve(value->text.size())) return std::nullopt;
      for (const char c : value->text) out.push_back(integer(static_cast<unsigned char>(c)));
      return out;
    case Kind::kString: {
      if (!reserve(value->text.size())) return std::nullopt;
      for (const char32_t c : code_points(value->text)) {
        std::string unit;
        append_utf8(unit, c);
        out.push_back(string(std::move(unit)));
        out.back().decoded = value->decoded;
      }
      return out;
    }
    case Kind::kMap:
      if (!eval.python() || !reserve(value->map->size())) return std::nullopt;
      for (const auto& [key, item] : *value->map) out.push_back(key);
      return out;
    default:
      return std::nullopt;
  }
}

}  // namespace cerebro::folding
