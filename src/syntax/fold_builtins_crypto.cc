// Decryption with an inline key: Node's crypto. A cipher or hash that is being fed is the map of
// what it was made with, and a call gives what the language would.

#include <openssl/evp.h>

#include <memory>

#include "syntax/decode.h"
#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

// A key, an initialisation vector or data: a Buffer, or a text in an encoding.
std::optional<std::string> raw_bytes(const Call& call, const Value& value, const Value& encoding) {
  if (value.kind == Kind::kBytes) return value.text;
  if (value.kind == Kind::kNull) return std::string();
  if (value.kind != Kind::kString) return std::nullopt;
  const std::string codec = encoding.is_text() ? codec_name(encoding.text) : "utf8";
  if (codec == "hex") return decode_base16(value.text, call.eval.max_bytes());
  if (codec == "base64" || codec == "base64url") {
    return decode_base64(value.text, call.eval.max_bytes());
  }
  return encode_text(value.text, codec);
}

// The object's fields, as the rows below read them.
constexpr std::string_view kAlgorithm = " algorithm", kKey = " key", kVector = " iv",
                           kData = " data";

const Value& field(const Value& object, std::string_view name) {
  if (object.kind == Kind::kMap) {
    for (const auto& [row_key, row] : *object.map) {
      if (row_key.text == name) return row;
    }
  }
  return *unknown();
}

std::optional<std::string> decrypt(const std::string& algorithm, const std::string& key,
                                   const std::string& vector, std::string data) {
  const EVP_CIPHER* cipher = EVP_get_cipherbyname(algorithm.c_str());
  const bool fits = cipher != nullptr && lower_ascii(algorithm).starts_with("aes-") &&
                    static_cast<size_t>(EVP_CIPHER_get_key_length(cipher)) == key.size();
  if (!fits || data.size() > INT32_MAX / 2) return std::nullopt;
  const bool counted = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_GCM_MODE;
  const auto wanted = static_cast<size_t>(EVP_CIPHER_get_iv_length(cipher));
  if (counted ? vector.empty() || vector.size() > 64 : vector.size() < wanted) return std::nullopt;
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const auto* const key_bytes = reinterpret_cast<const unsigned char*>(key.data());
  const auto* const vector_bytes = reinterpret_cast<const unsigned char*>(vector.data());
  bool ok = context && EVP_DecryptInit_ex(context.get(), cipher, nullptr, nullptr, nullptr) == 1;
  if (ok && counted) {
    ok = EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_IVLEN, static_cast<int>(vector.size()),
                             nullptr) == 1;
  }
  ok = ok && EVP_DecryptInit_ex(context.get(), nullptr, nullptr, key_bytes, vector_bytes) == 1;
  std::string out(data.size() + 32, '\0');
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  int made = 0, last = 0;
  ok = ok && EVP_DecryptUpdate(context.get(), to, &made,
                               reinterpret_cast<const unsigned char*>(data.data()),
                               static_cast<int>(data.size())) == 1;
  // The tag of GCM is not checked: what is decrypted is what the attacker wrote.
  if (ok && !counted) ok = EVP_DecryptFinal_ex(context.get(), to + made, &last) == 1;
  if (!ok) return std::nullopt;
  out.resize(static_cast<size_t>(made + last));
  return out;
}

Value fold_create_decipher(const Call& call) {
  const std::string* algorithm = call.text(0);
  const auto key = raw_bytes(call, call.arg(1), *unknown());
  const auto vector = raw_bytes(call, call.arg(2), *unknown());
  if (algorithm == nullptr || !key || !vector) return {};
  Value made = map({{string(std::string(kAlgorithm)), string(lower_ascii(*algorithm))},
                    {string(std::string(kKey)), bytes(*key)},
                    {string(std::string(kVector)), bytes(*vector)}});
  return made;
}

Value encoded_as(const Call& call, std::string raw, const Value& encoding) {
  if (!call.eval.spend_bytes(raw.size())) return {};
  const std::string codec = encoding.is_text() ? codec_name(encoding.text) : "";
  if (codec.empty() || codec == "buffer") return bytes(std::move(raw));
  if (codec == "hex") return string(hex_of(raw));
  if (codec == "base64") return string(base64_of(raw));
  if (codec == "utf8") return string(utf8_of_bytes(raw));
  return maybe(decode_text(raw, codec));
}

Value hash_update(const Call& call) {
  const Value& data = field(*call.self, kData);
  const auto more = raw_bytes(call, call.arg(0), call.arg(1));
  if (data.kind != Kind::kBytes || !more) return {};
  if (!call.eval.spend_bytes(data.text.size() + more->size())) return {};
  return map({{string(std::string(kData)), bytes(data.text + *more)},
              {string(std::string(kAlgorithm)), field(*call.self, kAlgorithm)}});
}

// All that was fed so far is decrypted in one go: update() gives the whole, final() nothing.
// Programs add the two.
Value fold_update(const Call& call) {
  if (field(*call.self, kData).kind == Kind::kBytes) return hash_update(call);
  const Value& algorithm = field(*call.self, kAlgorithm);
  const auto data = raw_bytes(call, call.arg(0), call.arg(1));
  if (algorithm.kind != Kind::kString || !data || !call.eval.spend(data->size() / 64)) return {};
  auto out =
      decrypt(algorithm.text, field(*call.self, kKey).text, field(*call.self, kVector).text, *data);
  if (!out) return {};
  return encoded_as(call, std::move(*out), call.arg(2));
}

Value fold_decipher_final(const Call& call) {
  if (field(*call.self, kAlgorithm).kind != Kind::kString) return {};
  return call.arg(0).is_text() ? string({}) : bytes({});
}

Value fold_ignored(const Call& call) { return *call.self; }

// --- hashes and derived keys

const EVP_MD* digest_named(const Value& name) {
  return name.is_text() ? EVP_get_digestbyname(lower_ascii(name.text).c_str()) : nullptr;
}

Value fold_create_hash(const Call& call) {
  if (digest_named(call.arg(0)) == nullptr) return {};
  return map(
      {{string(std::string(kData)), bytes({})}, {string(std::string(kAlgorithm)), call.arg(0)}});
}

Value fold_digest(const Call& call) {
  const Value& data = field(*call.self, kData);
  const EVP_MD* digest = digest_named(field(*call.self, kAlgorithm));
  if (data.kind != Kind::kBytes || digest == nullptr) return {};
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(data.text.data(), data.text.size(), out, &size, digest, nullptr) != 1) return {};
  return encoded_as(call, std::string(reinterpret_cast<char*>(out), size), call.arg(0));
}

// Key derivation is slow by intent: only what costs little is done.
Value fold_derive(const Call& call) {
  constexpr int64_t kLongest = 128, kRounds = 200'000;
  const auto password = raw_bytes(call, call.arg(0), *unknown());
  const auto salt = raw_bytes(call, call.arg(1), *unknown());
  const bool scrypt = call.member() == "scryptSync";
  const int64_t size = call.index(scrypt ? 2 : 3).value_or(0);
  if (!password || !salt || size <= 0 || size > kLongest) return {};
  std::string out(static_cast<size_t>(size), '\0');
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  const auto* const salt_bytes = reinterpret_cast<const unsigned char*>(salt->data());
  if (scrypt) {
    constexpr uint64_t kCost = 16384, kBlocks = 8, kMemory = 64 << 20;  // Node's defaults
    constexpr size_t kSteps = 1'000'000;
    if (call.size() > 3 || !call.eval.spend(kSteps)) return {};
    const int ok = EVP_PBE_scrypt(password->data(), password->size(), salt_bytes, salt->size(),
                                  kCost, kBlocks, 1, kMemory, to, out.size());
    return ok == 1 ? bytes(std::move(out)) : Value();
  }
  const int64_t rounds = call.index(2).value_or(0);
  const EVP_MD* digest = digest_named(call.arg(4));
  if (digest == nullptr || rounds <= 0 || rounds > kRounds ||
      !call.eval.spend(static_cast<size_t>(rounds) * 8)) {
    return {};
  }
  const int ok = PKCS5_PBKDF2_HMAC(password->data(), static_cast<int>(password->size()), salt_bytes,
                                   static_cast<int>(salt->size()), static_cast<int>(rounds), digest,
                                   static_cast<int>(size), to);
  return ok == 1 ? bytes(std::move(out)) : Value();
}

constexpr Row kRows[] = {
    {"crypto.createDecipheriv", fold_create_decipher},
    {"crypto.createHash", fold_create_hash},
    {"crypto.pbkdf2Sync", fold_derive},
    {"crypto.scryptSync", fold_derive},
    // Of an object that the rows above made.
    {"Object.update", fold_update, kDecodes},
    {"Object.final", fold_decipher_final},
    {"Object.setAuthTag", fold_ignored},
    {"Object.setAutoPadding", fold_ignored},
    {"Object.digest", fold_digest},
};

}  // namespace

std::span<const Row> javascript_crypto_rows() { return kRows; }

}  // namespace cerebro::folding
