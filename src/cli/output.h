#pragma once

// Where the report goes, and what people see meanwhile. A report that could not be written in full
// must not look like one that was: every write is checked.

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace cerebro {

// "cerebro: TEXT" on standard error, control characters escaped.
void complain(std::string_view text);

class Output {
 public:
  // "" and "-" are standard output. Complains when the file cannot be opened.
  explicit Output(const std::string& path, bool append = false);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Writes and flushes. False, with one complaint in all, once anything failed.
  bool write(std::string_view text);
  bool ok() const { return ok_; }

  // A file system may find out only now that it has no room. The same result as of write.
  bool close();

  bool wants_colour() const;  // a terminal that shows colours, and the user did not decline
  size_t width() const;       // columns

 private:
  void fail();
  std::string path_;
  FILE* file_;
  bool ok_ = true;
};

// A line on standard error that counts packages, with their rate and, when their number is known,
// the time that is left; when that is a terminal and the work takes longer than two seconds.
class Progress {
 public:
  // 0: their number is unknown; nothing: show none.
  explicit Progress(std::optional<size_t> total = 0);
  ~Progress() { clear(); }
  void tick();   // one more package is done
  void clear();  // before something else is written to the terminal

 private:
  using Clock = std::chrono::steady_clock;
  const bool terminal_;
  const size_t total_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point shown_at_ = start_;
  size_t done_ = 0;
  bool visible_ = false;
};

}  // namespace cerebro
