#include "scan/deep_stack.h"

#include <pthread.h>

#include <cerrno>
#include <exception>
#include <system_error>

namespace cerebro {
namespace {

thread_local bool on_deep_stack = false;

constexpr size_t kShallowestStackBytes = 8UL << 20;

struct Job {
  const std::function<void()>& work;
  std::exception_ptr thrown;
};

void* run(void* argument) {
  Job& job = *static_cast<Job*>(argument);
  on_deep_stack = true;
  try {
    job.work();
  } catch (...) {
    job.thrown = std::current_exception();
  }
  return nullptr;
}

int start(pthread_t& thread, size_t stack_bytes, Job& job) {
  pthread_attr_t attributes;
  if (const int error = pthread_attr_init(&attributes); error != 0) return error;
  int error = pthread_attr_setstacksize(&attributes, stack_bytes);
  if (error == 0) error = pthread_create(&thread, &attributes, run, &job);
  pthread_attr_destroy(&attributes);
  return error;
}

}  // namespace

void with_deep_stack(const std::function<void()>& work) {
  if (on_deep_stack) return work();
  Job job{work, nullptr};
  pthread_t thread;
  size_t stack_bytes = kDeepStackBytes;
  int error = start(thread, stack_bytes, job);
  // Where address space is rationed (ulimit -v, strict overcommit), less depth is better than
  // nothing.
  while (error == EAGAIN && stack_bytes > kShallowestStackBytes) {
    stack_bytes /= 2;
    error = start(thread, stack_bytes, job);
  }
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start a thread");
  pthread_join(thread, nullptr);
  if (job.thrown) std::rethrow_exception(job.thrown);
}

}  // namespace cerebro
