#pragma once

#include <string>
#include <string_view>

namespace cerebro {

// SHA-256 (FIPS 180-4) of `bytes` as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

// The digest of `bytes` as raw bytes by "sha512", "sha384", "sha256", "sha1" or "md5"; "" for any
// other name. What the registries name; SHA-1 and MD5 protect from accidents alone.
std::string raw_digest(std::string_view algorithm, std::string_view bytes);

// HMAC-SHA-256 (RFC 2104) as raw bytes, and a comparison whose time says nothing.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
bool same_secret(std::string_view a, std::string_view b);

// Of the system's generator; "" when it has none.
std::string random_bytes(size_t count);

std::string to_hex(std::string_view bytes);

}  // namespace cerebro
