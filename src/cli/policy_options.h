#pragma once

// --policy, --no-policy, --baseline, --write-baseline: what was decided about findings.

#include <CLI/CLI.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "verdict/policy.h"

namespace cerebro {

// Reads and applies; owned by one command.
class PolicyArguments {
 public:
  void add_to(CLI::App& command);

  // Reads the files. False, with complaints, when they are wrong: nothing must be scanned then.
  // A `.cerebro.toml` that lies inside one of the targets is not used: the package may have brought
  // it along.
  bool load(const std::vector<std::string>& targets);

  const Policy& policy() const { return policy_; }
  void apply(ScanReport& report);
  bool finish() const;  // writes the baseline; false, with a complaint, when that failed

 private:
  std::string file_, baseline_file_, write_baseline_;
  bool none_ = false;
  Policy policy_;
  std::optional<Baseline> baseline_;
  std::set<std::string> lines_;
  int64_t now_ = 0;
};

// The `.cerebro.toml` of the working directory or the nearest folder above it; empty when there is
// none.
std::string find_policy();

// Nothing when the file cannot be read.
std::optional<std::string> read_text_file(const std::string& path);

int64_t current_time();  // Unix time; $SOURCE_DATE_EPOCH stands in for it

}  // namespace cerebro
