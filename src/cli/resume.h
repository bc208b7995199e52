#pragma once

// A jsonl of reports that was interrupted, to go on with.

#include <string>
#include <unordered_set>

#include "base/result.h"

namespace cerebro {

class Resumed {
 public:
  // Reads the targets of the lines of `path` and cuts off a last line without an end. A file that
  // does not exist is an empty one. Error: kOutputFailed; a line that is no report is one, too:
  // nothing is appended to a file of another kind.
  Result<int> open(const std::string& path);

  bool has(const std::string& target) const { return targets_.contains(target); }

 private:
  std::unordered_set<std::string> targets_;
};

}  // namespace cerebro
