#pragma once

// Pure decoders used by folding and by the reading of nested payloads. Each returns nothing on
// malformed input; outputs are bounded by max_bytes.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cerebro {

std::optional<std::string> decode_base64(
    std::string_view text,
    size_t max_bytes);  // standard and URL-safe, white space and missing padding tolerated
std::optional<std::string> decode_base32(std::string_view text, size_t max_bytes);
std::optional<std::string> decode_base16(std::string_view text, size_t max_bytes);
std::optional<std::string> decode_base85(std::string_view text,
                                         size_t max_bytes);  // RFC 1924 (Python b85)
std::optional<std::string> decode_ascii85(std::string_view text,
                                          size_t max_bytes);  // Adobe (Python a85)
std::optional<std::string> decode_uu(std::string_view text, size_t max_bytes);  // lines or a file
std::optional<std::string> decode_quoted_printable(std::string_view text, size_t max_bytes);
std::string decode_rot13(std::string_view text);
std::optional<std::string> decode_url(std::string_view text, size_t max_bytes);  // %XX
std::optional<std::string> inflate_any(std::string_view bytes,
                                       size_t max_bytes);  // zlib, gzip or raw deflate
std::optional<std::string> decode_bz2(std::string_view bytes, size_t max_bytes);
std::optional<std::string> decode_lzma(std::string_view bytes, size_t max_bytes);  // .xz and .lzma

// A long run of text that is base64 and decodes to something (feature E3).
bool looks_like_base64(std::string_view text);

}  // namespace cerebro
