#include <algorithm>

#include "sequence/orders.h"

namespace cerebro {
namespace {

// A behaviour or a decoded layer, at its place in a unit's text.
struct Item {
  uint32_t offset;
  uint32_t event = kNoId;
  UnitId layer = kNoId;
};

class FileOrder {
 public:
  FileOrder(const Resolver& resolver, const Behaviours& behaviours, SequenceWriter& writer)
      : behaviours_(behaviours), writer_(writer), items_(resolver.unit_count()) {
    for (uint32_t i = 0; i < behaviours.events.size(); ++i) {
      const Event& event = behaviours.events[i];
      items_[event.unit].push_back({event.offset, i, kNoId});
    }
    for (UnitId id = 0; id < resolver.unit_count(); ++id) {
      const Unit& unit = resolver.unit(id);
      if (unit.outer == kNoId) continue;
      const Module& outer = resolver.unit(unit.outer).module;
      const uint32_t offset = unit.outer_node == kNoNode ? 0 : outer[unit.outer_node].begin;
      items_[unit.outer].push_back({offset, kNoId, id});
    }
    for (auto& items : items_) {
      std::stable_sort(items.begin(), items.end(),
                       [](const Item& a, const Item& b) { return a.offset < b.offset; });
    }
  }

  // Layers nest no deeper than Limits::layers.
  void write(UnitId unit) {
    for (const Item& item : items_[unit]) {
      if (item.layer != kNoId) {
        writer_.mark(kDecodedLayer);
        write(item.layer);
        writer_.mark({});
      } else {
        writer_.event(behaviours_.events[item.event].behaviour, item.event, kNoId);
      }
    }
  }

 private:
  const Behaviours& behaviours_;
  SequenceWriter& writer_;
  std::vector<std::vector<Item>> items_;  // by UnitId, in textual order
};

}  // namespace

void write_in_file_order(const Resolver& resolver, const Behaviours& behaviours,
                         SequenceWriter& writer) {
  FileOrder order(resolver, behaviours, writer);
  writer.begin("manifest", Phase::kRun);
  for (Phase phase : {Phase::kInstall, Phase::kImport, Phase::kRun}) writer.findings(phase);
  writer.end();
  for (UnitId id = 0; id < resolver.unit_count(); ++id) {
    const Unit& unit = resolver.unit(id);
    if (unit.outer != kNoId) continue;
    writer.begin(unit.module.path, Phase::kRun);
    order.write(id);
    writer.end();
  }
}

}  // namespace cerebro
