#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "archive/file_tree.h"
#include "bag_of_words.h"
#include "classifier/word_features.h"
#include "commands.h"
#include "dataset.h"
#include "files.h"
#include "model_directory.h"
#include "parallel.h"
#include "progress.h"

namespace cerebro::train {
namespace {

using Json = nlohmann::json;

struct Document {
  std::string path, sha256, cluster, ecosystem, split, added;
  WordSample words;
};

WordSample words_of(const std::string& archive) {
  WordSample sample;
  const auto tree = read_path(archive, {}, Limits{});
  if (!tree) return sample;
  std::vector<WordCounts> counts;
  for (const File& file : tree->files) {
    if (!is_word_source(file.path)) continue;
    counts.push_back(count_words(file.content));
    if (counts.back().empty()) continue;
    sample.files.push_back(scaled(counts.back()));
  }
  sample.whole = scaled(merge(counts));
  return sample;
}

std::vector<Document> read_corpus(const WordsOptions& options) {
  std::ifstream manifest(options.manifest);
  if (!manifest) throw std::runtime_error("cannot read " + options.manifest);
  std::vector<Document> documents;
  for (std::string line; std::getline(manifest, line);) {
    const Json row = Json::parse(line);
    documents.push_back({row.at("path"),
                         row.at("sha256"),
                         row.at("cluster"),
                         row.at("ecosystem"),
                         row.at("split"),
                         row.value("added", ""),
                         {}});
    documents.back().words.malicious = row.at("label") == "malicious";
  }
  Progress progress;
  parallel_for(thread_count(options), documents.size(), [&](size_t i) {
    const bool malicious = documents[i].words.malicious;
    documents[i].words = words_of(options.corpus + "/" + documents[i].path);
    documents[i].words.malicious = malicious;
  });
  progress.say(fmt::format("{} packages read", documents.size()));
  return documents;
}

// What is learnt from: a cluster weighs as the root of its size; within an ecosystem both labels
// weigh the same, else every Python word would speak against a package, as few independent benign
// PyPI projects are in the data.
std::vector<const WordSample*> training_samples(std::vector<Document>& documents,
                                                const std::function<bool(const Document&)>& keep) {
  std::map<std::string, double> sizes, totals, ecosystems;
  std::vector<Document*> kept;
  const auto label = [](const Document& document) {
    return std::string(document.words.malicious ? "+" : "-");
  };
  for (Document& document : documents) {
    if (document.split != "train" || document.words.files.empty() || !keep(document)) continue;
    kept.push_back(&document);
    sizes[label(document) + document.cluster] += 1;
  }
  double all = 0;
  for (Document* document : kept) {
    const double weight = 1 / std::sqrt(sizes.at(label(*document) + document->cluster));
    document->words.weight = weight;
    totals[label(*document) + document->ecosystem] += weight;
    ecosystems[document->ecosystem] += weight;
    all += weight;
  }
  std::vector<const WordSample*> samples;
  for (Document* document : kept) {
    document->words.weight *= static_cast<double>(kept.size()) / 2 *
                              ecosystems.at(document->ecosystem) / all /
                              totals.at(label(*document) + document->ecosystem);
    samples.push_back(&document->words);
  }
  return samples;
}

struct WordJudge {
  WordRegression package, file;
};

WordJudge train_judge(std::vector<Document>& documents,
                      const std::function<bool(const Document&)>& keep, uint64_t seed) {
  const std::vector<const WordSample*> samples = training_samples(documents, keep);
  return {WordRegression(samples, WordBags::kWhole, seed),
          WordRegression(samples, WordBags::kFiles, seed)};
}

void save(const WordJudge& judge, const std::string& path) {
  TensorMap tensors;
  const auto add = [&](const std::string& name, const WordRegression& regression) {
    tensors[name + ".weight"] = torch::tensor(regression.weights()).to(torch::kHalf);
    tensors[name + ".bias"] = torch::tensor({static_cast<float>(regression.bias())});
  };
  add("package", judge.package);
  add("file", judge.file);
  write_file(path, safetensors(tensors));
}

}  // namespace

void words(const WordsOptions& options) {
  std::vector<Document> documents = read_corpus(options);
  const auto is_known = [&](const Document& document) {
    return !document.words.malicious || options.added_before.empty() ||
           (!document.added.empty() && document.added < options.added_before);
  };
  std::vector<WordJudge> judges;  // one without each fold, then the one that saw all of `train`
  for (size_t fold = 0; fold <= options.folds; ++fold) {
    judges.push_back(train_judge(
        documents,
        [&](const Document& document) {
          return is_known(document) && fold_of(document.cluster, options.folds) != fold;
        },
        options.seed));
  }
  if (!options.out.empty()) save(judges.back(), options.out);

  std::string lines;
  for (const Document& document : documents) {
    const size_t judge =
        document.split == "train" ? fold_of(document.cluster, options.folds) : options.folds;
    const bool any = !document.words.files.empty();
    const Json json = {{"sha256", document.sha256},
                       {"package", any ? judges[judge].package.logit(document.words.whole) : 0},
                       {"file", any ? judges[judge].file.highest(document.words.files) : 0}};
    lines += json.dump() + "\n";
  }
  write_gzip(options.scores, lines);
  Progress().say(fmt::format("scores written to {}", options.scores));
}

}  // namespace cerebro::train
