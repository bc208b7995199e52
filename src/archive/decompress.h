#pragma once

// Decompresses exactly one layer, a piece at a time, so that the caller can count every byte that
// comes out before asking for more. (libarchive alone would peel gzip inside gzip inside gzip and
// skip over terabytes of zeros without coming back.)

#include <memory>
#include <string>
#include <string_view>

#include "archive/format.h"

namespace cerebro {

class Decompressor {
 public:
  virtual ~Decompressor() = default;

  // The next piece, valid until the next call; empty at the end or after an error.
  virtual std::string_view next() = 0;

  // What went wrong, empty while all is well. `truncated` tells input that stopped early from
  // input that is damaged.
  const std::string& error() const { return error_; }
  bool truncated() const { return truncated_; }

 protected:
  std::string error_;
  bool truncated_ = false;
};

// `bytes` must outlive the decompressor. Never null; kNone passes the bytes through.
std::unique_ptr<Decompressor> make_decompressor(Compression compression, std::string_view bytes);

}  // namespace cerebro
