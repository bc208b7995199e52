#include "report/human.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "report/strongest.h"
#include "report/text_lines.h"

namespace cerebro {
namespace {

constexpr size_t kReasons = 3;
constexpr size_t kNotes = 5;
constexpr size_t kWayLines = 3;

class Writer : private TextLines {
 public:
  using TextLines::TextLines;

  std::string write(const ScanReport& report) {
    const bool fine = report.decision == Decision::kClean && report.violations.empty();
    if ((style_.quiet || style_.counts_clean) && fine && !has_news(report)) return {};
    headline(report);
    if (style_.quiet) return std::move(out_);
    const bool alarming =
        report.decision == Decision::kMalicious || report.decision == Decision::kSuspicious;
    if (report.suppressed) {
      line("  ", "accepted (" + report.suppressed->by + "): " + report.suppressed->reason);
    }
    for (const Violation& violation : report.violations) {
      line("  ", violation.message, kColours[static_cast<size_t>(Decision::kMalicious)]);
    }
    if ((alarming && !report.suppressed) || style_.full) {
      reasons(report);
      words(report.words);
    }
    notes(report);
    if (alarming || style_.full) out_ += '\n';
    return std::move(out_);
  }

 private:
  void headline(const ScanReport& report) {
    verdict(report.decision, report.score, 16);
    constexpr size_t kVerdict = 18;
    std::string where = printable(report.target, 4 * width_);
    if (!report.origin_file.empty()) {
      where += "  " + printable(report.origin_file, 4 * width_);
      if (report.origin_line > 0) where += ":" + std::to_string(report.origin_line);
    }
    if (!report.name.empty()) {
      const std::string named = printable(report.name, width_);
      std::string release = ' ' + printable(report.version, width_) + " (";
      release.append(name(report.ecosystem)).append(")");
      styled(named, kBold);
      out_ += release;
      // Whatever else is cut, a name and a place are needed whole; and quiet means one line.
      const size_t all = kVerdict + columns(named) + columns(release) + 2 + columns(where);
      out_ += all > width_ && !style_.quiet ? "\n  " : "  ";
    }
    styled(where, kDim);
    out_ += '\n';
  }

  void reasons(const ScanReport& report) {
    const std::vector<Reason> all = strongest_first(report);
    const size_t shown = style_.full ? all.size() : std::min(all.size(), kReasons);
    for (size_t i = 0; i < shown; ++i) reason(i + 1, all[i]);
    if (shown == all.size()) return;
    constexpr size_t kMore = 14;  // ", and 99 more"
    std::string rest = "also: ";
    for (size_t i = shown; i < all.size(); ++i) {
      std::string one = (i > shown ? ", " : "") + all[i].first().id;
      if (all[i].places.size() > 1) one += " x" + std::to_string(all[i].places.size());
      const size_t needed = i + 1 < all.size() ? one.size() + kMore : one.size();
      if (i > shown && 2 + rest.size() + needed > width_) {
        rest += ", and " + std::to_string(all.size() - i) + " more";
        break;
      }
      rest += one;
    }
    line("  ", rest, kDim);
  }

  void words(const ReportedWords& words) {
    const std::string said = words_sentence(words);
    if (said.empty()) return;
    out_ += '\n';
    wrapped("  ", "     ", said, 2);
    if (words.weight < 0) return;
    const size_t shown = style_.full ? words.lines.size() : std::min<size_t>(1, words.lines.size());
    for (size_t i = 0; i < shown; ++i)
      code_line(words.lines[i].line, untabbed(words.lines[i].snippet), true);
  }

  void reason(size_t number, const Reason& reason) {
    const ReportedBehaviour& first = reason.first();
    char weight[16];
    std::snprintf(weight, sizeof weight, "%+.2f", first.weight);
    out_ += '\n';
    std::string tag = first.id + " " + first.feature;
    if (!first.attack.empty()) tag += " " + first.attack;
    if (first.suppressed) tag += " accepted";
    if (first.weight != 0) tag.append(" ").append(weight);
    const std::string what = std::to_string(number) + ". " + first.sentence;
    if (2 + what.size() + 2 + tag.size() <= width_) {
      out_ += "  ";
      styled(what, kBold);
      out_ += "  ";
      styled(tag, kDim);
      out_ += '\n';
    } else {
      wrapped("  ", "     ", what, 2, kBold);
      line("     ", tag, kDim);
    }
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
      out_ += "     " + printable(where, kLongestParagraph) + '\n';
    } else {
      wrapped("     ", "       ", where, kWayLines);
    }
    frame(row);
    if (!row.detail.empty() && row.snippet.find(row.detail) == std::string::npos) {
      decoded(row.detail);
    }
    if (row.suppressed) {
      line("     ", "accepted (" + row.suppressed->by + "): " + row.suppressed->reason, kDim);
    }
  }

  // The line with one around it (two with `full`), numbers at the left and a caret below the place.
  void frame(const ReportedBehaviour& row) {
    const int around = style_.full ? 2 : 1;
    if (row.excerpt.empty()) {
      if (!row.snippet.empty()) code_line(row.line, untabbed(row.snippet), true);
      return;
    }
    struct Shown {
      int number;
      std::string text;
    };
    std::vector<Shown> lines;
    for (size_t i = 0; i < row.excerpt.size(); ++i) {
      const int number = row.excerpt_line + static_cast<int>(i);
      if (number >= row.line - around && number <= row.line + around) {
        lines.push_back({number, untabbed(row.excerpt[i])});
      }
    }
    const auto blank = [](const Shown& one) {
      return one.text.find_first_not_of(' ') == std::string::npos;
    };
    while (!lines.empty() && lines.back().number != row.line && blank(lines.back())) {
      lines.pop_back();
    }
    while (!lines.empty() && lines.front().number != row.line && blank(lines.front())) {
      lines.erase(lines.begin());
    }
    size_t indent = std::string::npos;  // what all lines begin with is left out
    for (const Shown& one : lines) {
      if (!blank(one)) indent = std::min(indent, one.text.find_first_not_of(' '));
    }
    for (const Shown& one : lines) {
      const size_t cut = std::min(indent, one.text.size());
      std::string text = one.text.substr(cut);
      if (one.number != row.line) {
        code_line(one.number, text, false);
        continue;
      }
      // A place far to the right is brought into view.
      size_t mark = row.excerpt_mark > cut ? std::min(row.excerpt_mark - cut, text.size()) : 0;
      const size_t room = width_ - kGutter;
      std::string before = printable(text.substr(0, mark), kLongestParagraph);
      constexpr size_t kAfter = 24;
      if (columns(before) + kAfter > room) {
        size_t drop = mark - std::min(mark, room / 2);
        while (drop < mark && (text[drop] & 0xC0) == 0x80) ++drop;
        text = "..." + text.substr(drop);
        mark = mark - drop + 3;
        before = printable(text.substr(0, mark), kLongestParagraph);
      }
      code_line(one.number, text, true);
      if (columns(before) < room) {
        out_ += std::string(kGutter - 2, ' ') + "| " + std::string(columns(before), ' ');
        styled("^", kColours[static_cast<size_t>(Decision::kMalicious)]);
        out_ += '\n';
      }
    }
  }

  static constexpr size_t kGutter = 13;  // "  >  12345 | "

  void code_line(int number, const std::string& text, bool here) {
    char gutter[32];
    std::snprintf(gutter, sizeof gutter, "   %c %5d | ", here ? '>' : ' ', number);
    line(gutter, text, here ? std::string_view() : kDim);
  }

  // The first lines of what was decoded, or all of them.
  void decoded(std::string_view text) {
    constexpr size_t kLines = 3;
    const size_t most = style_.full ? 40 : kLines;
    for (size_t i = 0; !text.empty(); ++i) {
      if (i == most) return line("       = ", "...", kDim);
      const size_t end = std::min(text.find('\n'), text.size());
      std::string one = untabbed(text.substr(0, end));
      if (!one.empty() && one.back() == '\r') one.pop_back();
      line("       = ", one, kDim);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  static std::string untabbed(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '\t', ' ');
    return out;
  }

  static bool is_of_analysis(Code code) {
    const int hundred = static_cast<int>(code) / 100;  // codes.def
    return hundred >= 2 && hundred <= 6;
  }

  bool has_news(const ScanReport& report) const {
    return !style_.quiet && std::any_of(report.notes.begin(), report.notes.end(),
                                        [&](const Note& note) { return is_shown(report, note); });
  }

  // Of a clean package: what was seen on the way to it, not what the analysis had to guess.
  // Nearly every package has a name with many values, so that tells nobody anything.
  bool is_shown(const ScanReport& report, const Note& note) const {
    if (note.code == Code::kResolveValues) return style_.full;
    return style_.full || report.decision != Decision::kClean || info(note.code).unread ||
           !is_of_analysis(note.code);
  }

  void notes(const ScanReport& report) {
    // What was not read comes first: it says why a package is not called clean.
    std::vector<const Note*> order;
    for (const Note& note : report.notes) {
      if (is_shown(report, note)) order.push_back(&note);
    }
    const size_t shown = style_.full ? order.size() : std::min(order.size(), kNotes);
    std::stable_partition(order.begin(), order.end(),
                          [](const Note* note) { return info(note->code).unread; });
    for (size_t i = 0; i < shown; ++i) {
      const std::string text = note_text(*order[i]);
      if (info(order[i]->code).unread) {  // in full: it says what to do
        out_ += "  " + printable(text, kLongestParagraph) + '\n';
      } else {
        line("  ", text);
      }
    }
    if (shown < order.size()) {
      line("  ", "and " + std::to_string(order.size() - shown) + " more (see explain)", kDim);
    }
  }
};

}  // namespace

std::string to_human(const ScanReport& report, const HumanStyle& style) {
  return Writer(style).write(report);
}

void Summary::add(const ScanReport& report) {
  constexpr size_t kMostRows = 1000;
  if (report.decision == Decision::kClean && report.violations.empty()) return;
  if (rows_.size() == kMostRows) {
    ++left_out_;
    return;
  }
  Row row{report.decision,
          report.score,
          report.suppressed.has_value(),
          report.name.empty() ? report.target : report.name + " " + report.version,
          {}};
  if (!report.violations.empty()) {
    row.reason = report.violations[0].message;
  } else if (is_alarming(report) && !report.behaviours.empty()) {
    row.reason = strongest_first(report)[0].first().sentence;
  } else {
    const auto unread = std::find_if(report.notes.begin(), report.notes.end(),
                                     [](const Note& note) { return info(note.code).unread; });
    if (unread != report.notes.end()) row.reason = message(*unread);
  }
  rows_.push_back(std::move(row));
}

std::string Summary::text(const HumanStyle& style) const {
  if (rows_.empty()) return {};
  std::vector<const Row*> order;
  for (const Row& row : rows_) order.push_back(&row);
  const auto rank = [](const Row& row) {  // incomplete stands between suspicious and clean
    constexpr int kRanks[] = {0, 1, 3, 2};
    return (row.accepted ? 4 : 0) + kRanks[static_cast<size_t>(row.decision)];
  };
  std::stable_sort(order.begin(), order.end(), [&](const Row* a, const Row* b) {
    return rank(*a) != rank(*b) ? rank(*a) < rank(*b) : a->score > b->score;
  });
  constexpr size_t kMostShown = 50, kVerdict = 12, kScore = 7, kWidest = 40;
  const size_t shown = style.full ? order.size() : std::min(order.size(), kMostShown);
  size_t widest = 8;
  for (size_t i = 0; i < shown; ++i) widest = std::max(widest, order[i]->package.size());
  widest = std::min(widest, kWidest);
  const size_t width = std::max(style.width, kNarrowest);
  const size_t room =
      width > kVerdict + kScore + widest + 12 ? width - kVerdict - kScore - widest - 2 : 0;
  const auto padded = [](std::string text, size_t to) {
    if (columns(text) < to) text.append(to - columns(text), ' ');
    return text;
  };
  std::string out = padded("verdict", kVerdict) + padded("score", kScore) +
                    (room > 0 ? padded("package", widest + 2) + "strongest reason" : "package") +
                    "\n";
  for (size_t i = 0; i < shown; ++i) {
    const Row& row = *order[i];
    const std::string verdict = row.accepted ? "accepted" : std::string(name(row.decision));
    if (style.colour) {
      out.append("\x1b[").append(kColours[static_cast<size_t>(row.decision)]).append("m");
    }
    out += padded(verdict, kVerdict);
    if (style.colour) out += "\x1b[0m";
    char score[16];
    std::snprintf(score, sizeof score, "%.3f", row.score);
    out += padded(score, kScore);
    std::string package = printable(row.package, widest);
    if (room > 0) {
      package = padded(std::move(package), widest + 2) + printable(row.reason, room);
      package.erase(package.find_last_not_of(' ') + 1);
    }
    out += package + "\n";
  }
  const size_t rest = order.size() - shown + left_out_;
  if (rest > 0) out += "and " + std::to_string(rest) + " more\n";
  return out + "\n";
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
    const size_t accepted = tally.accepted[i];
    if (accepted == 0) continue;
    parts += accepted == count ? " (accepted)" : " (" + std::to_string(accepted) + " accepted)";
  }
  return std::to_string(total) + (total == 1 ? " package" : " packages") + parts + "\n";
}

}  // namespace cerebro
