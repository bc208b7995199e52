// Decryption with an inline key: Node's crypto. A cipher or hash that is being fed is the map of
// what it was made with, and a call gives what the language would.

#include "syntax/decipher.h"
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

// Node removes the padding; GCM's tag is not looked at.
std::optional<std::string> decrypt(const Call& call, const std::string& algorithm,
                                   const std::string& key, const std::string& vector,
                                   const std::string& data) {
  auto out = decrypt_cipher(algorithm, key, vector, data, call.eval.max_bytes());
  const bool padded = algorithm.ends_with("cbc") || algorithm.ends_with("ecb");
  return out && padded ? remove_pkcs7(*out, algorithm.starts_with("des") ? 8 : 16) : out;
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
  auto out = decrypt(call, algorithm.text, field(*call.self, kKey).text,
                     field(*call.self, kVector).text, *data);
  if (!out) return {};
  return encoded_as(call, std::move(*out), call.arg(2));
}

Value fold_decipher_final(const Call& call) {
  if (field(*call.self, kAlgorithm).kind != Kind::kString) return {};
  return call.arg(0).is_text() ? string({}) : bytes({});
}

Value fold_ignored(const Call& call) { return *call.self; }

// --- hashes and derived keys

Value fold_create_hash(const Call& call) {
  if (call.text(0) == nullptr) return {};
  return map(
      {{string(std::string(kData)), bytes({})}, {string(std::string(kAlgorithm)), call.arg(0)}});
}

Value fold_digest(const Call& call) {
  const Value& data = field(*call.self, kData);
  if (data.kind != Kind::kBytes) return {};
  auto out = digest(field(*call.self, kAlgorithm).text, data.text);
  return out ? encoded_as(call, std::move(*out), call.arg(0)) : Value();
}

// Key derivation is slow by intent: its rounds are paid for.
Value fold_derive(const Call& call) {
  constexpr int64_t kLongest = 128;
  constexpr size_t kStepsPerRound = 8;
  const auto password = raw_bytes(call, call.arg(0), *unknown());
  const auto salt = raw_bytes(call, call.arg(1), *unknown());
  const auto rounds = call.index(2), size = call.index(3);
  if (!password || !salt || !rounds || !size || *rounds <= 0 || *size <= 0 || *size > kLongest ||
      call.text(4) == nullptr || static_cast<uint64_t>(*rounds) > kMaxKeyIterations ||
      !call.eval.spend(static_cast<size_t>(*rounds) * kStepsPerRound)) {
    return {};
  }
  return maybe_bytes(pbkdf2(*call.text(4), *password, *salt, static_cast<uint64_t>(*rounds),
                            static_cast<size_t>(*size)));
}

constexpr Row kRows[] = {
    {"crypto.createDecipheriv", fold_create_decipher},
    {"crypto.createHash", fold_create_hash},
    {"crypto.pbkdf2Sync", fold_derive},
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
