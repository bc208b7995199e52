#pragma once

// Which archive formats a file's bytes make. Names are never looked at: an installer that goes by
// the name and a scanner that goes by the first bytes can be made to disagree.

#include <cstdint>
#include <string_view>

namespace cerebro {

enum class Compression { kNone, kGzip, kBzip2, kXz, kLzma, kZstd };

Compression compression_of(std::string_view bytes);  // by magic number

// Whether `header` starts with a tar header whose checksum is right (POSIX.1-1988 ustar, and v7).
bool is_tar_header(std::string_view header);

// What the end-of-central-directory record of a zip says, zip64 included.
struct ZipDirectory {
  bool found = false;
  uint64_t begin = 0;  // offset of the central directory
  uint64_t end = 0;    // offset of the end record
  uint64_t shift = 0;  // bytes in front of the zip proper (self-extracting archives, zipapps)
};

ZipDirectory find_zip_directory(std::string_view bytes);

// How far a zip's local headers and its central directory tell the same story.
struct ZipAgreement {
  bool unlisted = false;  // something that looks like a local header is not listed; stored data
                          // can look like one, so this may be a false alarm
  bool contradictory = false;  // a listed entry has another name, method, size or checksum in its
                               // local header, so that readers disagree about its content
  uint64_t first_listed = 0;   // the lowest offset of a listed local header; the file's size if none
};

ZipAgreement compare_headers(std::string_view bytes, const ZipDirectory& directory);

// The offset of the first local header at or behind `from`, or npos.
size_t find_local_header(std::string_view bytes, size_t from);

bool starts_like_zip(std::string_view bytes);
bool is_empty_zip(std::string_view bytes);  // an end record and nothing before it

// Whether it is worth trying to open `bytes` as an archive inside an archive.
bool looks_like_archive(std::string_view bytes);

}  // namespace cerebro
