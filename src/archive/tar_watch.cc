#include "archive/tar_watch.h"

#include <algorithm>
#include <optional>

#include "archive/format.h"

namespace cerebro {
namespace {

constexpr size_t kBlock = 512, kSizeAt = 124, kSizeBytes = 12, kTypeAt = 156;
constexpr size_t kMaxBody = 1 << 20;

uint64_t blocks_of(uint64_t bytes) { return bytes / kBlock + (bytes % kBlock != 0 ? 1 : 0); }

// A size in octal digits; other forms are not for us.
std::optional<uint64_t> size_of(std::string_view header) {
  std::string_view field = header.substr(kSizeAt, kSizeBytes);
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  uint64_t size = 0;
  for (const char c : field) {
    if (c == '\0' || c == ' ') break;
    if (c < '0' || c > '7') return std::nullopt;
    size = size * 8 + static_cast<uint64_t>(c - '0');
  }
  return size;
}

std::string_view until_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

}  // namespace

void TarWatch::read(std::string_view piece) {
  while (piece.size() >= kBlock && contested_.empty()) {
    if (skip_ > 0) {
      const uint64_t blocks = std::min<uint64_t>(skip_, piece.size() / kBlock);
      skip_ -= blocks;
      piece.remove_prefix(blocks * kBlock);
      continue;
    }
    block(piece.substr(0, kBlock));
    piece.remove_prefix(kBlock);
  }
}

void TarWatch::block(std::string_view block) {
  if (body_blocks_ == 0) return header(block);
  if (body_.size() < kMaxBody) body_ += block;
  if (--body_blocks_ == 0) end_of_body();
}

// Where something is odd nothing is skipped, and every block may be a header.
void TarWatch::header(std::string_view block) {
  if (!is_tar_header(block)) return;
  const std::optional<uint64_t> size = size_of(block);
  type_ = block[kTypeAt];
  if (type_ == 'g' || type_ == 'x' || type_ == 'L') {
    body_.clear();
    body_blocks_ = blocks_of(size.value_or(0));
    return;
  }
  if (type_ == 'K') return;  // a long target of a link
  if (!gnu_name_.empty() && !pax_name_.empty() && gnu_name_ != pax_name_) {
    contested_ = "an entry has two long names";
  }
  const bool file = type_ == '0' || type_ == '\0' || type_ == '7';
  if (file && size) skip_ = blocks_of(has_pax_size_ ? pax_size_ : *size);
  gnu_name_.clear();
  pax_name_.clear();
  has_pax_size_ = false;
}

void TarWatch::end_of_body() {
  if (type_ == 'L') {
    gnu_name_ = until_nul(body_);
  } else if (type_ == 'g') {
    for (const char* key : {"path", "linkpath", "size"}) {
      if (record(key).data() != nullptr) {
        contested_ = std::string("a global header gives every file the same ") + key;
      }
    }
  } else {
    if (const std::string_view path = record("path"); path.data() != nullptr) pax_name_ = path;
    if (const std::string_view size = record("size"); size.data() != nullptr) {
      has_pax_size_ =
          std::all_of(size.begin(), size.end(), [](char c) { return c >= '0' && c <= '9'; });
      pax_size_ = 0;
      for (const char c : size.substr(0, 18))
        pax_size_ = pax_size_ * 10 + static_cast<uint64_t>(c - '0');
    }
  }
}

// "12 key=value\n", the number being the length of all of it; a null view when there is none.
std::string_view TarWatch::record(std::string_view key) const {
  const std::string wanted = " " + std::string(key) + "=";
  const size_t at = body_.find(wanted);
  if (at == std::string::npos) return {};
  const std::string_view value = std::string_view(body_).substr(at + wanted.size());
  return value.substr(0, value.find('\n'));
}

}  // namespace cerebro
