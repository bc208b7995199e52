#include "syntax/parse_memory.h"

#include <tree_sitter/api.h>

#include <bit>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace cerebro {
namespace {

constexpr size_t kUnit = 8;          // alignment, and the step of the small sizes
constexpr size_t kSmall = 1024;      // up to here sizes are multiples of kUnit,
constexpr size_t kLarge = 64 << 10;  // up to here powers of two, above the C library's
constexpr size_t kBlock = 1 << 20;   // what is taken from the C library at a time
constexpr size_t kKeptBlocks = 16;   // that stay for the next file

constexpr size_t kSmallClasses = kSmall / kUnit + 1;
constexpr size_t kClasses = kSmallClasses + 6;  // 2 KiB to 64 KiB
constexpr uint64_t kHuge = kClasses;

constexpr size_t class_of(size_t bytes) {
  if (bytes <= kSmall) return (bytes + kUnit - 1) / kUnit;
  return kSmallClasses + static_cast<size_t>(std::bit_width((bytes - 1) / kSmall)) - 1;
}
constexpr size_t class_bytes(size_t c) {
  return c < kSmallClasses ? c * kUnit : kSmall << (c - kSmallClasses + 1);
}
static_assert(class_of(kSmall + 1) == kSmallClasses && class_bytes(kSmallClasses) == 2 * kSmall);
static_assert(class_of(kLarge) == kClasses - 1 && class_bytes(kClasses - 1) == kLarge);

// Before every piece stands its class; before a huge one all of this.
struct Huge {
  Huge *before, *after;
  size_t bytes;
  uint64_t its_class;
};
struct Free {
  Free* next;
};

uint64_t& class_at(void* piece) { return static_cast<uint64_t*>(piece)[-1]; }
Huge* huge_at(void* piece) { return static_cast<Huge*>(piece) - 1; }

// tree-sitter cannot be told that there is none.
void* checked(void* memory) {
  if (memory == nullptr) std::abort();
  return memory;
}

class Heap {
 public:
  Heap() { huge_.before = huge_.after = &huge_; }
  ~Heap() {
    release();
    for (std::byte* block : blocks_) std::free(block);
  }
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  void* allocate(size_t bytes) {
    requested_ += bytes;
    return take(bytes);
  }

  void* reallocate(void* old, size_t bytes) {
    requested_ += bytes;
    if (old == nullptr) return take(bytes);
    const uint64_t its_class = class_at(old);
    if (its_class == kHuge && bytes > kLarge) {
      Huge* moved = static_cast<Huge*>(checked(std::realloc(huge_at(old), sizeof(Huge) + bytes)));
      moved->before->after = moved->after->before = moved;
      moved->bytes = bytes;
      return moved + 1;
    }
    const size_t had = its_class == kHuge ? huge_at(old)->bytes : class_bytes(its_class);
    if (bytes <= had && its_class != kHuge) return old;
    void* larger = take(bytes);
    std::memcpy(larger, old, bytes < had ? bytes : had);
    give(old);
    return larger;
  }

  void give(void* piece) {
    if (piece == nullptr) return;
    const uint64_t its_class = class_at(piece);
    if (its_class == kHuge) {
      Huge* huge = huge_at(piece);
      huge->before->after = huge->after;
      huge->after->before = huge->before;
      std::free(huge);
    } else {
      auto* freed = static_cast<Free*>(piece);
      freed->next = free_[its_class];
      free_[its_class] = freed;
    }
  }

  void release() {
    while (huge_.after != &huge_) give(huge_.after + 1);
    while (blocks_.size() > kKeptBlocks) {
      std::free(blocks_.back());
      blocks_.pop_back();
    }
    std::memset(free_, 0, sizeof(free_));
    next_block_ = 0;
    left_ = 0;
    requested_ = 0;
  }

  uint64_t requested() const { return requested_; }

 private:
  void* take(size_t bytes) {
    if (bytes > kLarge) return take_huge(bytes);
    const size_t its_class = class_of(bytes == 0 ? 1 : bytes);
    if (Free* piece = free_[its_class]; piece != nullptr) {
      free_[its_class] = piece->next;
      return piece;
    }
    const size_t needed = class_bytes(its_class) + sizeof(uint64_t);
    if (needed > left_) next_block();
    std::byte* piece = next_ + sizeof(uint64_t);
    next_ += needed;
    left_ -= needed;
    class_at(piece) = its_class;
    return piece;
  }

  void* take_huge(size_t bytes) {
    auto* huge = static_cast<Huge*>(checked(std::malloc(sizeof(Huge) + bytes)));
    *huge = {&huge_, huge_.after, bytes, kHuge};
    huge_.after->before = huge;
    huge_.after = huge;
    return huge + 1;
  }

  void next_block() {
    if (next_block_ == blocks_.size()) {
      blocks_.push_back(static_cast<std::byte*>(checked(std::malloc(kBlock))));
    }
    next_ = blocks_[next_block_++];
    left_ = kBlock;
  }

  Free* free_[kClasses] = {};
  Huge huge_{};
  std::vector<std::byte*> blocks_;
  size_t next_block_ = 0;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
  uint64_t requested_ = 0;
};

thread_local Heap heap;

void* allocate(size_t bytes) { return heap.allocate(bytes); }
void* allocate_zeros(size_t count, size_t bytes) {
  return std::memset(heap.allocate(count * bytes), 0, count * bytes);
}
void* reallocate(void* old, size_t bytes) { return heap.reallocate(old, bytes); }
void give(void* piece) { heap.give(piece); }

}  // namespace

ParseMemory::ParseMemory() {
  static const bool set = [] {
    ts_set_allocator(allocate, allocate_zeros, reallocate, give);
    return true;
  }();
  static_cast<void>(set);
}

ParseMemory::~ParseMemory() { heap.release(); }

uint64_t ParseMemory::requested_bytes() { return heap.requested(); }

}  // namespace cerebro
