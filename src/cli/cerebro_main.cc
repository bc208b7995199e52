// cerebro: says whether an npm or PyPI package is malicious, why, and where.

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/command_line.h"

int main(int argc, char** argv) {
  // A reader that goes away is an error of write(), which is checked and said.
  std::signal(SIGPIPE, SIG_IGN);
  return cerebro::run_command_line(argc, argv);
}
