#include "progress.h"

#include <unistd.h>

#include <cstdio>

namespace cerebro::train {
namespace {

bool on_terminal() { return isatty(STDERR_FILENO) != 0; }

}  // namespace

void Progress::show(const std::string& line) {
  const auto now = std::chrono::steady_clock::now();
  const auto pause = on_terminal() ? std::chrono::milliseconds(200) : std::chrono::seconds(30);
  if (now - last_ < pause) return;
  last_ = now;
  std::fprintf(stderr, on_terminal() ? "\r\033[K%s" : "%s\n", line.c_str());
}

void Progress::say(const std::string& line) {
  std::fprintf(stderr, on_terminal() ? "\r\033[K%s\n" : "%s\n", line.c_str());
}

}  // namespace cerebro::train
