#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <array>

namespace cerebro {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> raw;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), raw.data());
  return to_hex({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

std::string raw_digest(std::string_view algorithm, std::string_view bytes) {
  const EVP_MD* method = nullptr;
  if (algorithm == "sha512") method = EVP_sha512();
  if (algorithm == "sha384") method = EVP_sha384();
  if (algorithm == "sha256") method = EVP_sha256();
  if (algorithm == "sha1") method = EVP_sha1();
  if (algorithm == "md5") method = EVP_md5();
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw;
  unsigned int size = 0;
  if (method == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), raw.data(), &size, method, nullptr) != 1) {
    return {};
  }
  return {reinterpret_cast<const char*>(raw.data()), size};
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw;
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), raw.data(),
           &size) == nullptr) {
    return {};
  }
  return {reinterpret_cast<const char*>(raw.data()), size};
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(size_t count) {
  std::string bytes(count, '\0');
  return getrandom(bytes.data(), count, 0) == static_cast<ssize_t>(count) ? bytes : std::string();
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace cerebro
