#include "scan/diff.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "verdict/decide.h"

namespace cerebro {
namespace {

struct Phrase {
  std::string text;
  std::string key;  // of what is shown here: behaviour, phase and place; "" for a marker
};

struct Side {
  ScanReport report;
  std::string root;
  std::vector<EntryPlace> entries;
  std::vector<std::vector<Phrase>> sequence;  // by entry
};

std::string key_of(const Analysis& analysis, const EntrySequence& entry,
                   const Occurrence& occurrence, const Limits& limits) {
  std::string key = std::to_string(static_cast<uint64_t>(occurrence.behaviour)) + '\0' +
                    std::string(name(entry.phase)) + (entry.unreached ? "\1" : "\2");
  const std::string& root = analysis.package.root;
  if (occurrence.finding != kNoId) {
    const ManifestFinding& finding = analysis.package.findings[occurrence.finding];
    return key.append(without_root(finding.file, root)) + '\0' + finding.snippet;
  }
  const Event& event = analysis.behaviours.events[occurrence.event];
  const Unit& unit = analysis.resolver->unit(event.unit);
  Node place;
  place.begin = event.offset;
  place.end = static_cast<uint32_t>(unit.module.source.size());
  key.append(without_root(unit.module.path, root)) += '\0';
  key.append(unit.module.snippet(place, limits.snippet_bytes)) += '\0';
  return key + event.detail;
}

std::vector<Phrase> phrases_of(const Analysis& analysis, const EntrySequence& entry,
                               const Limits& limits) {
  std::vector<Phrase> phrases;
  std::string_view text = entry.text;
  for (;;) {
    const size_t comma = text.find(", ");
    phrases.push_back({std::string(text.substr(0, comma)), {}});
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 2);
  }
  for (const Occurrence& occurrence : entry.occurrences) {
    if (occurrence.phrase >= phrases.size()) continue;
    phrases[occurrence.phrase].key = key_of(analysis, entry, occurrence, limits);
  }
  return phrases;
}

EntryPlace place_of(const Analysis& analysis, const Entry& entry) {
  const std::string file(without_root(entry.file, analysis.package.root));
  if (entry.kind != Entry::Kind::kFile) {
    return {entry.phase, entry.label, entry.command, sha256_hex(entry.command)};
  }
  const File* content = analysis.tree.find(entry.file);
  return {entry.phase, entry.label, file + (entry.function.empty() ? "" : ":" + entry.function),
          content == nullptr ? std::string() : sha256_hex(content->content)};
}

Side examine(const ScanInput& input, const Model& model, ScanOptions options) {
  Side side;
  options.inspect = [&](const Analysis& analysis) {
    side.root = analysis.package.root;
    for (const Entry& entry : analysis.package.entries) {
      side.entries.push_back(place_of(analysis, entry));
    }
    for (const EntrySequence& entry : analysis.sequence.entries) {
      side.sequence.push_back(phrases_of(analysis, entry, options.limits));
    }
  };
  side.report = scan_input(input, model, options);
  return side;
}

// The new side's entries with the phrases alone whose place the old side lacks.
std::vector<std::string> new_texts(const Side& before, const Side& after) {
  std::set<std::string_view> known;
  for (const auto& entry : before.sequence) {
    for (const Phrase& phrase : entry) known.insert(phrase.key);
  }
  std::vector<std::string> texts;
  for (const auto& entry : after.sequence) {
    std::string text;
    bool layer = false;
    for (const Phrase& phrase : entry) {
      if (phrase.key.empty()) {
        layer = phrase.text == kDecodedLayer;
        continue;
      }
      if (!known.contains(phrase.key)) {
        if (layer) text.append(", ").append(kDecodedLayer);
        text.append(", ").append(phrase.text);
      }
      layer = false;
    }
    if (!text.empty()) texts.push_back(entry[0].text + text + ", " + std::string(kEndEntry));
  }
  return texts;
}

}  // namespace

DiffReport diff_inputs(const ScanInput& before, const ScanInput& after, const Model& model,
                       const ScanOptions& options) {
  Side old_side = examine(before, model, options);
  Side new_side = examine(after, model, options);
  DiffReport diff;
  diff.entries = compare_entries(old_side.entries, new_side.entries);
  diff.behaviours = compare_behaviours(old_side.report.behaviours, old_side.root,
                                       new_side.report.behaviours, new_side.root);
  const std::vector<std::string> texts = new_texts(old_side, new_side);
  for (const std::string& text : texts) {
    diff.new_sequence += (diff.new_sequence.empty() ? "" : "\n") + text;
  }
  if (!texts.empty()) diff.new_score = model.score(texts, options.limits).probability;
  // What the old side hides makes more look new, never less; so the notes of the new side count.
  diff.new_decision =
      decide(diff.new_score, new_side.report.notes, thresholds(model.info(), options));
  diff.before = std::move(old_side.report);
  diff.after = std::move(new_side.report);
  return diff;
}

}  // namespace cerebro
