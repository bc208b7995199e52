#pragma once

// One subcommand each, added to the command line; its callback runs the command and leaves the exit
// code in `exit_code`. Mistakes in arguments are CLI::ValidationError.

#include <CLI/CLI.hpp>

namespace cerebro {

// The exit codes that other programs rely on.
enum Exit : int {
  kExitNothing = 0,  // nothing at or above --fail-on
  kExitFound = 1,
  kExitUsage = 2,   // the command line or the model is wrong
  kExitUnread = 3,  // something could not be read to the end, or the report not be written
};

void add_scan_command(CLI::App& app, int& exit_code);
void add_diff_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);
void add_sequence_command(CLI::App& app, int& exit_code);
void add_callgraph_command(CLI::App& app, int& exit_code);
void add_dump_command(CLI::App& app, int& exit_code);
void add_lockfile_command(CLI::App& app, int& exit_code);
void add_behaviours_command(CLI::App& app, int& exit_code);
void add_completions_command(CLI::App& app, int& exit_code);
void add_man_command(CLI::App& app, int& exit_code);
void add_policy_command(CLI::App& app, int& exit_code);
void add_model_command(CLI::App& app, int& exit_code);
void add_doctor_command(CLI::App& app, int& exit_code);

}  // namespace cerebro
