// Compares the JavaScript parser with tree-sitter on every JavaScript file of the archives that are
// given: counts, and for each file where the trees differ the archive, the file, and the kinds and
// offsets of the nodes. Nothing of a file's text is printed.
//
//   javascript_parsers [--quiet] [--password P] --from LIST | ARCHIVE...
//
// --quiet leaves out the names. --refused prints the files that the parser left to tree-sitter and
// where it gave up, the largest first. --time measures the parser alone, in CPU time. Exit code 1
// if any tree differs.

#include <time.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "archive/file_tree.h"
#include "scan/deep_stack.h"
#include "syntax/encoding.h"
#include "syntax/ir.h"
#include "syntax/javascript_oracle.h"
#include "syntax/javascript_parser.h"

using namespace cerebro;

namespace {

struct Counts {
  uint64_t archives = 0, unreadable = 0, files = 0, bytes = 0, nodes = 0;
  uint64_t read_files = 0, read_bytes = 0, awaits = 0, different = 0;
  double seconds = 0;
};

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Refused {
  size_t bytes;
  std::string name;
};

}  // namespace

int main(int argc, char** argv) {
  bool quiet = false;
  bool refused = false;
  bool timing = false;
  ArchiveOptions options;
  std::vector<std::string> archives;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--quiet") {
      quiet = true;
    } else if (argument == "--refused") {
      refused = true;
    } else if (argument == "--time") {
      timing = true;
    } else if (argument == "--password" && i + 1 < argc) {
      options.password = argv[++i];
    } else if (argument == "--from" && i + 1 < argc) {
      std::ifstream list(argv[++i]);
      for (std::string line; std::getline(list, line);) {
        if (!line.empty()) archives.push_back(line);
      }
    } else {
      archives.push_back(argument);
    }
  }

  const Limits limits;
  Counts counts;
  std::vector<Refused> left;
  with_deep_stack([&] {
    for (const std::string& archive : archives) {
      ++counts.archives;
      const Result<FileTree> tree = read_path(archive, options, limits);
      if (!tree) {
        ++counts.unreadable;
        continue;
      }
      for (const File& file : tree->files) {
        if (detect_language(file.path, file.content) != Language::kJavaScript) continue;
        if (file.content.size() > limits.parse_bytes) continue;
        const std::string source = to_utf8(file.content).utf8;
        ++counts.files;
        counts.bytes += source.size();
        ParserComparison result;
        if (timing) {
          FlatBuffer nodes;
          const double before = thread_seconds();
          result.read = parse_javascript(source, limits.syntax_depth, nodes, &result.refused_at);
          counts.seconds += thread_seconds() - before;
        } else {
          result = compare_javascript_parsers(source, limits.syntax_depth);
        }
        if (!result.read) {
          left.push_back(
              {source.size(), archive + ' ' + file.path + ' ' + std::to_string(result.refused_at)});
          continue;
        }
        ++counts.read_files;
        counts.read_bytes += source.size();
        counts.nodes += result.nodes;
        counts.awaits += result.awaits;
        if (result.difference.empty()) continue;
        ++counts.different;
        if (!quiet) std::cout << archive << ' ' << file.path << ": " << result.difference << '\n';
      }
    }
  });

  if (refused) {
    std::ranges::sort(left, std::ranges::greater(), &Refused::bytes);
    for (const Refused& file : left) std::cout << file.bytes << ' ' << file.name << '\n';
  }
  const double share = counts.bytes == 0 ? 0
                                         : 100 * static_cast<double>(counts.read_bytes) /
                                               static_cast<double>(counts.bytes);
  std::cout << counts.archives << " archives (" << counts.unreadable << " unreadable), "
            << counts.files << " files, " << counts.bytes << " bytes; read " << counts.read_files
            << " files, " << counts.read_bytes << " bytes (" << share << " %), " << counts.nodes
            << " nodes, " << counts.awaits << " awaits read otherwise; " << counts.different
            << " files differ\n";
  if (timing) {
    std::cout << static_cast<double>(counts.bytes) / 1e6 / counts.seconds << " MB/s\n";
  }
  return counts.different == 0 ? 0 : 1;
}
