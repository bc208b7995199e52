#pragma once

// Hash tables of numbers in one piece of memory: no allocation for each element, one cache line for
// most look-ups. Nothing can be erased, and the order of the elements means nothing.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace cerebro {

// Differs from run to run, so that no package can be made to fill one corner of a table. What comes
// out of a table does not depend on it.
extern const uint64_t kHashSeed;

// Spreads the bits of a key over all of the hash (the finaliser of MurmurHash3).
inline uint64_t mix(uint64_t key) {
  key ^= kHashSeed;
  key = (key ^ (key >> 33)) * 0xFF51AFD7ED558CCDULL;
  key = (key ^ (key >> 33)) * 0xC4CEB9FE1A85EC53ULL;
  return key ^ (key >> 33);
}

uint64_t hash_bytes(std::string_view bytes);

// 64-bit keys to 32-bit values.
class FlatMap {
 public:
  // Null when absent; valid until the next insertion.
  const uint32_t* find(uint64_t key) const {
    if (cells_.empty()) return nullptr;
    const Cell& cell = cells_[place(key)];
    return cell.used ? &cell.value : nullptr;
  }
  // The value, and whether it was absent.
  std::pair<uint32_t&, bool> try_emplace(uint64_t key, uint32_t value) {
    if (size_ * 4 >= cells_.size() * 3) grow();
    Cell& cell = cells_[place(key)];
    const bool absent = !cell.used;
    if (absent) {
      cell = {key, value, 1};
      ++size_;
    }
    return {cell.value, absent};
  }
  size_t size() const { return size_; }

 private:
  struct Cell {
    uint64_t key = 0;
    uint32_t value = 0;
    uint32_t used = 0;
  };

  size_t place(uint64_t key) const {
    const size_t mask = cells_.size() - 1;
    size_t i = mix(key) & mask;
    while (cells_[i].used && cells_[i].key != key) i = (i + 1) & mask;
    return i;
  }
  void grow() {
    std::vector<Cell> old(cells_.empty() ? 16 : 2 * cells_.size());
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.used) cells_[place(cell.key)] = cell;
    }
  }

  std::vector<Cell> cells_;  // their number is a power of two
  size_t size_ = 0;
};

// A set of hashes that are spread already and that nobody outside can choose.
class HashSet {
 public:
  // Whether it was absent.
  bool insert(uint64_t hash) {
    if (size_ * 4 >= cells_.size() * 3) grow();
    hash += hash == 0;  // marks a free cell
    uint64_t& cell = cells_[place(hash)];
    if (cell == hash) return false;
    cell = hash;
    ++size_;
    return true;
  }

 private:
  size_t place(uint64_t hash) const {
    const size_t mask = cells_.size() - 1;
    size_t i = hash & mask;
    while (cells_[i] != 0 && cells_[i] != hash) i = (i + 1) & mask;
    return i;
  }
  void grow() {
    std::vector<uint64_t> old(cells_.empty() ? 16 : 2 * cells_.size());
    old.swap(cells_);
    for (const uint64_t hash : old) {
      if (hash != 0) cells_[place(hash)] = hash;
    }
  }

  std::vector<uint64_t> cells_;  // their number is a power of two
  size_t size_ = 0;
};

}  // namespace cerebro
