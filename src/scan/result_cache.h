#pragma once

// Reports of earlier scans, so that what has not changed is not read again.
//
//   ResultCache cache(ResultCache::default_folder(), model, options);
//   const std::string key = cache.key(input, target);   // "" when there is nothing to go by
//   if (std::optional<ScanReport> report = cache.find(key)) ...
//   cache.put(key, report);
//
// The key is a digest of all that a report depends on: the bytes that were read, the model, the
// catalogue, the program and its libraries, the limits and the options. The same bytes under
// another name have the same report.
//
// FOLDER/a/bcdef...: "CBRC0001", an HMAC-SHA-256 over the key and the report, the report
// (worker_result.h). The HMAC's key is FOLDER/key, 32 random bytes that only this user can read, so
// a package or another user who can write into the folder cannot make a report; whoever can read
// that file as this user could replace cerebro itself. All that does not fit is as if it were not
// there, and is made anew.

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "classifier/model.h"
#include "scan/scanner.h"
#include "scan/worker_input.h"

namespace cerebro {

class ResultCache {
 public:
  // "" keeps nothing, and so does a folder without a key that is ours alone.
  ResultCache(std::string folder, const Model& model, const ScanOptions& options);

  // $XDG_CACHE_HOME/cerebro/results, else ~/.cache/cerebro/results; "" without a home.
  static std::string default_folder();

  bool enabled() const { return !secret_.empty(); }

  // Of a copied input; "" when its bytes cannot be read.
  std::string key(const TargetInput& input, const std::string& target) const;

  // Without target, place of origin and times.
  std::optional<ScanReport> find(const std::string& key) const;

  // No report that another try might make better: of a worker that died, a file that was not read.
  // Failures are no matter.
  void put(const std::string& key, ScanReport report) const;

 private:
  std::string path(const std::string& key) const;
  void make_room(const std::string& key, uint64_t bytes) const;

  std::string folder_;
  std::string secret_;   // "" when nothing is kept
  std::string setting_;  // all that a report depends on beside the input

  // Bytes in each folder, as far as this object knows. To look at every put would take as many
  // steps as there are reports, each time.
  mutable std::mutex filling_;
  mutable std::array<std::optional<uint64_t>, 16> filled_;
};

}  // namespace cerebro
