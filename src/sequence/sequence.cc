#include "sequence/sequence.h"

#include <algorithm>
#include <map>

namespace cerebro {
namespace {

constexpr size_t kLongestCycle = 4;

class Walker {
 public:
  Walker(const Package& package, const Resolver& resolver, const Behaviours& behaviours,
         const Limits& limits, const SequenceOptions& options)
      : package_(package),
        resolver_(resolver),
        behaviours_(behaviours),
        limits_(limits),
        options_(options),
        stamp_(resolver.functions().size(), 0),
        reached_(resolver.functions().size(), false) {}

  Sequence run(const std::vector<FunctionId>& entry_functions) {
    for (Phase phase : {Phase::kInstall, Phase::kImport, Phase::kRun}) {
      // A module's code runs once however often it is imported, so import entries share what was
      // visited; so do run entries. An install hook is a process of its own.
      ++visit_;
      bool findings_done = false;
      for (size_t i = 0; i < package_.entries.size(); ++i) {
        const Entry& entry = package_.entries[i];
        if (entry.phase != phase) continue;
        if (phase == Phase::kInstall) ++visit_;
        begin(entry.label, phase, false);
        if (!findings_done) findings(phase);
        findings_done = true;
        if (entry_functions[i] != kNoId) walk(entry_functions[i]);
        end();
      }
      if (!findings_done) {
        begin("manifest", phase, false);
        findings(phase);
        end();
      }
    }
    unreached();
    return std::move(out_);
  }

 private:
  void begin(std::string_view label, Phase phase, bool unreached) {
    current_ = {};
    current_.label = label;
    current_.phase = phase;
    current_.unreached = unreached;
    phrases_.assign(1, unreached ? kStartUnreached : kStartEntry[static_cast<size_t>(phase)]);
    pending_marker_ = {};
  }

  void end() {
    if (current_.occurrences.empty()) return;
    phrases_.push_back(kEndEntry);
    for (std::string_view words : phrases_) {
      if (!current_.text.empty()) current_.text += ", ";
      current_.text += words;
    }
    out_.entries.push_back(std::move(current_));
  }

  void findings(Phase phase) {
    for (uint32_t i = 0; i < package_.findings.size(); ++i) {
      if (package_.findings[i].phase != phase) continue;
      const BehaviourId id = find_behaviour(package_.findings[i].behaviour);
      if (id != kNoBehaviour) add(id, kNoId, i, kNoId);
    }
  }

  void add(BehaviourId id, uint32_t event, uint32_t finding, uint32_t frame) {
    const Behaviour& what = behaviour(id);
    const std::string_view words = options_.roots_only ? phrase(what.root) : what.phrase;
    if (total_ >= limits_.sequence_phrases) {
      if (!limit_noted_)
        out_.notes.push_back({Code::kSequenceLimit, "behaviour sequence", current_.label});
      limit_noted_ = true;
      return;
    }
    if (!pending_marker_.empty()) append(pending_marker_);
    pending_marker_ = {};
    append(words);
    current_.occurrences.push_back(
        {id, event, finding, frame, static_cast<uint32_t>(phrases_.size() - 1)});
    collapse_repetition();
  }

  void append(std::string_view words) {
    phrases_.push_back(words);
    ++total_;
  }

  // A phrase, or a short run of phrases, that repeats at once is said once; the evidence of the
  // repetition points to the first time. Loops over browsers or wallets would fill windows
  // otherwise.
  void collapse_repetition() {
    for (size_t period = 1; period <= kLongestCycle && 2 * period < phrases_.size(); ++period) {
      const auto last = phrases_.end() - static_cast<ptrdiff_t>(period);
      if (!std::equal(last, phrases_.end(), last - static_cast<ptrdiff_t>(period))) continue;
      phrases_.erase(last, phrases_.end());
      total_ -= period;
      for (auto it = current_.occurrences.rbegin();
           it != current_.occurrences.rend() && it->phrase >= phrases_.size(); ++it) {
        it->phrase -= static_cast<uint32_t>(period);
      }
      return;
    }
  }

  // Depth-first with a stack of its own: call chains are as long as an attacker likes.
  void walk(FunctionId start) {
    struct Level {
      FunctionId function;
      uint32_t frame;
      size_t next;
    };
    std::vector<Level> stack;
    const auto push = [&](FunctionId function, uint32_t parent, NodeId call) {
      if (stamp_[function] == visit_) return;
      stamp_[function] = visit_;
      reached_[function] = true;
      if (behaviours_.steps[function].empty()) return;
      out_.frames.push_back({function, parent, call});
      stack.push_back({function, static_cast<uint32_t>(out_.frames.size() - 1), 0});
      if (parent == kNoId) return;
      const UnitId from = resolver_.functions()[out_.frames[parent].function].unit;
      const UnitId to = resolver_.functions()[function].unit;
      if (from != to) mark(to);
    };
    push(start, kNoId, kNoNode);
    while (!stack.empty()) {
      Level& level = stack.back();
      const std::vector<Step>& steps = behaviours_.steps[level.function];
      if (level.next == steps.size()) {
        stack.pop_back();
        continue;
      }
      const Step& step = steps[level.next++];
      if (step.kind == Step::Kind::kEvent) {
        // A file that was entered and left without a behaviour needs no marker.
        if (resolver_.functions()[level.function].unit != pending_unit_) pending_marker_ = {};
        add(behaviours_.events[step.index].behaviour, step.index, kNoId, level.frame);
      } else {
        push(step.index, level.frame, step.node);
      }
    }
  }

  void mark(UnitId to) {
    pending_marker_ = resolver_.unit(to).layer_depth > 0 ? kDecodedLayer : kOtherFile;
    pending_unit_ = to;
  }

  // What no entry reaches is one entry, file after file; files that show the same are said once.
  void unreached() {
    begin("unreached code", Phase::kRun, true);
    ++visit_;
    for (UnitId unit = 0; unit < resolver_.unit_count(); ++unit) {
      if (resolver_.unit(unit).outer != kNoId)
        continue;  // layers belong to the code that runs them
      const size_t first_phrase = phrases_.size();
      if (first_phrase > 1) mark(unit);
      if (const FunctionId top = resolver_.unit(unit).top; !reached_[top]) walk(top);
      const auto [first, last] = functions_of(unit);
      for (size_t i = first; i < last; ++i) {
        if (!reached_[by_unit_[i]]) walk(by_unit_[i]);
      }
      pending_marker_ = {};
      if (phrases_.size() <= first_phrase) continue;
      std::vector<std::string_view> segment(phrases_.begin() + static_cast<ptrdiff_t>(first_phrase),
                                            phrases_.end());
      if (segment.front() != kOtherFile) segment.insert(segment.begin(), kOtherFile);
      const auto [place, fresh] = said_at_.try_emplace(std::move(segment), first_phrase);
      if (fresh) continue;
      for (auto it = current_.occurrences.rbegin();
           it != current_.occurrences.rend() && it->phrase >= first_phrase; ++it) {
        it->phrase = static_cast<uint32_t>(
            std::min(place->second + (it->phrase - first_phrase), first_phrase - 1));
      }
      total_ -= phrases_.size() - first_phrase;
      phrases_.resize(first_phrase);
    }
    end();
  }

  // Functions grouped by unit, in textual order.
  std::pair<size_t, size_t> functions_of(UnitId unit) {
    if (by_unit_.empty()) {
      by_unit_.resize(resolver_.functions().size());
      for (FunctionId id = 0; id < by_unit_.size(); ++id) by_unit_[id] = id;
      std::stable_sort(by_unit_.begin(), by_unit_.end(), [&](FunctionId a, FunctionId b) {
        return resolver_.functions()[a].unit < resolver_.functions()[b].unit;
      });
    }
    const auto lower =
        std::lower_bound(by_unit_.begin(), by_unit_.end(), unit,
                         [&](FunctionId f, UnitId u) { return resolver_.functions()[f].unit < u; });
    const auto upper = std::upper_bound(lower, by_unit_.end(), unit, [&](UnitId u, FunctionId f) {
      return u < resolver_.functions()[f].unit;
    });
    return {static_cast<size_t>(lower - by_unit_.begin()),
            static_cast<size_t>(upper - by_unit_.begin())};
  }

  const Package& package_;
  const Resolver& resolver_;
  const Behaviours& behaviours_;
  const Limits& limits_;
  const SequenceOptions& options_;
  Sequence out_;
  EntrySequence current_;
  std::vector<uint32_t> stamp_;  // by function: the visit that last reached it
  std::vector<bool> reached_;
  std::vector<FunctionId> by_unit_;
  std::vector<std::string_view> phrases_;  // of the current entry
  std::string_view pending_marker_;        // said before the next behaviour of pending_unit_
  UnitId pending_unit_ = kNoId;
  std::map<std::vector<std::string_view>, size_t> said_at_;  // unreached files' phrases, and where
  size_t total_ = 0;
  uint32_t visit_ = 0;
  bool limit_noted_ = false;
};

}  // namespace

std::vector<std::string> Sequence::texts() const {
  std::vector<std::string> all;
  all.reserve(entries.size());
  for (const EntrySequence& entry : entries) all.push_back(entry.text);
  return all;
}

std::string Sequence::text() const {
  std::string joined;
  for (const EntrySequence& entry : entries) {
    if (!joined.empty()) joined += '\n';
    joined += entry.text;
  }
  return joined;
}

Sequence build_sequence(const Package& package, const std::vector<FunctionId>& entry_functions,
                        const Resolver& resolver, const Behaviours& behaviours,
                        const Limits& limits, const SequenceOptions& options) {
  return Walker(package, resolver, behaviours, limits, options).run(entry_functions);
}

}  // namespace cerebro
