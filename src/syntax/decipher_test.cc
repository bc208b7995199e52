#include "syntax/decipher.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <string_view>

#include "syntax/decode.h"

namespace cerebro {
namespace {

constexpr size_t kMax = 1 << 20;
constexpr std::string_view kFox = "the quick brown fox";

std::string from_hex(std::string_view hex) { return decode_base16(hex, kMax).value(); }

std::string counting(size_t from, size_t count) {
  std::string bytes(count, '\0');
  std::iota(bytes.begin(), bytes.end(), static_cast<char>(from));
  return bytes;
}

// Made by Python's cryptography 48: the fox, padded, keys 0, 1, 2, ..., first IV byte 100.
TEST(Decipher, AesModes) {
  struct Row {
    CipherMode mode;
    size_t key_bytes;
    const char* hex;
  };
  constexpr Row kRows[] = {
      {CipherMode::kEcb, 16, "e2228e7dafd51dc06aa04110722be1273c6118252b8b6338ffa25c992dd2d99d"},
      {CipherMode::kCbc, 16, "6ce673787d88f0ad47cb0ca073bf930d05af0d59dcbff4e0a9f5988defd58979"},
      {CipherMode::kCfb, 16, "ead70bbccc69871b662777fafe92eabb8919cfd21da420e7a3d61203e605d39c"},
      {CipherMode::kCfb8, 16, "ea660a572122fac05e4e3d3515202bb244beda280e5327b54c3cf6574bb42105"},
      {CipherMode::kOfb, 16, "ead70bbccc69871b662777fafe92eabbc21fdc5a5f70f8ef8da75e2f251e4585"},
      {CipherMode::kCtr, 16, "ead70bbccc69871b662777fafe92eabb0ae018ca532dedd426bc39056df4b257"},
      {CipherMode::kCbc, 24, "a27b5bf6c94410074a84ea59e582df02ef8d45d2bcd7bbf38e6fa40e3ea12b15"},
      {CipherMode::kCbc, 32, "39c6cadce50e036612224f681bbbe3f396631df9094c80b01ffdfc1af79bbbe6"},
  };
  for (const Row& row : kRows) {
    const std::string iv = row.mode == CipherMode::kEcb ? "" : counting(100, 16);
    const auto plain =
        decrypt_aes(row.mode, counting(0, row.key_bytes), iv, from_hex(row.hex), kMax);
    ASSERT_TRUE(plain) << row.hex;
    EXPECT_EQ(remove_pkcs7(*plain), kFox) << row.hex;
  }
}

TEST(Decipher, GcmVerifiesTheTagThatIsGiven) {
  const std::string key = counting(0, 32), iv = counting(100, 12);
  const std::string data = from_hex("3c73bb46089c3ffd55423d9ab51204dd24ad7e");
  std::string tag = from_hex("1e8cf8b8ae0e4e5faf7ea6213e8ac1de");
  EXPECT_EQ(decrypt_aes(CipherMode::kGcm, key, iv, data, kMax), kFox);
  EXPECT_EQ(decrypt_cipher("aes-256-gcm", key, iv, data, kMax, tag), kFox);
  tag[0] ^= 1;
  EXPECT_EQ(decrypt_aes(CipherMode::kGcm, key, iv, data, kMax, tag), std::nullopt);
}

TEST(Decipher, RefusesWhatTheLibrariesRefuse) {
  const std::string key = counting(0, 16), iv = counting(100, 16), block(16, 'x');
  EXPECT_TRUE(decrypt_aes(CipherMode::kCbc, key, iv, block, kMax));
  EXPECT_FALSE(decrypt_aes(CipherMode::kCbc, counting(0, 15), iv, block, kMax));
  EXPECT_FALSE(decrypt_aes(CipherMode::kCbc, key, "short", block, kMax));
  EXPECT_FALSE(decrypt_aes(CipherMode::kCbc, key, iv, "half a block", kMax));
  EXPECT_FALSE(decrypt_aes(CipherMode::kCbc, key, iv, block, 15));
  EXPECT_FALSE(decrypt_cipher("id-aes128-wrap", key, "12345678", block, kMax));
  EXPECT_FALSE(decrypt_cipher("no such cipher", key, iv, block, kMax));
  EXPECT_FALSE(remove_pkcs7(""));
  EXPECT_FALSE(remove_pkcs7(block));
  EXPECT_FALSE(remove_pkcs7(std::string(15, 'x') + '\0'));
}

TEST(Decipher, PassPhrase) {
  // openssl enc -aes-256-cbc -md md5 -S 0102030405060708 -pass pass:secret
  const std::string data =
      "Salted__" +
      from_hex("0102030405060708af9bf889b93bde043b1a871ed8b578520021c3876afa3c979c9900fb2b8cc7e1");
  EXPECT_EQ(decrypt_salted_aes("secret", data, kMax), kFox);
  EXPECT_FALSE(decrypt_salted_aes("secret", data.substr(8), kMax));
}

TEST(Decipher, Fernet) {
  constexpr std::string_view kKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  std::string token =
      "gAAAAABfAAAAZGVmZ2hpamtsbW5vcHFyc2TNIG0LdBXVDqsNqf2f84w662dBG5nIQiNXu3NeBVxUIjNukWaJ_bMJuQoD"
      "XKdC-fBM8xOd31ccrcE7JHpKp3o=";
  EXPECT_EQ(decrypt_fernet(kKey, token, kMax), kFox);
  EXPECT_FALSE(decrypt_fernet("AAECAwQF", token, kMax));
  token[30] = 'x';
  EXPECT_FALSE(decrypt_fernet(kKey, token, kMax));
}

TEST(Decipher, Rc4) {
  const std::string data = from_hex("f00025798c3bc9fb62d638ecafe43d65848250");
  EXPECT_EQ(decrypt_rc4("0123456789abcdef", data, kMax), kFox);
  EXPECT_FALSE(decrypt_rc4("", data, kMax));
}

TEST(Decipher, Digests) {
  EXPECT_EQ(digest("md5", kFox), from_hex("30f3c93e46436deb58ba70816a8ec124"));
  EXPECT_EQ(digest("sha1", kFox), from_hex("ced71fa7235231bed383facfdc41c4ddcc22ecf1"));
  EXPECT_EQ(digest("sha3_256", kFox),
            from_hex("e4bd866ec3fa52df3b7842aa97b448bc859a7606cefcdad1715847f4b82a6c93"));
  EXPECT_EQ(digest("blake2s", kFox),
            from_hex("120f5443f2f28510c8435e848afd56a5a6e8e1c7e8082219398850d93a6c2395"));
  EXPECT_FALSE(digest("md77", kFox));
  // hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 1000, 16)
  EXPECT_EQ(pbkdf2("sha256", "pw", "salt", 1000, 16), from_hex("0a38253555ce37f5c72a6b703f996814"));
  EXPECT_FALSE(pbkdf2("sha256", "pw", "salt", kMaxKeyIterations + 1, 16));
}

}  // namespace
}  // namespace cerebro
