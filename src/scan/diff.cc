#include "scan/diff.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "scan/targets.h"
#include "verdict/decide.h"

namespace cerebro {
namespace {

struct Phrase {
  std::string text;
  std::string key;  // of what is shown here: behaviour, phase and place; "" for a marker
};

struct Side {
  ScanReport report;
  std::vector<EntryPlace> entries;
  std::vector<std::vector<Phrase>> sequence;  // by entry
  double package_words = 0;                   // logit of the second judge, of the whole side
  std::vector<std::pair<std::string, double>> file_words;  // digest and logit of each source file
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
    phrases[occurrence.phrase].key = sha256_hex(key_of(analysis, entry, occurrence, limits));
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

// A worker answers with a report alone (worker_result.h), so what else is compared travels in its
// `sequence`: the sequence, then numbers and texts, each text as "LENGTH:BYTES". What is read back
// may be anything: a worker may have been taken over.
class Packer {
 public:
  void put(size_t number) { bytes_.append(std::to_string(number)).push_back(':'); }
  void put(std::string_view text) {
    put(text.size());
    bytes_ += text;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// What the second judge says of each file, so that those that are new can be told.
void put_words(const Analysis& analysis, const Model& model, Packer& packer) {
  std::vector<std::pair<std::string, double>> files;
  WordScore whole;
  if (model.words() != nullptr) {
    WordReader reader(*model.words());
    for (const File& file : analysis.tree.files) {
      if (!is_word_source(file.path)) continue;
      files.emplace_back(sha256_hex(file.content), reader.add(file.content));
    }
    whole = reader.finish();
  }
  packer.put(std::to_string(whole.package));
  packer.put(files.size());
  for (const auto& [digest, logit] : files) {
    packer.put(digest);
    packer.put(std::to_string(logit));
  }
}

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  size_t number() {
    size_t value = 0;
    const char* end = rest_.data() + rest_.size();
    const auto [at, error] = std::from_chars(rest_.data(), end, value);
    good_ = good_ && error == std::errc() && at != end && *at == ':';
    if (!good_) return 0;
    rest_.remove_prefix(static_cast<size_t>(at - rest_.data()) + 1);
    return value;
  }
  double real() {
    const std::string written = text();
    double value = 0;
    const auto [at, error] =
        std::from_chars(written.data(), written.data() + written.size(), value);
    good_ = good_ && error == std::errc() && at == written.data() + written.size() &&
            std::isfinite(value);
    return good_ ? value : 0;
  }
  std::string text() {
    const size_t size = number();
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  bool good() const { return good_; }
  bool complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

ScanReport pack(const TreeReader& read, const std::string& target, const Model& model,
                ScanOptions options) {
  Packer packer;
  options.inspect = [&](const Analysis& analysis) {
    packer.put(analysis.sequence.text());
    packer.put(analysis.package.entries.size());
    for (const Entry& entry : analysis.package.entries) {
      const EntryPlace place = place_of(analysis, entry);
      packer.put(static_cast<size_t>(place.phase));
      for (const std::string* text : {&place.label, &place.runs, &place.digest}) packer.put(*text);
    }
    packer.put(analysis.sequence.entries.size());
    for (const EntrySequence& entry : analysis.sequence.entries) {
      const std::vector<Phrase> phrases = phrases_of(analysis, entry, options.limits);
      packer.put(phrases.size());
      for (const Phrase& phrase : phrases) {
        packer.put(phrase.text);
        packer.put(phrase.key);
      }
    }
    put_words(analysis, model, packer);
  };
  ScanReport report = scan_tree(target, read, model, options);
  report.sequence = packer.take();
  return report;
}

bool unpack(Side& side) {
  const std::string packed = std::move(side.report.sequence);
  side.report.sequence.clear();
  if (packed.empty()) return true;  // nothing could be read; the notes say why
  Unpacker unpacker(packed);
  std::string sequence = unpacker.text();
  for (size_t left = unpacker.number(); left > 0 && unpacker.good(); --left) {
    const size_t phase = unpacker.number();
    if (phase > static_cast<size_t>(Phase::kRun)) return false;
    EntryPlace& place = side.entries.emplace_back();
    place.phase = static_cast<Phase>(phase);
    for (std::string* text : {&place.label, &place.runs, &place.digest}) *text = unpacker.text();
  }
  for (size_t left = unpacker.number(); left > 0 && unpacker.good(); --left) {
    std::vector<Phrase>& entry = side.sequence.emplace_back();
    for (size_t more = unpacker.number(); more > 0 && unpacker.good(); --more) {
      Phrase& phrase = entry.emplace_back();
      phrase.text = unpacker.text();
      phrase.key = unpacker.text();
    }
    if (entry.empty()) return false;
  }
  side.package_words = unpacker.real();
  for (size_t left = unpacker.number(); left > 0 && unpacker.good(); --left) {
    std::string digest = unpacker.text();
    side.file_words.emplace_back(std::move(digest), unpacker.real());
  }
  if (!unpacker.complete()) return false;
  side.report.sequence = std::move(sequence);
  return true;
}

Side side_of(ScanReport report) {
  Side side{std::move(report), {}, {}, 0, {}};
  if (unpack(side)) return side;
  side.entries.clear();
  side.sequence.clear();
  side.file_words.clear();
  side.report.notes.push_back({Code::kWorkerResult, {}, {}});
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

// The words of the whole new side, and of its files the worst that the old side has not.
WordScore new_words(const Side& before, const Side& after) {
  std::set<std::string_view> known;
  for (const auto& [digest, logit] : before.file_words) known.insert(digest);
  WordScore words{after.package_words, 0, 0};
  bool any = false;
  for (const auto& [digest, logit] : after.file_words) {
    if (known.contains(digest)) continue;
    words.file = any ? std::max(words.file, logit) : logit;
    any = true;
  }
  return words;
}

}  // namespace

ScanReport read_side(const std::string& target, const TargetInput& input, const Model& model,
                     const ScanOptions& options) {
  return pack([&] { return read_input(target, input, options.archive, options.limits); }, target,
              model, options);
}

ScanReport scan_side(const ScanInput& input, const Model& model, const ScanOptions& options) {
  ScanReport report = pack([&] { return read_input(input, options.archive, options.limits); },
                           input.target, model, options);
  add_notes(input.notes, model, options, report);
  return report;
}

DiffReport diff_sides(ScanReport before, ScanReport after, const Model& model,
                      const ScanOptions& options) {
  Side old_side = side_of(std::move(before)), new_side = side_of(std::move(after));
  DiffReport diff;
  diff.entries = compare_entries(old_side.entries, new_side.entries);
  diff.behaviours = compare_behaviours(old_side.report.behaviours, old_side.report.root,
                                       new_side.report.behaviours, new_side.report.root);
  const std::vector<std::string> texts = new_texts(old_side, new_side);
  for (const std::string& text : texts) {
    diff.new_sequence += (diff.new_sequence.empty() ? "" : "\n") + text;
  }
  if (!texts.empty()) {
    const WordScore words = new_words(old_side, new_side);
    const bool judged = model.words() != nullptr;
    diff.new_score = model.score(texts, options.limits, judged ? &words : nullptr).probability;
  }
  // What the old side hides makes more look new, never less; so the notes of the new side count.
  diff.new_decision =
      decide(diff.new_score, new_side.report.notes, thresholds(model.info(), options));
  diff.before = std::move(old_side.report);
  diff.after = std::move(new_side.report);
  return diff;
}

}  // namespace cerebro
