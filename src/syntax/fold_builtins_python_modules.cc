// Python: the modules that decode, and those that put texts together.

#include <array>

#include "syntax/decode.h"
#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

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
  return encode_with(call, call.arg(0), codec.is_text() ? std::string_view(codec.text) : "utf-8");
}

// codecs.getdecoder("rot13")(text)[0]: the result and how much was read.
Value fold_codec_function(const Call& call) {
  if (call.text(0) == nullptr || call.self->list->empty()) return {};
  const std::string& codec = (*call.self->list)[0].text;
  const bool decodes = call.name == "codecs.getdecoder()";
  Value made =
      decodes ? decode_with(call, call.arg(0), codec) : encode_with(call, call.arg(0), codec);
  if (!made.known()) return {};
  return list({std::move(made), length_of(call.text(0)->size())});
}

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

// base64.b64decode() drops what is no digit, unless told to validate.
Value fold_b64decode(const Call& call) {
  if (call.text(0) == nullptr) return {};
  std::string digits = *call.text(0);
  const Value& alternative = call.size() > 1 ? call.arg(1) : call.keyword("altchars");
  if (alternative.is_text()) {
    if (alternative.text.size() != 2) return {};
    for (char& c : digits) {
      c = c == alternative.text[0] ? '+' : c == alternative.text[1] ? '/' : c;
    }
  } else if (call.member() != "urlsafe_b64decode") {
    // Neither does it know the URL-safe digits.
    std::erase_if(digits, [](char c) { return c == '-' || c == '_'; });
  }
  std::erase_if(digits, [](char c) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    return !letter && !(c >= '0' && c <= '9') && c != '+' && c != '/' && c != '=' && c != '-' &&
           c != '_';
  });
  return maybe_bytes(decode_base64(digits, call.eval.max_bytes()));
}

// The digits of base32hex are 0-9 A-V.
Value fold_b32hexdecode(const Call& call) {
  if (call.text(0) == nullptr) return {};
  std::string digits = upper_ascii(*call.text(0));
  for (char& c : digits) {
    if (c >= '0' && c <= '9') {
      c = static_cast<char>('A' + (c - '0'));
    } else if (c >= 'A' && c <= 'P') {
      c = static_cast<char>(c + 10);
    } else if (c >= 'Q' && c <= 'V') {
      c = static_cast<char>('2' + (c - 'Q'));
    }
  }
  return maybe_bytes(decode_base32(digits, call.eval.max_bytes()));
}

constexpr std::array<std::pair<std::string_view, char32_t>, 7> kEntities = {{{"lt", '<'},
                                                                             {"gt", '>'},
                                                                             {"quot", '"'},
                                                                             {"apos", '\''},
                                                                             {"amp", '&'},
                                                                             {"nbsp", 0xA0},
                                                                             {"sol", '/'}}};

std::optional<char32_t> entity(std::string_view name) {
  if (name.starts_with('#')) {
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    if (hex) name.remove_prefix(1);
    size_t used = 0;
    const auto code = integer_prefix(name, hex ? 16 : 10, used);
    const bool valid = code && used == name.size() && *code > 0 && *code <= 0x10FFFF;
    return valid ? std::optional(static_cast<char32_t>(*code)) : std::nullopt;
  }
  for (const auto& [known, code] : kEntities) {
    if (name == known) return code;
  }
  return std::nullopt;
}

Value fold_html_unescape(const Call& call) {
  constexpr size_t kLongestEntity = 10;
  if (call.text(0) == nullptr) return {};
  const std::string_view text = *call.text(0);
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t end = text[i] == '&' ? text.substr(i, kLongestEntity).find(';') : text.npos;
    const auto code = end == text.npos ? std::nullopt : entity(text.substr(i + 1, end - 1));
    if (code) {
      append_utf8(out, *code);
      i += end + 1;
    } else {
      out += text[i++];
    }
  }
  return string(std::move(out));
}

// --- struct and array

struct Field {
  char code;
  size_t count;
};

size_t field_bytes(char code) {
  constexpr std::string_view kOne = "cbBsx?", kTwo = "hH", kFour = "iIlLf", kEight = "qQdnN";
  if (kOne.find(code) != kOne.npos) return 1;
  if (kTwo.find(code) != kTwo.npos) return 2;
  if (kFour.find(code) != kFour.npos) return 4;
  return kEight.find(code) != kEight.npos ? 8 : 0;
}

// "<4sHI": native alignment is not ours to know, so "@" is taken only for fields of one size.
std::optional<std::vector<Field>> fields_of(std::string_view format, bool& big) {
  constexpr size_t kMostFields = 65536;
  bool native = true;
  big = false;
  if (!format.empty() && std::string_view("@=<>!").find(format[0]) != std::string_view::npos) {
    native = format[0] == '@';
    big = format[0] == '>' || format[0] == '!';
    format.remove_prefix(1);
  }
  std::vector<Field> fields;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] == ' ') continue;
    size_t count = 1;
    if (format[i] >= '0' && format[i] <= '9') {
      count = 0;
      while (i < format.size() && format[i] >= '0' && format[i] <= '9' && count < kMostFields) {
        count = count * 10 + static_cast<size_t>(format[i++] - '0');
      }
    }
    if (i == format.size() || count > kMostFields || field_bytes(format[i]) == 0) {
      return std::nullopt;
    }
    const bool real_number = format[i] == 'f' || format[i] == 'd';
    const bool mixed =
        native && !fields.empty() && field_bytes(fields[0].code) != field_bytes(format[i]);
    const bool wide_native = native && (format[i] == 'l' || format[i] == 'L');
    if (real_number || mixed || wide_native || fields.size() > kMostFields) return std::nullopt;
    fields.push_back({format[i], count});
  }
  return fields;
}

void put_integer(std::string& out, int64_t value, size_t size, bool big) {
  for (size_t i = 0; i < size; ++i) {
    out += static_cast<char>(value >> (8 * (big ? size - 1 - i : i)) & 0xFF);
  }
}

Value fold_struct_pack(const Call& call) {
  bool big = false;
  const auto fields = call.text(0) == nullptr ? std::nullopt : fields_of(*call.text(0), big);
  if (!fields) return {};
  std::string out;
  size_t next = 1;
  for (const Field& field : *fields) {
    if (!call.eval.spend_bytes(field.count * field_bytes(field.code))) return {};
    if (field.code == 'x') {
      out.append(field.count, '\0');
    } else if (field.code == 's') {
      if (call.text(next) == nullptr) return {};
      std::string text = *call.text(next++);
      text.resize(field.count, '\0');
      out += text;
    } else {
      for (size_t i = 0; i < field.count; ++i, ++next) {
        const auto value = call.index(next);
        if (field.code == 'c' && call.text(next) != nullptr && call.text(next)->size() == 1) {
          out += *call.text(next);
        } else if (value) {
          put_integer(out, *value, field_bytes(field.code), big);
        } else {
          return {};
        }
      }
    }
  }
  return next == call.size() ? bytes(std::move(out)) : Value();
}

Value fold_struct_unpack(const Call& call) {
  bool big = false;
  const auto fields = call.text(0) == nullptr ? std::nullopt : fields_of(*call.text(0), big);
  if (!fields || call.text(1) == nullptr) return {};
  std::string_view raw = *call.text(1);
  ValueList values;
  for (const Field& field : *fields) {
    const size_t size = field_bytes(field.code);
    if (field.count * size > raw.size() || !can_make(call, field.count)) return {};
    if (field.code == 's') {
      values.push_back(bytes(std::string(raw.substr(0, field.count))));
    }
    for (size_t i = 0; i < field.count && field.code != 's' && field.code != 'x'; ++i) {
      const std::string_view part = raw.substr(i * size, size);
      if (field.code == 'c') {
        values.push_back(bytes(std::string(part)));
        continue;
      }
      uint64_t bits = 0;
      for (size_t k = 0; k < size; ++k) {
        bits = bits << 8 | static_cast<unsigned char>(part[big ? k : size - 1 - k]);
      }
      const bool is_signed = field.code >= 'a';
      const unsigned shift = static_cast<unsigned>(64 - 8 * size);
      if (!is_signed && size == 8 && bits > static_cast<uint64_t>(INT64_MAX)) return {};
      values.push_back(integer(is_signed ? static_cast<int64_t>(bits << shift) >> shift
                                         : static_cast<int64_t>(bits)));
    }
    raw.remove_prefix(field.count * size);
  }
  return raw.empty() ? list(std::move(values)) : Value();
}

// --- itertools, functools, operator

Value fold_chain(const Call& call) {
  ValueList out;
  const bool from_iterable = call.member() == "from_iterable";
  const auto outer = from_iterable ? items_of(call, 0) : std::nullopt;
  if (from_iterable && !outer) return {};
  const size_t count = from_iterable ? outer->size() : call.size();
  for (size_t i = 0; i < count; ++i) {
    const auto items = from_iterable ? iterate(call.eval, share((*outer)[i])) : items_of(call, i);
    if (!items) return {};
    out.insert(out.end(), items->begin(), items->end());
  }
  return list(std::move(out));
}

// cycle(x) has no end: zip() and map() take as much of it as they need (columns_of).
Value fold_cycle(const Call& call) {
  auto items = items_of(call, 0);
  return items ? instance("itertools.cycle()", std::move(*items), {}, kNoNode) : Value();
}

Value fold_islice(const Call& call) {
  if (call.size() < 2) return {};
  const Value& first = call.arg(1);
  return call.size() == 2 ? slice(call.eval, call.args[0], null(), first, null())
                          : slice(call.eval, call.args[0], first, call.arg(2),
                                  call.size() > 3 ? call.arg(3) : null());
}

Value fold_starmap(const Call& call) {
  const auto rows = items_of(call, 1);
  if (!rows) return {};
  ValueList out;
  for (const Value& row : *rows) {
    const auto items = iterate(call.eval, share(row));
    if (!items) return {};
    std::vector<Ref> args;
    for (const Value& item : *items) args.push_back(share(item));
    const Ref value = call.eval.call(call.args[0], unknown(), args);
    if (!value->known() || !call.eval.spend_bytes(size_bytes(*value))) return {};
    out.push_back(*value);
  }
  return list(std::move(out));
}

Value fold_accumulate(const Call& call, std::string_view op) {
  const auto items = items_of(call, 1);
  if (!items || (items->empty() && call.size() < 3)) return {};
  size_t next = 0;
  Ref total = call.size() > 2 ? call.args[2] : share((*items)[next++]);
  for (; next < items->size(); ++next) {
    const Ref args[] = {total, share((*items)[next])};
    total = op.empty() ? call.eval.call(call.args[0], unknown(), args)
                       : share(binary(call.eval, op, args[0], args[1]));
    if (!whole(*total)) return {};
  }
  return *total;
}

struct Operator {
  std::string_view name, op;
};
constexpr Operator kOperators[] = {
    {"add", "+"},       {"concat", "+"},  {"iadd", "+"},    {"iconcat", "+"}, {"sub", "-"},
    {"mul", "*"},       {"xor", "^"},     {"ixor", "^"},    {"and_", "&"},    {"or_", "|"},
    {"mod", "%"},       {"pow", "**"},    {"lshift", "<<"}, {"rshift", ">>"}, {"floordiv", "//"},
    {"__add__", "+"},   {"__xor__", "^"}, {"__mul__", "*"}, {"__sub__", "-"}, {"__mod__", "%"},
    {"__and__", "&"},   {"__or__", "|"},  {"eq", "=="},     {"ne", "!="},     {"truediv", "/"},
    {"__radd__", "+r"}, {"__rxor__", "^"}};

std::string_view operator_of(std::string_view name) {
  for (const Operator& row : kOperators) {
    if (row.name == name) return row.op;
  }
  return {};
}

Value fold_reduce(const Call& call) {
  constexpr std::string_view kModule = "operator.";
  const std::string& function = call.arg(0).text;
  const bool known = call.arg(0).kind == Kind::kPath && function.starts_with(kModule);
  return fold_accumulate(
      call, known ? operator_of(std::string_view(function).substr(kModule.size())) : "");
}

// operator.xor(a, b), and the methods behind the operators: (5).__xor__(3)
Value fold_operator(const Call& call) {
  const bool method = call.member().starts_with("__") && call.self->known();
  const std::string_view op = operator_of(call.member());
  if (call.size() != (method ? 1 : 2)) return {};
  const Ref& left = method ? call.self : call.args[0];
  const Ref& right = method ? call.args[0] : call.args[1];
  return op == "+r" ? binary(call.eval, "+", right, left) : binary(call.eval, op, left, right);
}

Value fold_operator_getitem(const Call& call) {
  const bool method = call.self->known();
  if (call.size() != (method ? 1 : 2)) return {};
  return *element(call.eval, method ? call.self : call.args[0], call.arg(method ? 0 : 1));
}

Value fold_next(const Call& call) {
  const auto items = items_of(call, 0);
  if (!items) return {};
  return items->empty() ? call.arg(1) : items->front();
}

// --- texts

// Text of lines without the white space that all of them begin with.
Value fold_dedent(const Call& call) {
  if (call.text(0) == nullptr) return {};
  const std::string_view text = *call.text(0);
  std::optional<std::string_view> margin;
  const auto each_line = [&](const auto& visit) {
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      visit(text.substr(at, end - at), end < text.size());
      at = end + 1;
    }
  };
  each_line([&](std::string_view line, bool) {
    const size_t indent = line.find_first_not_of(" \t");
    if (indent == line.npos) return;
    const std::string_view own = line.substr(0, indent);
    if (!margin) margin = own;
    size_t same = 0;
    while (same < margin->size() && same < own.size() && (*margin)[same] == own[same]) ++same;
    margin = margin->substr(0, same);
  });
  std::string out;
  each_line([&](std::string_view line, bool more) {
    const bool blank = line.find_first_not_of(" \t") == line.npos;
    if (!blank) out += line.substr(margin->size());
    if (more) out += '\n';
  });
  return string(std::move(out));
}

// uuid.UUID("...").bytes and its kind: attributes of what a constructor made are read by methods.
Value fold_uuid(const Call& call) {
  if (call.text(0) == nullptr) return {};
  std::string digits = *call.text(0);
  std::erase_if(digits, [](char c) { return c == '-' || c == '{' || c == '}'; });
  auto raw = decode_base16(digits, 16);
  if (!raw || raw->size() != 16) return {};
  Value made = map({{string("bytes"), bytes(*raw)}, {string("hex"), string(lower_ascii(digits))}});
  made.boolean = true;  // read by attribute
  return made;
}

Value fold_literal_eval(const Call& call) {
  return call.text(0) == nullptr ? Value() : *call.eval.evaluate(*call.text(0), true);
}

Value fold_json_loads(const Call& call) {
  if (call.text(0) == nullptr) return {};
  // JSON is Python's notation but for three words and "\\/".
  return *call.eval.evaluate(replace_all(*call.text(0), "\\/", "/", SIZE_MAX), true);
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

Value fold_same(const Call& call) { return call.arg(0).is_text() ? call.arg(0) : Value(); }

constexpr Row kRows[] = {
    {"base64.b64decode", fold_b64decode, kDecodes},
    {"base64.standard_b64decode", fold_b64decode, kDecodes},
    {"base64.urlsafe_b64decode", fold_b64decode, kDecodes},
    {"base64.decodebytes", fold_b64decode, kDecodes},
    {"base64.decodestring", fold_b64decode, kDecodes},
    {"base64.b32decode", decode_bytes<decode_base32>, kDecodes},
    {"base64.b16decode", decode_bytes<decode_base16>, kDecodes},
    {"base64.b85decode", decode_bytes<decode_base85>, kDecodes},
    {"base64.a85decode", decode_bytes<decode_ascii85>, kDecodes},
    {"base64.b64encode", fold_b64encode},
    {"base64.urlsafe_b64encode", fold_b64encode},
    {"base64.b32encode", fold_b64encode},
    {"base64.b16encode", fold_b64encode},
    {"binascii.unhexlify", decode_bytes<decode_base16>, kDecodes},
    {"binascii.a2b_hex", decode_bytes<decode_base16>, kDecodes},
    {"binascii.a2b_base64", fold_b64decode, kDecodes},
    {"binascii.hexlify", fold_b64encode},
    {"binascii.b2a_hex", fold_b64encode},
    {"codecs.decode", fold_codecs_decode, kDecodes},
    {"codecs.encode", fold_codecs_encode},
    {"base64.decode", fold_b64decode, kDecodes},
    {"base64.b32hexdecode", fold_b32hexdecode, kDecodes},
    {"base64.standard_b64encode", fold_b64encode},
    {"base64.encodebytes", fold_b64encode},
    {"binascii.b2a_base64", fold_b64encode},
    {"binascii.a2b_uu", decode_bytes<decode_uu>, kDecodes},
    {"binascii.a2b_qp", decode_bytes<decode_quoted_printable>, kDecodes},
    {"quopri.decodestring", decode_bytes<decode_quoted_printable>, kDecodes},
    {"codecs.getdecoder()", fold_codec_function, kDecodes},
    {"codecs.getencoder()", fold_codec_function},
    {"urllib.parse.unquote_to_bytes", decode_bytes<decode_url>, kDecodes},
    {"urllib.request.unquote", fold_unquote, kDecodes},
    {"requests.utils.unquote", fold_unquote, kDecodes},
    {"struct.pack", fold_struct_pack, kDecodes},
    {"struct.unpack", fold_struct_unpack, kDecodes},
    {"ast.literal_eval", fold_literal_eval},
    {"json.loads", fold_json_loads},
    {"textwrap.dedent", fold_dedent},
    {"inspect.cleandoc", fold_dedent},
    {"uuid.UUID", fold_uuid},
    {"itertools.chain", fold_chain},
    {"itertools.chain.from_iterable", fold_chain},
    {"itertools.cycle", fold_cycle},
    {"itertools.islice", fold_islice},
    {"itertools.starmap", fold_starmap},
    {"functools.reduce", fold_reduce},
    {"builtins.reduce", fold_reduce},
    {"builtins.next", fold_next},
    {"operator.getitem", fold_operator_getitem},
    {"list.__getitem__", fold_operator_getitem},
    {"str.__getitem__", fold_operator_getitem},
    {"bytes.__getitem__", fold_operator_getitem},
    {"dict.__getitem__", fold_operator_getitem},
    {"operator.add", fold_operator},
    {"operator.concat", fold_operator},
    {"operator.iadd", fold_operator},
    {"operator.sub", fold_operator},
    {"operator.mul", fold_operator},
    {"operator.xor", fold_operator},
    {"operator.and_", fold_operator},
    {"operator.or_", fold_operator},
    {"operator.mod", fold_operator},
    {"operator.pow", fold_operator},
    {"operator.lshift", fold_operator},
    {"operator.rshift", fold_operator},
    {"operator.floordiv", fold_operator},
    {"operator.eq", fold_operator},
    {"operator.ne", fold_operator},
    {"operator.truediv", fold_operator},
    {"int.__add__", fold_operator},
    {"int.__xor__", fold_operator},
    {"int.__rxor__", fold_operator},
    {"int.__mul__", fold_operator},
    {"int.__sub__", fold_operator},
    {"int.__mod__", fold_operator},
    {"int.__and__", fold_operator},
    {"int.__or__", fold_operator},
    {"str.__add__", fold_operator},
    {"str.__mul__", fold_operator},
    {"str.__mod__", fold_operator},
    {"bytes.__add__", fold_operator},
    {"bytes.__mul__", fold_operator},
    {"list.__add__", fold_operator},
    {"list.__mul__", fold_operator},
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
    {"pathlib.Path", fold_path_join, kTakesUnknown},
    {"pathlib.PurePath", fold_path_join, kTakesUnknown},
    {"os.path.abspath", fold_same},
    {"os.path.normpath", fold_same},
    {"os.fspath", fold_same},

};

}  // namespace

std::span<const Row> python_module_rows() { return kRows; }

}  // namespace cerebro::folding
