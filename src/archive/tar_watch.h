#pragma once

// Looks along as a tar is read, for extended headers of which readers make different things, so
// that an installer may write other files than the ones that libarchive shows:
//   - a global header (POSIX.1-2001 pax, type g) with a path or a size: Python's tarfile takes the
//     path for every file behind it, npm's tar the size, libarchive neither;
//   - an entry that has a long name of GNU's kind (type L) and one of pax's (type x): npm's tar
//     takes the latter, the others the one that comes last.

#include <cstdint>
#include <string>
#include <string_view>

namespace cerebro {

class TarWatch {
 public:
  // The next piece of the tar; all but the last are of whole blocks of 512 bytes.
  void read(std::string_view piece);

  // What is contested, "" when nothing is.
  const std::string& contested() const { return contested_; }

 private:
  void block(std::string_view block);
  void header(std::string_view block);
  void end_of_body();
  std::string_view record(std::string_view key) const;

  uint64_t skip_ = 0;         // blocks of a file's content that are still to come
  uint64_t body_blocks_ = 0;  // of an extended header that are still to come
  char type_ = '\0';          // of that header
  std::string body_;
  std::string gnu_name_, pax_name_;  // of the entry that comes next
  uint64_t pax_size_ = 0;
  bool has_pax_size_ = false;
  std::string contested_;
};

}  // namespace cerebro
