// JavaScript: globals, methods of String, Array, Number, Object and Buffer, and Node's zlib.

#include <array>
#include <cmath>

#include "syntax/decode.h"
#include "syntax/fold_builtins.h"
#include "syntax/fold_machine.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

std::optional<std::string> text_of(const Call& call, size_t i) {
  return i < call.size() ? to_text(call.arg(i), false) : std::nullopt;
}

size_t units_of(const Call& call) {
  const Value& self = *call.self;
  if (self.kind == Kind::kList) return self.list->size();
  if (self.kind == Kind::kBytes || is_ascii(self.text)) return self.text.size();
  return call.eval.units(call.self).size();
}

// [from, to) of a receiver of `size` units.
Value part(const Call& call, int64_t from, int64_t to) {
  return slice(call.eval, call.self, integer(from), integer(std::max(from, to)), null());
}

// --- globals

Value fold_require(const Call& call) {
  const std::string* name = call.text(0);
  if (name == nullptr || name->empty() || name->size() > 256) return {};
  return path(name->starts_with("node:") ? name->substr(5) : *name);
}

Value fold_atob(const Call& call) {
  const auto text = text_of(call, 0);
  const auto out = text ? decode_base64(*text, call.eval.max_bytes()) : std::nullopt;
  return out ? string(utf8_of_latin1(*out)) : Value();
}

Value fold_btoa(const Call& call) {
  const auto text = text_of(call, 0);
  const auto raw = text ? encode_text(*text, "latin1") : std::nullopt;
  return raw ? string(base64_of(*raw)) : Value();
}

Value fold_decode_uri(const Call& call) {
  const auto text = text_of(call, 0);
  if (!text) return {};
  const auto out = decode_url(*text, call.eval.max_bytes());
  if (!out || !is_utf8(*out)) return call.eval.raise(), Value();
  return string(*out);
}

Value fold_encode_uri(const Call& call) {
  const auto text = text_of(call, 0);
  if (!text) return {};
  const bool component = call.member() == "encodeURIComponent";
  return string(url_encoded(*text, component ? "-_.!~*'()" : "-_.!~*'();/?:@&=+$,#"));
}

// %uXXXX and %XX, Latin-1; anything else is itself.
Value fold_unescape(const Call& call) {
  const auto text = text_of(call, 0);
  if (!text) return {};
  std::u32string out;
  for (size_t i = 0; i < text->size(); ++i) {
    const bool wide = text->compare(i, 2, "%u") == 0;
    const size_t digits = wide ? 4 : 2, at = i + (wide ? 2 : 1);
    const auto raw = (*text)[i] == '%' && at + digits <= text->size()
                         ? decode_base16(text->substr(at, digits), 2)
                         : std::nullopt;
    if (raw && raw->size() == digits / 2) {
      char32_t code = 0;
      for (const char c : *raw) code = code << 8 | static_cast<unsigned char>(c);
      out += code;
      i = at + digits - 1;
    } else {
      out += static_cast<unsigned char>((*text)[i]);
    }
  }
  return is_ascii(*text) ? string(utf8_of(out)) : Value();
}

Value fold_parse_int(const Call& call) {
  const auto text = text_of(call, 0);
  if (!text) return {};
  const int64_t base = call.size() > 1 ? call.index(1).value_or(0) : 0;
  if (base != 0 && (base < 2 || base > 36)) return real(std::nan(""));
  size_t used = 0;
  const bool hex = text->find_first_of("xX") == 1 + (text->starts_with('-') ? 1U : 0U);
  const auto value = integer_prefix(*text,
                                    base != 0 ? static_cast<int>(base)
                                    : hex     ? 16
                                              : 10,
                                    used);
  return value ? number(static_cast<double>(*value)) : real(std::nan(""));
}

Value fold_parse_float(const Call& call) {
  const auto text = text_of(call, 0);
  if (!text) return {};
  const std::string_view trimmed = trim(*text);
  const size_t size = std::min(trimmed.find_first_not_of("0123456789."), trimmed.size());
  const auto value = number_literal(trimmed.substr(0, size));
  if (size != trimmed.size() && size == 0) return real(std::nan(""));
  return value ? number(*as_number(*value)) : Value();
}

Value fold_number(const Call& call) {
  const auto value = call.size() == 0 ? std::optional<double>(0) : to_number(call.arg(0));
  return value ? number(*value) : Value();
}

Value fold_string(const Call& call) {
  if (call.size() == 0) return string({});
  if (call.arg(0).kind == Kind::kPartial) return call.arg(0);
  return maybe(to_text(call.arg(0), false));
}

Value fold_boolean(const Call& call) {
  return call.arg(0).kind == Kind::kPath ? Value() : boolean(truthy(call.arg(0), false));
}

Value fold_is_nan(const Call& call) {
  const auto value = to_number(call.arg(0));
  return value ? boolean(std::isnan(*value)) : Value();
}

Value fold_from_char_code(const Call& call) {
  std::u32string units;
  const bool points = call.member() == "fromCodePoint";
  for (const Ref& arg : call.args) {
    const auto code = to_int32(*arg);
    if (!code) return {};
    if (points && (*code < 0 || *code > 0x10FFFF)) return {};
    units += static_cast<char32_t>(points ? *code : *code & 0xFFFF);
  }
  return string(utf8_of(units));
}

Value fold_math(const Call& call) {
  const auto x = to_number(call.arg(0));
  const std::string_view name = call.member();
  if (!x) return {};
  if (name == "floor") return number(std::floor(*x));
  if (name == "ceil") return number(std::ceil(*x));
  if (name == "round") return number(std::floor(*x + 0.5));
  if (name == "trunc") return number(std::trunc(*x));
  if (name == "abs") return number(std::abs(*x));
  if (name == "sqrt") return number(std::sqrt(*x));
  const auto y = to_number(call.arg(1));
  if (!y || call.size() != 2) return {};
  if (name == "pow") return number(std::pow(*x, *y));
  return number(name == "min" ? std::min(*x, *y) : std::max(*x, *y));
}

// JSON.parse of a constant: strings, numbers and what holds them.
class Json {
 public:
  Json(const Call& call, std::string_view text) : call_(call), text_(text) {}
  Value parse() {
    Value value = read(0);
    skip();
    return ok_ && at_ == text_.size() ? value : Value();
  }

 private:
  static constexpr int kDepth = 64;

  void skip() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  Value broken() {
    ok_ = false;
    return {};
  }
  std::string text() {
    std::u32string escaped;
    std::string out;
    const auto flush = [&] {
      out += utf8_of(escaped);
      escaped.clear();
    };
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        flush();
        out += text_[at_++];
        continue;
      }
      constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
      const char c = ++at_ < text_.size() ? text_[at_++] : '\0';
      if (const size_t i = kFrom.find(c); i != kFrom.npos) {
        flush();
        out += kTo[i];
        continue;
      }
      const auto raw = c == 'u' && at_ + 4 <= text_.size() ? decode_base16(text_.substr(at_, 4), 2)
                                                           : std::nullopt;
      if (!raw || raw->size() != 2) {
        ok_ = false;
        return {};
      }
      escaped += static_cast<char32_t>(static_cast<unsigned char>((*raw)[0]) << 8 |
                                       static_cast<unsigned char>((*raw)[1]));
      at_ += 4;
    }
    flush();
    if (at_++ >= text_.size()) ok_ = false;
    return out;
  }
  Value read(int depth) {
    if (depth > kDepth || !can_make(call_, 1)) return broken();
    if (take("\"")) return string(text());
    if (take("true")) return boolean(true);
    if (take("false")) return boolean(false);
    if (take("null")) return null();
    if (take("[")) {
      ValueList items;
      if (take("]")) return list({});
      do {
        items.push_back(read(depth + 1));
        if (!ok_) return {};
      } while (take(","));
      return take("]") ? list(std::move(items)) : broken();
    }
    if (take("{")) {
      ValueMap rows;
      if (take("}")) return map({});
      do {
        if (!take("\"")) return broken();
        std::string key = text();
        if (!ok_ || !take(":")) return broken();
        rows.emplace_back(string(std::move(key)), read(depth + 1));
        if (!ok_) return {};
      } while (take(","));
      return take("}") ? map(std::move(rows)) : broken();
    }
    const bool negative = take("-");
    const size_t size =
        std::min(text_.find_first_not_of("0123456789.eE+-", at_), text_.size()) - at_;
    const auto literal = number_literal(lower_ascii(text_.substr(at_, size)));
    at_ += size;
    if (!literal) return broken();
    return number(*as_number(*literal) * (negative ? -1 : 1));
  }

  const Call& call_;
  std::string_view text_;
  size_t at_ = 0;
  bool ok_ = true;
};

Value fold_json_parse(const Call& call) {
  return call.text(0) == nullptr || call.size() > 1 ? Value() : Json(call, *call.text(0)).parse();
}

Value fold_reflect_get(const Call& call) {
  return call.text(1) == nullptr ? Value() : *call.eval.member(call.args[0], *call.text(1));
}

Value fold_array(const Call& call) {
  if (call.size() == 1 && as_index(call.arg(0))) {
    const auto size = static_cast<size_t>(std::max<int64_t>(*as_index(call.arg(0)), 0));
    return can_make(call, size) ? list(ValueList(size, undefined())) : Value();
  }
  ValueList items;
  for (const Ref& arg : call.args) items.push_back(*arg);
  return list(std::move(items));
}

Value fold_array_from(const Call& call) {
  std::optional<ValueList> items;
  if (call.arg(0).kind == Kind::kMap) {  // {length: n}
    const auto size = as_index(*element(call.eval, call.args[0], string("length")));
    if (!size || *size < 0 || !can_make(call, static_cast<size_t>(*size))) return {};
    items = ValueList(static_cast<size_t>(*size), undefined());
  } else if (call.size() > 0) {
    items = iterate(call.eval, call.args[0]);
  }
  if (!items) return {};
  for (size_t i = 0; call.size() > 1 && i < items->size(); ++i) {
    const Ref args[] = {share((*items)[i]), share(integer(static_cast<int64_t>(i)))};
    const Ref value = call.eval.call(call.args[1], unknown(), args);
    if (!value->known()) return {};
    (*items)[i] = *value;
  }
  return list(std::move(*items));
}

Value fold_object_rows(const Call& call) {
  if (call.arg(0).kind != Kind::kMap || !can_make(call, 3 * call.arg(0).map->size())) return {};
  ValueList out;
  for (const auto& [key, value] : *call.arg(0).map) {
    out.push_back(call.member() == "keys"     ? key
                  : call.member() == "values" ? value
                                              : list({key, value}));
  }
  return list(std::move(out));
}

// --- Buffer: a kBytes

Value fold_buffer_from(const Call& call) {
  const Value& value = call.arg(0);
  if (value.kind == Kind::kBytes) return value;
  if (value.kind == Kind::kList) {
    std::string out;
    for (const Value& item : *value.list) {
      const auto byte = to_int32(item);
      if (!byte) return {};
      out += static_cast<char>(*byte & 0xFF);
    }
    return bytes(std::move(out));
  }
  if (call.name.ends_with("Array") && as_index(value)) {  // new Uint8Array(16)
    const int64_t size = *as_index(value);
    if (size < 0 || !call.eval.spend_bytes(static_cast<size_t>(size))) return {};
    return bytes(std::string(static_cast<size_t>(size), '\0'));
  }
  if (value.kind != Kind::kString || call.name.ends_with("Array")) return {};
  const std::string codec = call.text(1) != nullptr ? codec_name(*call.text(1)) : "utf8";
  const size_t limit = call.eval.max_bytes();
  std::optional<std::string> raw;
  if (codec == "base64" || codec == "base64url") raw = decode_base64(value.text, limit);
  if (codec == "hex") raw = decode_base16(value.text, limit);
  if (raw) return decoded(bytes(std::move(*raw)));
  if (codec == "base64" || codec == "base64url" || codec == "hex") return {};
  return maybe_bytes(encode_text(value.text, codec));
}

Value fold_buffer_alloc(const Call& call) {
  const auto size = call.index(0);
  const auto fill = call.size() > 1 ? to_int32(call.arg(1)) : std::optional<int64_t>(0);
  if (!size || *size < 0 || !fill || (call.size() > 1 && call.arg(1).is_text()) ||
      !call.eval.spend_bytes(static_cast<size_t>(*size))) {
    return {};
  }
  return bytes(std::string(static_cast<size_t>(*size), static_cast<char>(*fill & 0xFF)));
}

Value fold_buffer_concat(const Call& call) {
  if (call.arg(0).kind != Kind::kList) return {};
  std::string out;
  for (const Value& item : *call.arg(0).list) {
    if (item.kind != Kind::kBytes || !call.eval.spend_bytes(item.text.size())) return {};
    out += item.text;
  }
  return bytes(std::move(out));
}

Value fold_buffer_to_string(const Call& call) {
  const std::string codec = call.text(0) != nullptr ? codec_name(*call.text(0)) : "utf8";
  const std::string& raw = call.self->text;
  if (codec == "hex") return string(hex_of(raw));
  if (codec == "base64") return string(base64_of(raw));
  if (codec == "utf8") return string(utf8_of_bytes(raw));
  if (codec == "ascii") return is_ascii(raw) ? string(raw) : Value();
  return maybe(decode_text(raw, codec));
}

Value fold_text_decoder(const Call& call) {
  return call.size() == 0 || call.text(0) != nullptr ? path("TextDecoder()") : Value();
}

Value fold_text_decode(const Call& call) {
  return call.arg(0).kind == Kind::kBytes ? string(utf8_of_bytes(call.arg(0).text)) : Value();
}

// --- String

Value fold_char_code_at(const Call& call) {
  const int64_t i = call.index(0).value_or(0);
  if (is_ascii(call.self->text)) {
    if (i < 0 || static_cast<size_t>(i) >= call.self->text.size()) return real(std::nan(""));
    return integer(static_cast<unsigned char>(call.self->text[static_cast<size_t>(i)]));
  }
  const std::u32string& units = call.eval.units(call.self);
  if (i < 0 || static_cast<size_t>(i) >= units.size()) return real(std::nan(""));
  const auto at = static_cast<size_t>(i);
  char32_t code = units[at];
  const bool pair =
      call.member() == "codePointAt" && code >= 0xD800 && code < 0xDC00 && at + 1 < units.size();
  if (pair) code = 0x10000 + ((code - 0xD800) << 10) + (units[at + 1] - 0xDC00);
  return integer(static_cast<int64_t>(code));
}

Value fold_char_at(const Call& call) {
  const Ref value = element(call.eval, call.self, integer(call.index(0).value_or(0)));
  return is_undefined(*value) ? string({}) : *value;
}

Value fold_at(const Call& call) {
  const int64_t i = call.index(0).value_or(0);
  const int64_t size = static_cast<int64_t>(units_of(call));
  return *element(call.eval, call.self, integer(i < 0 ? i + size : i));
}

Value fold_slice(const Call& call) {
  if (call.size() > 0 && !call.index(0)) return {};
  const Value to =
      call.size() > 1 && !is_undefined(call.arg(1)) ? integer(call.index(1).value_or(0)) : null();
  return slice(call.eval, call.self, integer(call.index(0).value_or(0)), to, null());
}

Value fold_substring(const Call& call) {
  const auto size = static_cast<int64_t>(units_of(call));
  const int64_t a = std::clamp<int64_t>(call.index(0).value_or(0), 0, size);
  const int64_t b =
      call.size() > 1 ? std::clamp<int64_t>(call.index(1).value_or(size), 0, size) : size;
  return part(call, std::min(a, b), std::max(a, b));
}

Value fold_substr(const Call& call) {
  const auto size = static_cast<int64_t>(units_of(call));
  int64_t from = call.index(0).value_or(0);
  from = std::clamp<int64_t>(from < 0 ? from + size : from, 0, size);
  const int64_t length =
      call.size() > 1 ? std::clamp<int64_t>(call.index(1).value_or(0), 0, size) : size;
  return part(call, from, std::min(size, from + length));
}

Value fold_case(const Call& call) {
  if (!is_ascii(call.self->text)) return {};
  return string(call.member().find("Upper") != std::string_view::npos
                    ? upper_ascii(call.self->text)
                    : lower_ascii(call.self->text));
}

Value fold_trim(const Call& call) {
  const std::string_view name = call.member();
  return string(std::string(
      trim_set(call.self->text, " \t\n\r\v\f", name != "trimEnd", name != "trimStart")));
}

Value fold_repeat(const Call& call) {
  const auto count = call.index(0);
  return count && *count >= 0 && *count < INT32_MAX
             ? [&] {
                 const size_t size = call.self->text.size() * static_cast<size_t>(*count);
                 if (!call.eval.spend_bytes(size)) return Value();
                 std::string out;
                 for (int64_t i = 0; i < *count && !call.self->text.empty(); ++i) out += call.self->text;
                 return string(std::move(out));
               }()
             : Value();
}

Value fold_pad(const Call& call) {
  const auto fill = call.size() > 1 ? text_of(call, 1) : std::optional<std::string>(" ");
  return fill ? padded(call, *fill, call.member() == "padStart") : Value();
}

Value fold_index_of(const Call& call) {
  const auto needle = text_of(call, 0);
  const std::string& text = call.self->text;
  if (!needle || call.size() > 2) return {};
  const bool last = call.member() == "lastIndexOf";
  const auto from = static_cast<size_t>(std::max<int64_t>(call.index(1).value_or(0), 0));
  if (call.size() > 1 && (last || !is_ascii(text))) return {};
  if (!call.eval.spend(text.size() / 256)) return {};
  const size_t at = last ? text.rfind(*needle) : text.find(*needle, from);
  if (at == std::string::npos) return integer(-1);
  return length_of(is_ascii(text) ? at : utf16_units(std::string_view(text).substr(0, at)).size());
}

Value fold_includes(const Call& call) {
  const auto needle = text_of(call, 0);
  if (!needle || call.size() > 1) return {};
  const std::string_view text = call.self->text;
  const std::string_view name = call.member();
  if (name == "startsWith") return boolean(text.starts_with(*needle));
  if (name == "endsWith") return boolean(text.ends_with(*needle));
  return boolean(text.find(*needle) != text.npos);
}

Value fold_string_concat(const Call& call) {
  std::string out = call.self->text;
  for (size_t i = 0; i < call.size(); ++i) {
    const auto text = text_of(call, i);
    if (!text) return {};
    out += *text;
  }
  return string(std::move(out));
}

Value fold_self_text(const Call& call) { return maybe(to_text(*call.self, false)); }

Value fold_number_to_string(const Call& call) {
  const int64_t base = call.size() > 0 ? call.index(0).value_or(0) : 10;
  const auto whole_number = as_index(*call.self);
  if (base == 10) return maybe(to_text(*call.self, false));
  if (!whole_number || base < 2 || base > 36) return {};
  const std::string sign = *whole_number < 0 ? "-" : "";
  return string(sign + digits_of(static_cast<uint64_t>(std::abs(*whole_number)),
                                 static_cast<unsigned>(base)));
}

// --- Array

Value fold_join(const Call& call) {
  const auto separator = call.size() > 0 && !is_undefined(call.arg(0))
                             ? text_of(call, 0)
                             : std::optional<std::string>(",");
  if (!separator) return {};
  std::string out;
  bool is_decoded = false;
  const ValueList& items = *call.self->list;
  for (size_t i = 0; i < items.size(); ++i) {
    const auto text =
        items[i].kind == Kind::kNull ? std::optional<std::string>("") : to_text(items[i], false);
    if (!text || items[i].kind == Kind::kPartial) return {};
    if (i > 0) out += *separator;
    out += *text;
    is_decoded |= items[i].decoded;
    if (out.size() > call.eval.max_bytes()) return {};
  }
  Value value = string(std::move(out));
  value.decoded = is_decoded;
  return value;
}

// map, filter, forEach, find, findIndex, some, every: callbacks (item, index, list).
Value fold_each(const Call& call) {
  const auto items = iterate(call.eval, call.self);
  if (!items || call.size() < 1) return {};
  const std::string_view name = call.member();
  ValueList out;
  for (size_t i = 0; i < items->size(); ++i) {
    const Ref args[] = {share((*items)[i]), share(integer(static_cast<int64_t>(i))), call.self};
    const Ref value = call.eval.call(call.args[0], unknown(), args);
    if (name == "map") {
      if (!value->known() || !call.eval.spend_bytes(size_bytes(*value))) return {};
      out.push_back(*value);
      continue;
    }
    if (name == "forEach") continue;
    if (!whole(*value)) return {};
    const bool yes = truthy(*value, false);
    if (name == "filter" && yes) out.push_back((*items)[i]);
    if (name == "find" && yes) return (*items)[i];
    if (name == "findIndex" && yes) return length_of(i);
    if (name == "some" && yes) return boolean(true);
    if (name == "every" && !yes) return boolean(false);
  }
  if (name == "forEach" || name == "find") return undefined();
  if (name == "findIndex") return integer(-1);
  if (name == "some" || name == "every") return boolean(name == "every");
  if (call.self->kind == Kind::kBytes && name == "map") {  // a typed array stays one
    const Ref codes = share(list(std::move(out)));
    return fold_buffer_from({call.eval, call.name, unknown(), {&codes, 1}, {}});
  }
  return list(std::move(out));
}

Value fold_reduce(const Call& call) {
  auto items = iterate(call.eval, call.self);
  if (!items || call.size() < 1) return {};
  if (call.member() == "reduceRight") std::reverse(items->begin(), items->end());
  size_t i = 0;
  if (call.size() < 2 && items->empty()) return {};
  Ref total = call.size() > 1 ? call.args[1] : share((*items)[i++]);
  for (; i < items->size(); ++i) {
    const Ref args[] = {total, share((*items)[i]), share(integer(static_cast<int64_t>(i)))};
    total = call.eval.call(call.args[0], unknown(), args);
    if (!total->known()) return {};
  }
  return *total;
}

Value fold_reverse(const Call& call) {
  if (ValueList* items = elements(*call.self)) {
    std::reverse(items->begin(), items->end());
    return *call.self;
  }
  return reversed_list(call, *call.self->list);
}

Value fold_push(const Call& call) {
  ValueList* items = elements(*call.self);
  for (const Ref& arg : call.args) {
    if (items != nullptr && (!storable(*arg) || !call.eval.spend_bytes(size_bytes(*arg))))
      items = nullptr;
  }
  if (items == nullptr) return call.eval.fail(), Value();
  if (call.member() == "unshift" && !call.eval.spend(items->size() / 8)) return {};
  auto at = call.member() == "push" ? items->end() : items->begin();
  for (const Ref& arg : call.args) at = items->insert(at, *arg) + 1;
  return length_of(items->size());
}

Value fold_pop(const Call& call) {
  const bool first = call.member() == "shift";
  if (ValueList* items = elements(*call.self)) {
    if (items->empty()) return undefined();
    if (first && !call.eval.spend(items->size() / 8)) return {};
    Value out = first ? items->front() : items->back();
    items->erase(first ? items->begin() : items->end() - 1);
    return out;
  }
  const ValueList& items = *call.self->list;  // of a value that nothing else names
  return items.empty() ? undefined() : first ? items.front() : items.back();
}

Value fold_concat(const Call& call) {
  ValueList out = *call.self->list;
  for (const Ref& arg : call.args) {
    if (arg->kind == Kind::kList) {
      out.insert(out.end(), arg->list->begin(), arg->list->end());
    } else {
      out.push_back(*arg);
    }
  }
  return can_make(call, out.size()) ? list(std::move(out)) : Value();
}

Value fold_list_index_of(const Call& call) {
  const ValueList& items = *call.self->list;
  if (!call.eval.spend(items.size() / 8)) return {};
  const auto hit = std::find_if(items.begin(), items.end(),
                                [&](const Value& item) { return equal(item, call.arg(0)); });
  if (call.member() == "includes") return boolean(hit != items.end());
  return hit == items.end() ? integer(-1) : length_of(static_cast<size_t>(hit - items.begin()));
}

Value fold_flat(const Call& call) {
  ValueList out;
  for (const Value& item : *call.self->list) {
    if (item.kind == Kind::kList) {
      if (!can_make(call, item.list->size())) return {};
      out.insert(out.end(), item.list->begin(), item.list->end());
    } else {
      out.push_back(item);
    }
  }
  return list(std::move(out));
}

Value fold_fill(const Call& call) {
  if (call.size() != 1 || !can_make(call, call.self->list->size())) return {};
  ValueList out(call.self->list->size(), call.arg(0));
  if (ValueList* items = elements(*call.self)) {
    if (!storable(call.arg(0))) return call.eval.fail(), Value();
    *items = std::move(out);
    return *call.self;
  }
  return list(std::move(out));
}

Value fold_list_rows(const Call& call) {
  auto items = iterate(call.eval, call.self);
  if (!items) return {};
  if (call.member() == "values") return list(std::move(*items));
  ValueList out;
  for (size_t i = 0; i < items->size(); ++i) {
    const Value position = integer(static_cast<int64_t>(i));
    out.push_back(call.member() == "keys" ? position : list({position, (*items)[i]}));
  }
  return can_make(call, 3 * out.size()) ? list(std::move(out)) : Value();
}

// --- Function

// f.call(this, ...) and f.apply(this, [...]); the receiver of a method is the first argument.
Value fold_apply(const Call& call) {
  std::vector<Ref> args;
  if (call.member() == "call") {
    if (call.size() > 1) args.assign(call.args.begin() + 1, call.args.end());
  } else if (call.size() > 1) {
    const auto items = iterate(call.eval, call.args[1]);
    if (!items) return {};
    for (const Value& item : *items) args.push_back(share(item));
  }
  return *call.eval.call(call.self, call.size() > 0 ? call.args[0] : unknown(), args);
}

// Function("return this")() and the obfuscators' longer way to say it.
Value fold_function(const Call& call) {
  if (call.size() != 1 || call.text(0) == nullptr) return {};
  const std::string_view body = trim_set(*call.text(0), " ;\n\t", true, true);
  constexpr std::string_view kReturn = "return ";
  const std::string_view returned =
      body.starts_with(kReturn) ? body.substr(kReturn.size()) : std::string_view();
  const bool is_name =
      !returned.empty() && std::all_of(returned.begin(), returned.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
      });
  if (is_name && returned != "this") return path("Function(" + std::string(body) + ")");
  const bool global = body == "return this" ||
                      body == R"(return (function() {}.constructor("return this")( ));)" ||
                      body == R"(return (function() {}.constructor("return this")( )))";
  return global ? path("Function(return this)") : Value();
}

Value fold_global_this(const Call&) { return path("globalThis"); }

// Methods that the machine alone has, of a list that nothing else names.
Value fold_by_machine(const Call& call) {
  return *call.eval.machine().call_native(call.self, call.member(), call.args);
}

// createRequire("...") makes another require.
Value fold_create_require(const Call&) { return path("globalThis.require"); }

template <std::optional<std::string> (*decoder)(std::string_view, size_t)>
Value decode_bytes(const Call& call) {
  return call.text(0) == nullptr ? Value()
                                 : maybe_bytes(decoder(*call.text(0), call.eval.max_bytes()));
}

constexpr Row kRows[] = {
    {"globalThis.require", fold_require},
    {"globalThis.atob", fold_atob, kDecodes},
    {"globalThis.btoa", fold_btoa},
    {"globalThis.decodeURIComponent", fold_decode_uri, kDecodes},
    {"globalThis.decodeURI", fold_decode_uri, kDecodes},
    {"globalThis.encodeURIComponent", fold_encode_uri},
    {"globalThis.encodeURI", fold_encode_uri},
    {"globalThis.unescape", fold_unescape, kDecodes},
    {"globalThis.parseInt", fold_parse_int},
    {"globalThis.parseFloat", fold_parse_float},
    {"globalThis.Number.parseInt", fold_parse_int},
    {"globalThis.Number", fold_number},
    {"globalThis.String", fold_string, kTakesUnknown},
    {"globalThis.Boolean", fold_boolean},
    {"globalThis.isNaN", fold_is_nan},
    {"globalThis.String.fromCharCode", fold_from_char_code, kDecodes},
    {"globalThis.String.fromCodePoint", fold_from_char_code, kDecodes},
    {"globalThis.Math.floor", fold_math},
    {"globalThis.Math.ceil", fold_math},
    {"globalThis.Math.round", fold_math},
    {"globalThis.Math.trunc", fold_math},
    {"globalThis.Math.abs", fold_math},
    {"globalThis.Math.sqrt", fold_math},
    {"globalThis.Math.pow", fold_math},
    {"globalThis.Math.min", fold_math},
    {"globalThis.Math.max", fold_math},
    {"globalThis.JSON.parse", fold_json_parse},
    {"globalThis.Reflect.get", fold_reflect_get},
    {"globalThis.Array", fold_array},
    {"globalThis.Array.of", fold_array},
    {"globalThis.Array.from", fold_array_from},
    {"globalThis.Object.keys", fold_object_rows},
    {"globalThis.Object.values", fold_object_rows},
    {"globalThis.Object.entries", fold_object_rows},
    {"module._load", fold_require},
    {"module.createRequire", fold_create_require, kTakesUnknown},
    {"globalThis.Function", fold_function},
    {"Function(return this)", fold_global_this},

    {"globalThis.Buffer", fold_buffer_from},
    {"globalThis.Buffer.from", fold_buffer_from},
    {"globalThis.Buffer.alloc", fold_buffer_alloc},
    {"globalThis.Buffer.concat", fold_buffer_concat},
    {"globalThis.Uint8Array", fold_buffer_from},
    {"globalThis.Uint8Array.from", fold_buffer_from},
    {"globalThis.TextDecoder", fold_text_decoder},
    {"util.TextDecoder", fold_text_decoder},
    {"TextDecoder().decode", fold_text_decode},
    {"Buffer.toString", fold_buffer_to_string},
    {"Buffer.slice", fold_slice},
    {"Buffer.subarray", fold_slice},
    {"Buffer.map", fold_each},
    {"Buffer.at", fold_at},

    {"String.charCodeAt", fold_char_code_at},
    {"String.codePointAt", fold_char_code_at},
    {"String.charAt", fold_char_at},
    {"String.at", fold_at},
    {"String.slice", fold_slice},
    {"String.substring", fold_substring},
    {"String.substr", fold_substr},
    {"String.toUpperCase", fold_case},
    {"String.toLowerCase", fold_case},
    {"String.toLocaleUpperCase", fold_case},
    {"String.toLocaleLowerCase", fold_case},
    {"String.trim", fold_trim},
    {"String.trimStart", fold_trim},
    {"String.trimEnd", fold_trim},
    {"String.repeat", fold_repeat},
    {"String.padStart", fold_pad},
    {"String.padEnd", fold_pad},
    {"String.indexOf", fold_index_of},
    {"String.lastIndexOf", fold_index_of},
    {"String.includes", fold_includes},
    {"String.startsWith", fold_includes},
    {"String.endsWith", fold_includes},
    {"String.concat", fold_string_concat},
    {"String.toString", fold_self_text},
    {"String.valueOf", fold_self_text},
    {"Number.toString", fold_number_to_string},
    {"Boolean.toString", fold_self_text},

    {"Array.join", fold_join},
    {"Array.toString", fold_self_text},
    {"Array.map", fold_each},
    {"Array.filter", fold_each},
    {"Array.forEach", fold_each},
    {"Array.find", fold_each},
    {"Array.findIndex", fold_each},
    {"Array.some", fold_each},
    {"Array.every", fold_each},
    {"Array.reduce", fold_reduce},
    {"Array.reduceRight", fold_reduce},
    {"Array.reverse", fold_reverse},
    {"Array.toReversed", fold_reverse},
    {"Array.push", fold_push},
    {"Array.unshift", fold_push},
    {"Array.pop", fold_pop},
    {"Array.shift", fold_pop},
    {"Array.slice", fold_slice},
    {"Array.concat", fold_concat},
    {"Array.at", fold_at},
    {"Array.indexOf", fold_list_index_of},
    {"Array.includes", fold_list_index_of},
    {"Array.flat", fold_flat},
    {"Array.sort", fold_by_machine},
    {"Array.flatMap", fold_by_machine},
    {"Array.splice", fold_by_machine},
    {"Array.fill", fold_fill},
    {"Array.keys", fold_list_rows},
    {"Array.values", fold_list_rows},
    {"Array.entries", fold_list_rows},

    {"Function.call", fold_apply, kTakesUnknown},
    {"Function.apply", fold_apply, kTakesUnknown},

    {"zlib.inflateSync", decode_bytes<inflate_any>, kDecodes},
    {"zlib.inflateRawSync", decode_bytes<inflate_any>, kDecodes},
    {"zlib.gunzipSync", decode_bytes<inflate_any>, kDecodes},
    {"zlib.unzipSync", decode_bytes<inflate_any>, kDecodes},
    {"querystring.unescape", fold_decode_uri, kDecodes},
};

}  // namespace

std::span<const Row> javascript_rows() { return kRows; }

}  // namespace cerebro::folding
