#pragma once

// Where the time of one package goes. A thread that scans keeps a StageClock; the code of a step
// says so with a Timed. A step inside another (folding inside name resolution) counts as itself
// alone, so the steps add up to the whole.
//
//   StageClock clock;
//   { Timed timed(Stage::kResolve); ... }
//   clock.ms(Stage::kResolve)
//
// Nothing is decided by these times.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cerebro {

enum class Stage : uint8_t {
  kOther,       // between the steps
  kArchive,     // reading, decompression, digest
  kPackage,     // manifests, payloads
  kParse,       // tree-sitter alone
  kLower,       // tree-sitter's tree to ours
  kScopes,      // names to definitions
  kFold,        // constant values
  kResolve,     // constraints and their solution
  kLayers,      // search for code that is run as text
  kExtract,     // behaviours
  kSequence,    // behaviours in order, as text
  kClassifier,  // the model
  kReport,      // places, paths, reasons
  kRelease,     // giving the memory back
};
constexpr size_t kStages = static_cast<size_t>(Stage::kRelease) + 1;
std::string_view name(Stage stage);  // "parse"

// Milliseconds by stage.
using StageTimes = std::array<double, kStages>;

// Wall-clock time of the steps of this thread for as long as the clock lives.
class StageClock {
 public:
  StageClock();
  ~StageClock();
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;

  StageTimes times();

 private:
  friend class Timed;
  using Clock = std::chrono::steady_clock;

  Stage enter(Stage stage) {
    const Clock::time_point now = Clock::now();
    spent_[static_cast<size_t>(stage_)] += now - since_;
    since_ = now;
    const Stage before = stage_;
    stage_ = stage;
    return before;
  }

  static thread_local constinit StageClock* running_;
  StageClock* const outer_;
  std::array<Clock::duration, kStages> spent_{};
  Stage stage_ = Stage::kOther;
  Clock::time_point since_ = Clock::now();
};

// What this thread does while the object lives belongs to the step. Free where no clock runs.
class Timed {
 public:
  explicit Timed(Stage stage) : clock_(StageClock::running_) {
    if (clock_ != nullptr) before_ = clock_->enter(stage);
  }
  ~Timed() {
    if (clock_ != nullptr) clock_->enter(before_);
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  StageClock* const clock_;
  Stage before_ = Stage::kOther;
};

}  // namespace cerebro
