#pragma once

// Deciphering with a key that stands in the code, and the digests from which such keys are made.
// OpenSSL's libcrypto does the work. Each function returns nothing where the library that the code
// calls would raise: a wrong length, an unknown name, a tag that does not fit. Sizes of results are
// bounded by max_bytes.
//
//   decrypt_aes(CipherMode::kCbc, key, iv, data, max)          // 16, 24 or 32 bytes of key
//   decrypt_cipher("aes-256-cbc", key, iv, data, max)          // the same, by OpenSSL's name
//   remove_pkcs7(*plain)                                       // neither removes the padding

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cerebro {

enum class CipherMode : uint8_t { kEcb, kCbc, kCfb, kCfb8, kOfb, kCtr, kGcm };

// `iv` is empty for ECB, the first counter block for CTR, any length for GCM. A GCM tag is verified
// when it is given. The padding of ECB and CBC stays.
std::optional<std::string> decrypt_aes(CipherMode mode, std::string_view key, std::string_view iv,
                                       std::string_view data, size_t max_bytes,
                                       std::string_view tag = {});
// By the name that OpenSSL and Node.js give the cipher ("aes-128-gcm", "des-ede3-cbc", "chacha20").
std::optional<std::string> decrypt_cipher(std::string_view cipher, std::string_view key,
                                          std::string_view iv, std::string_view data,
                                          size_t max_bytes, std::string_view tag = {});
std::optional<std::string> remove_pkcs7(std::string_view padded, size_t block_bytes = 16);
// A pass phrase in OpenSSL's and CryptoJS's form: `data` is "Salted__", 8 bytes of salt and
// AES-CBC. The padding is removed.
std::optional<std::string> decrypt_salted_aes(std::string_view passphrase, std::string_view data,
                                              size_t max_bytes);
std::optional<std::string> decrypt_fernet(std::string_view key, std::string_view token,
                                          size_t max_bytes);
std::optional<std::string> decrypt_rc4(std::string_view key, std::string_view data,
                                       size_t max_bytes);

// `hash` as Python and Node.js name it: "md5", "sha1", "sha256", "sha3_256", "blake2b", ...
std::optional<std::string> digest(std::string_view hash, std::string_view data);
std::optional<std::string> hmac(std::string_view hash, std::string_view key, std::string_view data);
// Costs `iterations` digests: at most kMaxKeyIterations are made.
constexpr uint64_t kMaxKeyIterations = 200'000;
std::optional<std::string> pbkdf2(std::string_view hash, std::string_view password,
                                  std::string_view salt, uint64_t iterations, size_t key_bytes);

}  // namespace cerebro
