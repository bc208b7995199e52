#include "classifier/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace cerebro {
namespace {

// setup.cfg and pyproject.toml are left out: they tell a source archive from a repository, not
// malware from other code.
constexpr std::string_view kSourceEndings[] = {".py",  ".pyw", ".pth", ".js",  ".cjs",
                                               ".mjs", ".jsx", ".ts",  ".tsx", ".sh",
                                               ".bat", ".cmd", ".ps1", ".vbs", "package.json"};

constexpr size_t kMostCounted = 4096;  // of one feature in a bag

// What the nth occurrence of a feature adds to its value 1 + ln n, and to that value's square.
struct Steps {
  std::array<double, kMostCounted> value, square;
};

const Steps& steps() {
  static const Steps table = [] {
    Steps made;
    double before = 0;
    for (size_t n = 0; n < kMostCounted; ++n) {
      const double value = 1 + std::log(static_cast<double>(n + 1));
      made.value[n] = value - before;
      made.square[n] = value * value - before * before;
      before = value;
    }
    return made;
  }();
  return table;
}

Result<WordRegressionWeights> read_regression(const TensorFile& file, const std::string& name) {
  WordRegressionWeights regression;
  TRY(weights, file.read(name + ".weight", {kWordFeatures}));
  TRY(bias, file.read(name + ".bias", {1}));
  regression.weights = std::move(weights);
  regression.bias = static_cast<double>(bias[0]);
  return regression;
}

}  // namespace

bool is_word_source(std::string_view path) {
  return std::any_of(std::begin(kSourceEndings), std::end(kSourceEndings),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

Result<WordModel> WordModel::create(const TensorFile& file) {
  WordModel model;
  TRY(package, read_regression(file, "package"));
  TRY(single, read_regression(file, "file"));
  model.package_ = std::move(package);
  model.file_ = std::move(single);
  return model;
}

std::vector<WordLine> WordModel::heaviest_lines(std::string_view text, size_t most) const {
  std::map<uint32_t, uint32_t> counts;
  for_each_word_feature(text, [&](uint32_t feature, size_t) { ++counts[feature]; });
  double squares = 0;
  for (const auto& [feature, count] : counts) {
    const double value = 1 + std::log(std::min<double>(count, kMostCounted));
    squares += value * value;
  }
  if (squares == 0) return {};
  const double scale = 1 / std::sqrt(squares);

  std::vector<WordLine> lines;
  size_t line_begin = 0, seen = 0;  // seen: up to here newlines are counted
  int line = 1;
  double heaviest = 0;  // on this line
  for_each_word_feature(text, [&](uint32_t feature, size_t begin) {
    for (; seen < begin; ++seen) {
      if (text[seen] != '\n') continue;
      ++line;
      line_begin = seen + 1;
    }
    // A feature's share is spread evenly over its occurrences.
    const double count = counts[feature];
    const double share = static_cast<double>(file_.weights[feature]) *
                         (1 + std::log(std::min<double>(count, kMostCounted))) / count * scale;
    if (lines.empty() || lines.back().line != line) {
      lines.push_back({line, 1, 0});
      heaviest = 0;
    }
    lines.back().weight += share;
    if (share > heaviest) {
      heaviest = share;
      lines.back().column = static_cast<int>(begin - line_begin) + 1;
    }
  });
  const size_t kept = std::min(most, lines.size());
  std::partial_sort(lines.begin(), lines.begin() + static_cast<ptrdiff_t>(kept), lines.end(),
                    [](const WordLine& a, const WordLine& b) {
                      return a.weight != b.weight ? a.weight > b.weight : a.line < b.line;
                    });
  lines.resize(kept);
  return lines;
}

WordReader::Bag::Bag(const WordRegressionWeights& of) : regression(&of), counts(kWordFeatures) {}

void WordReader::Bag::add(uint32_t feature) {
  uint16_t& count = counts[feature];
  if (count == kMostCounted) return;
  if (count == 0) present.push_back(feature);
  sum += static_cast<double>(regression->weights[feature]) * steps().value[count];
  squares += steps().square[count];
  ++count;
}

double WordReader::Bag::logit() const { return regression->bias + sum / std::sqrt(squares); }

void WordReader::Bag::clear() {
  for (const uint32_t feature : present) counts[feature] = 0;
  present.clear();
  sum = squares = 0;
}

WordReader::WordReader(const WordModel& model) : package_(model.package_), file_(model.file_) {}

void WordReader::add(std::string_view text) {
  for_each_word_feature(text, [&](uint32_t feature, size_t) {
    package_.add(feature);
    file_.add(feature);
  });
  if (file_.squares > 0) {
    const double logit = file_.logit();
    if (!any_ || logit > score_.file) {
      score_.file = logit;
      score_.worst_file = files_;
    }
    any_ = true;
    file_.clear();
  }
  ++files_;
}

WordScore WordReader::finish() const {
  WordScore score = score_;
  if (any_) score.package = package_.logit();
  return score;
}

}  // namespace cerebro
