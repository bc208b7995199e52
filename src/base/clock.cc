#include "base/clock.h"

namespace cerebro {

thread_local constinit StageClock* StageClock::running_ = nullptr;

std::string_view name(Stage stage) {
  static constexpr std::array<std::string_view, kStages> kNames = {
      "other",   "archive", "package", "parse",    "lower",      "scopes", "fold",
      "resolve", "layers",  "extract", "sequence", "classifier", "report", "release"};
  return kNames[static_cast<size_t>(stage)];
}

StageClock::StageClock() : outer_(running_) { running_ = this; }

StageClock::~StageClock() { running_ = outer_; }

StageTimes StageClock::times() {
  enter(stage_);
  StageTimes ms{};
  for (size_t i = 0; i < kStages; ++i) {
    ms[i] = std::chrono::duration<double, std::milli>(spent_[i]).count();
  }
  return ms;
}

}  // namespace cerebro
