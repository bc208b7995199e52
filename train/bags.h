#pragma once

// A package as a bag of token windows, made by the scanner's own make_windows and tokenizer.

#include <cstdint>
#include <string>
#include <vector>

#include "augment.h"
#include "bert.h"
#include "classifier/tokenizer.h"

namespace cerebro::train {

struct BagWindow {
  TokenIds ids;
  bool early = false;  // holds a part of an install or import entry
};
using Bag = std::vector<BagWindow>;

// Equal windows are kept once, as the scanner computes them once.
Bag make_bag(const Entries& entries, const Tokenizer& tokenizer, size_t max_tokens);

// At most `limit` windows, in order: early ones first, the others at random.
void sample_windows(Bag& bag, size_t limit, Rng& rng);

// Splits windows into batches of at most `batch_tokens` tokens, padding included, by length. The
// result holds indices into `windows`.
std::vector<std::vector<size_t>> batches_by_length(const std::vector<const TokenIds*>& windows,
                                                   size_t batch_tokens);

}  // namespace cerebro::train
