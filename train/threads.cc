#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>

#include <algorithm>
#include <thread>

#include "commands.h"

namespace cerebro::train {

size_t thread_count(const CommonOptions& options) {
  return options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
}

void use_one_thread_per_operation() {
  at::set_num_threads(1);
  // OpenBLAS has its own threads and reads its environment before main; other BLAS lack the symbol.
  using SetThreads = void (*)(int);
  if (const auto set =
          reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set(1);
  }
  // Activations are tens of megabytes, allocated and freed thousands of times: keep their pages.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace cerebro::train
