#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/note.h"
#include "report/printable.h"

namespace cerebro {
namespace {

constexpr size_t kDefaultWidth = 100;
constexpr long kWidest = 10'000;
constexpr size_t kComplaintColumns = 4000;
constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kRefresh{200};

// https://no-color.org: set to anything but the empty string.
bool declines_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_colour != nullptr && *no_colour != '\0') || term == nullptr ||
         std::strcmp(term, "dumb") == 0;
}

}  // namespace

void complain(std::string_view text) {
  std::fprintf(stderr, "cerebro: %s\n", printable(text, kComplaintColumns).c_str());
}

Output::Output(const std::string& path, bool append)
    : path_(path),
      file_(path.empty() || path == "-" ? stdout : std::fopen(path.c_str(), append ? "ab" : "wb")) {
  if (file_ == nullptr) fail();
}

Output::~Output() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

bool Output::write(std::string_view text) {
  if (!ok_) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file_) == text.size();
  if (!written || std::fflush(file_) != 0) fail();
  return ok_;
}

bool Output::close() {
  FILE* const file = std::exchange(file_, nullptr);
  if (file != nullptr && file != stdout && std::fclose(file) != 0 && ok_) fail();
  return ok_;
}

void Output::fail() {
  const std::string reason = std::strerror(errno);
  ok_ = false;
  complain(number(Code::kOutputFailed) + " " + (path_.empty() ? "standard output" : path_) + ": " +
           reason);
}

bool Output::wants_colour() const {
  return file_ != nullptr && isatty(fileno(file_)) != 0 && !declines_colour();
}

size_t Output::width() const {
  // Set by the user, as for other programs; shells do not export theirs.
  if (const char* columns = std::getenv("COLUMNS")) {
    const long number = std::strtol(columns, nullptr, 10);
    if (number > 0 && number <= kWidest) return static_cast<size_t>(number);
  }
  winsize size{};
  if (file_ == nullptr || ioctl(fileno(file_), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kDefaultWidth;
  }
  return size.ws_col;
}

Progress::Progress(std::optional<size_t> total)
    : terminal_(total.has_value() && isatty(STDERR_FILENO) != 0), total_(total.value_or(0)) {}

void Progress::tick() {
  ++done_;
  const Clock::time_point now = Clock::now();
  if (!terminal_ || now - start_ < kPatience || now - shown_at_ < kRefresh) return;
  shown_at_ = now;
  visible_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = static_cast<double>(done_) / seconds;
  std::fprintf(stderr, "\r%zu", done_);
  if (total_ > 0) std::fprintf(stderr, "/%zu", total_);
  std::fprintf(stderr, rate < 10 ? " packages  %.1f/s" : " packages  %.0f/s", rate);
  if (total_ > done_ && rate > 0) {
    const auto left = static_cast<long>(static_cast<double>(total_ - done_) / rate) + 1;
    std::fprintf(stderr, left < 120 ? "  %ld s left" : "  %ld min left",
                 left < 120 ? left : (left + 59) / 60);
  }
  std::fputs("\x1b[K", stderr);
}

void Progress::clear() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

}  // namespace cerebro
