#include "dataset.h"

#include <zlib.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unordered_map>

#include "files.h"

namespace cerebro::train {
namespace {

LabelledPackage parse(const nlohmann::json& json) {
  LabelledPackage package{
      .sha256 = json.at("sha256"),
      .ecosystem = json.at("ecosystem"),
      .name = json.at("name"),
      .version = json.value("version", ""),
      .cluster = json.at("cluster"),
      .split = json.at("split"),
      .added = json.value("added", ""),
      .malicious = json.at("label") == "malicious",
      .fragment = json.value("fragment", false),
      .entries = json.at("entries"),
  };
  if (package.cluster.empty()) package.cluster = package.sha256;
  return package;
}

std::string read_gzip(const std::string& path) {
  const std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw std::runtime_error(path + ": cannot be opened");
  std::string content;
  char buffer[1 << 16];
  int count = 0;
  while ((count = gzread(file.get(), buffer, sizeof buffer)) > 0) {
    content.append(buffer, static_cast<size_t>(count));
  }
  if (count < 0) throw std::runtime_error(path + ": is damaged");
  return content;
}

}  // namespace

Packages read_packages(const std::string& path) {
  const std::string content = read_gzip(path);
  Packages packages;
  size_t line = 0;
  for (const std::string_view text : lines(content)) {
    ++line;
    try {
      packages.push_back(parse(nlohmann::json::parse(text)));
    } catch (const nlohmann::json::exception& error) {
      throw std::runtime_error(path + ":" + std::to_string(line) + ": " + error.what());
    }
  }
  return packages;
}

void read_word_scores(const std::string& path, Packages& packages) {
  const std::string content = read_gzip(path);
  std::unordered_map<std::string, WordScore> scores;
  for (const std::string_view text : lines(content)) {
    const auto json = nlohmann::json::parse(text);
    scores[json.at("sha256")] = {json.at("package"), json.at("file"), 0};
  }
  for (LabelledPackage& package : packages) {
    const auto found = scores.find(package.sha256);
    if (found == scores.end()) throw std::runtime_error(path + " lacks " + package.sha256);
    package.words = found->second;
  }
}

Packages select(const Packages& packages, std::string_view split, std::string_view ecosystem) {
  Packages selected;
  for (const LabelledPackage& package : packages) {
    if (package.split == split && (ecosystem == "both" || package.ecosystem == ecosystem)) {
      selected.push_back(package);
    }
  }
  return selected;
}

size_t fold_of(std::string_view cluster, size_t folds) {
  uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : cluster) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return static_cast<size_t>((hash >> 32) % folds);
}

FoldParts split_fold(const Packages& packages, size_t folds, size_t fold) {
  FoldParts parts;
  for (const LabelledPackage& package : packages) {
    (fold_of(package.cluster, folds) == fold ? parts.inside : parts.outside).push_back(package);
  }
  return parts;
}

}  // namespace cerebro::train
