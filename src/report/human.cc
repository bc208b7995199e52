#include "report/human.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <vector>

#include "report/json.h"
#include "report/printable.h"
#include "report/strongest.h"

namespace cerebro {
namespace {

constexpr size_t kReasons = 3;
constexpr size_t kNotes = 5;
constexpr size_t kNarrowest = 40;
constexpr size_t kLongestWay = 4096;

// Select Graphic Rendition parameters (ECMA-48 section 8.3.117).
constexpr std::string_view kBold = "1", kDim = "2";
constexpr std::string_view kColours[] = {"1;31", "1;33", "1;32", "1;35"};  // by Decision

class Writer {
 public:
  explicit Writer(const HumanStyle& style)
      : style_(style), width_(std::max(style.width, kNarrowest)) {}

  std::string write(const ScanReport& report) {
    headline(report);
    const bool alarming =
        report.decision == Decision::kMalicious || report.decision == Decision::kSuspicious;
    if (alarming || style_.full) reasons(report);
    notes(report);
    if (alarming || style_.full) out_ += '\n';
    return std::move(out_);
  }

 private:
  void styled(std::string_view text, std::string_view sgr) {
    if (style_.colour) out_.append("\x1b[").append(sgr).append("m");
    out_ += text;
    if (style_.colour) out_ += "\x1b[0m";
  }

  // One line, clipped to the width.
  void line(std::string_view indent, std::string_view text, std::string_view sgr = {}) {
    out_ += indent;
    const std::string shown = printable(text, width_ - indent.size());
    if (sgr.empty()) {
      out_ += shown;
    } else {
      styled(shown, sgr);
    }
    out_ += '\n';
  }

  void headline(const ScanReport& report) {
    std::string verdict(name(report.decision));
    for (char& c : verdict) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    styled(verdict, kColours[static_cast<size_t>(report.decision)]);
    char score[16];
    std::snprintf(score, sizeof score, "%*.3f  ", static_cast<int>(16 - verdict.size()),
                  report.score);
    out_ += score;
    if (!report.name.empty()) {
      styled(printable(report.name, width_), kBold);
      out_ += ' ' + printable(report.version, width_) + " (";
      out_.append(name(report.ecosystem)).append(")  ");
    }
    styled(printable(report.target, 4 * width_), kDim);
    out_ += '\n';
  }

  void reasons(const ScanReport& report) {
    const std::vector<Reason> all = strongest_first(report);
    const size_t shown = style_.full ? all.size() : std::min(all.size(), kReasons);
    for (size_t i = 0; i < shown; ++i) reason(i + 1, all[i]);
    if (shown == all.size()) return;
    std::string rest = "also: ";
    for (size_t i = shown; i < all.size(); ++i) {
      if (i > shown) rest += ", ";
      rest += all[i].first().id;
      if (all[i].places.size() > 1) rest += " x" + std::to_string(all[i].places.size());
    }
    line("  ", rest, kDim);
  }

  void reason(size_t number, const Reason& reason) {
    const ReportedBehaviour& first = reason.first();
    char weight[16];
    std::snprintf(weight, sizeof weight, "%+.2f", first.weight);
    out_ += "\n  ";
    styled(std::to_string(number) + ". " + first.sentence, kBold);
    std::string tag = "  " + first.id + " " + first.feature;
    if (!first.attack.empty()) tag += " " + first.attack;
    if (first.weight != 0) tag.append(" ").append(weight);
    styled(tag, kDim);
    out_ += '\n';
    const size_t places = style_.full ? reason.places.size() : 1;
    for (size_t i = 0; i < places; ++i) place(*reason.places[i]);
    if (places < reason.places.size()) {
      line("     ",
           "and " + std::to_string(reason.places.size() - places) +
               (places + 1 < reason.places.size() ? " more places" : " more place"),
           kDim);
    }
  }

  void place(const ReportedBehaviour& row) {
    std::string where =
        row.file + ":" + std::to_string(row.line) + ":" + std::to_string(row.column);
    where.append(row.unreached ? "  (no entry leads here)" : "  at ");
    if (!row.unreached) where += name(row.phase);
    if (row.path.size() > 1 || !row.unreached) {
      where += ": ";
      for (size_t i = 0; i < row.path.size(); ++i) {
        where += (i == 0 ? "" : " -> ") + row.path[i];
        const int at = i < row.path_lines.size() ? row.path_lines[i] : 0;
        if (at > 0) where += ":" + std::to_string(at);
      }
    }
    if (style_.full) {  // explain shows the whole way
      out_ += "     " + printable(where, kLongestWay) + '\n';
    } else {
      line("     ", where);
    }
    if (!row.snippet.empty()) line("       | ", row.snippet);
    if (!row.detail.empty() && row.snippet.find(row.detail) == std::string::npos) {
      line("       = ", row.detail, kDim);
    }
  }

  void notes(const ScanReport& report) {
    const size_t shown = style_.full ? report.notes.size() : std::min(report.notes.size(), kNotes);
    // What was not read comes first: it says why a package is not called clean.
    std::vector<const Note*> order;
    for (const Note& note : report.notes) order.push_back(&note);
    std::stable_partition(order.begin(), order.end(),
                          [](const Note* note) { return info(note->code).unread; });
    for (size_t i = 0; i < shown; ++i) {
      const Note& note = *order[i];
      line("  ",
           number(note.code) + (note.file.empty() ? " " : " " + note.file + ": ") + message(note));
    }
    if (shown < report.notes.size()) {
      line("  ", "and " + std::to_string(report.notes.size() - shown) + " more (see explain)",
           kDim);
    }
  }

  const HumanStyle& style_;
  const size_t width_;
  std::string out_;
};

}  // namespace

std::string to_human(const ScanReport& report, const HumanStyle& style) {
  return Writer(style).write(report);
}

std::string to_human(const Tally& tally) {
  size_t total = 0;
  std::string parts;
  for (size_t i = 0; i < tally.by_decision.size(); ++i) {
    const size_t count = tally.by_decision[i];
    total += count;
    if (count == 0) continue;
    parts += (parts.empty() ? ": " : ", ") + std::to_string(count) + " ";
    parts += name(static_cast<Decision>(i));
  }
  return std::to_string(total) + (total == 1 ? " package" : " packages") + parts + "\n";
}

}  // namespace cerebro
