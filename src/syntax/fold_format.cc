// Python's % and str.format. Unknown arguments leave holes; what is not understood is unknown.

#include <cmath>

#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

constexpr size_t kWidest = 4096;

struct Spec {
  char fill = ' ';
  char align = 0;
  bool zero = false, alternate = false;
  size_t width = 0;
  std::optional<size_t> precision;
  char type = 0;
};

size_t read_number(std::string_view text, size_t& i) {
  size_t value = 0;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') {
    value = std::min(value * 10 + static_cast<size_t>(text[i++] - '0'), kWidest);
  }
  return value;
}

// [[fill]align][#][0][width][.precision][type]
std::optional<Spec> parse_spec(std::string_view text) {
  Spec spec;
  size_t i = 0;
  const auto is_align = [](char c) { return c == '<' || c == '>' || c == '^'; };
  if (text.size() > 1 && is_align(text[1])) {
    spec.fill = text[0];
    spec.align = text[1];
    i = 2;
  } else if (!text.empty() && is_align(text[0])) {
    spec.align = text[0];
    i = 1;
  }
  if (i < text.size() && text[i] == '#') spec.alternate = true, ++i;
  if (i < text.size() && text[i] == '0') spec.zero = true, ++i;
  spec.width = read_number(text, i);
  if (i < text.size() && text[i] == '.') spec.precision = read_number(text, ++i);
  if (i < text.size()) spec.type = text[i++];
  if (i != text.size()) return std::nullopt;
  return spec;
}

std::string pad(std::string text, const Spec& spec, bool is_number) {
  const size_t size = code_points(text).size();
  if (size >= spec.width) return text;
  const size_t missing = spec.width - size;
  if (spec.zero && is_number && spec.align == 0) {
    return text.insert(text.starts_with('-') ? 1 : 0, missing, '0');
  }
  const char align = spec.align != 0 ? spec.align : is_number ? '>' : '<';
  const size_t left = align == '>' ? missing : align == '^' ? missing / 2 : 0;
  return std::string(left, spec.fill) + text + std::string(missing - left, spec.fill);
}

std::optional<std::string> formatted(const Value& value, const Spec& spec) {
  const auto whole_number = as_index(value);
  switch (spec.type) {
    case 0:
    case 's':
    case 'r': {
      auto text = to_text(value, true);
      if (!text) return std::nullopt;
      if (spec.type == 'r' && value.kind == Kind::kString) text = "'" + *text + "'";
      if (spec.precision && is_ascii(*text)) text = text->substr(0, *spec.precision);
      return pad(std::move(*text), spec, as_number(value).has_value());
    }
    case 'd':
    case 'i':
    case 'u':
      if (!whole_number) return std::nullopt;
      return pad(std::to_string(*whole_number), spec, true);
    case 'x':
    case 'X':
    case 'o':
    case 'b': {
      if (!whole_number || *whole_number < 0) return std::nullopt;
      const unsigned base = spec.type == 'o' ? 8 : spec.type == 'b' ? 2 : 16;
      std::string text = digits_of(static_cast<uint64_t>(*whole_number), base);
      if (spec.type == 'X') text = upper_ascii(text);
      if (spec.alternate) text = std::string("0") + spec.type + text;
      return pad(std::move(text), spec, true);
    }
    case 'c': {
      std::string text;
      if (value.kind == Kind::kString) return value.text;
      if (!whole_number || *whole_number < 0 || *whole_number > 0x10FFFF) return std::nullopt;
      append_utf8(text, static_cast<char32_t>(*whole_number));
      return pad(std::move(text), spec, false);
    }
    default:
      return std::nullopt;
  }
}

// Gathers the text and knows whether enough of it is known.
class Pattern {
 public:
  void literal(char c) { out_ += c; }
  bool value(const Value& value, const Spec& spec) {
    decoded_ |= value.decoded;
    if (value.kind == Kind::kPartial) {
      partial_ = true;
      out_ += value.text;
      return true;
    }
    if (const auto text = value.known() ? formatted(value, spec) : std::nullopt) {
      out_ += *text;
    } else {
      partial_ = true;
      out_ += kHole;
    }
    return true;
  }
  Value finish(bool raw) {
    constexpr size_t kWorthKeeping = 3;
    if (partial_) {
      size_t run = 0, longest = 0;
      for (size_t i = 0; i < out_.size(); ++i) {
        const bool hole = std::string_view(out_).substr(i).starts_with(kHole);
        run = hole ? 0 : run + 1;
        longest = std::max(longest, run);
        if (hole) i += kHole.size() - 1;
      }
      if (longest < kWorthKeeping) return {};
    }
    Value value = raw ? bytes(std::move(out_)) : string(std::move(out_));
    if (partial_) value.kind = Kind::kPartial;
    value.decoded = decoded_;
    return value;
  }
  size_t size() const { return out_.size(); }

 private:
  std::string out_;
  bool partial_ = false, decoded_ = false;
};

}  // namespace

Value percent_format(Evaluator& eval, const Value& pattern, const Value& values) {
  Pattern out;
  size_t next = 0;
  const std::string_view text = pattern.text;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.literal(text[i]);
      continue;
    }
    if (++i >= text.size()) return {};
    if (text[i] == '%') {
      out.literal('%');
      continue;
    }
    Ref value = unknown();
    if (text[i] == '(') {
      const size_t close = text.find(')', i);
      if (close == text.npos || values.kind != Kind::kMap) return {};
      value = element(eval, share(values), string(std::string(text.substr(i + 1, close - i - 1))));
      i = close + 1;
    } else if (values.kind == Kind::kList) {
      if (next >= values.list->size()) return {};
      value = share((*values.list)[next++]);
    } else {
      if (next++ > 0) return {};
      value = share(values);
    }
    const size_t begin = i;
    while (i < text.size() && std::string_view("#0- +.123456789").find(text[i]) != text.npos) ++i;
    if (i >= text.size()) return {};
    std::string spec_text(text.substr(begin, i - begin + 1));
    const bool left = spec_text.starts_with('-');
    if (left) spec_text[0] = '<';
    auto spec = parse_spec(spec_text);
    if (!spec) return {};
    if (spec->align == 0) spec->align = spec->zero ? 0 : '>';
    out.value(*value, *spec);
    if (out.size() > eval.max_bytes()) return {};
  }
  return out.finish(pattern.kind == Kind::kBytes);
}

Value brace_format(const Call& call) {
  if (call.self->kind != Kind::kString) return {};
  Pattern out;
  size_t next = 0;
  const std::string_view text = call.self->text;
  // The next argument of a nested field, as the width in {:>{}}.
  const auto field = [&](std::string_view name) -> Ref {
    size_t i = 0;
    if (name.empty()) return next < call.size() ? call.args[next++] : unknown();
    const size_t position = read_number(name, i);
    if (i == name.size()) return position < call.size() ? call.args[position] : unknown();
    if (name.find_first_of(".[") != name.npos) return unknown();
    return share(call.keyword(name));
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{' && text[i] != '}') {
      out.literal(text[i]);
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == text[i]) {
      out.literal(text[i++]);
      continue;
    }
    if (text[i] == '}') return {};
    size_t end = i + 1;
    for (int depth = 1; end < text.size(); ++end) {
      if (text[end] == '{') ++depth;
      if (text[end] == '}' && --depth == 0) break;
    }
    if (end >= text.size()) return {};
    const std::string_view body = text.substr(i + 1, end - i - 1);
    const size_t colon = std::min(body.find(':'), body.size());
    std::string_view name = body.substr(0, colon);
    char conversion = 0;
    if (name.size() >= 2 && name[name.size() - 2] == '!') {
      conversion = name.back();
      name.remove_suffix(2);
    }
    const Ref value = field(name);
    std::string spec_text(colon < body.size() ? body.substr(colon + 1) : std::string_view());
    if (const size_t open = spec_text.find('{'); open != std::string::npos) {
      const size_t close = spec_text.find('}', open);
      const auto inner = to_text(*field(spec_text.substr(open + 1, close - open - 1)), true);
      if (!inner) return {};
      spec_text.replace(open, close - open + 1, *inner);
    }
    auto spec = parse_spec(spec_text);
    if (!spec || (conversion != 0 && conversion != 'r' && conversion != 's')) return {};
    if (conversion == 'r' && spec->type == 0) spec->type = 'r';
    out.value(*value, *spec);
    if (out.size() > call.eval.max_bytes()) return {};
    i = end;
  }
  return out.finish(false);
}

}  // namespace cerebro::folding
