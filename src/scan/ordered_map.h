#pragma once

// Work on a stream of inputs with several threads, results in input order, in bounded memory.
//
//   ordered_map(jobs, [&] { return targets.next(); }, [&](std::string t) { return scan(t); },
//               [&](ScanReport r) { return print(r); });

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace cerebro {

// How many inputs may be taken beyond the oldest unfinished one, for each job: enough that one slow
// input does not stop the others for long, few enough that their results fit in memory.
constexpr size_t kLookAheadPerJob = 64;

// next() -> std::optional<Input>, one call at a time; work(Input) -> Result, concurrently, must not
// throw; sink(Result) -> bool on the calling thread in input order, false stops early.
template <typename Next, typename Work, typename Sink>
void ordered_map(size_t jobs, Next next, Work work, Sink sink) {
  using In = typename std::invoke_result_t<Next>::value_type;
  using Out = std::invoke_result_t<Work, In>;
  std::mutex input;  // held while reading, which may block; `state` never is
  std::mutex state;
  std::condition_variable room, ready;
  std::map<size_t, Out> done;  // by input number
  size_t taken = 0, emitted = 0;
  bool ended = false, stopped = false;

  const auto take = [&]() -> std::optional<std::pair<size_t, In>> {
    const std::lock_guard reading(input);
    {
      std::unique_lock lock(state);
      room.wait(lock,
                [&] { return stopped || ended || taken < emitted + jobs * kLookAheadPerJob; });
      if (stopped || ended) return std::nullopt;
    }
    std::optional<In> item = next();
    const std::lock_guard lock(state);
    if (item) return std::pair(taken++, std::move(*item));
    ended = true;
    ready.notify_one();
    return std::nullopt;
  };
  // A thread that has work starts the next one, so that few inputs have few threads.
  std::vector<std::thread> threads;
  std::function<void()> worker;
  const auto start_another = [&] {
    const std::lock_guard lock(state);
    if (threads.size() < jobs && !stopped && !ended) threads.emplace_back(worker);
  };
  worker = [&] {
    while (auto item = take()) {
      start_another();
      Out output = work(std::move(item->second));
      const std::lock_guard lock(state);
      done.emplace(item->first, std::move(output));
      ready.notify_one();
    }
  };

  start_another();
  std::unique_lock lock(state);
  while (true) {
    ready.wait(lock, [&] { return done.contains(emitted) || (ended && emitted == taken); });
    auto first = done.extract(emitted);
    if (first.empty()) break;
    ++emitted;
    room.notify_one();
    lock.unlock();
    const bool go_on = sink(std::move(first.mapped()));
    lock.lock();
    if (!go_on) break;
  }
  stopped = true;
  room.notify_all();
  lock.unlock();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace cerebro
