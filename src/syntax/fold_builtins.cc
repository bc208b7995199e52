#include "syntax/fold_builtins.h"

namespace cerebro::folding {

std::optional<ValueList> items_of(const Call& call, size_t i) {
  return i < call.size() ? iterate(call.eval, call.args[i]) : std::nullopt;
}

Value reversed_list(const Call& call, const ValueList& values) {
  if (!can_make(call, values.size())) return {};
  return list(ValueList(values.rbegin(), values.rend()));
}

Value replaced(const Call& call, std::string_view from, std::string_view to, size_t max_count) {
  const std::string& subject = call.self->text;
  if (from.empty()) return {};
  // The result's size is known before it is made.
  const size_t count = std::min(count_of(subject, from), max_count);
  if (!call.eval.spend_bytes(subject.size() + count * to.size())) return {};
  return like(*call.self, replace_all(subject, from, to, max_count));
}

Value split(const Call& call, std::string_view separator, size_t max_parts) {
  const std::string_view subject = call.self->text;
  ValueList parts;
  size_t at = 0;
  while (parts.size() + 1 < max_parts) {
    const size_t hit = subject.find(separator, at);
    if (hit == subject.npos) break;
    if (!can_make(call, 1)) return {};
    parts.push_back(like(*call.self, std::string(subject.substr(at, hit - at))));
    at = hit + separator.size();
  }
  parts.push_back(like(*call.self, std::string(subject.substr(at))));
  if (!call.eval.spend_bytes(subject.size())) return {};
  for (Value& part : parts) part.decoded = call.self->decoded;
  return list(std::move(parts));
}

Value split_text(const Call& call, std::string_view separator) {
  const size_t limit = call.size() < 2
                           ? SIZE_MAX
                           : static_cast<size_t>(std::max<int64_t>(call.index(1).value_or(0), 0));
  ValueList out;
  if (separator.empty()) {
    if (!can_make(call, call.self->text.size())) return {};
    for (const char32_t unit : utf16_units(call.self->text)) {
      std::string text;
      append_utf8(text, unit);
      out.push_back(string(std::move(text)));
      out.back().decoded = call.self->decoded;
    }
  } else {
    const Value parts = split(call, separator, SIZE_MAX);
    if (parts.kind != Value::Kind::kList) return {};
    out = *parts.list;
  }
  if (out.size() > limit) out.resize(limit);
  return list(std::move(out));
}

Value padded(const Call& call, std::string_view fill, bool left) {
  const auto width = call.index(0);
  const size_t size = code_points(call.self->text).size();
  if (!width || fill.empty() || !is_ascii(fill)) return {};
  if (*width <= static_cast<int64_t>(size)) return *call.self;
  const size_t missing = static_cast<size_t>(*width) - size;
  if (!call.eval.spend_bytes(missing + call.self->text.size())) return {};
  std::string padding;
  while (padding.size() < missing) padding += fill;
  padding.resize(missing);
  return like(*call.self, left ? padding + call.self->text : call.self->text + padding);
}

}  // namespace cerebro::folding
