#include "syntax/decipher.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>

#include "syntax/decode.h"

namespace cerebro {
namespace {

constexpr size_t kNameBytes = 32;  // longer than OpenSSL's longest cipher name

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* object) const {
    release(object);
  }
};
using Cipher = std::unique_ptr<EVP_CIPHER, Release<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;
using Hash = std::unique_ptr<EVP_MD, Release<EVP_MD_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// What cannot be looked up leaves errors in a queue that nobody reads.
struct QuietErrors {
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

// Key wrapping, XTS and their like are no way to hide code; OCB and CCM ask for lengths beforehand.
bool is_plain_mode(int mode) {
  constexpr std::array kModes = {EVP_CIPH_ECB_MODE,     EVP_CIPH_CBC_MODE, EVP_CIPH_CFB_MODE,
                                 EVP_CIPH_OFB_MODE,     EVP_CIPH_CTR_MODE, EVP_CIPH_GCM_MODE,
                                 EVP_CIPH_STREAM_CIPHER};
  return std::find(kModes.begin(), kModes.end(), mode) != kModes.end();
}

std::string_view mode_name(CipherMode mode) {
  constexpr std::array<std::string_view, 7> kNames = {"ECB", "CBC", "CFB", "CFB8",
                                                      "OFB", "CTR", "GCM"};
  return kNames[static_cast<size_t>(mode)];
}

// Python's "sha3_256" is OpenSSL's "sha3-256", its "blake2b" "blake2b512".
Hash hash_named(std::string_view hash) {
  if (hash.empty() || hash.size() > kNameBytes) return nullptr;
  std::string name(hash);
  std::replace(name.begin(), name.end(), '_', '-');
  if (name == "blake2b") name = "blake2b512";
  if (name == "blake2s") name = "blake2s256";
  return Hash(EVP_MD_fetch(nullptr, name.c_str(), nullptr));
}

}  // namespace

std::optional<std::string> decrypt_cipher(std::string_view cipher, std::string_view key,
                                          std::string_view iv, std::string_view data,
                                          size_t max_bytes, std::string_view tag) {
  constexpr size_t kMostIv = 128;
  if (cipher.empty() || cipher.size() > kNameBytes || data.size() > max_bytes ||
      data.size() > INT32_MAX || iv.size() > kMostIv) {
    return std::nullopt;
  }
  const QuietErrors quiet;
  const Cipher algorithm(EVP_CIPHER_fetch(nullptr, std::string(cipher).c_str(), nullptr));
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (!algorithm || !context || !is_plain_mode(EVP_CIPHER_get_mode(algorithm.get())) ||
      key.size() != static_cast<size_t>(EVP_CIPHER_get_key_length(algorithm.get()))) {
    return std::nullopt;
  }
  const bool gcm = EVP_CIPHER_get_mode(algorithm.get()) == EVP_CIPH_GCM_MODE;
  const auto iv_bytes = static_cast<size_t>(EVP_CIPHER_get_iv_length(algorithm.get()));
  if (gcm ? iv.empty() : iv.size() != iv_bytes) return std::nullopt;
  EVP_CIPHER_CTX* const c = context.get();
  if (EVP_DecryptInit_ex(c, algorithm.get(), nullptr, nullptr, nullptr) != 1) return std::nullopt;
  const auto iv_size = static_cast<int>(iv.size());
  if (gcm && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, iv_size, nullptr) != 1) {
    return std::nullopt;
  }
  if (EVP_DecryptInit_ex(c, nullptr, nullptr, bytes_of(key), bytes_of(iv)) != 1) {
    return std::nullopt;
  }
  EVP_CIPHER_CTX_set_padding(c, 0);
  std::string out(data.size() + EVP_MAX_BLOCK_LENGTH, '\0');
  int made = 0, last = 0;
  if (EVP_DecryptUpdate(c, bytes_of(out), &made, bytes_of(data), static_cast<int>(data.size())) !=
      1) {
    return std::nullopt;
  }
  if (gcm && !tag.empty()) {
    std::string expected(tag);
    const auto size = static_cast<int>(expected.size());
    if (EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, size, expected.data()) != 1) {
      return std::nullopt;
    }
  }
  // Without a tag GCM is a stream and has nothing left.
  if ((!gcm || !tag.empty()) && EVP_DecryptFinal_ex(c, bytes_of(out) + made, &last) != 1) {
    return std::nullopt;
  }
  out.resize(static_cast<size_t>(made + last));
  return out;
}

std::optional<std::string> decrypt_aes(CipherMode mode, std::string_view key, std::string_view iv,
                                       std::string_view data, size_t max_bytes,
                                       std::string_view tag) {
  const std::string name =
      "AES-" + std::to_string(8 * key.size()) + "-" + std::string(mode_name(mode));
  return decrypt_cipher(name, key, iv, data, max_bytes, tag);
}

std::optional<std::string> remove_pkcs7(std::string_view padded, size_t block_bytes) {
  if (block_bytes == 0 || padded.empty() || padded.size() % block_bytes != 0) return std::nullopt;
  const size_t count = static_cast<unsigned char>(padded.back());
  if (count == 0 || count > block_bytes) return std::nullopt;
  const std::string_view padding = padded.substr(padded.size() - count);
  if (padding.find_first_not_of(padded.back()) != padding.npos) return std::nullopt;
  return std::string(padded.substr(0, padded.size() - count));
}

std::optional<std::string> decrypt_salted_aes(std::string_view passphrase, std::string_view data,
                                              size_t max_bytes) {
  constexpr std::string_view kMagic = "Salted__";
  constexpr size_t kSalt = 8, kKey = 32, kIv = 16;
  if (!data.starts_with(kMagic) || data.size() < kMagic.size() + kSalt) return std::nullopt;
  const std::string_view salt = data.substr(kMagic.size(), kSalt);
  // EVP_BytesToKey: each MD5 takes the one before, the pass phrase and the salt.
  std::string material, last;
  while (material.size() < kKey + kIv) {
    const auto next = digest("md5", last + std::string(passphrase) + std::string(salt));
    if (!next) return std::nullopt;
    last = *next;
    material += last;
  }
  const std::string_view made = material;
  const auto plain = decrypt_aes(CipherMode::kCbc, made.substr(0, kKey), made.substr(kKey, kIv),
                                 data.substr(kMagic.size() + kSalt), max_bytes);
  return plain ? remove_pkcs7(*plain) : std::nullopt;
}

// https://github.com/fernet/spec: version, time, IV, AES-128-CBC, HMAC-SHA256 of all before it.
std::optional<std::string> decrypt_fernet(std::string_view key, std::string_view token,
                                          size_t max_bytes) {
  constexpr size_t kKeys = 32, kHalf = 16, kHeader = 9, kIv = 16, kMac = 32;
  constexpr char kVersion = '\x80';
  const auto keys = decode_base64(key, kKeys);
  const auto raw = decode_base64(token, max_bytes);
  if (!keys || keys->size() != kKeys || !raw || raw->size() < kHeader + kIv + kMac ||
      raw->front() != kVersion) {
    return std::nullopt;
  }
  const std::string_view signing = std::string_view(*keys).substr(0, kHalf);
  const std::string_view secret = std::string_view(*keys).substr(kHalf);
  const std::string_view all = *raw, signed_part = all.substr(0, all.size() - kMac);
  if (hmac("sha256", signing, signed_part) != all.substr(all.size() - kMac)) return std::nullopt;
  const auto plain = decrypt_aes(CipherMode::kCbc, secret, all.substr(kHeader, kIv),
                                 signed_part.substr(kHeader + kIv), max_bytes);
  return plain ? remove_pkcs7(*plain) : std::nullopt;
}

// OpenSSL 3 keeps RC4 in a provider that is not loaded; it is short.
std::optional<std::string> decrypt_rc4(std::string_view key, std::string_view data,
                                       size_t max_bytes) {
  constexpr size_t kLongestKey = 256;
  if (key.empty() || key.size() > kLongestKey || data.size() > max_bytes) return std::nullopt;
  std::array<uint8_t, 256> state;
  std::iota(state.begin(), state.end(), uint8_t{0});
  uint8_t j = 0;
  for (size_t i = 0; i < state.size(); ++i) {
    j = static_cast<uint8_t>(j + state[i] + static_cast<uint8_t>(key[i % key.size()]));
    std::swap(state[i], state[j]);
  }
  std::string out(data);
  uint8_t i = 0;
  j = 0;
  for (char& c : out) {
    j = static_cast<uint8_t>(j + state[++i]);
    std::swap(state[i], state[j]);
    const uint8_t mask = state[static_cast<uint8_t>(state[i] + state[j])];
    c = static_cast<char>(static_cast<uint8_t>(c) ^ mask);
  }
  return out;
}

std::optional<std::string> digest(std::string_view hash, std::string_view data) {
  const QuietErrors quiet;
  const Hash algorithm = hash_named(hash);
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (!algorithm ||
      EVP_Digest(data.data(), data.size(), bytes_of(out), &size, algorithm.get(), nullptr) != 1) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

std::optional<std::string> hmac(std::string_view hash, std::string_view key,
                                std::string_view data) {
  const QuietErrors quiet;
  const Hash algorithm = hash_named(hash);
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (!algorithm || key.size() > INT32_MAX ||
      HMAC(algorithm.get(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
           bytes_of(out), &size) == nullptr) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

std::optional<std::string> pbkdf2(std::string_view hash, std::string_view password,
                                  std::string_view salt, uint64_t iterations, size_t key_bytes) {
  constexpr size_t kMostInput = 4096, kMostKey = 256;
  if (iterations == 0 || iterations > kMaxKeyIterations || key_bytes == 0 || key_bytes > kMostKey ||
      password.size() > kMostInput || salt.size() > kMostInput) {
    return std::nullopt;
  }
  const QuietErrors quiet;
  const Hash algorithm = hash_named(hash);
  std::string out(key_bytes, '\0');
  if (!algorithm ||
      PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                        static_cast<int>(salt.size()), static_cast<int>(iterations),
                        algorithm.get(), static_cast<int>(key_bytes), bytes_of(out)) != 1) {
    return std::nullopt;
  }
  return out;
}

}  // namespace cerebro
