#pragma once

// What the builtins of both languages share.

#include <algorithm>

#include "syntax/fold_internal.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {

// A text of the same kind as the receiver.
inline Value like(const Value& model, std::string text) {
  return model.kind == Value::Kind::kBytes ? bytes(std::move(text)) : string(std::move(text));
}

inline Value maybe(std::optional<std::string> text) {
  return text ? string(std::move(*text)) : Value();
}
inline Value maybe_bytes(std::optional<std::string> text) {
  return text ? bytes(std::move(*text)) : Value();
}

inline Value length_of(size_t size) { return integer(static_cast<int64_t>(size)); }

// Whether the steps and bytes of making `count` values can be paid for.
inline bool can_make(const Call& call, size_t count) {
  return call.eval.spend_bytes(count * sizeof(Value));
}

// What iterating over the i-th argument gives.
std::optional<ValueList> items_of(const Call& call, size_t i);

// Python's bytes.decode() and str.encode(), and what codecs.decode() and .encode() do beyond them.
Value decode_with(const Call& call, const Value& subject, std::string_view codec);
Value encode_with(const Call& call, const Value& subject, std::string_view codec);

Value reversed_list(const Call& call, const ValueList& values);
Value replaced(const Call& call, std::string_view from, std::string_view to, size_t max_count);
Value split(const Call& call, std::string_view separator, size_t max_parts);
// JavaScript's split by a text; an empty one gives the units.
Value split_text(const Call& call, std::string_view separator);
Value padded(const Call& call, std::string_view fill, bool left);

}  // namespace cerebro::folding
