#include "report/diff.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "report/json.h"
#include "report/json_value.h"
#include "report/text_lines.h"

namespace cerebro {
namespace {

constexpr size_t kShown = 12;  // of changed and of gone behaviours, unless all are wanted
constexpr std::string_view kSigns[] = {"+", "~", "-"};            // by Change
constexpr std::string_view kChangeColours[] = {"31", "33", "2"};  // by Change

double six_digits(double value) { return std::round(value * 1e6) / 1e6 + 0.0; }

class Writer : private TextLines {
 public:
  using TextLines::TextLines;

  std::string write(const DiffReport& diff) {
    headline(diff);
    side("new  ", diff.after);
    side("old  ", diff.before);
    notes("new", diff.after);
    notes("old", diff.before);
    // All of the other side would be new or gone.
    if (was_not_read(diff.before) || was_not_read(diff.after)) return std::move(out_);
    if (!diff.entries.empty()) line("  ", "entries");
    for (const EntryChange& change : diff.entries) entry(change);
    if (!diff.behaviours.empty()) line("  ", "behaviours");
    behaviours(diff);
    if (diff.entries.empty() && diff.behaviours.empty()) {
      line("  ", "no entry and no behaviour is new, changed or gone");
    }
    return std::move(out_);
  }

 private:
  static bool was_not_read(const ScanReport& report) { return report.sha256.empty(); }

  void headline(const DiffReport& diff) {
    verdict(diff.new_decision, diff.new_score);
    out_ += "what is new\n";
  }

  void side(const std::string& label, const ScanReport& report) {
    char score[16];
    std::snprintf(score, sizeof score, " %.3f  ", report.score);
    line("  ", label + std::string(name(report.decision)) + score + report.target);
  }

  void entry(const EntryChange& change) {
    const EntryPlace& place = change.change == Change::kGone ? change.before : change.after;
    std::string text = "    " + std::string(kSigns[static_cast<size_t>(change.change)]) + " " +
                       std::string(name(place.phase)) + "  " + place.label + "  " + place.runs;
    if (change.change == Change::kChanged) {
      text += change.before.runs == change.after.runs ? "  (other content)"
                                                      : "  (was " + change.before.runs + ")";
    }
    line("", text, kChangeColours[static_cast<size_t>(change.change)]);
  }

  void behaviours(const DiffReport& diff) {
    size_t count[3] = {0, 0, 0};
    for (const BehaviourChange& change : diff.behaviours) {
      const auto kind = static_cast<size_t>(change.change);
      if (++count[kind] > kShown && !style_.full && change.change != Change::kNew) continue;
      behaviour(change);
    }
    for (const Change kind : {Change::kChanged, Change::kGone}) {
      const size_t all = count[static_cast<size_t>(kind)];
      if (all <= kShown || style_.full) continue;
      line("    ", "and " + std::to_string(all - kShown) + " more " + std::string(name(kind)) +
                       " (see --full)");
    }
  }

  void behaviour(const BehaviourChange& change) {
    const ReportedBehaviour& row = change.row;
    const auto kind = static_cast<size_t>(change.change);
    std::string text = "    " + std::string(kSigns[kind]) + " " +
                       std::string(row.unreached ? "unreached" : name(row.phase)) + "  " + row.id +
                       "  " + row.sentence;
    if (change.change == Change::kChanged) {
      text += "  (" + std::to_string(change.new_places) + " new, " +
              std::to_string(change.gone_places) + " gone)";
    } else {
      const size_t more = std::max(change.new_places, change.gone_places);
      if (more > 1) text += "  (" + std::to_string(more) + " places)";
    }
    line("", text, kChangeColours[kind]);
    if (change.change == Change::kGone || change.new_places == 0) return;
    line("        ", row.file + ":" + std::to_string(row.line) + ":" + std::to_string(row.column));
    if (!row.snippet.empty()) line("        ", "| " + row.snippet);
    if (!row.detail.empty() && row.snippet.find(row.detail) == std::string::npos) {
      line("        ", "= " + row.detail);
    }
  }

  void notes(const char* label, const ScanReport& report) {
    for (const Note& note : report.notes) {
      if (!info(note.code).unread) continue;
      line("  ", std::string(label) + ": " + note_text(note));
    }
  }
};

Json side_json(const ScanReport& report) {
  Json notes = Json::array();
  for (const Note& note : report.notes) {
    notes.push_back({{"code", number(note.code)}, {"message", message(note)}, {"file", note.file}});
  }
  return {{"target", report.target},
          {"ecosystem", name(report.ecosystem)},
          {"name", report.name},
          {"version", report.version},
          {"sha256", report.sha256},
          {"verdict", name(report.decision)},
          {"score", six_digits(report.score)},
          {"notes", std::move(notes)}};
}

Json entry_json(const EntryChange& change) {
  const EntryPlace& place = change.change == Change::kGone ? change.before : change.after;
  return {{"change", name(change.change)},
          {"phase", name(place.phase)},
          {"label", place.label},
          {"before", change.before.runs},
          {"after", change.after.runs}};
}

Json behaviour_json(const BehaviourChange& change) {
  const ReportedBehaviour& row = change.row;
  return {{"change", name(change.change)},
          {"id", row.id},
          {"feature", row.feature},
          {"phase", name(row.phase)},
          {"unreached", row.unreached},
          {"new_places", change.new_places},
          {"gone_places", change.gone_places},
          {"file", row.file},
          {"line", row.line},
          {"column", row.column},
          {"snippet", row.snippet},
          {"detail", row.detail},
          {"path", row.path}};
}

}  // namespace

std::string to_human(const DiffReport& diff, const HumanStyle& style) {
  return Writer(style).write(diff);
}

std::string to_json(const DiffReport& diff, int indent) {
  Json entries = Json::array(), behaviours = Json::array();
  for (const EntryChange& change : diff.entries) entries.push_back(entry_json(change));
  for (const BehaviourChange& change : diff.behaviours) {
    behaviours.push_back(behaviour_json(change));
  }
  const Json json = {{"schema", "cerebro.diff/1"},          {"verdict", name(diff.new_decision)},
                     {"score", six_digits(diff.new_score)}, {"old", side_json(diff.before)},
                     {"new", side_json(diff.after)},        {"entries", std::move(entries)},
                     {"behaviours", std::move(behaviours)}, {"sequence", diff.new_sequence},
                     {"model", diff.after.model},           {"catalogue", diff.after.catalogue}};
  return json_text(json, indent);
}

}  // namespace cerebro
