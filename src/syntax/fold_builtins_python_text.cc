// Python: methods of str and bytes.

#include "syntax/decode.h"
#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

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
  // Of a text with holes, what is known of it: the rest stays a hole.
  if (call.self->kind == Kind::kPartial) return *call.self;
  if (call.text(0) == nullptr || call.text(1) == nullptr) return {};
  const auto count = call.index(2);
  return replaced(call, *call.text(0), *call.text(1),
                  count && *count >= 0 ? static_cast<size_t>(*count) : SIZE_MAX);
}

// White space apart, from the right as well as from the left.
Value split_at_space(const Call& call) {
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

Value split_from_right(const Call& call, std::string_view separator, size_t max_parts) {
  ValueList parts;
  std::string_view rest = call.self->text;
  while (parts.size() + 1 < max_parts) {
    const size_t hit = rest.rfind(separator);
    if (hit == rest.npos) break;
    if (!can_make(call, 1)) return {};
    parts.push_back(like(*call.self, std::string(rest.substr(hit + separator.size()))));
    rest = rest.substr(0, hit);
  }
  parts.push_back(like(*call.self, std::string(rest)));
  if (!call.eval.spend_bytes(call.self->text.size())) return {};
  std::reverse(parts.begin(), parts.end());
  return list(std::move(parts));
}

Value fold_split(const Call& call) {
  const Value& separator = call.size() > 0 ? call.arg(0) : call.keyword("sep");
  const auto limit = call.index(1) ? call.index(1) : as_index(call.keyword("maxsplit"));
  const size_t parts = limit && *limit >= 0 ? static_cast<size_t>(*limit) + 1 : SIZE_MAX;
  if (separator.is_text()) {
    if (separator.text.empty()) return {};
    return call.member() == "split" ? split(call, separator.text, parts)
                                    : split_from_right(call, separator.text, parts);
  }
  if (separator.known() && separator.kind != Kind::kNull) return {};
  return parts == SIZE_MAX ? split_at_space(call) : Value();
}

Value fold_partition(const Call& call) {
  if (call.text(0) == nullptr || call.text(0)->empty()) return {};
  const std::string& text = call.self->text;
  const bool first = call.member() == "partition";
  const size_t at = first ? text.find(*call.text(0)) : text.rfind(*call.text(0));
  const auto part = [&](std::string_view piece) { return like(*call.self, std::string(piece)); };
  if (at == text.npos) {
    return first ? list({part(text), part(""), part("")}) : list({part(""), part(""), part(text)});
  }
  const std::string_view all = text;
  return list(
      {part(all.substr(0, at)), part(*call.text(0)), part(all.substr(at + call.text(0)->size()))});
}

Value fold_expandtabs(const Call& call) {
  const int64_t width = call.index(0).value_or(8);
  constexpr int64_t kWidest = 64;
  if (width < 0 || width > kWidest || !is_ascii(call.self->text) ||
      !call.eval.spend_bytes(call.self->text.size() * static_cast<size_t>(width + 1))) {
    return {};
  }
  std::string out;
  size_t column = 0;
  const auto stop = static_cast<size_t>(width);
  for (const char c : call.self->text) {
    if (c == '\t') {
      const size_t blanks = stop == 0 ? 0 : stop - column % stop;
      out.append(blanks, ' ');
      column += blanks;
    } else {
      out += c;
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return like(*call.self, std::move(out));
}

// Python puts the odd blank to the left when the width is odd.
Value fold_center(const Call& call) {
  const auto width = call.index(0);
  const std::string fill = call.text(1) != nullptr ? *call.text(1) : " ";
  const std::string& text = call.self->text;
  if (!width || fill.size() != 1 || !is_ascii(text)) return {};
  const auto size = static_cast<int64_t>(text.size());
  if (*width <= size) return *call.self;
  const auto missing = static_cast<size_t>(*width - size);
  if (!call.eval.spend_bytes(missing + text.size())) return {};
  const size_t left = missing / 2 + (missing & static_cast<size_t>(*width) & 1);
  return like(*call.self, std::string(left, fill[0]) + text + std::string(missing - left, fill[0]));
}

Value fold_format_map(const Call& call) {
  if (call.arg(0).kind != Kind::kMap) return {};
  std::vector<Keyword> named;
  for (const auto& [key, value] : *call.arg(0).map) named.push_back({key.text, share(value)});
  return brace_format({call.eval, call.name, call.self, {}, named});
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
  if (call.self->kind != Kind::kString) return {};
  return encode_with(call, *call.self, given.is_text() ? std::string_view(given.text) : "utf-8");
}

Value fold_decode(const Call& call) {
  const Value& given = call.size() > 0 ? call.arg(0) : call.keyword("encoding");
  return decode_with(call, *call.self, given.is_text() ? std::string_view(given.text) : "utf-8");
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

// bytes.translate() may be given the 256 bytes themselves.
Value translate_bytes(const Call& call) {
  if (call.arg(0).text.size() != 256) return {};
  std::string out = call.self->text;
  for (char& c : out) c = call.arg(0).text[static_cast<unsigned char>(c)];
  return bytes(std::move(out));
}

Value fold_translate(const Call& call) {
  if (call.arg(0).kind == Kind::kBytes && call.self->kind == Kind::kBytes && call.size() == 1) {
    return translate_bytes(call);
  }
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

constexpr Row kRows[] = {
    {"str.partition", fold_partition},
    {"str.rpartition", fold_partition},
    {"bytes.partition", fold_partition},
    {"bytes.rsplit", fold_split},
    {"str.expandtabs", fold_expandtabs},
    {"str.center", fold_center},
    {"str.format_map", fold_format_map},
    {"bytes.zfill", fold_zfill},
    {"bytes.count", fold_count},
    {"bytes.find", fold_find},
    {"bytes.index", fold_find},
    {"bytes.ljust", fold_just},
    {"bytes.rjust", fold_just},
    {"bytes.removeprefix", fold_remove_affix},
    {"bytes.removesuffix", fold_remove_affix},

    {"str.join", fold_join},
    {"str.replace", fold_replace, kTakesUnknown},
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
};

}  // namespace

Value encode_with(const Call& call, const Value& subject, std::string_view codec) {
  if (!call.eval.spend_bytes(2 * subject.text.size())) return {};
  if (subject.kind == Kind::kString) {
    if (const auto text = encode_text(subject.text, codec)) return bytes(*text);
  }
  const std::string name = codec_name(codec);
  if (name == "hex") return bytes(hex_of(subject.text));
  if (name == "base64") return bytes(base64_of(subject.text));
  return name == "rot13" ? decoded(string(decode_rot13(subject.text))) : Value();
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
  if (codec_name(codec).ends_with("escape")) {  // codecs.decode("\\x41", "unicode_escape")
    auto text = decode_text(subject.text, codec);
    return text ? decoded(string(std::move(*text))) : Value();
  }
  const auto out = decode_binary(subject.text, codec, call.eval.max_bytes());
  if (!out) return {};
  const bool text = codec_name(codec) == "rot13" || subject.kind == Kind::kString;
  return decoded(text && is_utf8(*out) ? string(*out) : bytes(*out));
}

std::span<const Row> python_text_rows() { return kRows; }

}  // namespace cerebro::folding
