#pragma once

// The inputs of a scan, in the order of the targets, with registry specs fetched ahead by threads
// of its own: downloads wait for the network, scans for the processor, and neither should for the
// other.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "registry/registry.h"
#include "scan/input.h"

namespace cerebro {

class InputStream {
 public:
  using NextInput = std::function<std::optional<ScanInput>()>;

  // No spec among the targets: `registry` is never asked, and no thread waits.
  InputStream(NextInput next, Registry& registry, size_t downloads = 8);
  ~InputStream();
  InputStream(const InputStream&) = delete;
  InputStream& operator=(const InputStream&) = delete;

  // Nothing at the end. A target that cannot be fetched is an input with an error.
  std::optional<ScanInput> next();

 private:
  struct Slot {
    std::deque<ScanInput> ready;
    bool finished = false;
  };

  void work();
  bool take(size_t& number, ScanInput& input);
  void fetch(size_t number, const ScanInput& wanted);
  void put(size_t number, ScanInput input);
  void finish(size_t number);

  const NextInput next_input_;
  Registry& registry_;
  std::mutex reading_;  // of next_input_
  std::mutex mutex_;    // of all below
  std::condition_variable changed_;
  std::map<size_t, Slot> slots_;  // by number of the target, from head_ on
  size_t head_ = 0, taken_ = 0;
  uint64_t bytes_ = 0;  // of what is ready
  bool ended_ = false, stopped_ = false;
  size_t window_;
  std::vector<std::thread> threads_;
};

}  // namespace cerebro
