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

namespace cerebro {
namespace {

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

// What libarchive's read callback needs: every decompressed byte is counted before it is parsed.
struct CountedStream {
  Decompressor* decompressor;
  TreeBuilder* builder;
};

la_ssize_t read_counted(archive* reader, void* data, const void** buffer) {
  auto* stream = static_cast<CountedStream*>(data);
  const std::string_view piece = stream->decompressor->next();
  if (!piece.empty()) {
    *buffer = piece.data();
    if (stream->builder->count_stream(piece.size())) return static_cast<la_ssize_t>(piece.size());
    archive_set_error(reader, ENOMEM, "a limit was reached");
    return -1;
  }
  const std::string& error = stream->decompressor->error();
  if (error.empty()) return 0;
  archive_set_error(reader, EIO, "%s", error.c_str());
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
    CountedStream stream{decompressor.get(), &builder_};
    const ArchivePtr reader = new_reader();
    archive_read_support_format_tar(reader.get());
    if (archive_read_open(reader.get(), &stream, nullptr, read_counted, nullptr) != ARCHIVE_OK) {
      return error_of(reader.get());
    }
    return read_entries(reader.get());
  }

  // Zips are read by their central directory, as installers do.
  std::string read_zip(std::string_view bytes) {
    is_zip_ = true;
    const ArchivePtr reader = new_reader();
    archive_read_support_format_zip_seekable(reader.get());
    return read_zip_with(reader.get(), bytes);
  }

  // ... or from local header to local header, as streaming readers do.
  std::string read_zip_stream(std::string_view bytes, bool only_new) {
    is_zip_ = true;
    only_new_ = only_new;
    const ArchivePtr reader = new_reader();
    archive_read_support_format_zip_streamable(reader.get());
    return read_zip_with(reader.get(), bytes);
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
    while (!builder_.full() && !fatal_) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(reader, &entry);
      if (status == ARCHIVE_EOF) return {};
      if (status < ARCHIVE_WARN) {
        if (builder_.full()) return {};
        if (!any) return error_of(reader);
        note_failure(error_of(reader), "the rest was not read", {});
        return {};
      }
      any = true;
      if (!builder_.count_entry()) return {};
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
    if (type == AE_IFDIR && !(is_zip_ && has_data)) return;

    std::string path = builder_.name(prefix_, raw_name);
    if (const char* target = archive_entry_hardlink(entry)) {
      return builder_.add_link(std::move(path), prefix_, target, true);
    }
    if (const char* target = archive_entry_symlink(entry)) {
      if (!is_zip_) return builder_.add_link(std::move(path), prefix_, target, false);
      builder_.note(Code::kArchiveLink, "marked as a link; read as a file", path);
      return keep({std::move(path), target});
    }
    if (type != AE_IFREG && type != AE_IFLNK && !is_zip_) {
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
  bool fatal_ = false;     // libarchive cannot go on
};

std::string unpack_zip(std::string_view bytes, const ZipDirectory& directory,
                       const std::string& prefix, int depth, const ArchiveOptions& options,
                       TreeBuilder& builder) {
  if (is_empty_zip(bytes)) return {};
  if (!directory.found) {
    std::string error = Unpacker(prefix, depth, options, builder).read_zip_stream(bytes, false);
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
  }
  if (starts_like_zip(bytes) && agreement.unlisted) {
    std::string stream_error =
        Unpacker(prefix, depth, options, builder).read_zip_stream(bytes, true);
    if (!error.empty()) error = std::move(stream_error);
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
