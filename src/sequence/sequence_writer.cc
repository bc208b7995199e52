#include "sequence/sequence_writer.h"

#include <algorithm>
#include <string_view>

namespace cerebro {
namespace {

constexpr size_t kLongestCycle = 4;

}  // namespace

void SequenceWriter::begin(std::string_view label, Phase phase) {
  current_ = {};
  current_.label = label;
  current_.phase = phase;
  phrases_.assign(1, kStartEntry[static_cast<size_t>(phase)]);
  pending_marker_ = {};
}

void SequenceWriter::begin_unreached(std::string_view label, std::string_view start) {
  begin(label, Phase::kRun);
  current_.unreached = true;
  phrases_.assign(1, start);
}

void SequenceWriter::end() {
  if (current_.occurrences.empty()) return;
  phrases_.push_back(kEndEntry);
  for (std::string_view words : phrases_) {
    if (!current_.text.empty()) current_.text += ", ";
    current_.text += words;
  }
  out_.entries.push_back(std::move(current_));
}

void SequenceWriter::findings(Phase phase) {
  for (uint32_t i = 0; i < package_.findings.size(); ++i) {
    if (package_.findings[i].phase != phase) continue;
    const BehaviourId id = find_behaviour(package_.findings[i].behaviour);
    if (id != kNoBehaviour) add(id, kNoId, i, kNoId);
  }
}

void SequenceWriter::add(BehaviourId id, uint32_t event, uint32_t finding, uint32_t frame) {
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

void SequenceWriter::append(std::string_view words) {
  phrases_.push_back(words);
  ++total_;
}

// A phrase, or a short run of phrases, that repeats at once is said once; the evidence of the
// repetition points to the first time. Loops over browsers or wallets would fill windows
// otherwise.
void SequenceWriter::collapse_repetition() {
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

void SequenceWriter::take_back(size_t first_phrase, size_t same_as) {
  for (auto it = current_.occurrences.rbegin();
       it != current_.occurrences.rend() && it->phrase >= first_phrase; ++it) {
    it->phrase =
        static_cast<uint32_t>(std::min(same_as + (it->phrase - first_phrase), first_phrase - 1));
  }
  total_ -= phrases_.size() - first_phrase;
  phrases_.resize(first_phrase);
}

}  // namespace cerebro
