#include "archive/format.h"

#include <algorithm>
#include <unordered_set>

namespace cerebro {
namespace {

using namespace std::literals;

// Signatures and field offsets: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16.
constexpr std::string_view kLocalHeader = "PK\x03\x04"sv;
constexpr std::string_view kCentralHeader = "PK\x01\x02"sv;
constexpr std::string_view kEndRecord = "PK\x05\x06"sv;
constexpr std::string_view kEndRecord64 = "PK\x06\x06"sv;
constexpr std::string_view kEndLocator64 = "PK\x06\x07"sv;
constexpr size_t kLocalHeaderBytes = 30;
constexpr size_t kCentralHeaderBytes = 46;
constexpr size_t kEndRecordBytes = 22;
constexpr size_t kEndRecord64Bytes = 56;
constexpr size_t kEndLocator64Bytes = 20;
constexpr size_t kMaxCommentBytes = 65'535;
constexpr uint16_t kExtraZip64 = 1;
constexpr uint16_t kExtraUnicodePath = 0x7075;  // another name, which some readers prefer

constexpr struct {
  std::string_view magic;
  Compression compression;
} kMagics[] = {
    {"\x1F\x8B"sv, Compression::kGzip},         {"BZh"sv, Compression::kBzip2},
    {"\xFD\x37zXZ\x00"sv, Compression::kXz},    {"\x5D\x00\x00"sv, Compression::kLzma},
    {"\x28\xB5\x2F\xFD"sv, Compression::kZstd},
};

constexpr size_t kTarBlock = 512;
constexpr size_t kTarChecksumAt = 148;
constexpr size_t kTarChecksumBytes = 8;

// A little-endian integer of `size` bytes; bytes past the end count as zero.
uint64_t little_endian(std::string_view bytes, uint64_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) {
    const uint64_t byte = at + i < bytes.size() ? static_cast<uint8_t>(bytes[at + i]) : 0;
    value = value << 8 | byte;
  }
  return value;
}

bool has(std::string_view bytes, uint64_t at, std::string_view signature, size_t record_bytes) {
  return at <= bytes.size() && bytes.size() - at >= record_bytes &&
         bytes.substr(at, signature.size()) == signature;
}

// Method, checksum and sizes of a central and a local header. A local header may leave the last
// three to a data descriptor (flag bit 3), and the sizes to zip64 (all ones).
bool same_fields(std::string_view bytes, uint64_t central, uint64_t local) {
  constexpr uint64_t kOnes = 0xFFFF'FFFF;
  if (little_endian(bytes, central + 10, 2) != little_endian(bytes, local + 8, 2)) return false;
  const bool has_descriptor = (little_endian(bytes, local + 6, 2) & 8) != 0;
  if (has_descriptor) return true;
  for (const uint64_t field : {16, 20, 24}) {
    const uint64_t there = little_endian(bytes, central + field, 4);
    const uint64_t here = little_endian(bytes, local + field - 2, 4);
    if (there != here && there != kOnes && here != kOnes) return false;
  }
  return true;
}

// The offset of a central header's local header; zip64 keeps it in an extra field when the 32-bit
// one is all ones, behind the two sizes if those are all ones as well.
uint64_t local_offset(std::string_view bytes, uint64_t central, uint64_t extra,
                      size_t extra_bytes) {
  constexpr uint64_t kOnes = 0xFFFF'FFFF;
  const uint64_t offset = little_endian(bytes, central + 42, 4);
  if (offset != kOnes) return offset;
  const uint64_t end = extra + extra_bytes;
  while (extra + 4 <= end) {
    const uint64_t size = little_endian(bytes, extra + 2, 2);
    if (little_endian(bytes, extra, 2) == kExtraZip64) {
      uint64_t skip = 0;
      if (little_endian(bytes, central + 24, 4) == kOnes) skip += 8;
      if (little_endian(bytes, central + 20, 4) == kOnes) skip += 8;
      return little_endian(bytes, extra + 4 + skip, 8);
    }
    extra += 4 + size;
  }
  return offset;
}

// Whether an extra field gives the entry another name than its header (APPNOTE 4.6.9).
bool is_renamed(std::string_view bytes, std::string_view name, uint64_t extra, size_t extra_bytes) {
  const uint64_t end = extra + extra_bytes;
  while (extra + 4 <= end && end <= bytes.size()) {
    const uint64_t size = little_endian(bytes, extra + 2, 2);
    constexpr uint64_t kVersionAndChecksum = 5;
    if (little_endian(bytes, extra, 2) == kExtraUnicodePath && size > kVersionAndChecksum &&
        extra + 4 + size <= end) {
      const std::string_view other =
          bytes.substr(extra + 4 + kVersionAndChecksum, size - kVersionAndChecksum);
      // Where the header's name is in an old character set, the other one is what it means.
      const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return c > 0; });
      if (ascii && other != name) return true;
    }
    extra += 4 + size;
  }
  return false;
}

}  // namespace

Compression compression_of(std::string_view bytes) {
  for (const auto& row : kMagics) {
    if (bytes.starts_with(row.magic)) return row.compression;
  }
  return Compression::kNone;
}

bool is_tar_header(std::string_view header) {
  if (header.size() < kTarBlock) return false;
  const std::string_view field = header.substr(kTarChecksumAt, kTarChecksumBytes);
  uint32_t stated = 0;
  size_t i = std::min(field.find_first_not_of(' '), field.size());
  if (i == field.size() || field[i] < '0' || field[i] > '7') return false;
  for (; i < field.size() && field[i] >= '0' && field[i] <= '7'; ++i) {
    stated = stated * 8 + static_cast<uint32_t>(field[i] - '0');
  }
  uint32_t sum = kTarChecksumBytes * ' ';
  for (size_t at = 0; at < kTarBlock; ++at) {
    if (at - kTarChecksumAt < kTarChecksumBytes) continue;  // wraps around below the field
    sum += static_cast<uint8_t>(header[at]);
  }
  return sum == stated;
}

ZipDirectory find_zip_directory(std::string_view bytes) {
  ZipDirectory directory;
  if (bytes.size() < kEndRecordBytes) return directory;
  const size_t from = bytes.size() - kEndRecordBytes;
  const size_t floor = from > kMaxCommentBytes ? from - kMaxCommentBytes : 0;
  const size_t found = bytes.substr(floor).rfind(kEndRecord, from - floor);
  if (found == std::string_view::npos) return directory;
  const uint64_t end = floor + found;

  uint64_t size = little_endian(bytes, end + 12, 4);
  uint64_t offset = little_endian(bytes, end + 16, 4);
  uint64_t directory_end = end;
  if (end >= kEndLocator64Bytes &&
      has(bytes, end - kEndLocator64Bytes, kEndLocator64, kEndLocator64Bytes)) {
    const uint64_t record = little_endian(bytes, end - kEndLocator64Bytes + 8, 8);
    if (has(bytes, record, kEndRecord64, kEndRecord64Bytes)) {
      size = little_endian(bytes, record + 40, 8);
      offset = little_endian(bytes, record + 48, 8);
      directory_end = record;
    }
  }
  if (size > directory_end || offset > directory_end - size) return directory;
  return {true, directory_end - size, end, directory_end - size - offset};
}

ZipAgreement compare_headers(std::string_view bytes, const ZipDirectory& directory) {
  ZipAgreement agreement;
  agreement.first_listed = bytes.size();
  std::unordered_set<uint64_t> listed;
  uint64_t at = directory.begin;
  while (has(bytes, at, kCentralHeader, kCentralHeaderBytes)) {
    const size_t name_bytes = little_endian(bytes, at + 28, 2);
    const size_t extra_bytes = little_endian(bytes, at + 30, 2);
    const size_t comment_bytes = little_endian(bytes, at + 32, 2);
    const uint64_t name = at + kCentralHeaderBytes;
    const uint64_t local =
        local_offset(bytes, at, name + name_bytes, extra_bytes) + directory.shift;
    if (name + name_bytes > bytes.size() || !has(bytes, local, kLocalHeader, kLocalHeaderBytes) ||
        little_endian(bytes, local + 26, 2) != name_bytes ||
        bytes.substr(name, name_bytes) != bytes.substr(local + kLocalHeaderBytes, name_bytes) ||
        !same_fields(bytes, at, local) ||
        is_renamed(bytes, bytes.substr(name, name_bytes), name + name_bytes, extra_bytes)) {
      agreement.contradictory = true;
    }
    listed.insert(local);
    agreement.first_listed = std::min(agreement.first_listed, local);
    at = name + name_bytes + extra_bytes + comment_bytes;
  }
  for (size_t local = bytes.find(kLocalHeader); local != std::string_view::npos;
       local = bytes.find(kLocalHeader, local + kLocalHeader.size())) {
    if (!listed.contains(local)) agreement.unlisted = true;
  }
  return agreement;
}

size_t find_local_header(std::string_view bytes, size_t from) {
  return bytes.find(kLocalHeader, from);
}

bool starts_like_zip(std::string_view bytes) { return bytes.starts_with(kLocalHeader); }

bool is_empty_zip(std::string_view bytes) {
  return bytes.starts_with(kEndRecord) && bytes.size() >= kEndRecordBytes;
}

bool looks_like_archive(std::string_view bytes) {
  if (starts_like_zip(bytes) || compression_of(bytes) != Compression::kNone) return true;
  if (bytes.size() >= kEndRecordBytes &&
      bytes.substr(bytes.size() - kEndRecordBytes).starts_with(kEndRecord)) {
    return true;
  }
  return is_tar_header(bytes);
}

}  // namespace cerebro
