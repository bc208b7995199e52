#pragma once

#include <chrono>
#include <string>

namespace cerebro::train {

// One line on stderr, overwritten on a terminal and otherwise written every 30 seconds.
class Progress {
 public:
  void show(const std::string& line);  // if it is time to
  void say(const std::string& line);   // always, and it stays

 private:
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace cerebro::train
