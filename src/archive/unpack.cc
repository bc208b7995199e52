#include "archive/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "archive/decompress.h"
#include "archive/format.h"
#include "archive/tar_watch.h"

namespace cerebro {
namespace {

constexpr int kMaxHiddenRuns = 64;
constexpr size_t kMaxReserveBytes = 4 << 20;  // the stated size is a claim, not a fact

using ArchivePtr = std::unique_ptr<archive, int (*)(archive*)>;

ArchivePtr new_reader() { return {archive_read_new(), archive_read_free}; }

std::string error_of(archive* reader) {
  const char* text = archive_error_string(reader);
  return text != nullptr ? text : "unknown error";
}

bool says_truncated(std::string_view error) {
  return error.find("runcated") != std::string_view::npos ||
         error.find("ends early") != std::string_view::npos;
}

// Made once and kept: it is read from files, which a worker cannot open (scan/sandbox.h) but
// inherits.
locale_t utf8_locale() {
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return utf8;
}

// libarchive converts names to the thread's character set; in the "C" locale it would drop every
// name that is not ASCII.
class Utf8Locale {
 public:
  Utf8Locale() : utf8_(utf8_locale()) {
    if (utf8_ != nullptr) previous_ = uselocale(utf8_);
  }
  ~Utf8Locale() {
    if (utf8_ != nullptr) uselocale(previous_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t utf8_;
  locale_t previous_ = nullptr;
};

constexpr size_t kTarBlock = 512;

// A decompressed tar in pieces of whole blocks, each counted before it is parsed. What a reader has
// not consumed when it sees the archive's end can be given to another one.
class TarStream {
 public:
  TarStream(Decompressor& decompressor, TreeBuilder& builder)
      : decompressor_(decompressor), builder_(builder) {}

  // Empty at the end, at a limit and after an error.
  std::string_view next() {
    if (!unread_.empty()) {
      piece_ = std::exchange(unread_, {});
    } else {
      piece_ = fetch();
    }
    given_ += piece_.size();
    return piece_;
  }

  const std::string& error() const { return decompressor_.error(); }
  bool full() const { return builder_.full(); }
  const std::string& contested() const { return watch_.contested(); }

  // Takes back what lies behind the first `consumed` bytes that were given since the last call, and
  // drops the empty blocks there. True when another tar header follows.
  bool continues_behind(uint64_t consumed) {
    const uint64_t left = given_ - std::min(given_, consumed);
    given_ = 0;
    unread_ = piece_.substr(piece_.size() - std::min<uint64_t>(left, piece_.size()));
    for (;;) {
      while (unread_.size() >= kTarBlock && is_empty(unread_.substr(0, kTarBlock))) {
        unread_.remove_prefix(kTarBlock);
      }
      if (!unread_.empty()) return is_tar_header(unread_);
      unread_ = piece_ = fetch();
      if (unread_.empty()) return false;
    }
  }

 private:
  static bool is_empty(std::string_view block) {
    return block.find_first_not_of('\0') == std::string_view::npos;
  }

  std::string_view fetch() {
    buffer_.erase(0, whole_);
    whole_ = 0;
    for (;;) {
      const std::string_view more = decompressor_.next();
      if (!more.empty() && !builder_.count_stream(more.size())) return {};
      if (buffer_.empty() && more.size() % kTarBlock == 0) return watched(more);
      buffer_ += more;
      whole_ = more.empty() ? buffer_.size() : buffer_.size() - buffer_.size() % kTarBlock;
      if (whole_ > 0 || more.empty()) return watched(std::string_view(buffer_).substr(0, whole_));
    }
  }

  std::string_view watched(std::string_view piece) {
    watch_.read(piece);
    return piece;
  }

  Decompressor& decompressor_;
  TreeBuilder& builder_;
  TarWatch watch_;
  std::string buffer_;  // bytes that make no whole block yet, behind `whole_` that were given
  size_t whole_ = 0;
  std::string_view piece_, unread_;
  uint64_t given_ = 0;
};

// libarchive's read callback.
la_ssize_t read_stream(archive* reader, void* data, const void** buffer) {
  auto* stream = static_cast<TarStream*>(data);
  const std::string_view piece = stream->next();
  if (!piece.empty()) {
    *buffer = piece.data();
    return static_cast<la_ssize_t>(piece.size());
  }
  if (stream->full()) {
    archive_set_error(reader, ENOMEM, "a limit was reached");
    return -1;
  }
  if (stream->error().empty()) return 0;
  archive_set_error(reader, EIO, "%s", stream->error().c_str());
  return -1;
}

// The archive that entries with this prefix lie in: "outer.zip" of "outer.zip!/", "" of "".
std::string archive_of(const std::string& prefix) {
  return prefix.substr(0, prefix.size() - std::min<size_t>(prefix.size(), 2));
}

class Unpacker {
 public:
  Unpacker(const std::string& prefix, int depth, const ArchiveOptions& options,
           TreeBuilder& builder)
      : prefix_(prefix), depth_(depth), options_(options), builder_(builder) {}

  std::string read_tar(std::string_view bytes, Compression compression) {
    const auto decompressor = make_decompressor(compression, bytes);
    TarStream stream(*decompressor, builder_);
    std::string error = read_tar_parts(stream);
    if (depth_ == 0 && error.empty()) builder_.is_tar();
    if (!stream.contested().empty()) {
      note_failure(stream.contested(), "installers may see other files", {});
      builder_.note(Code::kArchiveHiddenEntry, stream.contested(), archive_of(prefix_));
    }
    return error;
  }

  std::string read_tar_parts(TarStream& stream) {
    for (int part = 0;; ++part) {
      const ArchivePtr reader = new_reader();
      archive_read_support_format_tar(reader.get());
      if (archive_read_open(reader.get(), &stream, nullptr, read_stream, nullptr) != ARCHIVE_OK) {
        return error_of(reader.get());
      }
      std::string error = read_entries(reader.get());
      if (part > 0 && !error.empty()) note_failure(error, "behind the end mark", {});
      if (!error.empty() || !at_end_ || builder_.full()) return part == 0 ? error : "";
      // One empty block ends the archive for libarchive and Python, two for npm; some readers go on
      // behind any number.
      const auto consumed = static_cast<uint64_t>(archive_filter_bytes(reader.get(), 0));
      const bool more = stream.continues_behind(consumed);
      if (!stream.error().empty() && !builder_.full()) {
        note_failure(stream.error(), "behind the end mark", {});
      }
      if (!more) return {};
      if (part == 0) {
        builder_.note(Code::kArchiveHiddenEntry, "entries behind the tar's end mark",
                      archive_of(prefix_));
      }
    }
  }

  // Zips are read by their central directory, as installers do.
  std::string read_zip(std::string_view bytes) {
    is_zip_ = true;
    const ArchivePtr reader = new_reader();
    archive_read_support_format_zip_seekable(reader.get());
    return read_zip_with(reader.get(), bytes);
  }

  // ... or from local header to local header, as streaming readers do.
  std::string read_zip_stream(std::string_view bytes) {
    is_zip_ = true;
    const ArchivePtr reader = new_reader();
    archive_read_support_format_zip_streamable(reader.get());
    return read_zip_with(reader.get(), bytes);
  }

  // ... of the entries in [from, end) those that the central directory does not have like this.
  // Headers inside of listed entries' data are no entries of this zip, so `end` lies before them.
  void read_zip_hidden(std::string_view bytes, size_t from, size_t end) {
    is_zip_ = only_new_ = true;
    size_t at = find_local_header(bytes, from);
    for (int run = 0; at < end && !builder_.full(); ++run) {
      if (run == kMaxHiddenRuns) {
        return note_failure("too many zips in one", "the rest was not read", {});
      }
      const ArchivePtr reader = new_reader();
      archive_read_support_format_zip_streamable(reader.get());
      (void)read_zip_with(reader.get(), bytes.substr(at));
      const auto consumed = static_cast<size_t>(std::max<la_int64_t>(
          archive_filter_bytes(reader.get(), 0), 4));  // at least the signature
      at = find_local_header(bytes, at + consumed);
    }
  }

 private:
  std::string read_zip_with(archive* reader, std::string_view bytes) {
    if (!options_.password.empty()) {
      archive_read_add_passphrase(reader, options_.password.c_str());
    }
    if (archive_read_open_memory(reader, bytes.data(), bytes.size()) != ARCHIVE_OK) {
      return error_of(reader);
    }
    return read_entries(reader);
  }

  std::string read_entries(archive* reader) {
    bool any = false;
    at_end_ = false;
    while (!builder_.full() && !fatal_) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(reader, &entry);
      at_end_ = status == ARCHIVE_EOF;
      if (at_end_) return {};
      if (status < ARCHIVE_WARN) {
        if (builder_.full()) return {};
        if (!any) return error_of(reader);
        note_failure(error_of(reader), "the rest was not read", {});
        return {};
      }
      any = true;
      if (!builder_.count_entry()) return {};
      if (status == ARCHIVE_RETRY) {  // a damaged header; some installers skip it too
        note_failure(error_of(reader), "reading went on behind it", {});
        continue;
      }
      read_entry(reader, entry);
    }
    return {};
  }

  void read_entry(archive* reader, archive_entry* entry) {
    const char* raw_name = archive_entry_pathname(entry);
    if (raw_name == nullptr) raw_name = archive_entry_pathname_utf8(entry);
    if (raw_name == nullptr) raw_name = "";
    const auto type = archive_entry_filetype(entry);
    const bool has_data = archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0;
    // Python's zipfile ignores the file type of an entry and writes what it holds, so a zip's
    // "directories" and "devices" are read too.
    // Python's tarfile does so with types that it does not know.
    if (type == AE_IFDIR && !has_data) return;

    std::string path = builder_.name(prefix_, raw_name);
    if (const char* target = archive_entry_hardlink(entry)) {
      return builder_.add_link(std::move(path), prefix_, target, true);
    }
    if (const char* target = archive_entry_symlink(entry)) {
      if (!is_zip_) return builder_.add_link(std::move(path), prefix_, target, false);
      builder_.note(Code::kArchiveLink, "marked as a link; read as a file", path);
      return keep({std::move(path), target});
    }
    if (type != AE_IFREG && type != AE_IFLNK && !is_zip_ && !has_data) {
      return builder_.note(Code::kArchiveLink, "a device or pipe; it was not created", path);
    }

    File file;
    file.path = std::move(path);
    file.executable = (archive_entry_perm(entry) & 0111) != 0;
    if (read_content(reader, entry, file)) keep(std::move(file));
  }

  // False when there is nothing worth keeping.
  bool read_content(archive* reader, archive_entry* entry, File& file) {
    if (archive_entry_size_is_set(entry)) {
      const auto stated = static_cast<uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
      file.content.reserve(std::min<uint64_t>(stated, kMaxReserveBytes));
    }
    const uint64_t file_limit = builder_.limits().file_bytes;
    for (;;) {
      const void* data = nullptr;
      size_t size = 0;
      la_int64_t offset = 0;
      const int status = archive_read_data_block(reader, &data, &size, &offset);
      if (status == ARCHIVE_EOF) break;
      if (status < ARCHIVE_WARN) {
        fatal_ = status == ARCHIVE_FATAL;
        return handle_data_error(reader, entry, file);
      }
      const uint64_t have = file.content.size();
      const uint64_t gap = std::max<uint64_t>(static_cast<uint64_t>(offset), have) - have;
      if (!builder_.count_content(size) ||
          (!file.truncated && !builder_.count_content(std::min(gap, file_limit - have)))) {
        file.truncated = true;
        return true;
      }
      if (file.truncated) continue;  // drained and counted, so that a skip is never free
      const uint64_t room = file_limit - have;
      file.content.append(std::min(gap, room), '\0');  // a hole of a sparse file
      file.content.append(static_cast<const char*>(data),
                          std::min<uint64_t>(size, file_limit - file.content.size()));
      if (gap + size > room) {
        file.truncated = true;
        builder_.note(Code::kArchiveLimitFileSize,
                      "larger than " + std::to_string(file_limit) + " bytes", file.path);
      }
    }
    return true;
  }

  bool handle_data_error(archive* reader, archive_entry* entry, File& file) {
    file.truncated = true;
    if (builder_.full()) return true;
    if (archive_entry_is_data_encrypted(entry)) {
      builder_.note(Code::kArchivePassword,
                    options_.password.empty() ? "a password is needed" : "the password is wrong",
                    file.path);
      return false;
    }
    note_failure(error_of(reader), "read as far as possible", file.path);
    return true;
  }

  void note_failure(const std::string& error, std::string_view consequence,
                    const std::string& path) {
    const Code code = says_truncated(error) ? Code::kArchiveTruncated : Code::kArchiveEntryFailed;
    builder_.note(code, error + "; " + std::string(consequence),
                  path.empty() ? archive_of(prefix_) : path);
  }

  void keep(File file) {
    if (only_new_) {
      std::string path = file.path;
      if (builder_.add_if_new(std::move(file))) {
        builder_.note(Code::kArchiveHiddenEntry, "not in the central directory, or not like this",
                      path);
      }
      return;
    }
    open_nested(file);
    builder_.add(std::move(file));
  }

  void open_nested(const File& file) {
    if (file.truncated || !looks_like_archive(file.content)) return;
    if (depth_ < builder_.limits().archive_nesting) {
      unpack(file.content, file.path + "!/", depth_ + 1, options_, builder_);
    } else if (depth_ > 0 || builder_.limits().archive_nesting == 0) {
      builder_.note(Code::kArchiveLimitNesting, "not opened", file.path);
    }
  }

  const std::string& prefix_;
  int depth_;
  const ArchiveOptions& options_;
  TreeBuilder& builder_;
  bool is_zip_ = false;
  bool only_new_ = false;  // keep only what another reading of the same archive did not show
  bool at_end_ = false;    // libarchive saw the archive's end mark, or the end of the bytes
  bool fatal_ = false;     // libarchive cannot go on
};

std::string unpack_zip(std::string_view bytes, const ZipDirectory& directory,
                       const std::string& prefix, int depth, const ArchiveOptions& options,
                       TreeBuilder& builder) {
  if (is_empty_zip(bytes)) return {};
  if (!directory.found) {
    std::string error = Unpacker(prefix, depth, options, builder).read_zip_stream(bytes);
    if (error.empty()) {
      builder.note(Code::kArchiveTruncated, "the zip has no central directory", archive_of(prefix));
    }
    return error;
  }
  // libarchive looks for the end record in the last 16 KiB only; a comment may be 64 KiB.
  constexpr size_t kEndRecordBytes = 22;
  std::string error = Unpacker(prefix, depth, options, builder)
                          .read_zip(bytes.substr(0, directory.end + kEndRecordBytes));
  const ZipAgreement agreement = compare_headers(bytes, directory);
  if (agreement.contradictory) {
    builder.note(Code::kArchiveEntryFailed,
                 "the zip's local headers contradict its central directory; installers may see "
                 "other content",
                 archive_of(prefix));
    builder.note(Code::kArchiveHiddenEntry, "what the local headers say", archive_of(prefix));
  }
  if (agreement.unlisted) {
    const size_t before = builder.file_count();
    const size_t listed = static_cast<size_t>(std::min(agreement.first_listed, directory.begin));
    Unpacker(prefix, depth, options, builder).read_zip_hidden(bytes, 0, listed + 1);
    Unpacker(prefix, depth, options, builder)
        .read_zip_hidden(bytes, static_cast<size_t>(directory.end), bytes.size());
    if (builder.file_count() > before) error.clear();
  }
  return error;
}

}  // namespace

std::string unpack(std::string_view bytes, const std::string& prefix, int depth,
                   const ArchiveOptions& options, TreeBuilder& builder) {
  const Utf8Locale locale;
  std::string error = "the content is no archive of a known kind";
  const ZipDirectory directory = find_zip_directory(bytes);
  const bool zip = starts_like_zip(bytes) || directory.found || is_empty_zip(bytes);
  const Compression compression = compression_of(bytes);
  const bool tar = compression != Compression::kNone || is_tar_header(bytes);
  // A file can be a tar by its first bytes and a zip by its last ones; then both are read, since
  // its name decides which of them an installer takes.
  if (tar) error = Unpacker(prefix, depth, options, builder).read_tar(bytes, compression);
  if (zip) {
    const std::string zip_error = unpack_zip(bytes, directory, prefix, depth, options, builder);
    if (zip_error.empty() && tar && error.empty()) {
      builder.note(Code::kArchiveHiddenEntry, "the file is both a tar and a zip; both were read",
                   archive_of(prefix));
    }
    if (!tar || !error.empty()) error = zip_error;
  }
  return error;
}

}  // namespace cerebro
