#include "archive/decompress.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace cerebro {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr size_t kMaxZlibInput = 1 << 30;  // z_stream counts in 32 bits

class PassThrough : public Decompressor {
 public:
  explicit PassThrough(std::string_view bytes) : bytes_(bytes) {}
  std::string_view next() override { return std::exchange(bytes_, {}); }

 private:
  std::string_view bytes_;
};

// gzip by zlib itself: libarchive's filter drops up to 64 KiB before the point of truncation,
// which is most packages as a whole.
class Gunzip : public Decompressor {
 public:
  explicit Gunzip(std::string_view bytes) : rest_(bytes), piece_(kPieceBytes) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
    if (!ready_) error_ = "out of memory";
  }
  ~Gunzip() override {
    if (ready_) inflateEnd(&stream_);
  }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  std::string_view next() override {
    if (done_ || !error_.empty()) return {};
    stream_.next_out = piece_.data();
    stream_.avail_out = static_cast<uInt>(piece_.size());
    while (stream_.avail_out > 0 && !done_ && error_.empty()) inflate_some();
    const size_t size = piece_.size() - stream_.avail_out;
    return {reinterpret_cast<const char*>(piece_.data()), size};
  }

 private:
  void inflate_some() {
    const size_t offered = std::min(rest_.size(), kMaxZlibInput);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest_.data()));
    stream_.avail_in = static_cast<uInt>(offered);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    rest_.remove_prefix(offered - stream_.avail_in);
    if (status == Z_STREAM_END) {
      // Another member may follow (RFC 1952, 2.2), for Python behind padding by zeros as well;
      // anything else is trailing garbage, which Node's and Python's readers leave alone.
      const std::string_view behind =
          rest_.substr(std::min(rest_.find_first_not_of('\0'), rest_.size()));
      if (compression_of(behind) == Compression::kGzip) rest_ = behind;
      done_ = compression_of(rest_) != Compression::kGzip || inflateReset(&stream_) != Z_OK;
    } else if (status == Z_BUF_ERROR ||
               (status == Z_OK && rest_.empty() && stream_.avail_out > 0)) {
      truncated_ = true;
      error_ = "the gzip stream ends early";
    } else if (status != Z_OK) {
      error_ = std::string("the gzip stream is damaged: ") +
               (stream_.msg != nullptr ? stream_.msg : "unknown error");
    }
  }

  std::string_view rest_;
  std::vector<Bytef> piece_;
  z_stream stream_ = {};
  bool ready_ = false;
  bool done_ = false;
};

// bzip2, xz, lzma and zstd by libarchive's filters over its "raw" format.
class Filter : public Decompressor {
 public:
  Filter(int filter, std::string_view bytes) : archive_(archive_read_new(), archive_read_free) {
    archive_read_support_format_raw(archive_.get());
    if (archive_read_append_filter(archive_.get(), filter) != ARCHIVE_OK ||
        archive_read_open_memory(archive_.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
      fail_with_archives_error();
      return;
    }
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive_.get(), &entry);
    if (status == ARCHIVE_EOF) {
      done_ = true;
    } else if (status < ARCHIVE_WARN) {
      fail_with_archives_error();
    }
  }

  std::string_view next() override {
    if (done_ || !error_.empty()) return {};
    const void* data = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int status = ARCHIVE_OK;
    while (status == ARCHIVE_OK && size == 0) {
      status = archive_read_data_block(archive_.get(), &data, &size, &offset);
    }
    if (status == ARCHIVE_EOF) {
      done_ = true;
      return {};
    }
    if (status < ARCHIVE_WARN) {
      fail_with_archives_error();
      return {};
    }
    return {static_cast<const char*>(data), size};
  }

 private:
  void fail_with_archives_error() {
    const char* text = archive_error_string(archive_.get());
    error_ = text != nullptr ? text : "unknown error";
    truncated_ = error_.find("runcated") != std::string::npos;
  }

  std::unique_ptr<archive, int (*)(archive*)> archive_;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Decompressor> make_decompressor(Compression compression, std::string_view bytes) {
  switch (compression) {
    case Compression::kNone:
      return std::make_unique<PassThrough>(bytes);
    case Compression::kGzip:
      return std::make_unique<Gunzip>(bytes);
    case Compression::kBzip2:
      return std::make_unique<Filter>(ARCHIVE_FILTER_BZIP2, bytes);
    case Compression::kXz:
      return std::make_unique<Filter>(ARCHIVE_FILTER_XZ, bytes);
    case Compression::kLzma:
      return std::make_unique<Filter>(ARCHIVE_FILTER_LZMA, bytes);
    case Compression::kZstd:
      return std::make_unique<Filter>(ARCHIVE_FILTER_ZSTD, bytes);
  }
  return std::make_unique<PassThrough>(bytes);
}

}  // namespace cerebro
