#pragma once

// A growing array of CerebroFlatNode. std::vector would copy when it grows, and so hold the largest
// files twice; realloc moves the pages of what is large.

#include <cstdlib>
#include <new>
#include <span>

#include "syntax/flat_tree.h"

namespace cerebro {

class FlatBuffer {
 public:
  FlatBuffer() = default;
  ~FlatBuffer() { release(); }
  FlatBuffer(const FlatBuffer&) = delete;
  FlatBuffer& operator=(const FlatBuffer&) = delete;

  uint32_t size() const { return size_; }
  std::span<const CerebroFlatNode> nodes() const { return {nodes_, size_}; }
  CerebroFlatNode& operator[](uint32_t at) { return nodes_[at]; }
  CerebroFlatNode& back() { return nodes_[size_ - 1]; }
  void clear() { size_ = 0; }
  void release() {
    std::free(nodes_);
    nodes_ = nullptr;
    size_ = capacity_ = 0;
  }
  void truncate(uint32_t size) { size_ = size; }  // size <= size()

  void push(const CerebroFlatNode& node) {
    if (size_ == capacity_) grow();
    nodes_[size_++] = node;
  }
  // Room for `size` nodes, to be filled from outside.
  CerebroFlatNode* resize(uint32_t size) {
    while (capacity_ < size) grow();
    size_ = size;
    return nodes_;
  }

 private:
  void grow() {
    capacity_ += capacity_ / 2 + 1024;
    void* moved = std::realloc(nodes_, size_t{capacity_} * sizeof(CerebroFlatNode));
    if (moved == nullptr) throw std::bad_alloc();
    nodes_ = static_cast<CerebroFlatNode*>(moved);
  }

  CerebroFlatNode* nodes_ = nullptr;
  uint32_t size_ = 0, capacity_ = 0;
};

}  // namespace cerebro
