#pragma once

// Puts behaviours together into the text of entries, whatever order they come in: markers where the
// code goes on elsewhere, repetitions said once, and no more phrases than Limits allows.

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "sequence/sequence.h"

namespace cerebro {

class SequenceWriter {
 public:
  SequenceWriter(const Package& package, const Limits& limits, const SequenceOptions& options)
      : package_(package), limits_(limits), options_(options) {}

  void begin(std::string_view label, Phase phase);
  // `start` is kStartUnreached or kStartTests.
  void begin_unreached(std::string_view label, std::string_view start);
  void end();  // an entry without a behaviour is not kept

  void event(BehaviourId id, uint32_t event, uint32_t frame) { add(id, event, kNoId, frame); }
  void findings(Phase phase);  // what the manifest itself shows

  // The next behaviour stands behind this marker. A file that is left without a behaviour needs
  // none: the last one set counts.
  void mark(std::string_view marker) { pending_marker_ = marker; }

  // A part of the current entry: what was written since `first_phrase`, which is nothing when it
  // all was repetition. It can be taken back when the entry says the same from `same_as` on
  // already; its behaviours then point there.
  size_t phrase_count() const { return phrases_.size(); }
  std::span<const std::string_view> phrases_since(size_t first_phrase) const {
    return std::span(phrases_).subspan(std::min(first_phrase, phrases_.size()));
  }
  void take_back(size_t first_phrase, size_t same_as);

  uint32_t add_frame(const Frame& frame) {
    out_.frames.push_back(frame);
    return static_cast<uint32_t>(out_.frames.size() - 1);
  }
  const Frame& frame(uint32_t id) const { return out_.frames[id]; }

  Sequence finish() { return std::move(out_); }

 private:
  void add(BehaviourId id, uint32_t event, uint32_t finding, uint32_t frame);
  void append(std::string_view words);
  void collapse_repetition();

  const Package& package_;
  const Limits& limits_;
  const SequenceOptions& options_;
  Sequence out_;
  EntrySequence current_;
  std::vector<std::string_view> phrases_;  // of the current entry
  std::string_view pending_marker_;
  size_t total_ = 0;
  bool limit_noted_ = false;
};

}  // namespace cerebro
