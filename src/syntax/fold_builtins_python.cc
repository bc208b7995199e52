// Python: the builtin functions.

#include <array>
#include <cmath>

#include "syntax/decode.h"
#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

Value fold_chr(const Call& call) {
  const auto code = call.index(0);
  if (!code || *code < 0 || *code > 0x10FFFF) return {};
  std::string out;
  append_utf8(out, static_cast<char32_t>(*code));
  return string(std::move(out));
}

Value fold_ord(const Call& call) {
  const std::string* text = call.text(0);
  if (text == nullptr) return {};
  if (call.arg(0).kind == Kind::kBytes) {
    return text->size() == 1 ? integer(static_cast<unsigned char>((*text)[0])) : Value();
  }
  const std::u32string units = code_points(text->substr(0, 8));
  return units.size() == 1 ? integer(static_cast<int64_t>(units[0])) : Value();
}

Value fold_len(const Call& call) {
  const Value& value = call.arg(0);
  switch (value.kind) {
    case Kind::kBytes:
      return length_of(value.text.size());
    case Kind::kList:
      return length_of(value.list->size());
    case Kind::kMap:
      return length_of(value.map->size());
    case Kind::kString:
      return length_of(is_ascii(value.text) ? value.text.size()
                                            : call.eval.units(call.args[0]).size());
    default:
      return {};
  }
}

Value fold_str(const Call& call) {
  if (call.size() == 0) return string({});
  const Value& value = call.arg(0);
  if (value.kind == Kind::kPartial) return value;
  if (value.kind == Kind::kBytes && call.size() > 1 && call.text(1) != nullptr) {
    return maybe(decode_text(value.text, *call.text(1)));
  }
  if (value.kind == Kind::kBytes && call.keyword("encoding").is_text()) {
    return maybe(decode_text(value.text, call.keyword("encoding").text));
  }
  return maybe(to_text(value, true));
}

Value fold_int(const Call& call) {
  if (call.size() == 0) return integer(0);
  const Value& value = call.arg(0);
  if (const auto whole_number = as_index(value); whole_number && call.size() == 1) {
    return integer(*whole_number);
  }
  if (value.kind == Kind::kReal && std::abs(value.real) < 9e15) {
    return integer(static_cast<int64_t>(value.real));
  }
  if (!value.is_text()) return {};
  const Value& keyword_base = call.keyword("base");
  const int64_t base = call.index(1).value_or(as_index(keyword_base).value_or(10));
  if (base != 0 && (base < 2 || base > 36)) return {};
  const std::string digits = replace_all(trim(value.text), "_", "", SIZE_MAX);
  size_t used = 0;
  const auto number_value = integer_prefix(digits, static_cast<int>(base), used);
  return number_value && used == digits.size() ? integer(*number_value) : Value();
}

Value fold_float(const Call& call) {
  if (const auto value = as_number(call.arg(0))) return real(*value);
  if (call.text(0) == nullptr) return {};
  const auto value = number_literal(lower_ascii(trim(*call.text(0))));
  return value ? real(*as_number(*value)) : Value();
}

Value fold_bool(const Call& call) {
  return call.arg(0).kind == Kind::kPath ? Value() : boolean(truthy(call.arg(0), true));
}

// bytes(), bytearray(): of a list of integers, a length, a text with its encoding.
Value fold_bytes(const Call& call) {
  if (call.size() == 0) return bytes({});
  const Value& value = call.arg(0);
  if (value.kind == Kind::kBytes) return value;
  if (value.kind == Kind::kString) {
    const Value& encoding = call.size() > 1 ? call.arg(1) : call.keyword("encoding");
    return encoding.is_text() ? maybe_bytes(encode_text(value.text, encoding.text)) : Value();
  }
  if (const auto size = as_index(value)) {
    if (*size < 0 || !call.eval.spend_bytes(static_cast<size_t>(*size))) return {};
    return bytes(std::string(static_cast<size_t>(*size), '\0'));
  }
  const auto items = items_of(call, 0);
  if (!items) return {};
  std::string out;
  for (const Value& item : *items) {
    const auto byte = as_index(item);
    if (!byte || *byte < 0 || *byte > 255) return {};
    out += static_cast<char>(*byte);
  }
  return bytes(std::move(out));
}

Value fold_list(const Call& call) {
  if (call.size() == 0) return list({});
  auto items = items_of(call, 0);
  return items ? list(std::move(*items)) : Value();
}

Value fold_dict(const Call& call) {
  ValueMap rows;
  if (call.size() > 0) {
    if (call.arg(0).kind == Kind::kMap) {
      rows = *call.arg(0).map;
    } else {
      const auto items = items_of(call, 0);
      if (!items) return {};
      for (const Value& item : *items) {
        if (item.kind != Kind::kList || item.list->size() != 2) return {};
        rows.emplace_back((*item.list)[0], (*item.list)[1]);
      }
    }
  }
  for (const Keyword& keyword : call.keywords) {
    rows.emplace_back(string(std::string(keyword.name)), *keyword.value);
  }
  return map(std::move(rows));
}

Value fold_range(const Call& call) {
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < call.size(); ++i) {
    const auto number = call.index(i);
    if (!number) return {};
    numbers.push_back(*number);
  }
  const std::optional<Range> range = make_range(numbers);
  if (!range || !can_make(call, range->count)) return {};
  ValueList values;
  for (size_t i = 0; i < range->count; ++i) values.push_back(range->item(i));
  return list(std::move(values));
}

Value fold_reversed(const Call& call) {
  const auto items = items_of(call, 0);
  return items ? reversed_list(call, *items) : Value();
}

bool less(const Value& a, const Value& b) {
  const auto x = as_number(a), y = as_number(b);
  return x && y ? *x < *y : a.text < b.text;
}

Value fold_sorted(const Call& call) {
  auto items = call.member() == "sort" ? iterate(call.eval, call.self) : items_of(call, 0);
  if (!items || !call.eval.spend(items->size())) return {};
  const Value& key = call.keyword("key");
  std::vector<std::pair<Value, Value>> rows;  // sort key, item
  for (const Value& item : *items) {
    const Ref arg = share(item);
    Value by = key.known() ? *call.eval.call(share(key), unknown(), {&arg, 1}) : item;
    const bool sortable = by.kind == Kind::kString || as_number(by);
    if (!sortable || by.kind != (rows.empty() ? by.kind : rows[0].first.kind)) return {};
    rows.emplace_back(std::move(by), item);
  }
  const bool down = truthy(call.keyword("reverse"), true) && call.keyword("reverse").known();
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    return down ? less(b.first, a.first) : less(a.first, b.first);
  });
  for (size_t i = 0; i < rows.size(); ++i) (*items)[i] = std::move(rows[i].second);
  if (call.member() != "sort") return list(std::move(*items));
  if (ValueList* own = elements(*call.self)) *own = std::move(*items);
  return null();
}

// The iterables from the `first` argument on, made equally long: cycle() has no end of its own.
std::optional<std::vector<ValueList>> columns_of(const Call& call, size_t first) {
  const auto is_cycle = [&](size_t i) { return call.arg(i).text == "itertools.cycle()"; };
  std::vector<ValueList> columns;
  size_t shortest = SIZE_MAX;
  for (size_t i = first; i < call.size(); ++i) {
    auto items = is_cycle(i) ? std::optional(*call.arg(i).list) : items_of(call, i);
    if (!items) return std::nullopt;
    if (!is_cycle(i)) shortest = std::min(shortest, items->size());
    columns.push_back(std::move(*items));
  }
  if (shortest == SIZE_MAX) return std::nullopt;
  for (ValueList& column : columns) {
    if (column.empty()) shortest = 0;
    const size_t period = column.size();
    if (shortest > period && !can_make(call, shortest - period)) return std::nullopt;
    for (size_t i = period; i < shortest; ++i) column.push_back(Value(column[i - period]));
    column.resize(shortest);
  }
  return columns;
}

Value fold_zip(const Call& call) {
  if (call.size() == 0) return list({});
  const auto columns = columns_of(call, 0);
  if (!columns || !can_make(call, (columns->size() + 1) * columns->front().size())) return {};
  ValueList rows;
  for (size_t i = 0; i < columns->front().size(); ++i) {
    ValueList row;
    for (const ValueList& column : *columns) row.push_back(column[i]);
    rows.push_back(list(std::move(row)));
  }
  return list(std::move(rows));
}

Value fold_enumerate(const Call& call) {
  const auto items = items_of(call, 0);
  if (!items || !can_make(call, 3 * items->size())) return {};
  int64_t i = call.index(1).value_or(as_index(call.keyword("start")).value_or(0));
  ValueList rows;
  for (const Value& item : *items) rows.push_back(list({integer(i++), item}));
  return list(std::move(rows));
}

Value fold_map(const Call& call) {
  const auto columns = call.size() < 2 ? std::nullopt : columns_of(call, 1);
  if (!columns) return {};
  ValueList out;
  for (size_t i = 0; i < columns->front().size(); ++i) {
    std::vector<Ref> args;
    for (const ValueList& column : *columns) args.push_back(share(column[i]));
    const Ref value = call.eval.call(call.args[0], unknown(), args);
    if (!value->known() || !call.eval.spend_bytes(size_bytes(*value))) return {};
    out.push_back(*value);
  }
  return list(std::move(out));
}

Value fold_filter(const Call& call) {
  const auto items = items_of(call, 1);
  if (!items) return {};
  ValueList out;
  for (const Value& item : *items) {
    const Ref arg = share(item);
    const Ref keep =
        call.arg(0).kind == Kind::kNull ? arg : call.eval.call(call.args[0], unknown(), {&arg, 1});
    if (!whole(*keep)) return {};
    if (truthy(*keep, true)) out.push_back(item);
  }
  return list(std::move(out));
}

Value fold_sum(const Call& call) {
  const auto items = items_of(call, 0);
  if (!items) return {};
  Ref total = call.size() > 1 ? call.args[1] : share(integer(0));
  for (const Value& item : *items) total = share(binary(call.eval, "+", total, share(item)));
  return *total;
}

Value fold_min_max(const Call& call) {
  const auto items = call.size() == 1 ? items_of(call, 0) : std::nullopt;
  ValueList values = items.value_or(ValueList());
  for (size_t i = 0; call.size() > 1 && i < call.size(); ++i) values.push_back(call.arg(i));
  if (values.empty() || !call.keywords.empty()) return {};
  for (const Value& value : values) {
    if (value.kind != values[0].kind || (value.kind != Kind::kString && !as_number(value)))
      return {};
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end(), less);
  return call.member() == "min" ? *low : *high;
}

Value fold_abs(const Call& call) {
  const auto value = as_number(call.arg(0));
  if (!value) return {};
  return as_index(call.arg(0)) ? integer(static_cast<int64_t>(std::abs(*value)))
                               : real(std::abs(*value));
}

Value fold_pow(const Call& call) {
  if (call.size() != 2) return {};
  return binary(call.eval, "**", call.args[0], call.args[1]);
}

Value fold_radix(const Call& call) {
  const auto value = call.index(0);
  if (!value || *value == INT64_MIN) return {};
  const std::string_view name = call.member();
  const std::string prefix = name == "hex" ? "0x" : name == "oct" ? "0o" : "0b";
  const unsigned base = name == "hex" ? 16 : name == "oct" ? 8 : 2;
  return string((*value < 0 ? "-" : "") + prefix +
                digits_of(static_cast<uint64_t>(std::abs(*value)), base));
}

Value fold_repr(const Call& call) {
  const Value& value = call.arg(0);
  if (value.kind != Kind::kString) return maybe(to_text(value, true));
  const bool plain = std::all_of(value.text.begin(), value.text.end(), [](char c) {
    return c >= ' ' && c != '\'' && c != '\\' && c != '\x7f';
  });
  return plain ? string("'" + value.text + "'") : Value();
}

Value fold_getattr(const Call& call) {
  return call.text(1) == nullptr ? Value() : *call.eval.member(call.args[0], *call.text(1));
}

Value fold_import(const Call& call) {
  const std::string* name = call.text(0);
  if (name == nullptr || name->empty() || name->size() > 256) return {};
  // __import__("a.b") gives a, unless something is asked from it.
  const bool top =
      call.member() == "__import__" && call.size() < 4 && !call.keyword("fromlist").known();
  return path(top ? name->substr(0, name->find('.')) : *name);
}

Value fold_globals(const Call& call) {
  if (call.size() == 0) return path("globals()");
  return call.arg(0).kind == Kind::kPath ? call.arg(0) : Value();
}

Value fold_sys_modules_get(const Call& call) {
  return call.text(0) == nullptr ? Value() : path(*call.text(0));
}

Value fold_eval(const Call& call) {
  return call.text(0) == nullptr ? Value() : *call.eval.evaluate(*call.text(0), false);
}

// compile(source, "<string>", "exec"): what exec() is given is the source.
Value fold_compile(const Call& call) {
  return call.arg(0).is_text() || call.arg(0).kind == Kind::kPartial ? call.arg(0) : Value();
}

Value fold_int_from_bytes(const Call& call) {
  const Value& order = call.size() > 1 ? call.arg(1) : call.keyword("byteorder");
  if (call.text(0) == nullptr || call.text(0)->size() > 7) return {};
  std::string raw = *call.text(0);
  if (order.text == "little") std::reverse(raw.begin(), raw.end());
  int64_t value = 0;
  for (const char c : raw) value = value << 8 | static_cast<unsigned char>(c);
  return integer(value);
}

Value fold_int_to_bytes(const Call& call) {
  const auto value = as_index(*call.self), size = call.index(0);
  const Value& order = call.size() > 1 ? call.arg(1) : call.keyword("byteorder");
  if (!value || *value < 0 || !size || *size < 0 || *size > 64) return {};
  std::string raw;
  for (int64_t i = 0; i < *size; ++i)
    raw += static_cast<char>(i < 8 ? *value >> (8 * i) & 0xFF : 0);
  if (order.text != "little") std::reverse(raw.begin(), raw.end());
  return bytes(std::move(raw));
}

constexpr Row kRows[] = {
    {"builtins.chr", fold_chr, kDecodes},
    {"builtins.unichr", fold_chr, kDecodes},
    {"builtins.ord", fold_ord},
    {"builtins.len", fold_len},
    {"builtins.str", fold_str, kTakesUnknown},
    {"builtins.unicode", fold_str, kTakesUnknown},
    {"builtins.repr", fold_repr},
    {"builtins.int", fold_int},
    {"builtins.float", fold_float},
    {"builtins.bool", fold_bool},
    {"builtins.bytes", fold_bytes},
    {"builtins.bytearray", fold_bytes},
    {"builtins.memoryview", fold_bytes},
    {"builtins.list", fold_list},
    {"builtins.tuple", fold_list},
    {"builtins.iter", fold_list},
    {"builtins.dict", fold_dict},
    {"builtins.range", fold_range},
    {"builtins.xrange", fold_range},
    {"builtins.reversed", fold_reversed},
    {"builtins.sorted", fold_sorted},
    {"list.sort", fold_sorted},
    {"builtins.zip", fold_zip},
    {"builtins.enumerate", fold_enumerate},
    {"builtins.map", fold_map},
    {"builtins.filter", fold_filter},
    {"builtins.sum", fold_sum},
    {"builtins.min", fold_min_max},
    {"builtins.max", fold_min_max},
    {"builtins.abs", fold_abs},
    {"builtins.pow", fold_pow},
    {"builtins.hex", fold_radix},
    {"builtins.oct", fold_radix},
    {"builtins.bin", fold_radix},
    {"builtins.getattr", fold_getattr},
    {"builtins.__import__", fold_import, kTakesUnknown},
    {"importlib.import_module", fold_import, kTakesUnknown},
    {"importlib.__import__", fold_import, kTakesUnknown},
    {"builtins.globals", fold_globals},
    {"builtins.locals", fold_globals},
    {"builtins.vars", fold_globals},
    {"builtins.compile", fold_compile, kTakesUnknown},
    {"builtins.eval", fold_eval},
    {"sys.modules.get", fold_sys_modules_get},
    {"builtins.int.from_bytes", fold_int_from_bytes},
    {"int.to_bytes", fold_int_to_bytes, kDecodes},
};

}  // namespace

std::span<const Row> python_builtin_rows() { return kRows; }

bool is_range(std::string_view path) {
  return path == "builtins.range" || path == "builtins.xrange";
}

std::optional<Range> make_range(std::span<const int64_t> arguments) {
  if (arguments.empty() || arguments.size() > 3) return std::nullopt;
  Range range{arguments.size() > 1 ? arguments[0] : 0, arguments.size() > 2 ? arguments[2] : 1, 0};
  const int64_t to = arguments[arguments.size() > 1 ? 1 : 0];
  if (range.step == 0) return std::nullopt;
  const double span = static_cast<double>(to) - static_cast<double>(range.from);
  const double length = std::ceil(span / static_cast<double>(range.step));
  range.count = static_cast<size_t>(std::clamp(length, 0.0, 1e12));
  return range;
}

// Wraps around where Python's number would be larger than 64 bits.
Value Range::item(size_t i) const {
  return integer(static_cast<int64_t>(static_cast<uint64_t>(from) +
                                      static_cast<uint64_t>(i) * static_cast<uint64_t>(step)));
}

}  // namespace cerebro::folding
