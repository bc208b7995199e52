#pragma once

// Memory for the many small, short-lived structures of one package: taken from large blocks, given
// back all at once. Nothing in it is destroyed, so it holds only plain data.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace cerebro {

class Arena {
 public:
  template <class T>
  T* allocate(size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kAlignment);
    return static_cast<T*>(take(count * sizeof(T)));
  }

 private:
  static constexpr size_t kAlignment = 8;
  static constexpr size_t kFirstBlock = 4 << 10, kLargestBlock = 256 << 10;

  void* take(size_t bytes) {
    bytes = (bytes + kAlignment - 1) & ~(kAlignment - 1);
    if (bytes > left_) grow(bytes);
    void* taken = next_;
    next_ += bytes;
    left_ -= bytes;
    return taken;
  }
  void grow(size_t bytes) {
    const size_t size = bytes > block_ ? bytes : block_;
    blocks_.emplace_back(new std::byte[size]);
    next_ = blocks_.back().get();
    left_ = size;
    if (block_ < kLargestBlock) block_ *= 2;
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
  size_t block_ = kFirstBlock;
};

// An arena for NumberLists: the place that a list grew out of serves another list.
class NumberArena {
 public:
  uint32_t* allocate(uint32_t capacity) {
    uint32_t*& first = free_[std::bit_width(capacity)];
    if (first == nullptr) return arena_.allocate<uint32_t>(capacity);
    uint32_t* taken = first;
    std::memcpy(&first, taken, sizeof first);
    return taken;
  }
  void give_back(uint32_t* place, uint32_t capacity) {
    uint32_t*& first = free_[std::bit_width(capacity)];
    std::memcpy(place, &first, sizeof first);
    first = place;
  }

 private:
  Arena arena_;
  std::array<uint32_t*, 33> free_{};  // by capacity, a power of two from 4 on: each holds the next
};

// A list of numbers in an arena, 16 bytes while it holds at most two. When it grows it moves, and
// spans taken before must not be read any more.
class NumberList {
 public:
  void push(uint32_t number, NumberArena& arena) {
    if (size_ == capacity_) grow(arena);
    data()[size_++] = number;
  }
  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  uint32_t operator[](size_t i) const { return data()[i]; }
  const uint32_t* begin() const { return data(); }
  const uint32_t* end() const { return data() + size_; }
  std::span<const uint32_t> span() const { return {data(), size_}; }
  bool contains(uint32_t number, size_t among_last = SIZE_MAX) const {
    const uint32_t* stop = among_last < size_ ? end() - among_last : begin();
    for (const uint32_t* at = end(); at != stop;) {
      if (*--at == number) return true;
    }
    return false;
  }
  // Those for which `drops` says true are no more in it.
  template <class Predicate>
  void erase_if(Predicate drops) {
    size_ = static_cast<uint32_t>(std::remove_if(data(), data() + size_, drops) - data());
  }

 private:
  static constexpr uint32_t kInline = 2;

  const uint32_t* data() const { return capacity_ == kInline ? inline_ : far_; }
  uint32_t* data() { return capacity_ == kInline ? inline_ : far_; }
  void grow(NumberArena& arena) {
    uint32_t* larger = arena.allocate(2 * capacity_);
    std::memcpy(larger, data(), size_ * sizeof(uint32_t));
    if (capacity_ != kInline) arena.give_back(far_, capacity_);
    far_ = larger;
    capacity_ *= 2;
  }

  union {
    uint32_t inline_[kInline] = {};
    uint32_t* far_;
  };
  uint32_t size_ = 0;
  uint32_t capacity_ = kInline;
};

// A growing array whose elements never move.
template <class T>
class StableVector {
 public:
  T& emplace_back() {
    if (size_ % kBlock == 0 && size_ / kBlock == blocks_.size()) {
      blocks_.push_back(std::make_unique<T[]>(kBlock));
    }
    return (*this)[size_++];
  }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return blocks_[i / kBlock][i % kBlock]; }
  const T& operator[](size_t i) const { return blocks_[i / kBlock][i % kBlock]; }

 private:
  static constexpr size_t kBlock = 256;
  std::vector<std::unique_ptr<T[]>> blocks_;
  size_t size_ = 0;
};

}  // namespace cerebro
