#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "archive/file_tree.h"
#include "bag_of_words.h"
#include "commands.h"
#include "dataset.h"
#include "files.h"
#include "metrics.h"
#include "parallel.h"
#include "progress.h"

namespace cerebro::train {
namespace {

constexpr uint64_t kLargestFile = 2U << 20;
constexpr std::string_view kSourceEndings[] = {
    ".py", ".pyw", ".pth", ".js",  ".cjs", ".mjs",         ".jsx",      ".ts",           ".tsx",
    ".sh", ".bat", ".cmd", ".ps1", ".vbs", "package.json", "setup.cfg", "pyproject.toml"};

using Json = nlohmann::ordered_json;

struct Document {
  Json row;  // of the manifest
  WordVector words;
  bool malicious = false;
};

bool is_source(std::string_view path) {
  return std::any_of(std::begin(kSourceEndings), std::end(kSourceEndings),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

WordVector words_of(const std::string& archive) {
  WordCounter counter;
  if (const auto tree = read_path(archive, {}, Limits{})) {
    for (const File& file : tree->files) {
      if (is_source(file.path) && file.content.size() <= kLargestFile) counter.add(file.content);
    }
  }
  return counter.finish();
}

std::vector<Document> read_corpus(const WordsOptions& options) {
  std::ifstream manifest(options.manifest);
  if (!manifest) throw std::runtime_error("cannot read " + options.manifest);
  std::vector<Document> documents;
  for (std::string line; std::getline(manifest, line);) {
    Document& document = documents.emplace_back();
    document.row = Json::parse(line);
    document.malicious = document.row.at("label") == "malicious";
  }
  Progress progress;
  parallel_for(thread_count(options), documents.size(), [&](size_t i) {
    documents[i].words =
        words_of(options.corpus + "/" + documents[i].row.at("path").get<std::string>());
  });
  progress.say(fmt::format("{} packages read", documents.size()));
  return documents;
}

bool is_fragment(const Json& row) { return row.value("fragment", false); }

std::string cluster_of(const Document& document) {
  return document.row.at("cluster").get<std::string>();
}

// As in fine-tuning: a cluster weighs as the root of its size, both labels weigh the same.
// `left_out` are documents that the regression shall not see.
std::vector<WordSample> training_samples(const std::vector<Document>& documents,
                                         const std::function<bool(const Document&)>& left_out) {
  std::map<std::string, double> sizes;
  std::map<bool, double> totals;
  const auto is_training = [&](const Document& document) {
    return document.row.at("split") == "train" && !document.words.empty() && !left_out(document);
  };
  const auto cluster = [](const Document& document) {
    return document.row.at("label").get<std::string>() + cluster_of(document);
  };
  for (const Document& document : documents) {
    if (is_training(document)) sizes[cluster(document)] += 1;
  }
  std::vector<WordSample> samples;
  for (const Document& document : documents) {
    if (!is_training(document)) continue;
    samples.push_back(
        {document.words, document.malicious, 1 / std::sqrt(sizes.at(cluster(document)))});
    totals[document.malicious] += samples.back().weight;
  }
  const double half = static_cast<double>(samples.size()) / 2;
  for (WordSample& sample : samples) sample.weight *= half / totals.at(sample.malicious);
  return samples;
}

}  // namespace

void bag_of_words(const WordsOptions& options) {
  const std::vector<Document> documents = read_corpus(options);
  const auto whole = [](const Document&) { return false; };
  std::vector<WordRegression> regressions;  // one, or one without each fold
  if (options.split == "train") {
    for (size_t fold = 0; fold < options.folds; ++fold) {
      const auto inside = [&](const Document& document) {
        return fold_of(cluster_of(document), options.folds) == fold;
      };
      regressions.emplace_back(training_samples(documents, inside), options.seed);
    }
  } else {
    regressions.emplace_back(training_samples(documents, whole), options.seed);
  }
  const auto logit_of = [&](const Document& document) {
    if (document.words.empty()) return -100.0;
    const size_t judge =
        options.split == "train" ? fold_of(cluster_of(document), options.folds) : 0;
    return regressions[judge].logit(document.words);
  };
  ScoredList chooses;  // the threshold: val, or for the folds the folds themselves
  const std::string_view chooser = options.split == "train" ? "train" : "val";
  for (const Document& document : documents) {
    if (document.row.at("split") != chooser || is_fragment(document.row)) continue;
    chooses.push_back({logit_of(document), document.malicious, {}});
  }
  const double malicious = threshold_at_fpr(chooses, options.malicious_fpr);
  std::string lines;
  for (const Document& document : documents) {
    if (document.row.at("split") != options.split) continue;
    const double logit = logit_of(document);
    Json json;
    for (const char* field :
         {"sha256", "ecosystem", "name", "version", "label", "cluster", "split", "added"}) {
      json[field] = document.row.at(field);
    }
    json["fragment"] = is_fragment(document.row);
    json["empty"] = document.words.empty();
    json["score"] = 1 / (1 + std::exp(-logit));
    json["verdict"] = logit >= malicious ? "malicious" : "clean";
    lines += json.dump() + "\n";
  }
  write_file(options.scores, lines);
  Progress().say(fmt::format("scores written to {}", options.scores));
}

}  // namespace cerebro::train
