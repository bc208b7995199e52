#include "syntax/decode.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cerebro {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr size_t kMax = 1 << 20;
using Decoder = std::optional<std::string> (*)(std::string_view, size_t);

std::string from_hex(std::string_view hex) { return decode_base16(hex, kMax).value(); }

// "the quick brown fox" as each compressor of Python 3 writes it.
const std::string kFox = "the quick brown fox";
const std::string kZlib = from_hex("78da2bc94855282ccd4cce56482aca2fcf5348cbaf0000478e0734");
const std::string kGzip =
    from_hex("1f8b08000000000002032bc94855282ccd4cce56482aca2fcf5348cbaf0000ca02c19113000000");
const std::string kBz2 = from_hex(
    "425a683931415926535952ca0adb000007918040001b69b6c02000221068f51b536a14c00134d88c0173ee551d1493"
    "7c5dc914e142414b282b6c");
const std::string kXz = from_hex(
    "fd377a585a000004e6d6b4460200210116000000742fe5a301001274686520717569636b2062726f776e20666f7800"
    "00feb6a4735d8b0af400012b139c0948d21fb6f37d010000000004595a");
const std::string kLzma = from_hex(
    "5d00008000ffffffffffffffff003a1a08ce76c7e5e9d60734c3d10ebfce55e1aabe160ab8ffffe8cf0000");
// 8 MiB of zeros, compressed twice.
const std::string kBomb = from_hex(
    "78daedd0410984501440d1f71519b1856007e358c3e5872960003b98c11a5a418ca0628c19ce59ddf51db7634d2922"
    "f2742d67dd04000000f0e7f2fe2d8b37da7be83b3f000000e007ccd527477a001c240ba5");

TEST(Decode, Table) {
  struct Row {
    const char* name;
    Decoder decoder;
    std::string_view text;
    std::optional<std::string> expected;
  };
  const std::vector<Row> rows = {
      {"base64", decode_base64, "aGVsbG8=", "hello"},
      {"base64 without padding", decode_base64, "aGVsbG8", "hello"},
      {"base64 with white space", decode_base64, "aGVs\n bG8=\n", "hello"},
      {"base64 URL-safe", decode_base64, "_-8", "\xff\xef"},
      {"base64 standard", decode_base64, "/+8=", "\xff\xef"},
      {"base64 empty", decode_base64, "", ""},
      {"base64 lone digit", decode_base64, "aGVsb", std::nullopt},
      {"base64 foreign digit", decode_base64, "aGV*", std::nullopt},
      {"base64 padding inside", decode_base64, "aGU=aGU=", std::nullopt},
      {"base64 padding first", decode_base64, "=aGU", std::nullopt},
      {"base32", decode_base32, "NBSWY3DP", "hello"},
      {"base32 padded", decode_base32, "NBUQ====", "hi"},
      {"base32 lower", decode_base32, "nbswy3dp", "hello"},
      {"base32 foreign digit", decode_base32, "NBSWY3D1", std::nullopt},
      {"base16", decode_base16, "68656C6c6f", "hello"},
      {"base16 spaced", decode_base16, "68 65", "he"},
      {"base16 odd", decode_base16, "686", std::nullopt},
      {"base16 foreign", decode_base16, "6g", std::nullopt},
      {"base85", decode_base85, "Xk~0{Zv", "hello"},
      {"base85 zeros", decode_base85, "00000", "\0\0\0\0"s},
      {"base85 too large", decode_base85, "~~~~~", std::nullopt},
      {"base85 lone digit", decode_base85, "X", std::nullopt},
      {"ascii85", decode_ascii85, "BOu!rDZ", "hello"},
      {"ascii85 framed", decode_ascii85, "<~BOu!rDZ~>", "hello"},
      {"ascii85 zeros", decode_ascii85, "z", "\0\0\0\0"s},
      {"ascii85 z inside", decode_ascii85, "BOz", std::nullopt},
      {"url", decode_url, "%68%69+x", "hi+x"},
      {"url broken", decode_url, "%6", std::nullopt},
      {"url not hex", decode_url, "%zz", std::nullopt},
      {"zlib", inflate_any, kZlib, kFox},
      {"gzip", inflate_any, kGzip, kFox},
      {"raw deflate", inflate_any, std::string_view(kZlib).substr(2, kZlib.size() - 6), kFox},
      {"zlib truncated", inflate_any, std::string_view(kZlib).substr(0, 12), std::nullopt},
      {"zlib of nothing", inflate_any, "", std::nullopt},
      {"not compressed", inflate_any, "plain text", std::nullopt},
      {"bz2", decode_bz2, kBz2, kFox},
      {"bz2 truncated", decode_bz2, std::string_view(kBz2).substr(0, 30), std::nullopt},
      {"xz", decode_lzma, kXz, kFox},
      {"xz truncated", decode_lzma, std::string_view(kXz).substr(0, 60), std::nullopt},
      {"lzma", decode_lzma, kLzma, kFox},
      {"not bz2", decode_bz2, "plain text", std::nullopt},
      {"not xz", decode_lzma, "plain text", std::nullopt},
      {"bz2 of nothing", decode_bz2, "", std::nullopt},
      {"xz of nothing", decode_lzma, "", std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(row.decoder(row.text, kMax), row.expected) << row.name;
}

TEST(Decode, OutputIsBounded) {
  for (const Decoder decoder :
       {decode_base64, decode_base32, decode_base16, decode_base85, decode_ascii85, decode_url}) {
    EXPECT_EQ(decoder("22222222222222222222", 4), std::nullopt);
  }
  EXPECT_EQ(inflate_any(kZlib, kFox.size()), kFox);
  EXPECT_EQ(inflate_any(kZlib, kFox.size() - 1), std::nullopt);
  EXPECT_EQ(decode_bz2(kBz2, 5), std::nullopt);
  EXPECT_EQ(decode_lzma(kXz, 5), std::nullopt);
  const auto outer = inflate_any(kBomb, kMax);
  ASSERT_TRUE(outer);
  EXPECT_EQ(inflate_any(*outer, kMax), std::nullopt);
  EXPECT_EQ(inflate_any(*outer, size_t{8} << 20)->size(), size_t{8} << 20);
}

TEST(Decode, Rot13) {
  EXPECT_EQ(decode_rot13("Uryyb, Jbeyq 1!"), "Hello, World 1!");
  EXPECT_EQ(decode_rot13(""), "");
}

TEST(Decode, LooksLikeBase64) {
  const std::vector<std::pair<std::string_view, bool>> rows = {
      {"aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2lkJykgIyBhbmQgYSBiaXQgbW9yZQ==", true},
      {"aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2lk\nJykgIyBhbmQgYSBiaXQgbW9yZQ==\n", true},
      {"aGVsbG8=", false},                                                          // short
      {"aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ2lkJykgIyBhbmQgYSBiaXQgbW9yZ!", false},        // foreign
      {"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", false},  // SHA-256
      {"the quick brown fox jumps over the lazy dog and sleeps", false},
      {"thisIsAVeryLongCamelCaseIdentifierThatNobodyShouldWrite", false},
      {"node_modules/some/Long/path/without/Extension/anywhere", false},
      {"", false},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(looks_like_base64(text), expected) << text;
}

TEST(Decode, MailEncodings) {
  // binascii.b2a_uu(b"the quick brown fox") and its quoted-printable form.
  EXPECT_EQ(decode_uu("3=&AE('%U:6-K(&)R;W=N(&9O>```\n", kMax), kFox);
  EXPECT_EQ(decode_uu("begin 644 x\n3=&AE('%U:6-K(&)R;W=N(&9O>```\n \nend\n", kMax), kFox);
  EXPECT_FALSE(decode_uu("3=&AE('%U:6-K(&)R;W=N(&9O>```\n", 18));
  EXPECT_EQ(decode_quoted_printable("the=20qui=\nck =62rown fox", kMax), kFox);
  EXPECT_EQ(decode_quoted_printable("a=zz", kMax), "a=zz");
}

}  // namespace
}  // namespace cerebro
