#pragma once

// What the two kinds of training share: device, threads, time and a checkpoint after each epoch.

#include <chrono>
#include <string>
#include <string_view>

#include "classifier/tokenizer.h"
#include "commands.h"
#include "optimizer.h"

namespace cerebro::train {

class Session {
 public:
  Session(std::string directory, Optimizer& optimizer);

  size_t epoch = 0;  // to be run next
  double best = -1;  // of the validation
  size_t best_epoch = 0;

  void save(size_t next_epoch) const;  // DIRECTORY/checkpoint.pt, replaced in one step
  void load();                         // nothing happens if there is none

 private:
  std::string path_;
  Optimizer& optimizer_;
};

class Stopwatch {
 public:
  double seconds() const;

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Where this run ends; the learning rate is that of all epochs.
size_t last_epoch(const TrainingOptions& options);

torch::Device best_device();  // a GPU where torch sees one

// A GPU is fed by one thread.
size_t shard_count(const CommonOptions& options, torch::Device device);

Tokenizer make_tokenizer(std::string_view vocabulary);  // throws std::runtime_error

}  // namespace cerebro::train
