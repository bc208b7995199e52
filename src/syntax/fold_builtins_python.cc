// Python: builtins, methods of str, bytes, list and dict, and the decoding modules.

#include <array>
#include <cmath>

#include "syntax/decode.h"
#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

std::optional<ValueList> items_of(const Call& call, size_t i) {
  return i < call.size() ? iterate(call.eval, call.args[i]) : std::nullopt;
}

// --- builtins

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
  const auto first = call.index(0), second = call.index(1), third = call.index(2);
  if (!first || (call.size() > 1 && !second) || (call.size() > 2 && !third)) return {};
  const int64_t from = second ? *first : 0, to = second ? *second : *first,
                step = third.value_or(1);
  if (step == 0) return {};
  const double span = static_cast<double>(to) - static_cast<double>(from);
  const double length = std::ceil(span / static_cast<double>(step));
  const auto count = static_cast<size_t>(std::clamp(length, 0.0, 1e12));
  if (!can_make(call, count)) return {};
  ValueList values;
  for (size_t i = 0; i < count; ++i) {
    values.push_back(integer(from + static_cast<int64_t>(i) * step));
  }
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

Value fold_zip(const Call& call) {
  std::vector<ValueList> columns;
  size_t shortest = SIZE_MAX;
  for (size_t i = 0; i < call.size(); ++i) {
    auto items = items_of(call, i);
    if (!items) return {};
    shortest = std::min(shortest, items->size());
    columns.push_back(std::move(*items));
  }
  ValueList rows;
  for (size_t i = 0; !columns.empty() && i < shortest; ++i) {
    if (!can_make(call, columns.size() + 1)) return {};
    ValueList row;
    for (const ValueList& column : columns) row.push_back(column[i]);
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
  if (call.size() < 2) return {};
  std::vector<ValueList> columns;
  size_t shortest = SIZE_MAX;
  for (size_t i = 1; i < call.size(); ++i) {
    auto items = items_of(call, i);
    if (!items) return {};
    shortest = std::min(shortest, items->size());
    columns.push_back(std::move(*items));
  }
  ValueList out;
  for (size_t i = 0; i < shortest; ++i) {
    std::vector<Ref> args;
    for (const ValueList& column : columns) args.push_back(share(column[i]));
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

// compile(source, "<string>", "exec"): what exec() is given is the source.
Value fold_compile(const Call& call) {
  return call.arg(0).is_text() || call.arg(0).kind == Kind::kPartial ? call.arg(0) : Value();
}

// --- str and bytes

Value fold_join(const Call& call) {
  const auto items = items_of(call, 0);
  if (!items) return {};
  std::string out;
  bool is_decoded = false, partial = false;
  for (size_t i = 0; i < items->size(); ++i) {
    const Value& item = (*items)[i];
    if (item.known() && item.kind != Kind::kPartial && item.kind != call.self->kind) return {};
    if (i > 0) out += call.self->text;
    partial |= !whole(item);
    out += item.known() ? item.text : "\xEF\xBF\xBC";
    is_decoded |= item.decoded;
  }
  if (partial) return {};
  Value value = like(*call.self, std::move(out));
  value.decoded = is_decoded;
  return value;
}

Value fold_replace(const Call& call) {
  if (call.text(0) == nullptr || call.text(1) == nullptr) return {};
  const auto count = call.index(2);
  return replaced(call, *call.text(0), *call.text(1),
                  count && *count >= 0 ? static_cast<size_t>(*count) : SIZE_MAX);
}

Value fold_split(const Call& call) {
  const auto limit = call.index(1) ? call.index(1) : as_index(call.keyword("maxsplit"));
  const size_t parts = limit && *limit >= 0 ? static_cast<size_t>(*limit) + 1 : SIZE_MAX;
  if (call.text(0) != nullptr) {
    if (call.text(0)->empty()) return {};
    if (call.member() == "split" || parts == SIZE_MAX) return split(call, *call.text(0), parts);
    return {};
  }
  if (call.size() > 0 && call.arg(0).kind != Kind::kNull) return {};
  if (parts != SIZE_MAX) return {};
  ValueList out;
  std::string_view rest = call.self->text;
  while (!(rest = trim_set(rest, " \t\n\r\v\f", true, false)).empty()) {
    const size_t end = std::min(rest.find_first_of(" \t\n\r\v\f"), rest.size());
    if (!can_make(call, 1)) return {};
    out.push_back(like(*call.self, std::string(rest.substr(0, end))));
    rest.remove_prefix(end);
  }
  return list(std::move(out));
}

Value fold_splitlines(const Call& call) {
  ValueList out;
  std::string_view rest = call.self->text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    if (!can_make(call, 1)) return {};
    out.push_back(like(*call.self, std::string(rest.substr(0, end))));
    rest.remove_prefix(end);
    rest.remove_prefix(rest.starts_with("\r\n") ? 2 : rest.empty() ? 0 : 1);
  }
  return list(std::move(out));
}

Value fold_strip(const Call& call) {
  const std::string_view set =
      call.text(0) != nullptr ? std::string_view(*call.text(0)) : " \t\n\r\v\f";
  if (!is_ascii(set)) return {};
  const std::string_view name = call.member();
  return like(*call.self,
              std::string(trim_set(call.self->text, set, name != "rstrip", name != "lstrip")));
}

Value fold_case(const Call& call) {
  const std::string& text = call.self->text;
  if (!is_ascii(text)) return {};
  const std::string_view name = call.member();
  if (name == "upper") return like(*call.self, upper_ascii(text));
  if (name == "lower" || name == "casefold") return like(*call.self, lower_ascii(text));
  std::string out = lower_ascii(text);
  bool word_start = true;
  for (size_t i = 0; i < out.size(); ++i) {
    const bool letter = out[i] >= 'a' && out[i] <= 'z';
    const bool raise_it = name == "title" ? word_start : i == 0;
    if (name == "swapcase") {
      out[i] = text[i] == out[i] && letter ? static_cast<char>(out[i] - 32) : out[i];
    } else if (letter && raise_it) {
      out[i] = static_cast<char>(out[i] - 32);
    }
    word_start = !letter;
  }
  return like(*call.self, std::move(out));
}

Value fold_find(const Call& call) {
  if (call.text(0) == nullptr || call.size() > 1 || !is_ascii(call.self->text)) return {};
  const std::string_view name = call.member();
  const size_t at = name.starts_with("r") ? call.self->text.rfind(*call.text(0))
                                          : call.self->text.find(*call.text(0));
  if (at == std::string::npos) return name.ends_with("index") ? Value() : integer(-1);
  return length_of(at);
}

Value fold_count(const Call& call) {
  if (call.size() != 1 || call.text(0) == nullptr) return {};
  return length_of(count_of(call.self->text, *call.text(0)));
}

Value fold_starts_ends(const Call& call) {
  if (call.size() != 1 || call.text(0) == nullptr) return {};
  const std::string& text = call.self->text;
  return boolean(call.member() == "startswith" ? text.starts_with(*call.text(0))
                                               : text.ends_with(*call.text(0)));
}

Value fold_remove_affix(const Call& call) {
  if (call.text(0) == nullptr) return {};
  std::string_view text = call.self->text;
  const bool prefix = call.member() == "removeprefix";
  if (prefix && text.starts_with(*call.text(0))) text.remove_prefix(call.text(0)->size());
  if (!prefix && text.ends_with(*call.text(0))) text.remove_suffix(call.text(0)->size());
  return like(*call.self, std::string(text));
}

Value fold_is(const Call& call) {
  const std::string& text = call.self->text;
  if (!is_ascii(text)) return {};
  const std::string_view name = call.member();
  const auto alpha = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto all = [&](const auto& test) {
    return !text.empty() && std::all_of(text.begin(), text.end(), test);
  };
  if (name == "isalpha") return boolean(all(alpha));
  if (name == "isdigit") return boolean(all(digit));
  if (name == "isalnum") return boolean(all([&](char c) { return alpha(c) || digit(c); }));
  if (name == "isspace")
    return boolean(all([](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }));
  const bool letters = std::any_of(text.begin(), text.end(), alpha);
  if (name == "isupper") return boolean(letters && upper_ascii(text) == text);
  return boolean(letters && lower_ascii(text) == text);
}

Value fold_just(const Call& call) {
  const std::string_view fill = call.text(1) != nullptr ? std::string_view(*call.text(1)) : " ";
  return padded(call, fill, call.member() == "rjust");
}

Value fold_zfill(const Call& call) {
  if (call.self->text.starts_with("-") || call.self->text.starts_with("+")) return {};
  return padded(call, "0", true);
}

Value fold_encode(const Call& call) {
  const Value& given = call.size() > 0 ? call.arg(0) : call.keyword("encoding");
  if (call.self->kind == Kind::kPartial) return *call.self;
  const std::string_view codec = given.is_text() ? std::string_view(given.text) : "utf-8";
  if (call.self->kind != Kind::kString) return {};
  if (const auto text = encode_text(call.self->text, codec)) return bytes(*text);
  const std::string name = codec_name(codec);  // Python 2
  if (name == "hex") return bytes(hex_of(call.self->text));
  if (name == "base64") return bytes(base64_of(call.self->text));
  return name == "rot13" ? decoded(string(decode_rot13(call.self->text))) : Value();
}

Value decode_with(const Call& call, const Value& subject, std::string_view codec) {
  if (subject.kind == Kind::kBytes) {
    if (auto text = decode_text(subject.text, codec)) {
      Value value = string(std::move(*text));
      value.decoded = codec_name(codec).starts_with("cp") || codec_name(codec).starts_with("ibm");
      return value;
    }
  }
  if (!subject.is_text()) return {};
  const auto out = decode_binary(subject.text, codec, call.eval.max_bytes());
  if (!out) return {};
  const bool text = codec_name(codec) == "rot13" || subject.kind == Kind::kString;
  return decoded(text && is_utf8(*out) ? string(*out) : bytes(*out));
}

Value fold_decode(const Call& call) {
  const Value& given = call.size() > 0 ? call.arg(0) : call.keyword("encoding");
  return decode_with(call, *call.self, given.is_text() ? std::string_view(given.text) : "utf-8");
}

Value fold_codecs_decode(const Call& call) {
  const Value& codec = call.size() > 1 ? call.arg(1) : call.keyword("encoding");
  Value value =
      decode_with(call, call.arg(0), codec.is_text() ? std::string_view(codec.text) : "utf-8");
  const bool binary_codec = codec.is_text() && codec_name(codec.text) != "rot13";
  if (binary_codec && value.decoded && value.kind == Kind::kString &&
      !codec_name(codec.text).starts_with("cp")) {
    value.kind = Kind::kBytes;
  }
  return value;
}

Value fold_codecs_encode(const Call& call) {
  const Value& codec = call.size() > 1 ? call.arg(1) : call.keyword("encoding");
  if (call.text(0) == nullptr) return {};
  if (!codec.is_text()) return bytes(*call.text(0));
  if (codec_name(codec.text) == "rot13") return decoded(string(decode_rot13(*call.text(0))));
  if (codec_name(codec.text) == "hex") return bytes(hex_of(*call.text(0)));
  if (codec_name(codec.text) == "base64") return bytes(base64_of(*call.text(0)));
  return maybe_bytes(encode_text(*call.text(0), codec.text));
}

Value fold_maketrans(const Call& call) {
  ValueMap rows;
  if (call.size() == 1 && call.arg(0).kind == Kind::kMap) {
    for (const auto& [key, value] : *call.arg(0).map) {
      const auto units = code_points(key.text);
      if (key.kind == Kind::kString && units.size() != 1) return {};
      rows.emplace_back(key.kind == Kind::kString ? integer(static_cast<int64_t>(units[0])) : key,
                        value);
    }
    return map(std::move(rows));
  }
  if (call.text(0) == nullptr || call.text(1) == nullptr) return {};
  const bool raw = call.arg(0).kind == Kind::kBytes;
  const auto from = raw ? code_points(utf8_of_latin1(*call.text(0))) : code_points(*call.text(0));
  const auto to = raw ? code_points(utf8_of_latin1(*call.text(1))) : code_points(*call.text(1));
  if (from.size() != to.size() || !can_make(call, 2 * from.size())) return {};
  for (size_t i = 0; i < from.size(); ++i) {
    rows.emplace_back(integer(static_cast<int64_t>(from[i])), integer(static_cast<int64_t>(to[i])));
  }
  if (call.text(2) != nullptr) {
    for (const char32_t c : code_points(*call.text(2)))
      rows.emplace_back(integer(static_cast<int64_t>(c)), null());
  }
  return map(std::move(rows));
}

Value fold_translate(const Call& call) {
  if (call.arg(0).kind != Kind::kMap) return {};
  std::unordered_map<int64_t, const Value*> table;
  for (const auto& [key, value] : *call.arg(0).map) {
    if (const auto code = as_index(key)) table[*code] = &value;
  }
  const bool raw = call.self->kind == Kind::kBytes;
  std::string out;
  for (const char32_t c : code_points(raw ? utf8_of_latin1(call.self->text) : call.self->text)) {
    const auto row = table.find(static_cast<int64_t>(c));
    if (out.size() > call.eval.max_bytes()) return {};
    if (row == table.end()) {
      append_utf8(out, c);
    } else if (const auto code = as_index(*row->second)) {
      if (*code < 0 || *code > 0x10FFFF) return {};
      append_utf8(out, static_cast<char32_t>(*code));
    } else if (row->second->kind == Kind::kString) {
      out += row->second->text;
    } else if (row->second->kind != Kind::kNull) {
      return {};
    }
  }
  return raw ? maybe_bytes(encode_text(out, "latin1")) : string(std::move(out));
}

Value fold_to_hex(const Call& call) { return string(hex_of(call.self->text)); }

Value fold_from_hex(const Call& call) {
  const std::string* text = call.text(0);
  return text == nullptr ? Value() : maybe_bytes(decode_base16(*text, call.eval.max_bytes()));
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

// --- list and dict

Value fold_append(const Call& call) {
  ValueList* items = elements(*call.self);
  if (items == nullptr || call.size() < 1 || !storable(call.arg(0)) ||
      !call.eval.spend_bytes(size_bytes(call.arg(0)))) {
    call.eval.fail();
    return {};
  }
  if (call.member() == "append") {
    items->push_back(call.arg(0));
  } else if (call.member() == "extend") {
    const auto more = items_of(call, 0);
    if (!more) return call.eval.fail(), Value();
    items->insert(items->end(), more->begin(), more->end());
  } else {
    const auto at = call.index(0);
    if (!at || *at < 0 || static_cast<size_t>(*at) > items->size() || !storable(call.arg(1)) ||
        !call.eval.spend(items->size())) {
      return call.eval.fail(), Value();
    }
    items->insert(items->begin() + *at, call.arg(1));
  }
  return null();
}

Value fold_list_reverse(const Call& call) {
  ValueList* items = elements(*call.self);
  if (items == nullptr) return call.eval.fail(), Value();
  std::reverse(items->begin(), items->end());
  return null();
}

Value fold_list_pop(const Call& call) {
  ValueList* items = elements(*call.self);
  if (items == nullptr || items->empty()) return call.eval.fail(), Value();
  const auto size = static_cast<int64_t>(items->size());
  const int64_t given = call.index(0).value_or(-1), at = given < 0 ? given + size : given;
  if (at < 0 || at >= size || !call.eval.spend(items->size() / 8)) return call.eval.fail(), Value();
  Value out = (*items)[static_cast<size_t>(at)];
  items->erase(items->begin() + at);
  return out;
}

Value fold_list_index(const Call& call) {
  if (!call.eval.spend(call.self->list->size())) return {};
  const auto hit = std::find_if(call.self->list->begin(), call.self->list->end(),
                                [&](const Value& item) { return equal(item, call.arg(0)); });
  if (hit == call.self->list->end()) return {};
  return length_of(static_cast<size_t>(hit - call.self->list->begin()));
}

Value fold_dict_get(const Call& call) {
  if (!call.eval.spend(call.self->map->size() / 8)) return {};
  for (auto row = call.self->map->rbegin(); row != call.self->map->rend(); ++row) {
    if (equal(row->first, call.arg(0))) return row->second;
  }
  return call.size() > 1 ? call.arg(1) : null();
}

Value fold_dict_rows(const Call& call) {
  ValueList out;
  if (!can_make(call, 3 * call.self->map->size())) return {};
  for (const auto& [key, value] : *call.self->map) {
    out.push_back(call.member() == "keys"     ? key
                  : call.member() == "values" ? value
                                              : list({key, value}));
  }
  return list(std::move(out));
}

// --- modules

using Decoder = std::optional<std::string> (*)(std::string_view, size_t);

template <Decoder decoder>
Value decode_bytes(const Call& call) {
  return call.text(0) == nullptr ? Value()
                                 : maybe_bytes(decoder(*call.text(0), call.eval.max_bytes()));
}

Value fold_b64encode(const Call& call) {
  if (call.text(0) == nullptr || !call.eval.spend_bytes(call.text(0)->size() * 2)) return {};
  const std::string_view name = call.member();
  if (name == "b32encode") return bytes(base32_of(*call.text(0)));
  if (name == "b16encode") return bytes(upper_ascii(hex_of(*call.text(0))));
  if (name == "hexlify" || name == "b2a_hex") return bytes(hex_of(*call.text(0)));
  std::string out = base64_of(*call.text(0));
  if (name == "urlsafe_b64encode") {
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
  }
  return bytes(std::move(out));
}

Value fold_unquote(const Call& call) {
  if (call.text(0) == nullptr) return {};
  const bool plus = call.member() == "unquote_plus";
  const std::string source = plus ? replace_all(*call.text(0), "+", " ", SIZE_MAX) : *call.text(0);
  // Python leaves what is no escape as it is.
  if (const auto out = decode_url(source, call.eval.max_bytes()); out && is_utf8(*out))
    return string(*out);
  return {};
}

Value fold_quote(const Call& call) {
  if (call.text(0) == nullptr) return {};
  return string(url_encoded(*call.text(0), call.member() == "quote" ? "_.-~/" : "_.-~"));
}

Value fold_html_unescape(const Call& call) {
  if (call.text(0) == nullptr) return {};
  std::string out = *call.text(0);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEntities = {
      {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}};
  for (const auto& [entity, text] : kEntities) out = replace_all(out, entity, text, SIZE_MAX);
  return string(std::move(out));
}

// os.path.join of constants, as on POSIX; unknown parts stay holes.
Value fold_path_join(const Call& call) {
  std::string out;
  bool partial = false, known = false;
  for (const Ref& arg : call.args) {
    const bool text = arg->kind == Kind::kString || arg->kind == Kind::kPartial;
    partial |= arg->kind != Kind::kString;
    known |= text && arg->text.size() >= 3;
    const std::string part = text ? arg->text : "\xEF\xBF\xBC";
    if (part.starts_with('/')) out.clear();
    if (!out.empty() && !out.ends_with('/')) out += '/';
    out += part;
  }
  if (!known) return {};
  Value value = string(std::move(out));
  if (partial) value.kind = Kind::kPartial;
  return value;
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
    {"sys.modules.get", fold_sys_modules_get},

    {"str.join", fold_join},
    {"str.replace", fold_replace},
    {"str.split", fold_split},
    {"str.rsplit", fold_split},
    {"str.splitlines", fold_splitlines},
    {"str.strip", fold_strip},
    {"str.lstrip", fold_strip},
    {"str.rstrip", fold_strip},
    {"str.upper", fold_case},
    {"str.lower", fold_case},
    {"str.casefold", fold_case},
    {"str.title", fold_case},
    {"str.capitalize", fold_case},
    {"str.swapcase", fold_case},
    {"str.find", fold_find},
    {"str.rfind", fold_find},
    {"str.index", fold_find},
    {"str.rindex", fold_find},
    {"str.count", fold_count},
    {"str.startswith", fold_starts_ends},
    {"str.endswith", fold_starts_ends},
    {"str.removeprefix", fold_remove_affix},
    {"str.removesuffix", fold_remove_affix},
    {"str.isalpha", fold_is},
    {"str.isdigit", fold_is},
    {"str.isalnum", fold_is},
    {"str.isspace", fold_is},
    {"str.isupper", fold_is},
    {"str.islower", fold_is},
    {"str.ljust", fold_just},
    {"str.rjust", fold_just},
    {"str.zfill", fold_zfill},
    {"str.format", brace_format, kTakesUnknown},
    {"str.encode", fold_encode},
    {"str.decode", fold_decode},
    {"str.translate", fold_translate, kDecodes},
    {"str.maketrans", fold_maketrans},
    {"builtins.str.maketrans", fold_maketrans},
    {"string.maketrans", fold_maketrans},
    {"builtins.bytes.maketrans", fold_maketrans},
    {"builtins.bytearray.maketrans", fold_maketrans},
    {"bytes.join", fold_join},
    {"bytes.replace", fold_replace},
    {"bytes.split", fold_split},
    {"bytes.splitlines", fold_splitlines},
    {"bytes.strip", fold_strip},
    {"bytes.lstrip", fold_strip},
    {"bytes.rstrip", fold_strip},
    {"bytes.upper", fold_case},
    {"bytes.lower", fold_case},
    {"bytes.swapcase", fold_case},
    {"bytes.decode", fold_decode},
    {"bytes.hex", fold_to_hex},
    {"bytes.translate", fold_translate, kDecodes},
    {"bytes.startswith", fold_starts_ends},
    {"bytes.endswith", fold_starts_ends},
    {"builtins.bytes.fromhex", fold_from_hex, kDecodes},
    {"builtins.bytearray.fromhex", fold_from_hex, kDecodes},
    {"bytes.fromhex", fold_from_hex, kDecodes},
    {"builtins.int.from_bytes", fold_int_from_bytes},
    {"int.to_bytes", fold_int_to_bytes, kDecodes},

    {"list.append", fold_append},
    {"list.extend", fold_append},
    {"list.insert", fold_append},
    {"list.reverse", fold_list_reverse},
    {"list.sort", fold_sorted},
    {"list.pop", fold_list_pop},
    {"list.index", fold_list_index},
    {"dict.get", fold_dict_get},
    {"dict.keys", fold_dict_rows},
    {"dict.values", fold_dict_rows},
    {"dict.items", fold_dict_rows},

    {"base64.b64decode", decode_bytes<decode_base64>, kDecodes},
    {"base64.standard_b64decode", decode_bytes<decode_base64>, kDecodes},
    {"base64.urlsafe_b64decode", decode_bytes<decode_base64>, kDecodes},
    {"base64.decodebytes", decode_bytes<decode_base64>, kDecodes},
    {"base64.decodestring", decode_bytes<decode_base64>, kDecodes},
    {"base64.b32decode", decode_bytes<decode_base32>, kDecodes},
    {"base64.b16decode", decode_bytes<decode_base16>, kDecodes},
    {"base64.b85decode", decode_bytes<decode_base85>, kDecodes},
    {"base64.a85decode", decode_bytes<decode_ascii85>, kDecodes},
    {"base64.b64encode", fold_b64encode},
    {"base64.urlsafe_b64encode", fold_b64encode},
    {"base64.b32encode", fold_b64encode},
    {"base64.b16encode", fold_b64encode},
    {"binascii.unhexlify", fold_from_hex, kDecodes},
    {"binascii.a2b_hex", fold_from_hex, kDecodes},
    {"binascii.a2b_base64", decode_bytes<decode_base64>, kDecodes},
    {"binascii.hexlify", fold_b64encode},
    {"binascii.b2a_hex", fold_b64encode},
    {"codecs.decode", fold_codecs_decode, kDecodes},
    {"codecs.encode", fold_codecs_encode},
    {"zlib.decompress", decode_bytes<inflate_any>, kDecodes},
    {"gzip.decompress", decode_bytes<inflate_any>, kDecodes},
    {"bz2.decompress", decode_bytes<decode_bz2>, kDecodes},
    {"lzma.decompress", decode_bytes<decode_lzma>, kDecodes},
    {"urllib.parse.unquote", fold_unquote, kDecodes},
    {"urllib.parse.unquote_plus", fold_unquote, kDecodes},
    {"urllib.unquote", fold_unquote, kDecodes},
    {"urllib.parse.quote", fold_quote},
    {"urllib.parse.quote_plus", fold_quote},
    {"html.unescape", fold_html_unescape, kDecodes},
    {"os.path.join", fold_path_join, kTakesUnknown},
};

}  // namespace

std::span<const Row> python_rows() { return kRows; }

}  // namespace cerebro::folding
