#include "verdict/decide.h"

#include <algorithm>

namespace cerebro {

std::string_view name(Decision decision) {
  switch (decision) {
    case Decision::kMalicious:
      return "malicious";
    case Decision::kSuspicious:
      return "suspicious";
    case Decision::kClean:
      return "clean";
    case Decision::kIncomplete:
      return "incomplete";
  }
  return "incomplete";
}

Decision decide(double score, std::span<const Note> notes, const Thresholds& thresholds) {
  if (score >= thresholds.malicious) return Decision::kMalicious;
  if (score >= thresholds.suspicious) return Decision::kSuspicious;
  const bool unread = std::any_of(notes.begin(), notes.end(),
                                  [](const Note& note) { return info(note.code).unread; });
  return unread ? Decision::kIncomplete : Decision::kClean;
}

}  // namespace cerebro
