#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace cerebro::train {

// Calls work(i) for i in [0, count) on `threads` threads, in no fixed order. The first exception is
// thrown again here. A thread per step costs microseconds; a step takes a tenth of a second.
template <typename Work>
void parallel_for(size_t threads, size_t count, const Work& work) {
  std::atomic<size_t> next = 0;
  std::exception_ptr error;
  std::mutex error_mutex;
  const auto loop = [&] {
    try {
      for (size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      const std::lock_guard lock(error_mutex);
      if (!error) error = std::current_exception();
      next = count;
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(loop);
  loop();
  for (std::thread& thread : others) thread.join();
  if (error) std::rethrow_exception(error);
}

}  // namespace cerebro::train
