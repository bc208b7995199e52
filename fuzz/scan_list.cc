// Scans the packages of a list in this process, under the sanitizers of the fuzz targets, and says what
// each came to. Reads the paths, one a line, from standard input.
//
//   build/fuzz/bin/scan_list < list.txt
#include <cstdio>
#include <iostream>
#include <string>

#include "scan/scanner.h"

int main() {
  using namespace cerebro;
  const Result<Model> model = Model::load(CEREBRO_SOURCE_DIR "/models/cerebro");
  if (!model) return std::fprintf(stderr, "%s\n", model.error().message.c_str()), 1;
  const ScanOptions options{.archive = {"infected"}};
  size_t number = 0;
  for (std::string path; std::getline(std::cin, path);) {
    const ScanReport report = scan_target(path, *model, options);
    std::printf("%zu %d %.6f\n", ++number, static_cast<int>(report.decision), report.score);
    std::fflush(stdout);
  }
}
