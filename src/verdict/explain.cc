#include "verdict/explain.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace cerebro {
namespace {

std::vector<std::string_view> split_phrases(std::string_view text) {
  std::vector<std::string_view> phrases;
  while (true) {
    const size_t comma = text.find(", ");
    phrases.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return phrases;
    text.remove_prefix(comma + 2);
  }
}

// "lib/setup.js:main": file and function.
std::string frame_name(const Resolver& resolver, const Package& package, const Frame& frame) {
  const Function& function = resolver.functions()[frame.function];
  const Unit& unit = resolver.unit(function.unit);
  std::string_view file = unit.module.path;
  if (file.starts_with(package.root)) file.remove_prefix(package.root.size());
  std::string text(file);
  if (unit.layer_depth > 0) text += "!layer" + std::to_string(unit.layer_depth);
  if (function.node == kNoNode) return text + ":<module>";
  text += ':';
  if (function.cls != kNoId) {
    text += resolver.pool().text(resolver.classes()[function.cls].name);
    text += '.';
  }
  const std::string_view own = resolver.pool().text(function.name);
  return text.append(own.empty() ? "<anonymous>" : own);
}

int line_at(const Unit& unit, uint32_t offset) {
  return unit.module.position(offset).line + unit.line_offset;
}

constexpr size_t kExcerptBytes = 200, kExcerptBefore = 60;
constexpr int kExcerptAround = 2;

bool starts_character(char byte) { return (byte & 0xC0) != 0x80; }

// Cuts [first, first + kExcerptBytes) out of a line, at whole characters; a line may be a megabyte.
std::string_view window(std::string_view line, size_t& first) {
  while (first > 0 && first < line.size() && !starts_character(line[first])) --first;
  size_t end = std::min(line.size(), first + kExcerptBytes);
  while (end > first && end < line.size() && !starts_character(line[end])) --end;
  return line.substr(first, end - first);
}

void add_excerpt(const Module& module, uint32_t offset, int line_offset, ReportedBehaviour& row) {
  const Position position = module.position(offset);
  const auto count = static_cast<int>(module.line_starts.size());
  const int last = std::min(count, position.line + kExcerptAround);
  const int from = std::max(1, position.line - kExcerptAround);
  row.excerpt_line = from + line_offset;
  for (int number = from; number <= last; ++number) {
    const size_t begin = module.line_starts[static_cast<size_t>(number) - 1];
    const size_t end =
        number < count ? module.line_starts[static_cast<size_t>(number)] : module.source.size();
    std::string_view text = std::string_view(module.source).substr(begin, end - begin);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    size_t first = 0;
    if (number == position.line) {
      const size_t mark = std::min<size_t>(offset - begin, text.size());
      row.character =
          1 + static_cast<int>(std::count_if(
                  text.begin(), text.begin() + static_cast<ptrdiff_t>(mark), starts_character));
      if (mark + kExcerptBefore > kExcerptBytes) first = mark - kExcerptBefore;
      const std::string_view shown = window(text, first);
      row.excerpt_mark = mark - first;
      row.excerpt.emplace_back(shown);
    } else {
      row.excerpt.emplace_back(window(text, first));
    }
  }
}

// The way from the entry to the behaviour: names, and the line where each function goes on.
void add_way(const Resolver& resolver, const Package& package, const Sequence& sequence,
             const Event& event, uint32_t frame, ReportedBehaviour& row) {
  constexpr size_t kMostFrames = 32;
  std::vector<std::string> names;
  std::vector<int> lines;
  int line = line_at(resolver.unit(event.unit), event.offset);
  while (frame != kNoId && names.size() < kMostFrames) {
    const Frame& at = sequence.frames[frame];
    names.push_back(frame_name(resolver, package, at));
    lines.push_back(line);
    frame = at.parent;
    if (frame == kNoId) break;
    const Unit& caller = resolver.unit(resolver.functions()[sequence.frames[frame].function].unit);
    line = at.call < caller.module.nodes.size() ? line_at(caller, caller.module[at.call].begin) : 0;
  }
  row.path.insert(row.path.end(), names.rbegin(), names.rend());
  row.path_lines.assign(1, 0);
  row.path_lines.insert(row.path_lines.end(), lines.rbegin(), lines.rend());
}

// A behaviour at one place of the code is shown once, though several entries may come to it: as it
// weighed most, or first.
std::vector<bool> shown_occurrences(const Behaviours& behaviours, const Sequence& sequence,
                                    const std::vector<double>& weights) {
  std::map<std::tuple<BehaviourId, UnitId, uint32_t>, size_t> heaviest;
  std::vector<bool> shown;
  const auto weight = [&](size_t index) { return weights.empty() ? 0 : std::abs(weights[index]); };
  for (const EntrySequence& entry : sequence.entries) {
    for (const Occurrence& occurrence : entry.occurrences) {
      const size_t index = shown.size();
      shown.push_back(true);
      if (occurrence.finding != kNoId) continue;
      const Event& event = behaviours.events[occurrence.event];
      const auto [place, is_new] =
          heaviest.try_emplace({occurrence.behaviour, event.unit, event.offset}, index);
      if (is_new) continue;
      const bool more = weight(index) > weight(place->second);
      shown[more ? place->second : index] = false;
      if (more) place->second = index;
    }
  }
  return shown;
}

}  // namespace

std::vector<double> occlusion_weights(const Model& model, const Sequence& sequence,
                                      const Score& score) {
  const std::vector<std::string> texts = sequence.texts();
  const std::vector<Window> windows = model.windows(texts);
  size_t total = 0;
  std::vector<size_t> offset;  // of each entry's occurrences
  for (const EntrySequence& entry : sequence.entries) {
    offset.push_back(total);
    total += entry.occurrences.size();
  }
  std::vector<double> weights(total, 0);
  if (score.deciding_window >= windows.size()) return weights;
  const Window& window = windows[score.deciding_window];

  // Which behaviours stand where in the window.
  std::map<BehaviourId, std::vector<size_t>> occurrences;
  std::map<std::pair<size_t, size_t>, BehaviourId> phrase_behaviour;
  for (const Window::Part& part : window.parts) {
    const EntrySequence& entry = sequence.entries[part.entry];
    for (size_t i = 0; i < entry.occurrences.size(); ++i) {
      const Occurrence& occurrence = entry.occurrences[i];
      if (occurrence.phrase < part.first_phrase || occurrence.phrase >= part.end_phrase) continue;
      occurrences[occurrence.behaviour].push_back(offset[part.entry] + i);
      phrase_behaviour[{part.entry, occurrence.phrase}] = occurrence.behaviour;
    }
  }
  std::vector<std::string> variants{window.text};
  for (const auto& [behaviour_id, places] : occurrences) {
    std::string text;
    for (const Window::Part& part : window.parts) {
      const std::vector<std::string_view> phrases = split_phrases(texts[part.entry]);
      if (part.first_phrase > 0) {  // a later part of a cut entry repeats its head
        if (!text.empty()) text += ", ";
        text += phrases[0];
      }
      for (size_t i = part.first_phrase; i < part.end_phrase && i < phrases.size(); ++i) {
        const auto found = phrase_behaviour.find({part.entry, i});
        if (found != phrase_behaviour.end() && found->second == behaviour_id) continue;
        if (!text.empty()) text += ", ";
        text += phrases[i];
      }
    }
    variants.push_back(std::move(text));
  }
  const std::vector<std::vector<float>> logits = model.logits(variants);
  const auto margin = [](const std::vector<float>& l) {
    return l.size() > 1 ? static_cast<double>(l[1] - l[0]) : static_cast<double>(l[0]);
  };
  size_t variant = 1;
  for (const auto& [behaviour_id, places] : occurrences) {
    const double drop = margin(logits[0]) - margin(logits[variant++]);
    for (size_t place : places) weights[place] = drop;
  }
  return weights;
}

std::vector<ReportedWordLine> describe_words(const WordModel& model, std::string_view text,
                                             const Limits& limits) {
  constexpr size_t kMostLines = 3;
  std::vector<ReportedWordLine> rows;
  std::vector<WordLine> heaviest = model.heaviest_lines(text, kMostLines);
  for (const WordLine& of : heaviest) {
    if (of.weight <= 0) break;
    size_t begin = 0;
    for (int number = 1; number < of.line; ++number) begin = text.find('\n', begin) + 1;
    std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
    if (line.size() > limits.snippet_bytes) {
      size_t first = static_cast<size_t>(of.column) - 1;
      line = window(line, first);
    }
    line = line.substr(0, limits.snippet_bytes);
    while (!line.empty() && !starts_character(line.back())) line.remove_suffix(1);
    const size_t blank = line.find_first_not_of(" \t\r");
    line.remove_prefix(blank == line.npos ? line.size() : blank);
    rows.push_back({of.line, of.column, of.weight, std::string(line)});
  }
  return rows;
}

std::vector<ReportedBehaviour> describe_behaviours(const Package& package, const Resolver& resolver,
                                                   const Behaviours& behaviours,
                                                   const Sequence& sequence,
                                                   const std::vector<double>& weights,
                                                   const Limits& limits) {
  const std::vector<bool> kept = shown_occurrences(behaviours, sequence, weights);
  std::vector<ReportedBehaviour> rows;
  size_t index = 0;
  for (const EntrySequence& entry : sequence.entries) {
    for (const Occurrence& occurrence : entry.occurrences) {
      const double weight = weights.empty() ? 0 : weights[index];
      if (!kept[index++]) continue;
      ReportedBehaviour row;
      const Behaviour& what = behaviour(occurrence.behaviour);
      row.id = what.id;
      row.feature = name(what.root);
      row.sentence = what.sentence;
      row.attack = what.attack;
      row.phase = entry.phase;
      row.unreached = entry.unreached;
      row.weight = weight;
      row.path.push_back(entry.label);
      if (occurrence.finding != kNoId) {
        const ManifestFinding& finding = package.findings[occurrence.finding];
        row.file = finding.file;
        row.line = finding.line;
        row.snippet = finding.snippet.substr(0, limits.snippet_bytes);
        rows.push_back(std::move(row));
        continue;
      }
      const Event& event = behaviours.events[occurrence.event];
      const Unit& unit = resolver.unit(event.unit);
      const Position position = unit.module.position(event.offset);
      row.file = unit.module.path;
      row.line = position.line + unit.line_offset;
      row.column = position.column;
      row.detail = event.detail;
      Node place;
      place.begin = event.offset;
      place.end = static_cast<uint32_t>(unit.module.source.size());
      row.snippet = unit.module.snippet(place, limits.snippet_bytes);
      // A layer is shown where the outer file runs it.
      if (unit.layer_depth > 0) {
        if (row.detail.empty()) row.detail = row.snippet;
        const Unit* inner = &unit;
        while (inner->outer != kNoId) {
          const Unit& outer = resolver.unit(inner->outer);
          const uint32_t begin = outer.module[inner->outer_node].begin;
          const Position there = outer.module.position(begin);
          row.line = there.line + outer.line_offset;
          row.column = there.column;
          if (outer.outer == kNoId)
            row.snippet =
                outer.module.snippet(outer.module[inner->outer_node], limits.snippet_bytes);
          inner = &outer;
        }
        row.file = inner->module.path;
      }
      if (!weights.empty()) {
        const Unit* shown = &unit;
        uint32_t at = event.offset;
        while (shown->outer != kNoId) {
          const Unit& outer = resolver.unit(shown->outer);
          at = outer.module[shown->outer_node].begin;
          shown = &outer;
        }
        add_excerpt(shown->module, at, shown->line_offset, row);
      }
      add_way(resolver, package, sequence, event, occurrence.frame, row);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace cerebro
