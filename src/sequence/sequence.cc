#include "sequence/sequence.h"

#include "base/clock.h"
#include "sequence/orders.h"

namespace cerebro {

std::vector<std::string> Sequence::texts() const {
  std::vector<std::string> all;
  all.reserve(entries.size());
  for (const EntrySequence& entry : entries) all.push_back(entry.text);
  return all;
}

std::string Sequence::text() const {
  std::string joined;
  for (const EntrySequence& entry : entries) {
    if (!joined.empty()) joined += '\n';
    joined += entry.text;
  }
  return joined;
}

Sequence build_sequence(const Package& package, const std::vector<FunctionId>& entry_functions,
                        const Resolver& resolver, const Behaviours& behaviours,
                        const Limits& limits, const SequenceOptions& options) {
  Timed timed(Stage::kSequence);
  SequenceWriter writer(package, limits, options);
  if (options.order == SequenceOptions::Order::kFile) {
    write_in_file_order(resolver, behaviours, writer);
  } else {
    write_in_execution_order(package, entry_functions, resolver, behaviours, writer);
  }
  return writer.finish();
}

}  // namespace cerebro
