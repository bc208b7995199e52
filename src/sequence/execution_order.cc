#include <algorithm>
#include <map>

#include "sequence/aside.h"
#include "sequence/orders.h"

namespace cerebro {
namespace {

class Walker {
 public:
  Walker(const Package& package, const Resolver& resolver, const Behaviours& behaviours,
         SequenceWriter& writer)
      : package_(package),
        resolver_(resolver),
        behaviours_(behaviours),
        writer_(writer),
        stamp_(resolver.functions().size(), 0),
        reached_(resolver.functions().size(), false) {}

  void run(const std::vector<FunctionId>& entry_functions) {
    for (Phase phase : {Phase::kInstall, Phase::kImport, Phase::kRun}) {
      // A module's code runs once however often it is imported, so import entries share what was
      // visited; so do run entries. An install hook is a process of its own.
      ++visit_;
      bool findings_done = false;
      for (size_t i = 0; i < package_.entries.size(); ++i) {
        const Entry& entry = package_.entries[i];
        if (entry.phase != phase) continue;
        if (phase == Phase::kInstall) ++visit_;
        writer_.begin(entry.label, phase);
        if (!findings_done) writer_.findings(phase);
        findings_done = true;
        if (entry_functions[i] != kNoId) walk(entry_functions[i]);
        writer_.end();
      }
      if (!findings_done) {
        writer_.begin("manifest", phase);
        writer_.findings(phase);
        writer_.end();
      }
    }
    unreached(false);
    unreached(true);
  }

 private:
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
      stack.push_back({function, writer_.add_frame({function, parent, call}), 0});
      if (parent == kNoId) return;
      const UnitId from = resolver_.functions()[writer_.frame(parent).function].unit;
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
        if (resolver_.functions()[level.function].unit != pending_unit_) writer_.mark({});
        writer_.event(behaviours_.events[step.index].behaviour, step.index, level.frame);
      } else {
        push(step.index, level.frame, step.node);
      }
    }
  }

  void mark(UnitId to) {
    writer_.mark(resolver_.unit(to).layer_depth > 0 ? kDecodedLayer : kOtherFile);
    pending_unit_ = to;
  }

  // What no entry reaches is one entry, and what tests and examples hold of it another: file after
  // file; files that show the same are said once.
  void unreached(bool aside) {
    if (aside) {
      writer_.begin_unreached("test code", kStartTests);
    } else {
      writer_.begin_unreached("unreached code", kStartUnreached);
      ++visit_;
    }
    said_at_.clear();
    for (UnitId unit = 0; unit < resolver_.unit_count(); ++unit) {
      if (resolver_.unit(unit).outer != kNoId)
        continue;  // layers belong to the code that runs them
      if (is_aside(without_root(resolver_.unit(unit).module.path)) != aside) continue;
      const size_t first_phrase = writer_.phrase_count();
      if (first_phrase > 1) mark(unit);
      if (const FunctionId top = resolver_.unit(unit).top; !reached_[top]) walk(top);
      const auto [first, last] = functions_of(unit);
      for (size_t i = first; i < last; ++i) {
        if (!reached_[by_unit_[i]]) walk(by_unit_[i]);
      }
      writer_.mark({});
      const auto said = writer_.phrases_since(first_phrase);
      if (said.empty()) continue;
      std::vector<std::string_view> segment(said.begin(), said.end());
      if (segment.front() != kOtherFile) segment.insert(segment.begin(), kOtherFile);
      const auto [place, fresh] = said_at_.try_emplace(std::move(segment), first_phrase);
      if (!fresh) writer_.take_back(first_phrase, place->second);
    }
    writer_.end();
  }

  std::string_view without_root(std::string_view path) const {
    if (path.starts_with(package_.root)) path.remove_prefix(package_.root.size());
    return path;
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
  SequenceWriter& writer_;
  std::vector<uint32_t> stamp_;  // by function: the visit that last reached it
  std::vector<bool> reached_;
  std::vector<FunctionId> by_unit_;
  UnitId pending_unit_ = kNoId;  // the marker that waits is for this unit's first behaviour
  std::map<std::vector<std::string_view>, size_t> said_at_;  // unreached files' phrases, and where
  uint32_t visit_ = 0;
};

}  // namespace

void write_in_execution_order(const Package& package,
                              const std::vector<FunctionId>& entry_functions,
                              const Resolver& resolver, const Behaviours& behaviours,
                              SequenceWriter& writer) {
  Walker(package, resolver, behaviours, writer).run(entry_functions);
}

}  // namespace cerebro
