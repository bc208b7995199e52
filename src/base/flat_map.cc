#include "base/flat_map.h"

#include <sys/auxv.h>

#include <cstring>

namespace cerebro {
namespace {

uint64_t load(const char* at, size_t bytes) {
  uint64_t word = 0;
  std::memcpy(&word, at, bytes);
  return word;
}

// The kernel gives every process 16 random bytes.
uint64_t process_seed() {
  const auto* random = reinterpret_cast<const char*>(getauxval(AT_RANDOM));
  return random == nullptr ? 0x9E3779B97F4A7C15ULL : load(random, sizeof(uint64_t));
}

// Both halves of the 128-bit product, as in wyhash.
uint64_t fold_product(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

const uint64_t kHashSeed = process_seed();

uint64_t hash_bytes(std::string_view bytes) {
  constexpr uint64_t kOdd = 0xA0761D6478BD642FULL;
  uint64_t hash = kHashSeed ^ bytes.size();
  for (; bytes.size() > 8; bytes.remove_prefix(8)) {
    hash = fold_product(hash ^ load(bytes.data(), 8), kOdd);
  }
  return fold_product(hash ^ load(bytes.data(), bytes.size()), kOdd ^ kHashSeed);
}

}  // namespace cerebro
