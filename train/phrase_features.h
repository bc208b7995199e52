#pragma once

// A package as a bag of its phrases, for judges that know no order: log(1 + count) of each phrase
// in each stage.

#include <cstddef>
#include <utility>
#include <vector>

#include "augment.h"

namespace cerebro::train {

using Features = std::vector<std::pair<size_t, double>>;  // feature and value, sorted, no zeros

size_t feature_count();
Features features_of(const Entries& entries);

}  // namespace cerebro::train
