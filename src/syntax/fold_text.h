#pragma once

// Text functions of the folder: Unicode units, escapes, encodings. No state, no budget.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/value.h"

namespace cerebro::folding {

bool is_ascii(std::string_view text);
// Lone surrogates, which JavaScript's strings may hold, are written as three bytes.
void append_utf8(std::string& out, char32_t code);
std::u32string code_points(std::string_view utf8);  // ill-formed bytes as U+FFFD
std::u32string utf16_units(std::string_view utf8);  // one element a unit
std::string utf8_of(std::u32string_view units);     // joins surrogate pairs
std::string utf8_of_bytes(std::string_view bytes);  // ill-formed bytes as U+FFFD
std::string utf8_of_latin1(std::string_view bytes);
bool is_utf8(std::string_view bytes);

std::string_view trim(std::string_view text);  // ASCII white space
std::string_view trim_set(std::string_view text, std::string_view set, bool left, bool right);
std::string lower_ascii(std::string_view text);
std::string upper_ascii(std::string_view text);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to,
                        size_t max_count);
size_t count_of(std::string_view text, std::string_view part);

std::string hex_of(std::string_view bytes);
std::string base64_of(std::string_view bytes);
std::string base32_of(std::string_view bytes);
std::string url_encoded(std::string_view text, std::string_view safe);
std::string digits_of(uint64_t value, unsigned base);
// A literal of either language as the tree has it: 12, 0x1f, 0b1, 0o7, 1e3, .5
std::optional<Value> number_literal(std::string_view text);
// The longest prefix that is an integer of the base (parseInt); base 0: by prefix.
std::optional<int64_t> integer_prefix(std::string_view text, int base, size_t& used);

// Python's codecs (fold_codecs.cc) for text, and for bytes to bytes ("hex", "base64", "rot13",
// "zlib", "bz2"). `known` is false when the codec is not one of ours.
std::optional<std::string> encode_text(std::string_view utf8, std::string_view codec);
std::optional<std::string> decode_text(std::string_view bytes, std::string_view codec);
std::optional<std::string> decode_binary(std::string_view bytes, std::string_view codec,
                                         size_t max_bytes);
std::string codec_name(std::string_view name);  // "UTF_8" -> "utf8"

}  // namespace cerebro::folding
