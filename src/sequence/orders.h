#pragma once

// The orders in which a package's behaviours can be told.

#include <vector>

#include "sequence/sequence_writer.h"

namespace cerebro {

// As the code would run: the product's own order.
void write_in_execution_order(const Package& package,
                              const std::vector<FunctionId>& entry_functions,
                              const Resolver& resolver, const Behaviours& behaviours,
                              SequenceWriter& writer);

// As a tool without a call graph sees the code, for the ablation: file by file, line by line, and
// nothing known of phases or of what is reached.
void write_in_file_order(const Resolver& resolver, const Behaviours& behaviours,
                         SequenceWriter& writer);

}  // namespace cerebro
