#pragma once

// The catalogue's regular expressions over texts. All texts of a package come by here, and almost
// none matches anything, so patterns are compiled one by one when a text could match, and a text is
// sifted by its four-byte pieces first. Safe for several threads.

#include <re2/re2.h>

#include <array>
#include <bitset>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "behaviour/catalogue.h"

namespace cerebro {

// One expression, compiled when it is first needed.
class TextPattern {
 public:
  bool matches(std::string_view pattern, std::string_view text);

 private:
  std::once_flag once_;
  std::unique_ptr<const RE2> compiled_;
};

// Of a long text only head and tail are searched: the second part may be empty.
std::array<std::string_view, 2> searched_parts(std::string_view text);

// All string rows that are tried at one place.
class TextClassifier {
 public:
  explicit TextClassifier(StringPlace place);

  // Appends the rows whose patterns match, in the catalogue's order; of the kinds of address the
  // first alone.
  void classify(std::string_view text, std::vector<const StringRow*>& out) const;

 private:
  using RowIndex = uint16_t;  // in the catalogue's string rows

  static constexpr size_t kSieveBits = 18;  // 32 KiB, of which some 500 bits are set

  static constexpr size_t sieve_slot(uint32_t gram) {
    return (gram * 2654435761U) >> (32 - kSieveBits);  // Knuth's multiplicative hash
  }
  void add(RowIndex row);
  void candidates(std::string_view part, std::vector<RowIndex>& rows) const;

  std::vector<RowIndex> always_;  // rows without pieces to sift by
  std::bitset<1 << kSieveBits> sieve_;
  FlatMap gram_numbers_;  // four bytes -> index into rows_of_gram_
  std::vector<std::vector<RowIndex>> rows_of_gram_;
};

}  // namespace cerebro
