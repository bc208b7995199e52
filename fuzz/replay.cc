// The fuzz targets without libFuzzer, for every compiler and every run of the tests: all seeds, then a
// fixed number of mutations of them, the same ones each time (docs/fuzzing.md).
//
//   fuzz_replay TARGET FOLDER COUNT [ONLY]     ONLY: the number of one input, as a failure names it
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "scan/deep_stack.h"

// From fuzz/CMakeLists.txt: TARGET(archive) TARGET(manifests) ...
#define TARGET(name) extern "C" int fuzz_##name(const uint8_t* data, size_t size);
FUZZ_TARGETS
#undef TARGET

namespace {

struct Target {
  std::string_view name;
  int (*run)(const uint8_t* data, size_t size);
};

constexpr Target kTargets[] = {
#define TARGET(name) {#name, fuzz_##name},
    FUZZ_TARGETS
#undef TARGET
};

constexpr size_t kMostBytes = 16 << 10;
volatile size_t current = 0;

void say_where() {
  char text[64];
  const int size = std::snprintf(text, sizeof text, "fuzz_replay: input %zu\n", current);
  std::fwrite(text, 1, static_cast<size_t>(size), stderr);
}

extern "C" void on_death(int signal) {
  say_where();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

#if defined(__SANITIZE_ADDRESS__)
extern "C" void __sanitizer_set_death_callback(void (*callback)());
#endif

// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  size_t below(size_t bound) { return bound == 0 ? 0 : static_cast<size_t>(next() % bound); }

 private:
  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }
  uint64_t state_;
};

void mutate(std::string& text, const std::vector<std::string>& seeds, Random& random) {
  static constexpr std::array<uint8_t, 12> kBytes = {0,   1,   0x7f, 0x80, 0xff, '"',
                                                     '(', '{', '\\', '\n', '9',  '='};
  const size_t at = random.below(text.size() + 1);
  const size_t length = 1 + random.below(std::min<size_t>(64, text.size() + 1));
  switch (random.below(7)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ 1 << random.below(8));
      break;
    case 1:
      if (at < text.size()) text[at] = static_cast<char>(kBytes[random.below(kBytes.size())]);
      break;
    case 2:
      text.insert(at, length, static_cast<char>(kBytes[random.below(kBytes.size())]));
      break;
    case 3:
      text.erase(at, length);
      break;
    case 4:  // once more, somewhere else
      text.insert(random.below(text.size() + 1), text.substr(at, length));
      break;
    case 5:
      text.resize(at);
      break;
    default: {  // the rest of another
      const std::string& other = seeds[random.below(seeds.size())];
      text = text.substr(0, at) + other.substr(random.below(other.size() + 1));
    }
  }
  if (text.size() > kMostBytes) text.resize(kMostBytes);
}

std::vector<std::string> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry);
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) return EXIT_FAILURE;
  const auto* target = std::find_if(std::begin(kTargets), std::end(kTargets),
                                    [&](const Target& one) { return one.name == words[1]; });
  const std::vector<std::string> seeds = read_seeds(words[2]);
  if (target == std::end(kTargets) || seeds.empty()) {
    std::fprintf(stderr, "fuzz_replay: no target %s, or no seeds\n", words[1]);
    return EXIT_FAILURE;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS}) std::signal(signal, on_death);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(say_where);
#endif
  const size_t inputs = seeds.size() + std::strtoull(words[3], nullptr, 10);
  const size_t only = count > 4 ? std::strtoull(words[4], nullptr, 10) : inputs;
  cerebro::with_deep_stack([&] {
    for (size_t number = 0; number < inputs; ++number) {
      if (only < inputs && number != only) continue;
      current = number;
      Random random(number);
      std::string text = seeds[number < seeds.size() ? number : random.below(seeds.size())];
      if (number >= seeds.size()) {
        for (size_t left = 1 + random.below(6); left > 0; --left) mutate(text, seeds, random);
      }
      // A copy of its exact size, so that a sanitizer sees one byte too many.
      const std::vector<uint8_t> bytes(text.begin(), text.end());
      target->run(bytes.data(), bytes.size());
    }
  });
  std::printf("%s: %zu inputs\n", words[1], inputs);
  return EXIT_SUCCESS;
}
