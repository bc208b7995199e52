#pragma once

namespace cerebro {

// Parses the arguments, runs the command, returns the exit code (commands.h).
int run_command_line(int argc, const char* const* argv);

}  // namespace cerebro
