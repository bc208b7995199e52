#include "cli/interrupts.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace cerebro {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_signal(int) {
  interrupted = 1;
  constexpr char kText[] =
      "\ncerebro: interrupted; what is being read is finished. Once more, and it stops at once.\n";
  const int before = errno;
  static_cast<void>(!write(STDERR_FILENO, kText, sizeof kText - 1));
  errno = before;
}

}  // namespace

Interrupts::Interrupts() {
  interrupted = 0;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupts::~Interrupts() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool Interrupts::happened() const { return interrupted != 0; }

std::optional<ScanInput> Interrupts::next(TargetExpander& targets, const Resumed& done) const {
  while (!happened()) {
    std::optional<ScanInput> input = targets.next();
    if (happened()) break;  // perhaps it is half a line
    if (!input || !done.has(input->target)) return input;
  }
  return std::nullopt;
}

}  // namespace cerebro
