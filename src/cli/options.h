#pragma once

// Arguments that several commands share.

#include <CLI/CLI.hpp>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "classifier/model.h"
#include "cli/registry_arguments.h"
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

// One target, read and analysed for a command that shows a step. Of a spec that stands for several
// archives it is the first; the others are named on standard error.
struct TargetArgument {
  std::string target;
  std::string password;
  RegistryArguments registry;

  void add_to(CLI::App& command);

  // A spec is fetched; why that failed is in the input.
  ScanInput input() const;

  // Calls `show` with the analysis on a deep stack. kExitNothing; kExitUnread, with a complaint,
  // when the target cannot be read, the output fails (`show` is false) or something was not read.
  int analyse(const SequenceOptions& sequence,
              const std::function<bool(const Analysis&)>& show) const;
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
Result<Reader> reader(const Model& model, const ScanOptions& options, bool no_sandbox,
                      bool keep_results = false);
void add_no_sandbox(CLI::App& command, bool& no_sandbox);

// "E0601 models/x: no such file" for people.
std::string describe(const Error& error);

bool has_unread(const std::vector<Note>& notes);

}  // namespace cerebro
