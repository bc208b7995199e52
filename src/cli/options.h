#pragma once

// Arguments that several commands share.

#include <CLI/CLI.hpp>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "classifier/model.h"
#include "cli/registry_arguments.h"
#include "lockfile/lockfile.h"
#include "scan/scanner.h"
#include "scan/targets.h"

namespace cerebro {

// Many targets: TARGET... --from FILE|- -j N --archive-password P
struct TargetArguments {
  std::vector<std::string> named;
  std::string from;
  size_t jobs = 0;
  std::string password;

  void add_to(CLI::App& command);
  bool several() const { return named.size() != 1 || !from.empty(); }

  // Opens --from. The stream lives as long as this object. CLI::ValidationError when there is
  // nothing to do or the file cannot be opened.
  TargetList list();

 private:
  std::ifstream file_;
};

// One target, for a command that shows a step. Of a spec that stands for several archives it is the
// first; the others are named on standard error.
struct TargetArgument {
  std::string target;
  std::string password;
  RegistryArguments registry;

  void add_to(CLI::App& command);

  // A spec is fetched; why that failed is in the input.
  ScanInput input() const;
};

// One target whose step is shown: --no-sandbox, too.
struct StepArgument {
  TargetArgument target;
  bool no_sandbox = false;

  void add_to(CLI::App& command);

  // Writes what `show` gives of the analysis to standard output; it runs in a worker. kExitNothing;
  // kExitUnread, with a complaint, when the target cannot be read, the output fails or something
  // was not read.
  int show(std::function<std::string(const Analysis&)> show) const;
};

// --model DIR, then $CEREBRO_MODEL, then ../share/cerebro/models/cerebro beside the binary, then
// models/cerebro of the source tree that the binary was built from.
struct ModelArgument {
  std::string directory;

  void add_to(CLI::App& command, const std::string& flags = "--model");
  std::string path() const;
  Result<Model> load() const { return Model::load(path()); }
};

// How packages are read: by workers that can do no harm, or, with --no-sandbox, in this process.
// Call it before the first thread. `model` must outlive the reader. Error: kSandboxUnavailable.
using Reader = std::function<ScanReport(const ScanInput& input)>;
using LockfileReader = std::function<Result<Lockfile>(const std::string& path)>;
struct Readers {
  Reader package;
  LockfileReader lockfile;
};
Result<Readers> readers(const Model& model, const ScanOptions& options, bool no_sandbox,
                        bool keep_results = false);
Result<LockfileReader> lockfile_reader(const Limits& limits, bool no_sandbox);
void add_no_sandbox(CLI::App& command, bool& no_sandbox);

// What a worker gave to be shown, each line as it can be on a terminal.
std::string shown(std::string_view text);

// "E0601 models/x: no such file" for people.
std::string describe(const Error& error);

bool has_unread(const std::vector<Note>& notes);

}  // namespace cerebro
