#include "classifier/calibration.h"

#include <algorithm>
#include <cmath>

namespace cerebro {

double WordShares::logit(double package_logit, double file_logit) const {
  return package * std::clamp(package_logit, least_package, most_package) +
         file * std::clamp(file_logit, least_file, most_file);
}

double Calibration::pool(std::span<const double> logits) const {
  const double highest = *std::max_element(logits.begin(), logits.end());
  if (pooling == Pooling::kMax) return highest;
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - highest);
  return highest + std::log(sum);
}

double Calibration::probability(double logit) const {
  return 1 / (1 + std::exp(-(logit / temperature + bias)));
}

}  // namespace cerebro
