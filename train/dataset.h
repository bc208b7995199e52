#pragma once

// The labelled behaviour sequences: train/data/sequences.jsonl.gz, one package a line
//   {"sha256", "label": "malicious|benign", "ecosystem": "npm|pypi", "name", "version", "cluster",
//    "split": "train|val|test", "added": "2024-08-31", "fragment": false, "entries": ["start ..."]}

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/words.h"

namespace cerebro::train {

struct LabelledPackage {
  std::string sha256, ecosystem, name, version, cluster, split, added;
  bool malicious = false;
  bool fragment = false;  // only some of its files survive
  std::vector<std::string> entries;
  std::optional<WordScore> words{};  // if read: what a word judge says that never saw its cluster
};

using Packages = std::vector<LabelledPackage>;

// Throws std::runtime_error, naming file and line, on a file that cannot be read or understood.
Packages read_packages(const std::string& path);

// Adds what `cerebro-train words` says of each package: {"sha256", "package", "file"} a line.
void read_word_scores(const std::string& path, Packages& packages);

// `ecosystem` is "npm", "pypi" or "both".
Packages select(const Packages& packages, std::string_view split, std::string_view ecosystem);

// The part of `folds` that a cluster belongs to; the same everywhere and always.
size_t fold_of(std::string_view cluster, size_t folds);

// What a model that was trained without a fold has not seen, and what it may have.
struct FoldParts {
  Packages inside, outside;
};
FoldParts split_fold(const Packages& packages, size_t folds, size_t fold);

}  // namespace cerebro::train
