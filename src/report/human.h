#pragma once

// The report for people: the verdict first, then the strongest reasons with their places, so that
// one look at three lines of source is enough to agree or not.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "verdict/report_data.h"

namespace cerebro {

struct HumanStyle {
  bool colour = false;
  size_t width = 100;         // columns
  bool full = false;          // every reason, place and note, whatever the verdict
  bool quiet = false;         // only the line of each package that is not clean
  bool counts_clean = false;  // nothing for a clean package that has nothing to say
};

// Ends with a newline, or is empty: a clean package when quiet. Nothing that the package wrote
// reaches the terminal unescaped.
std::string to_human(const ScanReport& report, const HumanStyle& style);

struct Tally {
  std::array<size_t, 4> by_decision{};  // by Decision
  std::array<size_t, 4> accepted{};     // of these, by the policy or the baseline
  void add(Decision decision, bool is_accepted = false) {
    ++by_decision[static_cast<size_t>(decision)];
    if (is_accepted) ++accepted[static_cast<size_t>(decision)];
  }
};

// What was not clean among many, worst first, for the end of a long output.
class Summary {
 public:
  void add(const ScanReport& report);
  std::string text(const HumanStyle& style) const;  // empty when there is nothing to say

 private:
  struct Row {
    Decision decision;
    double score;
    bool accepted;
    std::string package, reason;
  };
  std::vector<Row> rows_;
  size_t left_out_ = 0;
};

// "12 packages: 2 malicious, 10 clean" and a newline.
std::string to_human(const Tally& tally);

}  // namespace cerebro
