#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands.h"
#include "metrics.h"
#include "model_directory.h"
#include "progress.h"
#include "scoring.h"

namespace cerebro::train {
namespace {

// A threshold from few benign packages can fall among probabilities that nobody would call an
// alarm.
constexpr double kLeastMalicious = 0.5, kLeastSuspicious = 0.2;

// The largest number below 1 that a threshold may be; a higher one would accept nothing.
constexpr double kHighestThreshold = 0.999999;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Platt {
  double scale = 1, bias = 0;  // probability = sigmoid(logit * scale + bias)
};

// Minimises the negative log-likelihood, both labels weighing the same, by Newton's method; the
// ridge keeps the scale finite where the labels separate perfectly
// (https://en.wikipedia.org/wiki/Platt_scaling).
Platt fit(const ScoredList& list) {
  constexpr double kRidge = 1e-2;
  double positives = 0;
  for (const Scored& item : list) positives += item.malicious ? 1 : 0;
  const double negatives = static_cast<double>(list.size()) - positives;
  if (positives == 0 || negatives == 0) {
    throw std::runtime_error("the validation split lacks malicious or benign packages");
  }
  Platt platt;
  for (int step = 0; step < 100; ++step) {
    double g0 = kRidge * (platt.scale - 1), g1 = 0, h00 = kRidge, h01 = 0, h11 = 1e-9;
    for (const Scored& item : list) {
      const double weight = 0.5 / (item.malicious ? positives : negatives);
      const double p = sigmoid(item.score * platt.scale + platt.bias);
      const double error = weight * (p - (item.malicious ? 1 : 0)), curve = weight * p * (1 - p);
      g0 += error * item.score;
      g1 += error;
      h00 += curve * item.score * item.score;
      h01 += curve * item.score;
      h11 += curve;
    }
    const double determinant = h00 * h11 - h01 * h01;
    // Short steps: far from the optimum the curve says little.
    const double d0 = std::clamp((h11 * g0 - h01 * g1) / determinant, -0.2, 0.2);
    const double d1 = std::clamp((h00 * g1 - h01 * g0) / determinant, -0.5, 0.5);
    platt.scale = std::max(0.05, platt.scale - d0);
    platt.bias -= d1;
  }
  return platt;
}

// A package as a model sees it that never saw its cluster.
struct Unseen {
  std::string cluster;
  double logit = 0;
  bool malicious = false, empty = false;
};

std::vector<Unseen> judge(const std::string& directory, const Packages& packages,
                          const CalibrateOptions& options) {
  const Model model = load_classifier(directory);
  const auto scores =
      score_packages(model, packages, parse_ablation(options.ablation), thread_count(options));
  std::vector<Unseen> unseen;
  for (size_t i = 0; i < packages.size(); ++i) {
    unseen.push_back(
        {packages[i].cluster, scores[i].logit, packages[i].malicious, scores[i].empty});
  }
  return unseen;
}

// Benign packages for the thresholds. A repository of 180 packages from one template is not 180
// independent projects: the root of its size counts, evenly spaced from its highest score down.
// Those without behaviour score lowest, but they are benign packages that raise no alarm.
ScoredList independent_benign(const std::vector<Unseen>& unseen) {
  double lowest = 0;
  for (const Unseen& item : unseen) lowest = std::min(lowest, item.logit);
  std::map<std::string_view, std::vector<double>> clusters;
  for (const Unseen& item : unseen) {
    if (!item.malicious) clusters[item.cluster].push_back(item.empty ? lowest : item.logit);
  }
  ScoredList benign;
  for (auto& [name, logits] : clusters) {
    std::sort(logits.rbegin(), logits.rend());
    const double size = static_cast<double>(logits.size());
    const double kept = std::ceil(std::sqrt(size));
    for (double i = 0; i < kept; ++i) {
      benign.push_back({logits[static_cast<size_t>(i * size / kept)], false, {}});
    }
  }
  return benign;
}

}  // namespace

void calibrate(const CalibrateOptions& options) {
  const Packages all = read_packages(options);
  Calibrated calibrated = load_calibration(options.model);
  std::vector<Unseen> unseen = judge(options.model, select(all, "val", options.ecosystem), options);
  const size_t folds = options.fold_models.size();
  for (size_t fold = 0; fold < folds; ++fold) {
    const Packages packages = select(all, "train", options.ecosystem);
    const Packages inside = split_fold(packages, folds, fold).inside;
    for (Unseen& item : judge(options.fold_models[fold], inside, options)) {
      unseen.push_back(std::move(item));
    }
  }
  ScoredList judged;  // what shows no behaviour scores 0 always and says nothing of the scale
  for (const Unseen& item : unseen) {
    if (!item.empty) judged.push_back({item.logit, item.malicious, {}});
  }
  const Platt platt = fit(judged);
  const ScoredList benign = independent_benign(unseen);
  const auto threshold = [&](double fpr, double least) {
    const double logit = threshold_at_fpr(benign, fpr);
    return std::clamp(sigmoid(logit * platt.scale + platt.bias), least, kHighestThreshold);
  };
  calibrated.version = options.version;
  calibrated.temperature = 1 / platt.scale;
  calibrated.bias = platt.bias;
  calibrated.threshold_malicious = threshold(options.malicious_fpr, kLeastMalicious);
  calibrated.threshold_suspicious =
      std::min(threshold(options.suspicious_fpr, kLeastSuspicious), calibrated.threshold_malicious);
  save_calibration(options.model, calibrated);
  Progress().say(fmt::format(
      "{} packages, {} benign ones for the thresholds: temperature {:.3f}, bias {:.3f}, "
      "malicious from {:.4f}, suspicious from {:.4f}",
      unseen.size(), benign.size(), calibrated.temperature, calibrated.bias,
      calibrated.threshold_malicious, calibrated.threshold_suspicious));
}

}  // namespace cerebro::train
