#include "report/strongest.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string_view>

namespace cerebro {

std::vector<Reason> strongest_first(const ScanReport& report) {
  std::vector<Reason> reasons;
  std::map<std::string_view, size_t> index;
  for (const ReportedBehaviour& row : report.behaviours) {
    const auto [found, fresh] = index.emplace(row.id, reasons.size());
    if (fresh) reasons.emplace_back();
    reasons[found->second].places.push_back(&row);
  }
  const auto heavier = [](const ReportedBehaviour& a, const ReportedBehaviour& b) {
    if (a.suppressed.has_value() != b.suppressed.has_value()) return b.suppressed.has_value();
    return a.weight > b.weight;
  };
  // The weight is that of all places in the deciding window together; show one of them.
  for (Reason& reason : reasons) {
    std::stable_sort(reason.places.begin(), reason.places.end(),
                     [&](const auto* a, const auto* b) { return heavier(*a, *b); });
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [&](const Reason& a, const Reason& b) { return heavier(a.first(), b.first()); });
  return reasons;
}

std::string words_sentence(const ReportedWords& words) {
  constexpr double kWorthALine = 0.3;  // of a logit
  if (std::abs(words.weight) < kWorthALine) return {};
  char weight[32];
  std::snprintf(weight, sizeof weight, " (%+.2f)", words.weight);
  std::string said = words.weight > 0 ? "The words of the source speak against it"
                                      : "The words of the source speak for it";
  said += weight;
  if (words.weight > 0 && !words.lines.empty())
    said += ", most in " + words.file + ":" + std::to_string(words.lines[0].line);
  return said;
}

}  // namespace cerebro
