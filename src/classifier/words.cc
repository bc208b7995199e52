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

}  // namespace

bool is_word_source(std::string_view path) {
  return std::any_of(std::begin(kSourceEndings), std::end(kSourceEndings),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

Result<WordModel> WordModel::create(const TensorFile& file) {
  TRY(package, file.read("package.weight", {kWordFeatures}));
  TRY(single, file.read("file.weight", {kWordFeatures}));
  TRY(package_bias, file.read("package.bias", {1}));
  TRY(file_bias, file.read("file.bias", {1}));
  WordModel model;
  model.weights_.resize(kWordFeatures);
  for (size_t i = 0; i < kWordFeatures; ++i) model.weights_[i] = {package[i], single[i]};
  model.package_bias_ = static_cast<double>(package_bias[0]);
  model.file_bias_ = static_cast<double>(file_bias[0]);
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
    const double share = static_cast<double>(weights_[feature].file) *
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

void WordReader::Bag::add(uint16_t& count, float weight) {
  if (count == kMostCounted) return;
  sum += static_cast<double>(weight) * steps().value[count];
  squares += steps().square[count];
  ++count;
}

double WordReader::Bag::logit(double bias) const { return bias + sum / std::sqrt(squares); }

WordReader::WordReader(const WordModel& model) : model_(model), counts_(kWordFeatures) {}

double WordReader::add(std::string_view text) {
  for_each_word_feature(text, [&](uint32_t feature, size_t) {
    Counts& counts = counts_[feature];
    const WordModel::Weights& weights = model_.weights_[feature];
    if (counts.file == 0) present_.push_back(feature);
    package_.add(counts.package, weights.package);
    file_.add(counts.file, weights.file);
  });
  double logit = 0;
  if (!present_.empty()) {
    logit = file_.logit(model_.file_bias_);
    if (!any_ || logit > score_.file) {
      score_.file = logit;
      score_.worst_file = files_;
    }
    any_ = true;
    for (const uint32_t feature : present_) counts_[feature].file = 0;
    present_.clear();
    file_ = {};
  }
  ++files_;
  return logit;
}

WordScore WordReader::finish() const {
  WordScore score = score_;
  if (any_) score.package = package_.logit(model_.package_bias_);
  return score;
}

}  // namespace cerebro
