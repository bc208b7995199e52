#include "registry/input_stream.h"

#include <exception>
#include <utility>

#include "scan/targets.h"

namespace cerebro {
namespace {

constexpr uint64_t kMaxReady = 256ULL << 20;  // bytes fetched and not yet scanned
constexpr size_t kMostShown = 160;            // of a hash that cannot be read
constexpr size_t kTargetsPerThread = 4;       // targets begun and not yet taken

}  // namespace

InputStream::InputStream(NextInput next, Registry& registry, size_t downloads)
    : next_input_(std::move(next)), registry_(registry), window_(downloads * kTargetsPerThread) {
  for (size_t i = 0; i < downloads; ++i) threads_.emplace_back([this] { work(); });
}

InputStream::~InputStream() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool InputStream::take(size_t& number, ScanInput& input) {
  const std::lock_guard reading(reading_);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || ended_ || taken_ < head_ + window_; });
    if (stopped_ || ended_) return false;
  }
  auto next = next_input_();  // may block: a pipe
  const std::lock_guard lock(mutex_);
  if (!next) {
    ended_ = true;
    changed_.notify_all();
    return false;
  }
  number = taken_++;
  slots_[number];
  input = std::move(*next);
  return true;
}

void InputStream::put(size_t number, ScanInput input) {
  std::unique_lock lock(mutex_);
  // The first in line may always go on, else all would wait for each other.
  changed_.wait(lock, [&] {
    return stopped_ || bytes_ < kMaxReady || (number == head_ && slots_[number].ready.empty());
  });
  bytes_ += input.bytes ? input.bytes->size() : 0;
  slots_[number].ready.push_back(std::move(input));
  changed_.notify_all();
}

void InputStream::finish(size_t number) {
  const std::lock_guard lock(mutex_);
  slots_[number].finished = true;
  changed_.notify_all();
}

// Every archive of the release that is pinned, or the one error that there is.
void InputStream::fetch(size_t number, const ScanInput& wanted) {
  std::vector<std::string> unreadable;
  written_hashes(wanted.hashes, &unreadable);
  std::vector<Note> hash_notes;
  for (std::string& hash : unreadable) {
    hash_notes.push_back({Code::kLockfileHash, hash.substr(0, kMostShown), {}});
  }
  const auto give = [&](ScanInput input) {
    input.origin_file = wanted.origin_file;
    input.origin_line = wanted.origin_line;
    input.notes.insert(input.notes.end(), hash_notes.begin(), hash_notes.end());
    put(number, std::move(input));
  };
  const auto fail_with = [&](Error error) {
    ScanInput failed = ScanInput::path(wanted.target);
    failed.error = std::move(error);
    give(std::move(failed));
  };
  if (!wanted.url.empty()) return give(registry_.fetch_pinned(wanted));
  auto downloads = registry_.resolve(wanted.target);
  if (!downloads) return fail_with(downloads.error());
  bool given = false;
  for (const Download& download : *downloads) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
    }
    ScanInput input = registry_.fetch(download);
    // A lockfile of Python names the distributions that may be installed; the others are not.
    if (input.bytes && !fits_any(wanted.hashes, *input.bytes)) continue;
    given = true;
    give(std::move(input));
  }
  if (!given) {
    fail_with({Code::kRegistryIntegrity, "nothing of the release has a hash of the lockfile",
               wanted.target});
  }
}

void InputStream::work() {
  size_t number = 0;
  ScanInput input;
  while (take(number, input)) {
    try {
      const bool remote = !input.url.empty() || is_registry_spec(input.target);
      if (input.error || input.bytes || input.installed || !remote) {
        put(number, std::move(input));
      } else {
        fetch(number, input);
      }
    } catch (const std::exception& error) {  // memory
      put(number, {input.target, {}, {}, Error{Code::kScanInternal, error.what(), {}}});
    }
    finish(number);
  }
}

std::optional<ScanInput> InputStream::next() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopped_ || (ended_ && head_ == taken_)) return std::nullopt;
    const auto slot = slots_.find(head_);
    if (slot == slots_.end()) {
      changed_.wait(lock);
      continue;
    }
    if (!slot->second.ready.empty()) {
      ScanInput input = std::move(slot->second.ready.front());
      slot->second.ready.pop_front();
      bytes_ -= input.bytes ? input.bytes->size() : 0;
      changed_.notify_all();
      return input;
    }
    if (slot->second.finished) {
      slots_.erase(slot);
      ++head_;
      changed_.notify_all();
      continue;
    }
    changed_.wait(lock);
  }
}

}  // namespace cerebro
