#include "syntax/decode.h"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

namespace cerebro {
namespace {

constexpr int8_t kInvalid = -1;
constexpr int8_t kSpace = -2;
using Alphabet = std::array<int8_t, 256>;

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr Alphabet alphabet(std::string_view digits) {
  Alphabet table{};
  table.fill(kInvalid);
  for (const unsigned char c : {' ', '\t', '\n', '\v', '\f', '\r'}) table[c] = kSpace;
  for (size_t i = 0; i < digits.size(); ++i) {
    table[static_cast<unsigned char>(digits[i])] = static_cast<int8_t>(i);
  }
  return table;
}

constexpr Alphabet with_alias(Alphabet table, char alias, char original) {
  table[static_cast<unsigned char>(alias)] = table[static_cast<unsigned char>(original)];
  return table;
}

constexpr Alphabet lower_case_too(Alphabet table) {
  for (char c = 'A'; c <= 'Z'; ++c) table = with_alias(table, static_cast<char>(c + 32), c);
  return table;
}

// RFC 4648; '-' and '_' are the URL-safe digits 62 and 63.
constexpr Alphabet kBase64 = with_alias(
    with_alias(alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"), '-',
               '+'),
    '_', '/');
constexpr Alphabet kBase32 = lower_case_too(alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
constexpr Alphabet kBase16 = lower_case_too(alphabet("0123456789ABCDEF"));
// RFC 1924
constexpr Alphabet kBase85 = alphabet(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~");

int8_t digit(const Alphabet& table, char c) { return table[static_cast<unsigned char>(c)]; }

// Bases whose digits are whole bits: 16, 32 and 64. Left-over bits are dropped, as decoders do.
std::optional<std::string> decode_bits(const Alphabet& table, unsigned bits_per_digit,
                                       std::string_view text, size_t max_bytes) {
  std::string out;
  out.reserve(std::min(max_bytes, text.size() * bits_per_digit / 8));
  uint32_t buffer = 0;
  unsigned bits = 0;
  size_t digits = 0;
  bool padded = false;
  for (const char c : text) {
    const int8_t value = digit(table, c);
    if (value == kSpace) continue;
    if (c == '=' && digits > 0) {
      padded = true;
      continue;
    }
    if (value == kInvalid || padded) return std::nullopt;
    ++digits;
    buffer = buffer << bits_per_digit | static_cast<uint32_t>(value);
    bits += bits_per_digit;
    if (bits < 8) continue;
    if (out.size() == max_bytes) return std::nullopt;
    bits -= 8;
    out.push_back(static_cast<char>(buffer >> bits & 0xFF));
  }
  // A lone last digit carries less than a byte: no encoder writes it.
  if (bits >= bits_per_digit) return std::nullopt;
  return out;
}

// Groups of five base-85 digits, four bytes each, most significant first.
class Base85Writer {
 public:
  explicit Base85Writer(size_t max_bytes) : max_bytes_(max_bytes) {}

  bool put(uint32_t value) {
    group_ = group_ * 85 + value;
    return ++count_ < 5 || flush(4);
  }
  bool put_zeros() { return count_ == 0 && flush(4); }
  // A short last group of n digits holds n - 1 bytes and is padded with the highest digit.
  bool finish() {
    if (count_ == 0) return true;
    if (count_ == 1) return false;
    const size_t bytes = count_ - 1;
    for (; count_ < 5; ++count_) group_ = group_ * 85 + 84;
    return flush(bytes);
  }
  std::string take() { return std::move(out_); }

 private:
  bool flush(size_t bytes) {
    if (group_ > std::numeric_limits<uint32_t>::max() || out_.size() + bytes > max_bytes_) {
      return false;
    }
    for (size_t i = 0; i < bytes; ++i) {
      out_.push_back(static_cast<char>(group_ >> (24 - 8 * i) & 0xFF));
    }
    group_ = 0;
    count_ = 0;
    return true;
  }

  size_t max_bytes_;
  std::string out_;
  uint64_t group_ = 0;
  size_t count_ = 0;
};

// The three decompressors share one loop: `step` consumes and fills, and says how it went.
enum class Step { kMore, kEnd, kError };
constexpr size_t kChunk = size_t{64} << 10;

template <typename Run>
std::optional<std::string> pump(size_t max_bytes, const Run& run) {
  std::string out;
  std::array<char, kChunk> chunk;
  for (;;) {
    size_t produced = 0;
    const Step step = run(chunk.data(), chunk.size(), produced);
    if (step == Step::kError || out.size() + produced > max_bytes) return std::nullopt;
    out.append(chunk.data(), produced);
    if (step == Step::kEnd) return out;
    if (produced == 0) return std::nullopt;  // truncated
  }
}

constexpr int kAnyHeader = MAX_WBITS + 32;  // zlib or gzip, detected (zlib.h)
constexpr int kRawDeflate = -MAX_WBITS;

std::optional<std::string> inflate_with(int window_bits, std::string_view bytes, size_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  auto out = pump(max_bytes, [&](char* to, size_t room, size_t& produced) {
    stream.next_out = reinterpret_cast<Bytef*>(to);
    stream.avail_out = static_cast<uInt>(room);
    const int code = inflate(&stream, Z_NO_FLUSH);
    produced = room - stream.avail_out;
    if (code == Z_STREAM_END) return Step::kEnd;
    return code == Z_OK || code == Z_BUF_ERROR ? Step::kMore : Step::kError;
  });
  inflateEnd(&stream);
  return out;
}

bool is_base64_digit(char c) { return digit(kBase64, c) >= 0; }

}  // namespace

std::optional<std::string> decode_base64(std::string_view text, size_t max_bytes) {
  return decode_bits(kBase64, 6, text, max_bytes);
}

std::optional<std::string> decode_base32(std::string_view text, size_t max_bytes) {
  return decode_bits(kBase32, 5, text, max_bytes);
}

std::optional<std::string> decode_base16(std::string_view text, size_t max_bytes) {
  return decode_bits(kBase16, 4, text, max_bytes);
}

std::optional<std::string> decode_base85(std::string_view text, size_t max_bytes) {
  Base85Writer writer(max_bytes);
  for (const char c : text) {
    const int8_t value = digit(kBase85, c);
    if (value < 0 || !writer.put(static_cast<uint32_t>(value))) return std::nullopt;
  }
  if (!writer.finish()) return std::nullopt;
  return writer.take();
}

std::optional<std::string> decode_ascii85(std::string_view text, size_t max_bytes) {
  if (text.starts_with("<~")) text.remove_prefix(2);
  if (text.ends_with("~>")) text.remove_suffix(2);
  Base85Writer writer(max_bytes);
  for (const char c : text) {
    if (is_space(c)) continue;
    const bool ok = c == 'z'               ? writer.put_zeros()
                    : c >= '!' && c <= 'u' ? writer.put(static_cast<uint32_t>(c - '!'))
                                           : false;
    if (!ok) return std::nullopt;
  }
  if (!writer.finish()) return std::nullopt;
  return writer.take();
}

// Each line: its length in bytes, then four digits for three bytes.
std::optional<std::string> decode_uu(std::string_view text, size_t max_bytes) {
  std::string out;
  const auto value = [](char c) { return static_cast<uint32_t>(c - ' ') & 63; };
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("begin ") || line.empty()) continue;
    if (line == "end") break;
    const size_t size = value(line[0]);
    if (out.size() + size > max_bytes) return std::nullopt;
    std::string bytes;
    for (size_t i = 1; bytes.size() < size; i += 4) {
      uint32_t group = 0;
      for (size_t k = i; k < i + 4; ++k) {
        const char c = k < line.size() ? line[k] : ' ';
        if (c < ' ' || c > '`') return std::nullopt;
        group = group << 6 | value(c);
      }
      for (unsigned shift : {16U, 8U, 0U}) bytes += static_cast<char>(group >> shift & 0xFF);
    }
    out.append(bytes, 0, size);
  }
  return out;
}

std::optional<std::string> decode_quoted_printable(std::string_view text, size_t max_bytes) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (out.size() == max_bytes) return std::nullopt;
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("=\r\n")) {
      i += 2;
    } else if (rest.starts_with("=\n")) {
      i += 1;
    } else if (rest[0] == '=' && rest.size() > 2 && digit(kBase16, rest[1]) >= 0 &&
               digit(kBase16, rest[2]) >= 0) {
      out.push_back(static_cast<char>(digit(kBase16, rest[1]) * 16 + digit(kBase16, rest[2])));
      i += 2;
    } else {
      out.push_back(rest[0]);
    }
  }
  return out;
}

std::string decode_rot13(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const char first = c >= 'a' && c <= 'z' ? 'a' : c >= 'A' && c <= 'Z' ? 'A' : '\0';
    if (first != '\0') c = static_cast<char>(first + (c - first + 13) % 26);
  }
  return out;
}

std::optional<std::string> decode_url(std::string_view text, size_t max_bytes) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (out.size() == max_bytes) return std::nullopt;
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int8_t high = digit(kBase16, text[i + 1]);
    const int8_t low = digit(kBase16, text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::optional<std::string> inflate_any(std::string_view bytes, size_t max_bytes) {
  if (bytes.empty() || bytes.size() > std::numeric_limits<uInt>::max()) return std::nullopt;
  if (auto out = inflate_with(kAnyHeader, bytes, max_bytes)) return out;
  return inflate_with(kRawDeflate, bytes, max_bytes);
}

std::optional<std::string> decode_bz2(std::string_view bytes, size_t max_bytes) {
  if (bytes.size() > std::numeric_limits<unsigned>::max()) return std::nullopt;
  bz_stream stream{};
  if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) return std::nullopt;
  stream.next_in = const_cast<char*>(bytes.data());
  stream.avail_in = static_cast<unsigned>(bytes.size());
  auto out = pump(max_bytes, [&](char* to, size_t room, size_t& produced) {
    stream.next_out = to;
    stream.avail_out = static_cast<unsigned>(room);
    const int code = BZ2_bzDecompress(&stream);
    produced = room - stream.avail_out;
    if (code == BZ_STREAM_END) return Step::kEnd;
    return code == BZ_OK ? Step::kMore : Step::kError;
  });
  BZ2_bzDecompressEnd(&stream);
  return out;
}

std::optional<std::string> decode_lzma(std::string_view bytes, size_t max_bytes) {
  // The dictionary's size is the attacker's word: bound it (xz -9 needs 65 MiB).
  constexpr uint64_t kMemoryBytes = 80ULL << 20;
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_auto_decoder(&stream, kMemoryBytes, 0) != LZMA_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  auto out = pump(max_bytes, [&](char* to, size_t room, size_t& produced) {
    stream.next_out = reinterpret_cast<uint8_t*>(to);
    stream.avail_out = room;
    const lzma_ret code = lzma_code(&stream, LZMA_FINISH);
    produced = room - stream.avail_out;
    if (code == LZMA_STREAM_END) return Step::kEnd;
    return code == LZMA_OK || code == LZMA_BUF_ERROR ? Step::kMore : Step::kError;
  });
  lzma_end(&stream);
  return out;
}

bool looks_like_base64(std::string_view text) {
  // 40 digits are 30 bytes: longer than a SHA-1 in base64 (28 digits). Digests of 64 digits in hex
  // and identifiers are told apart by the mix of digits.
  constexpr size_t kShortest = 40;
  if (text.size() < kShortest) return false;
  size_t digits = 0, upper = 0, lower = 0, numeric = 0;
  size_t end = text.size();
  while (end > 0 && (text[end - 1] == '=' || is_space(text[end - 1]))) --end;
  for (const char c : text.substr(0, end)) {
    if (c == '\n' || c == '\r') continue;  // folded lines; blanks make it prose
    if (!is_base64_digit(c)) return false;
    ++digits;
    upper += c >= 'A' && c <= 'Z';
    lower += c >= 'a' && c <= 'z';
    numeric += (c >= '0' && c <= '9') || c == '+' || c == '/';
  }
  if (digits < kShortest || upper == 0 || lower == 0) return false;
  // Random base64 is 41 % upper, 41 % lower and 19 % other; text encoded is close to it, camelCase
  // identifiers and paths are not.
  const bool mixed = upper * 8 >= digits && lower * 8 >= digits && (numeric * 50 >= digits);
  return mixed && decode_base64(text, text.size()).has_value();
}

}  // namespace cerebro
