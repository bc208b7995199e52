// Python: objects that are made and then asked. What `Fernet(key)` gives is an instance: the path
// "cryptography.fernet.Fernet()" with the arguments it was made from; the rows of its methods read
// them. An object is taken to be fresh: how far a stream was read is not followed.

#include <array>

#include "syntax/decipher.h"
#include "syntax/decode.h"
#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

Value fold_construct(const Call& call) {
  ValueList args;
  for (const Ref& arg : call.args) args.push_back(*arg);
  ValueMap keywords;
  for (const Keyword& keyword : call.keywords) {
    keywords.emplace_back(string(std::string(keyword.name)), *keyword.value);
  }
  return instance(std::string(call.name) + "()", std::move(args), std::move(keywords), call.site);
}

// An argument that an instance was made from, by position or keyword.
const Value& given(const Value& made, size_t position, std::string_view keyword) {
  if (made.map) {
    for (const auto& [key, value] : *made.map) {
      if (key.text == keyword) return value;
    }
  }
  return made.list && position < made.list->size() ? (*made.list)[position] : *unknown();
}

// The name of what an instance or path is, without its module: "MODE_CBC", "CBC()".
std::string_view short_name(const Value& value) {
  const std::string_view text = value.text;
  return value.kind == Kind::kPath ? text.substr(text.rfind('.') + 1) : std::string_view();
}

// --- streams

Value fold_content(const Call& call) {
  const Value& content = given(*call.self, 0, "initial_bytes");
  return content.is_text() ? content : Value();
}

// gzip.GzipFile(fileobj=io.BytesIO(b"...")).read()
Value fold_gzip_read(const Call& call) {
  const Value& file = given(*call.self, 3, "fileobj");
  const Value& first = given(*call.self, 0, "filename");
  const Value& source = file.known() ? file : first;
  if (short_name(source) != "BytesIO()") return {};
  const Value& content = given(source, 0, "initial_bytes");
  if (!content.is_text()) return {};
  const size_t limit = call.eval.max_bytes();
  return maybe_bytes(call.name.starts_with("bz2")    ? decode_bz2(content.text, limit)
                     : call.name.starts_with("lzma") ? decode_lzma(content.text, limit)
                                                     : inflate_any(content.text, limit));
}

using Decoder = std::optional<std::string> (*)(std::string_view, size_t);

template <Decoder decoder>
Value fold_decompress(const Call& call) {
  return call.text(0) == nullptr ? Value()
                                 : maybe_bytes(decoder(*call.text(0), call.eval.max_bytes()));
}

// --- digests and keys

std::optional<std::string> digest_of(const Value& hash) {
  const bool named = hash.text == "hashlib.new()";
  const Value& data = given(hash, named ? 1 : 0, "data");
  std::string_view name = short_name(hash);
  name.remove_suffix(2);
  if (named) name = given(hash, 0, "name").text;
  const bool empty = !data.known() && hash.list->size() <= (named ? 1U : 0U);
  if (!empty && data.kind != Kind::kBytes) return std::nullopt;
  return digest(name, data.text);
}

Value fold_digest(const Call& call) { return maybe_bytes(digest_of(*call.self)); }

Value fold_hexdigest(const Call& call) {
  const auto raw = digest_of(*call.self);
  return raw ? string(hex_of(*raw)) : Value();
}

Value derive(const Call& call, std::string_view hash, const Value& password, const Value& salt,
             const Value& rounds, int64_t size) {
  constexpr size_t kStepsPerRound = 4;
  const auto iterations = as_index(rounds);
  if (!password.is_text() || !salt.is_text() || !iterations || *iterations <= 0 || size <= 0 ||
      static_cast<uint64_t>(*iterations) > kMaxKeyIterations ||
      !call.eval.spend(static_cast<size_t>(*iterations) * kStepsPerRound)) {
    return {};
  }
  return maybe_bytes(pbkdf2(hash, password.text, salt.text, static_cast<uint64_t>(*iterations),
                            static_cast<size_t>(size)));
}

Value fold_pbkdf2(const Call& call) {
  if (call.text(0) == nullptr) return {};
  const auto empty = digest(*call.text(0), "");
  if (!empty) return {};
  const Value& size = call.size() > 4 ? call.arg(4) : call.keyword("dklen");
  return derive(call, *call.text(0), call.arg(1), call.arg(2), call.arg(3),
                as_index(size).value_or(static_cast<int64_t>(empty->size())));
}

// PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=b"...", iterations=1000).derive(b"...")
Value fold_derive(const Call& call) {
  std::string_view hash = short_name(given(*call.self, 0, "algorithm"));
  if (!hash.ends_with("()")) return {};
  hash.remove_suffix(2);
  return derive(call, lower_ascii(hash), call.arg(0), given(*call.self, 2, "salt"),
                given(*call.self, 3, "iterations"),
                as_index(given(*call.self, 1, "length")).value_or(0));
}

// --- ciphers

Value fold_fernet(const Call& call) {
  const Value& key = given(*call.self, 0, "key");
  if (!key.is_text() || call.text(0) == nullptr) return {};
  return maybe_bytes(decrypt_fernet(key.text, *call.text(0), call.eval.max_bytes()));
}

struct Mode {
  std::string_view name;
  int64_t number;  // of PyCryptodome's constants, which some write out
  CipherMode mode;
};
// PyCryptodome's CFB works on 8 bits unless told otherwise.
constexpr Mode kModes[] = {{"MODE_ECB", 1, CipherMode::kEcb},  {"MODE_CBC", 2, CipherMode::kCbc},
                           {"MODE_CFB", 3, CipherMode::kCfb8}, {"MODE_OFB", 5, CipherMode::kOfb},
                           {"MODE_CTR", 6, CipherMode::kCtr},  {"MODE_GCM", 11, CipherMode::kGcm},
                           {"ECB()", 0, CipherMode::kEcb},     {"CBC()", 0, CipherMode::kCbc},
                           {"CFB()", 0, CipherMode::kCfb},     {"CFB8()", 0, CipherMode::kCfb8},
                           {"OFB()", 0, CipherMode::kOfb},     {"CTR()", 0, CipherMode::kCtr},
                           {"GCM()", 0, CipherMode::kGcm}};

std::optional<CipherMode> mode_of(const Value& value) {
  for (const Mode& row : kModes) {
    if (row.name == short_name(value) || as_index(value) == row.number) return row.mode;
  }
  return std::nullopt;
}

Value decipher(const Call& call, CipherMode mode, const Value& key, std::string iv,
               std::string_view tag) {
  constexpr size_t kBlock = 16;
  if (!key.is_text() || call.text(0) == nullptr) return {};
  if (mode == CipherMode::kCtr) iv.resize(kBlock, '\0');
  if (mode == CipherMode::kEcb) iv.clear();
  return maybe_bytes(decrypt_aes(mode, key.text, iv, *call.text(0), call.eval.max_bytes(), tag));
}

// AES.new(key, AES.MODE_CBC, iv).decrypt(data)
Value fold_aes(const Call& call) {
  const Value& made = *call.self;
  const auto mode = mode_of(given(made, 1, "mode"));
  if (!mode) return {};
  const Value& iv = given(made, 2, "iv");
  const Value& nonce = given(made, 2, "nonce");
  const Value& capital = given(made, 2, "IV");
  const Value& start = iv.known() ? iv : nonce.known() ? nonce : capital;
  if (*mode != CipherMode::kEcb && !start.is_text()) return {};
  const bool verifies = call.member() == "decrypt_and_verify" && call.text(1) != nullptr;
  return decipher(call, *mode, given(made, 0, "key"), start.text,
                  verifies ? std::string_view(*call.text(1)) : std::string_view());
}

// AESGCM(key).decrypt(nonce, data with its tag, None)
Value fold_aesgcm(const Call& call) {
  constexpr size_t kTag = 16;
  const Value& key = given(*call.self, 0, "key");
  if (!key.is_text() || call.text(0) == nullptr || call.text(1) == nullptr ||
      call.text(1)->size() < kTag || call.text(2) != nullptr) {
    return {};
  }
  const std::string_view all = *call.text(1);
  return maybe_bytes(decrypt_aes(CipherMode::kGcm, key.text, *call.text(0),
                                 all.substr(0, all.size() - kTag), call.eval.max_bytes(),
                                 all.substr(all.size() - kTag)));
}

// Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor().update(data); finalize() gives no more.
Value fold_decryptor(const Call& call) {
  return instance(std::string(call.name) + "()", *call.self->list,
                  call.self->map ? *call.self->map : ValueMap(), call.site);
}

Value fold_decryptor_update(const Call& call) {
  const Value& algorithm = given(*call.self, 0, "algorithm");
  const Value& how = given(*call.self, 1, "mode");
  const auto mode = mode_of(how);
  if (!mode || short_name(algorithm) != "AES()") return {};
  return decipher(call, *mode, given(algorithm, 0, "key"),
                  given(how, 0, "initialization_vector").text, {});
}

Value fold_decryptor_finalize(const Call&) { return bytes({}); }

// pyaes.AESModeOfOperationCTR(key).decrypt(data): its counter starts at one.
Value fold_pyaes(const Call& call) {
  constexpr size_t kBlock = 16;
  const std::string_view name = call.name;
  std::string iv = given(*call.self, 1, "iv").text;
  CipherMode mode = CipherMode::kCbc;
  if (name.find("ECB") != name.npos) mode = CipherMode::kEcb;
  if (name.find("CTR") != name.npos) {
    mode = CipherMode::kCtr;
    if (call.self->list->size() > 1) return {};
    iv.assign(kBlock, '\0');
    iv.back() = 1;
  }
  return decipher(call, mode, given(*call.self, 0, "key"), iv, {});
}

Value fold_rc4(const Call& call) {
  const Value& key = given(*call.self, 0, "key");
  if (!key.is_text() || call.text(0) == nullptr) return {};
  return maybe_bytes(decrypt_rc4(key.text, *call.text(0), call.eval.max_bytes()));
}

Value fold_unpad(const Call& call) {
  const Value& given_size = call.size() > 1 ? call.arg(1) : call.keyword("block_size");
  const bool of_aes = short_name(given_size) == "block_size";
  const auto block = of_aes ? std::optional<int64_t>(16) : as_index(given_size);
  if (call.text(0) == nullptr || !block || *block <= 0) return {};
  return maybe_bytes(remove_pkcs7(*call.text(0), static_cast<size_t>(*block)));
}

// --- texts

// string.Template("$a ${b}").substitute(a="x", b="y")
Value fold_substitute(const Call& call) {
  const Value& pattern = given(*call.self, 0, "template");
  if (!pattern.is_text()) return {};
  const std::string_view text = pattern.text;
  const auto value_of = [&](std::string_view name) -> const Value& {
    const Value& keyword = call.keyword(name);
    if (keyword.known() || call.arg(0).kind != Kind::kMap) return keyword;
    for (const auto& [key, value] : *call.arg(0).map) {
      if (key.text == name) return value;
    }
    return *unknown();
  };
  const auto is_word = [](char c) {
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    if (text[++i] == '$') {
      out += '$';
      continue;
    }
    const bool braced = text[i] == '{';
    const size_t begin = braced ? i + 1 : i;
    size_t end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    const auto piece = to_text(value_of(text.substr(begin, end - begin)), true);
    if (!piece || (braced && (end == text.size() || text[end] != '}')) ||
        !call.eval.spend_bytes(piece->size())) {
      return {};
    }
    out += *piece;
    i = braced ? end : end - 1;
  }
  return string(std::move(out));
}

Value fold_namespace(const Call& call) {
  ValueMap rows;
  for (const Keyword& keyword : call.keywords) {
    rows.emplace_back(string(std::string(keyword.name)), *keyword.value);
  }
  Value made = map(std::move(rows));
  made.boolean = true;  // read by attribute
  return made;
}

// array.array("B", [1, 2]) and numpy's arrays are lists of numbers.
Value fold_number_array(const Call& call) {
  const size_t position = call.member() == "array" && call.name.starts_with("array") ? 1 : 0;
  auto items = items_of(call, position);
  return items ? list(std::move(*items)) : Value();
}

Value fold_list_bytes(const Call& call) {
  std::string out;
  for (const Value& item : *call.self->list) {
    const auto byte = as_index(item);
    if (!byte || *byte < 0 || *byte > 255) return {};
    out += static_cast<char>(*byte);
  }
  return bytes(std::move(out));
}

// A file with a name that nobody knows: the same wherever that object is named.
std::string temporary_name(const Call& call, std::string_view suffix) {
  return std::string(kHole) + "/temporary" + std::to_string(call.site) + std::string(suffix);
}

Value fold_temporary(const Call& call) {
  const Value& suffix = call.keyword("suffix").known()          ? call.keyword("suffix")
                        : call.member() == "NamedTemporaryFile" ? *unknown()
                                                                : call.arg(0);
  Value name = partial(temporary_name(call, suffix.is_text() ? suffix.text : ""));
  if (call.member() == "mkstemp") return list({integer(3), std::move(name)});
  if (call.member() != "NamedTemporaryFile") return name;
  Value made = fold_construct(call);
  made.list = std::make_shared<ValueList>(ValueList{std::move(name)});
  return made;
}

constexpr Row kRows[] = {
    {"io.BytesIO", fold_construct},
    {"io.StringIO", fold_construct},
    {"io.BytesIO().read", fold_content},
    {"io.BytesIO().getvalue", fold_content},
    {"io.StringIO().read", fold_content},
    {"io.StringIO().getvalue", fold_content},
    {"gzip.GzipFile", fold_construct},
    {"gzip.GzipFile().read", fold_gzip_read, kDecodes},
    {"gzip.open", fold_construct},
    {"gzip.open().read", fold_gzip_read, kDecodes},
    {"bz2.BZ2File", fold_construct},
    {"bz2.BZ2File().read", fold_gzip_read, kDecodes},
    {"lzma.LZMAFile", fold_construct},
    {"lzma.LZMAFile().read", fold_gzip_read, kDecodes},
    {"lzma.open", fold_construct},
    {"lzma.open().read", fold_gzip_read, kDecodes},
    {"zlib.decompressobj", fold_construct},
    {"zlib.decompressobj().decompress", fold_decompress<inflate_any>, kDecodes},
    {"zlib.decompressobj().flush", fold_decryptor_finalize},
    {"bz2.BZ2Decompressor", fold_construct},
    {"bz2.BZ2Decompressor().decompress", fold_decompress<decode_bz2>, kDecodes},
    {"lzma.LZMADecompressor", fold_construct},
    {"lzma.LZMADecompressor().decompress", fold_decompress<decode_lzma>, kDecodes},
    {"codecs.getdecoder", fold_construct},
    {"codecs.getencoder", fold_construct},

    {"hashlib.pbkdf2_hmac", fold_pbkdf2, kDecodes},
    {"cryptography.hazmat.primitives.hashes.SHA256", fold_construct},
    {"cryptography.hazmat.primitives.hashes.SHA512", fold_construct},
    {"cryptography.hazmat.primitives.hashes.SHA1", fold_construct},
    {"cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC", fold_construct, kTakesUnknown},
    {"cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC().derive", fold_derive, kDecodes},

    {"fernet.Fernet", fold_construct},
    {"fernet.Fernet().decrypt", fold_fernet, kDecodes},
    {"cryptography.fernet.Fernet", fold_construct},
    {"cryptography.fernet.Fernet().decrypt", fold_fernet, kDecodes},
    {"Crypto.Cipher.AES.new", fold_construct},
    {"Crypto.Cipher.AES.new().decrypt", fold_aes, kDecodes},
    {"Crypto.Cipher.AES.new().decrypt_and_verify", fold_aes, kDecodes},
    {"Cryptodome.Cipher.AES.new", fold_construct},
    {"Cryptodome.Cipher.AES.new().decrypt", fold_aes, kDecodes},
    {"Cryptodome.Cipher.AES.new().decrypt_and_verify", fold_aes, kDecodes},
    {"Crypto.Cipher.ARC4.new", fold_construct},
    {"Crypto.Cipher.ARC4.new().decrypt", fold_rc4, kDecodes},
    {"Crypto.Cipher.ARC4.new().encrypt", fold_rc4, kDecodes},
    {"Cryptodome.Cipher.ARC4.new", fold_construct},
    {"Cryptodome.Cipher.ARC4.new().decrypt", fold_rc4, kDecodes},
    {"Crypto.Util.Padding.unpad", fold_unpad, kDecodes},
    {"Cryptodome.Util.Padding.unpad", fold_unpad, kDecodes},
    {"cryptography.hazmat.primitives.ciphers.aead.AESGCM", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.aead.AESGCM().decrypt", fold_aesgcm, kDecodes},
    {"cryptography.hazmat.primitives.ciphers.algorithms.AES", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.modes.CBC", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.modes.ECB", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.modes.CTR", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.modes.CFB", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.modes.CFB8", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.modes.OFB", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.modes.GCM", fold_construct},
    {"cryptography.hazmat.primitives.ciphers.Cipher", fold_construct, kTakesUnknown},
    {"cryptography.hazmat.primitives.ciphers.Cipher().decryptor", fold_decryptor},
    {"cryptography.hazmat.primitives.ciphers.Cipher().decryptor().update", fold_decryptor_update,
     kDecodes},
    {"cryptography.hazmat.primitives.ciphers.Cipher().decryptor().finalize",
     fold_decryptor_finalize},
    {"pyaes.AESModeOfOperationCTR", fold_construct},
    {"pyaes.AESModeOfOperationCTR().decrypt", fold_pyaes, kDecodes},
    {"pyaes.AESModeOfOperationCBC", fold_construct},
    {"pyaes.AESModeOfOperationCBC().decrypt", fold_pyaes, kDecodes},
    {"pyaes.AESModeOfOperationECB", fold_construct},
    {"pyaes.AESModeOfOperationECB().decrypt", fold_pyaes, kDecodes},

    {"string.Template", fold_construct},
    {"string.Template().substitute", fold_substitute},
    {"string.Template().safe_substitute", fold_substitute},
    {"types.SimpleNamespace", fold_namespace, kTakesUnknown},
    {"array.array", fold_number_array},
    {"numpy.array", fold_number_array},
    {"list.tobytes", fold_list_bytes, kDecodes},
    {"collections.deque", fold_number_array},

    {"subprocess.Popen", fold_construct, kTakesUnknown},
    {"builtins.open", fold_construct, kTakesUnknown},
    {"io.open", fold_construct, kTakesUnknown},
    {"codecs.open", fold_construct, kTakesUnknown},
    {"tempfile.NamedTemporaryFile", fold_temporary, kTakesUnknown},
    {"tempfile.mkstemp", fold_temporary, kTakesUnknown},
    {"tempfile.mktemp", fold_temporary, kTakesUnknown},
    {"tempfile.mkdtemp", fold_temporary, kTakesUnknown},
};

// hashlib.sha256(b"...").digest() and its kin: a row for each digest would say the same.
constexpr std::array<std::string_view, 12> kDigests = {
    "md5",      "sha1",     "sha224",   "sha256",   "sha384",  "sha512",
    "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "new"};

std::vector<Row> all_rows() {
  static std::array<std::array<std::string, 3>, kDigests.size()> paths;
  std::vector<Row> rows(std::begin(kRows), std::end(kRows));
  for (size_t i = 0; i < kDigests.size(); ++i) {
    const std::string made = "hashlib." + std::string(kDigests[i]);
    paths[i] = {made, made + "().digest", made + "().hexdigest"};
    rows.push_back({paths[i][0], fold_construct});
    rows.push_back({paths[i][1], fold_digest});
    rows.push_back({paths[i][2], fold_hexdigest});
  }
  return rows;
}

}  // namespace

std::span<const Row> python_object_rows() {
  static const std::vector<Row> rows = all_rows();
  return rows;
}

}  // namespace cerebro::folding
