#include "resolve/value_graph.h"

#include <algorithm>

namespace cerebro {
namespace {

constexpr size_t kMaxPathBytes = 96;  // "aiohttp.ClientSession().post().json()" is enough by far

}  // namespace

SlotId ValueGraph::new_slot() {
  slots_.emplace_back();
  return static_cast<SlotId>(slots_.size() - 1);
}

ValueId ValueGraph::value(ValueKind kind, uint32_t data, uint32_t extra) {
  const auto [it, inserted] =
      ids_.try_emplace(ValueKey{kind, data, extra}, static_cast<ValueId>(keys_.size()));
  if (inserted) keys_.push_back(it->first);
  return it->second;
}

ValueId ValueGraph::new_object() { return value(ValueKind::kObject, objects_made_++); }

void ValueGraph::enqueue(SlotId slot) {
  if (slots_[slot].queued) return;
  slots_[slot].queued = true;
  queue_.push_back(slot);
}

void ValueGraph::add_value(SlotId slot, ValueId value) {
  if (slot == kNoId) return;
  ++steps_;
  std::vector<ValueId>& values = slots_[slot].values;
  if (values.size() >= limits_.values_per_name) return;
  if (std::find(values.begin(), values.end(), value) != values.end()) return;
  values.push_back(value);
  enqueue(slot);
}

void ValueGraph::add_copy(SlotId from, SlotId to) {
  if (from == kNoId || to == kNoId || from == to) return;
  std::vector<SlotId>& copies = slots_[from].copies;
  // Duplicates only cost time; looking back a little catches the common ones.
  const size_t seen = std::min<size_t>(copies.size(), 16);
  if (std::find(copies.end() - static_cast<ptrdiff_t>(seen), copies.end(), to) != copies.end())
    return;
  copies.push_back(to);
  ++steps_;
  for (uint32_t i = 0; i < slots_[from].done; ++i) add_value(to, slots_[from].values[i]);
}

void ValueGraph::add_taint_copy(SlotId from, SlotId to) {
  if (from == kNoId || to == kNoId || from == to) return;
  slots_[from].taint_copies.push_back(to);
  for (uint32_t i = 0; i < slots_[from].done; ++i) {
    const ValueId v = slots_[from].values[i];
    if (keys_[v].kind == ValueKind::kTaint) add_value(to, v);
  }
}

// Constraints that solving adds are often the same ones again (a class that is its own base would
// add them for ever), so each is kept once.
bool ValueGraph::remember(std::initializer_list<uint64_t> parts) {
  uint64_t hash = 0;
  for (uint64_t part : parts) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 31;
  }
  return remembered_.insert(hash).second;
}

// Constraints that solving adds are often the same ones again (a class that is its own base would
// add them for ever), so each is kept once.
void ValueGraph::attach(SlotId slot, Constraint constraint) {
  ++steps_;
  if (!remember({slot, static_cast<uint64_t>(constraint.kind), constraint.field, constraint.other,
                 constraint.site, constraint.argument})) {
    return;
  }
  slots_[slot].constraints.push_back(static_cast<uint32_t>(constraints_.size()));
  constraints_.push_back(constraint);
  if (slots_[slot].done > 0) enqueue(slot);
}

void ValueGraph::add_load(SlotId object, Symbol field, SlotId target, UnitId unit, NodeId node) {
  if (object == kNoId) return;
  attach(object, {Constraint::Kind::kLoad, field, target, unit, node, 0});
}

void ValueGraph::add_load_any(SlotId object, SlotId target) {
  if (object == kNoId) return;
  attach(object, {Constraint::Kind::kLoadAny, 0, target, kNoId, kNoNode, 0});
}

void ValueGraph::add_load_method(SlotId cls, Symbol field, SlotId target, ValueId receiver) {
  if (cls == kNoId) return;
  attach(cls, {Constraint::Kind::kLoadMethod, field, target, receiver, kNoNode, 0});
}

void ValueGraph::add_store(SlotId source, SlotId object, Symbol field) {
  if (object == kNoId || source == kNoId) return;
  attach(object, {Constraint::Kind::kStore, field, source, kNoId, kNoNode, 0});
}

void ValueGraph::add_store_any(SlotId source, SlotId object) {
  if (object == kNoId || source == kNoId) return;
  attach(object, {Constraint::Kind::kStoreAny, 0, source, kNoId, kNoNode, 0});
}

void ValueGraph::add_call(SlotId callee, CallSite site) {
  if (callee == kNoId) callee = new_slot();
  if (!remember({callee, site.unit, site.node, site.result, uint64_t{site.functions_only} + 16}))
    return;
  const auto id = static_cast<uint32_t>(sites_.size());
  sites_.push_back(std::move(site));
  pending_sites_.emplace_back(id, callee);
  attach(callee, {Constraint::Kind::kCall, 0, kNoId, id, kNoNode, 0});
}

void ValueGraph::add_escape(SlotId function, const CallSite& site, Symbol api_path,
                            uint32_t argument) {
  if (function == kNoId) return;
  const auto id = static_cast<uint32_t>(sites_.size());
  CallSite copy;
  copy.unit = site.unit;
  copy.node = site.node;
  copy.receiver = site.receiver;
  sites_.push_back(copy);
  attach(function, {Constraint::Kind::kEscape, api_path, kNoId, id, kNoNode, argument});
}

SlotId ValueGraph::any_slot(ValueId object) {
  ObjectFields& fields = objects_[object];
  if (fields.any == kNoId) fields.any = new_slot();
  return fields.any;
}

SlotId ValueGraph::element_slot(ValueId object) {
  if (objects_[object].element == kNoId) {
    const SlotId element = new_slot();
    objects_[object].element = element;
    add_copy(element, any_slot(object));
    for (const auto& [symbol, slot] : objects_[object].fields) add_copy(element, slot);
  }
  return objects_[object].element;
}

SlotId ValueGraph::field_slot(ValueId object, Symbol field) {
  ObjectFields& fields = objects_[object];
  const auto it = fields.fields.find(field);
  if (it != fields.fields.end()) return it->second;
  const SlotId slot = new_slot();
  bind_field(object, field, slot);
  return slot;
}

void ValueGraph::bind_field(ValueId object, Symbol field, SlotId slot) {
  objects_[object].fields[field] = slot;
  add_copy(slot, any_slot(object));
  if (objects_[object].element != kNoId) add_copy(objects_[object].element, slot);
}

void ValueGraph::add_parent(ValueId object, SlotId parent) {
  objects_[object].parents.push_back(parent);
}

Symbol ValueGraph::join(Symbol path, std::string_view suffix) {
  const Symbol tail = pool_.intern(suffix);
  const auto [it, inserted] = joins_.try_emplace((uint64_t{path} << 32) | tail, 0);
  if (inserted) {
    std::string text(pool_.text(path));
    text += suffix;
    it->second = text.size() <= kMaxPathBytes ? pool_.intern(text) : 0;
  }
  return it->second;
}

void ValueGraph::add_api(SlotId slot, Symbol path) {
  if (path == 0 || slot == kNoId) return;
  add_value(slot, value(ValueKind::kApi, path));
  for (uint32_t taints = host_->taints_of(path); taints != 0; taints &= taints - 1) {
    add_value(slot, value(ValueKind::kTaint, taints & -taints));
  }
}

void ValueGraph::apply(const Constraint& constraint, ValueId id) {
  ++steps_;
  if (exhausted()) return;
  const ValueKey value_key = keys_[id];
  switch (constraint.kind) {
    case Constraint::Kind::kLoad:
      switch (value_key.kind) {
        case ValueKind::kApi: {
          if (pool_.text(constraint.field) == "default" &&
              host_->has_default_exports(constraint.site)) {
            add_api(constraint.other, value_key.data);
            break;
          }
          std::string suffix = ".";
          suffix += pool_.text(constraint.field);
          add_api(constraint.other, join(value_key.data, suffix));
          break;
        }
        case ValueKind::kObject: {
          add_copy(field_slot(id, constraint.field), constraint.other);
          const std::vector<SlotId> parents = objects_[id].parents;
          for (SlotId parent : parents) {
            add_load(parent, constraint.field, constraint.other, constraint.site, constraint.node);
          }
          break;
        }
        case ValueKind::kTaint:
          add_value(constraint.other, id);
          break;
        default:
          host_->on_load(id, constraint.field, constraint.other, constraint.site, constraint.node);
      }
      break;
    case Constraint::Kind::kLoadAny:
      if (value_key.kind == ValueKind::kApi) {
        add_api(constraint.other, join(value_key.data, "[]"));
      } else if (value_key.kind == ValueKind::kTaint) {
        add_value(constraint.other, id);
      } else {
        add_copy(any_slot(id), constraint.other);
      }
      break;
    case Constraint::Kind::kLoadMethod:
      if (value_key.kind == ValueKind::kApi) {
        std::string suffix = "().";
        suffix += pool_.text(constraint.field);
        add_api(constraint.other, join(value_key.data, suffix));
      } else {
        host_->on_load_method(id, constraint.field, constraint.other, constraint.site);
      }
      break;
    case Constraint::Kind::kStore:
      if (value_key.kind != ValueKind::kApi && value_key.kind != ValueKind::kTaint) {
        add_copy(constraint.other, field_slot(id, constraint.field));
      }
      break;
    case Constraint::Kind::kStoreAny:
      if (value_key.kind != ValueKind::kApi && value_key.kind != ValueKind::kTaint) {
        add_copy(constraint.other, element_slot(id));
      }
      break;
    case Constraint::Kind::kCall:
      apply_call(sites_[constraint.site], id);
      break;
    case Constraint::Kind::kEscape:
      apply_escape(constraint, id);
      break;
  }
}

void ValueGraph::apply_call(const CallSite& site, ValueId callee) {
  const ValueKey callee_key = keys_[callee];
  if (callee_key.kind == ValueKind::kTaint) {
    add_value(site.result, callee);
    return;
  }
  if (site.functions_only && callee_key.kind == ValueKind::kApi) return;
  host_->on_call(site, callee);
}

void ValueGraph::apply_escape(const Constraint& constraint, ValueId value_id) {
  const ValueKind kind = keys_[value_id].kind;
  if (kind != ValueKind::kFunction && kind != ValueKind::kBound) return;
  CallSite site = sites_[constraint.site];
  if (constraint.field != 0) {
    // What an API hands to its callback keeps the API's name: fetch(u).then(r => ...) makes r
    // "fetch()".
    std::string_view path = pool_.text(constraint.field);
    constexpr std::string_view kThen = ".then";
    Symbol handed = 0;
    if (path.size() > kThen.size() && path.ends_with(kThen)) {
      handed = pool_.intern(path.substr(0, path.size() - kThen.size()));
    } else {
      handed = join(constraint.field, "{}");
    }
    const SlotId slot = new_slot();
    add_api(slot, handed);
    add_taint_copy(site.receiver, slot);  // response.on("data", d => ...): d is what response is
    for (int i = 0; i < 3; ++i) site.arguments.push_back({slot, 0, false, false});
  }
  site.receiver = kNoId;
  host_->on_call(site, value_id);
}

void ValueGraph::release_unknown_calls() {
  std::vector<std::pair<uint32_t, SlotId>> pending;
  pending.swap(pending_sites_);
  for (const auto& [id, callee] : pending) {
    const bool known = std::any_of(slots_[callee].values.begin(), slots_[callee].values.end(),
                                   [&](ValueId v) { return keys_[v].kind != ValueKind::kTaint; });
    if (known) continue;
    const CallSite site = sites_[id];
    if (site.functions_only) continue;
    for (uint32_t i = 0; i < site.arguments.size(); ++i) {
      add_escape(site.arguments[i].slot, site, 0, i);
      add_taint_copy(site.arguments[i].slot, site.result);
      if (site.is_decorator) add_copy(site.arguments[i].slot, site.result);
    }
    add_taint_copy(site.receiver, site.result);
  }
}

void ValueGraph::propagate(SlotId id) {
  Slot& slot = slots_[id];  // a deque: the reference stays valid
  for (; slot.done < slot.values.size(); ++slot.done) {
    const ValueId v = slot.values[slot.done];
    steps_ += 1 + slot.copies.size();
    for (SlotId to : slot.copies) add_value(to, v);
    if (keys_[v].kind == ValueKind::kTaint) {
      for (SlotId to : slot.taint_copies) add_value(to, v);
    }
  }
  // Applying may add constraints and values to this very slot: indices, and it is queued again.
  for (size_t i = 0; i < slot.constraints.size(); ++i) {
    const uint32_t constraint = slot.constraints[i];
    while (constraints_[constraint].done < slot.done) {
      const ValueId v = slot.values[constraints_[constraint].done++];
      const Constraint copy = constraints_[constraint];
      apply(copy, v);
    }
  }
}

void ValueGraph::solve() {
  while (true) {
    while (!queue_.empty() && !exhausted()) {
      const SlotId id = queue_.back();
      queue_.pop_back();
      slots_[id].queued = false;
      propagate(id);
    }
    if (exhausted() || pending_sites_.empty()) return;
    release_unknown_calls();
    if (queue_.empty() && pending_sites_.empty()) return;
  }
}

}  // namespace cerebro
