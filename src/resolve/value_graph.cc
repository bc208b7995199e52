#include "resolve/value_graph.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace cerebro {
namespace {

constexpr size_t kMaxPathBytes = 96;  // "aiohttp.ClientSession().post().json()" is enough by far

constexpr size_t kAhead = 8;  // slots that are fetched into the cache before they are needed

// Constraint::argument of a load that came from an object to its parent. Where objects inherit from
// one another in many ways, it comes to the same object in as many, and counts once.
constexpr uint32_t kInherited = 1;
constexpr uint64_t kSeenByObject = uint64_t{1} << 32;  // no slot, no kind of constraint

constexpr uint64_t pair_key(uint32_t high, uint32_t low) { return uint64_t{high} << 32 | low; }

}  // namespace

SlotId ValueGraph::new_slot() {
  slots_.emplace_back();
  return static_cast<SlotId>(slots_.size() - 1);
}

ValueId ValueGraph::value(ValueKind kind, uint32_t data, uint32_t extra) {
  // 28 bits are enough for `data`: all the source that is read has fewer functions and words.
  const uint64_t key = uint64_t{static_cast<uint8_t>(kind)} << 60 ^ pair_key(data, extra);
  const auto [id, inserted] = ids_.try_emplace(key, static_cast<ValueId>(keys_.size()));
  if (inserted) keys_.push_back({kind, data, extra});
  return id;
}

ValueId ValueGraph::new_object(ObjectKind kind) {
  keys_.push_back({ValueKind::kObject, objects_made_++, static_cast<uint32_t>(kind)});
  return static_cast<ValueId>(keys_.size() - 1);
}

void ValueGraph::enqueue(SlotId slot) {
  if (slots_[slot].queued) return;
  slots_[slot].queued = true;
  queue_.push_back(slot);
}

void ValueGraph::add_value(SlotId slot, ValueId value) {
  if (slot != kNoId && take(slot, {&value, 1}) == 0) enqueue(slot);
}

size_t ValueGraph::take(SlotId slot, std::span<const ValueId> values) {
  steps_ += values.size();
  if (is_closed(slot)) return values.size();
  Slot& to = slots_[slot];
  size_t first = values.size();
  for (size_t i = 0; i < values.size(); ++i) {
    const ValueId value = values[i];
    if (to.values.contains(value)) continue;
    if (to.values.size() >= limits_.values_per_name) {
      dropped_values_ = true;
      break;
    }
    to.values.push(value, arena_);
    values_taken_ += solving_;
    first = std::min(first, i);
    if (keys_[value].kind == ValueKind::kApi) set_bit(api_slots_, slot);
    if (to.values.size() == limits_.values_per_name) set_bit(full_slots_, slot);
  }
  return first;
}

void ValueGraph::set_bit(std::vector<uint64_t>& bits, SlotId slot) {
  if (bits.size() <= slot / 64) bits.resize(slots_.size() / 64 + 1);
  bits[slot / 64] |= uint64_t{1} << slot % 64;
}

void ValueGraph::add_copy(SlotId from, SlotId to) {
  if (from == kNoId || to == kNoId || from == to || is_closed(to)) return;
  Slot& source = slots_[from];
  // Duplicates only cost time; looking back a little catches the common ones.
  if (source.copies.contains(to, 16)) return;
  source.copies.push(to, arena_);
  ++steps_;
  const std::span<const ValueId> known = source.values.span().first(source.done);
  if (take(to, known) < known.size()) enqueue(to);
}

void ValueGraph::add_taint_copy(SlotId from, SlotId to) {
  if (from == kNoId || to == kNoId || from == to) return;
  Slot& source = slots_[from];
  if (source.taint_copies == kNoId) {
    source.taint_copies = static_cast<uint32_t>(taint_copies_.size());
    taint_copies_.emplace_back();
  }
  taint_copies_[source.taint_copies].push(to, arena_);
  for (uint32_t i = 0; i < source.done; ++i) {
    const ValueId v = source.values[i];
    if (keys_[v].kind == ValueKind::kTaint) add_value(to, v);
  }
}

// Constraints that solving adds are often the same ones again (a class that is its own base would
// add them for ever), so each is kept once. Those of the generator are new.
bool ValueGraph::remember(std::initializer_list<uint64_t> parts) {
  if (!solving_) return true;
  uint64_t hash = kHashSeed;
  for (uint64_t part : parts) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 31;
  }
  return remembered_.insert(hash);
}

void ValueGraph::attach(SlotId slot, const Constraint& constraint) {
  ++steps_;
  if (!remember({slot, static_cast<uint64_t>(constraint.kind), constraint.field, constraint.other,
                 constraint.site, constraint.argument, constraint.node,
                 static_cast<uint64_t>(constraint.rule)})) {
    return;
  }
  attach_new(slot, constraint);
}

void ValueGraph::attach_new(SlotId slot, const Constraint& constraint) {
  slots_[slot].constraints.push(static_cast<uint32_t>(constraints_.size()), arena_);
  constraints_.emplace_back() = constraint;
  if (slots_[slot].done > 0) enqueue(slot);
}

void ValueGraph::add_load(SlotId object, Symbol field, SlotId target, UnitId unit, NodeId node) {
  if (object == kNoId) return;
  attach(object, {Constraint::Kind::kLoad, {}, field, target, unit, node, 0});
}

void ValueGraph::add_load_any(SlotId object, SlotId target) {
  if (object == kNoId) return;
  attach(object, {Constraint::Kind::kLoadAny, {}, 0, target, kNoId, kNoNode, 0});
}

void ValueGraph::add_store(SlotId source, SlotId object, Symbol field, UnitId unit, NodeId node) {
  if (object == kNoId || source == kNoId) return;
  attach(object, {Constraint::Kind::kStore, {}, field, source, unit, node, 0});
}

void ValueGraph::add_store_any(SlotId source, SlotId object) {
  if (object == kNoId || source == kNoId) return;
  attach(object, {Constraint::Kind::kStoreAny, {}, 0, source, kNoId, kNoNode, 0});
}

void ValueGraph::add_rule(SlotId slot, const RuleSite& rule) {
  if (slot == kNoId) return;
  attach(slot, {Constraint::Kind::kRule, rule.rule, rule.field, rule.target, rule.context,
                rule.node, rule.argument});
}

void ValueGraph::add_call(SlotId callee, CallSite site) {
  if (callee == kNoId) callee = new_slot();
  if (!remember({callee, site.unit, site.node, site.result, uint64_t{site.functions_only} + 16,
                 uint64_t{site.classes_only}}))
    return;
  const auto id = static_cast<uint32_t>(sites_.size());
  site.id = id;
  sites_.emplace_back() = std::move(site);
  pending_sites_.emplace_back(id, callee);
  attach(callee, {Constraint::Kind::kCall, {}, 0, kNoId, id, kNoNode, 0});
}

// The site itself, or what an escape needs of it.
uint32_t ValueGraph::kept_site(const CallSite& site) {
  if (site.id != kNoId && &sites_[site.id] == &site) return site.id;
  CallSite copy;
  copy.id = static_cast<uint32_t>(sites_.size());
  copy.unit = site.unit;
  copy.node = site.node;
  copy.receiver = site.receiver;
  sites_.emplace_back() = std::move(copy);
  return static_cast<uint32_t>(sites_.size() - 1);
}

void ValueGraph::add_escape(SlotId function, const CallSite& site, Symbol api_path,
                            uint32_t argument) {
  if (function == kNoId) return;
  attach(function,
         {Constraint::Kind::kEscape, {}, api_path, kNoId, kept_site(site), kNoNode, argument});
}

ValueGraph::Object& ValueGraph::object(ValueId id) {
  if (objects_of_.size() <= id) objects_of_.resize(keys_.size(), kNoId);
  uint32_t& index = objects_of_[id];
  if (index == kNoId) {
    index = static_cast<uint32_t>(objects_.size());
    objects_.emplace_back();
  }
  return objects_[index];
}

SlotId ValueGraph::any_slot(ValueId id) {
  Object& its = object(id);
  if (its.any == kNoId) its.any = new_slot();
  return its.any;
}

SlotId ValueGraph::element_slot(ValueId id) {
  Object& its = object(id);
  if (its.element != kNoId) return its.element;
  its.element = new_slot();
  add_copy(its.element, any_slot(id));
  for (const Symbol field : its.fields) {
    if (takes_elements(id, field)) add_copy(its.element, *field_slots_.find(pair_key(id, field)));
  }
  return its.element;
}

SlotId ValueGraph::field_slot(ValueId object, Symbol field) {
  if (const uint32_t* slot = field_slots_.find(pair_key(object, field))) return *slot;
  const SlotId slot = new_slot();
  bind_field(object, field, slot);
  return slot;
}

SlotId ValueGraph::hidden_slot(ValueId id, Hidden which) {
  SlotId& slot = object(id).hidden[static_cast<size_t>(which)];
  if (slot == kNoId) slot = new_slot();
  return slot;
}

uint32_t ValueGraph::length(ValueId id) const {
  const uint32_t index = id < objects_of_.size() ? objects_of_[id] : kNoId;
  return index == kNoId ? kNoId : objects_[index].length;
}

// The slot of field "#-1" is that of the last element; anything when nobody knows which that is.
SlotId ValueGraph::indexed_slot(ValueId object, Symbol field) {
  const std::string_view text = pool_.text(field);
  if (text.size() < 3 || text[0] != kIndexMark || text[1] != '-') return field_slot(object, field);
  const uint32_t known = length(object);
  uint32_t back = 0;
  const auto parsed = std::from_chars(text.data() + 2, text.data() + text.size(), back);
  if (known == kNoId || parsed.ec != std::errc() || back > known) return any_slot(object);
  return field_slot(object, pool_.intern(kIndexMark + std::to_string(known - back)));
}

void ValueGraph::bind_field(ValueId id, Symbol field, SlotId slot) {
  Object& its = object(id);
  const auto [bound, inserted] = field_slots_.try_emplace(pair_key(id, field), slot);
  bound = slot;
  if (inserted) its.fields.push(field, arena_);
  add_copy(slot, any_slot(id));
  if (takes_elements(id, field)) add_copy(its.element, slot);
}

void ValueGraph::add_parent(ValueId id, SlotId parent) {
  if (parent == kNoId) return;
  ++steps_;
  Object& its = object(id);  // stays where it is
  if (its.parents.contains(parent)) return;
  its.parents.push(parent, arena_);
  for (uint32_t i = 0; i < its.loads.size(); ++i) inherit_load(parent, its.loads[i]);
  for (uint32_t i = 0; i < its.any_loads.size(); ++i) inherit_load_any(parent, its.any_loads[i]);
  for (uint32_t i = 0; i < its.heirs.size(); ++i) add_parent(its.heirs[i], parent);
}

void ValueGraph::add_heir(ValueId id, ValueId heir) {
  Object& its = object(id);
  its.heirs.push(heir, arena_);
  for (uint32_t i = 0; i < its.parents.size(); ++i) add_parent(heir, its.parents[i]);
}

void ValueGraph::load_from_parents(ValueId id, uint32_t load) {
  Object& its = object(id);
  its.loads.push(load, arena_);
  for (uint32_t i = 0; i < its.parents.size(); ++i) inherit_load(its.parents[i], load);
}

void ValueGraph::inherit_load(SlotId parent, uint32_t load) {
  if (parent == kNoId) return;
  Constraint inherited = constraints_[load];
  inherited.argument = kInherited;
  attach(parent, inherited);
}

void ValueGraph::inherit_load_any(SlotId parent, SlotId target) {
  if (parent == kNoId) return;
  attach(parent, {Constraint::Kind::kLoadAny, {}, 0, target, kNoId, kNoNode, kInherited});
}

bool ValueGraph::seen_before(const Constraint& load, ValueId object) {
  return load.argument == kInherited &&
         !remember({object, kSeenByObject, load.field, load.other, load.site, load.node,
                    static_cast<uint64_t>(load.kind)});
}

SlotId ValueGraph::find_field(ValueId id, Symbol field) const {
  const uint32_t* slot = field_slots_.find(pair_key(id, field));
  return slot == nullptr ? kNoId : *slot;
}

SlotId ValueGraph::accessor_slot(ValueId id, Symbol accessor) {
  const auto [slot, inserted] = field_slots_.try_emplace(pair_key(id, accessor), kNoId);
  if (inserted) slot = new_slot();
  return slot;
}

std::vector<ValueGraph::Load> ValueGraph::loads(ValueId id, Symbol field) {
  std::vector<Load> found;
  for (const uint32_t index : object(id).loads) {
    ++steps_;
    const Constraint& load = constraints_[index];
    if (load.field == field) found.push_back({load.field, load.other, load.site, load.node});
  }
  return found;
}

// What is stored under an unknown index of a list is no method of it.
bool ValueGraph::takes_elements(ValueId id, Symbol field) const {
  if (keys_[id].kind != ValueKind::kObject) return true;
  switch (static_cast<ObjectKind>(keys_[id].extra)) {
    case ObjectKind::kArray:
    case ObjectKind::kSet:
    case ObjectKind::kMap:
    case ObjectKind::kGenerator:
    case ObjectKind::kPromise: {
      const std::string_view name = pool_.text(field);
      return !name.empty() && (name[0] == kIndexMark || (name[0] >= '0' && name[0] <= '9'));
    }
    default:
      return true;
  }
}

ValueId ValueGraph::api_value(Symbol path) {
  const ValueId api = value(ValueKind::kApi, path);
  if (api == keys_.size() - 1) keys_[api].extra = host_->taints_of(path);
  return api;
}

Symbol ValueGraph::join(Symbol path, std::string_view suffix) {
  const ValueId joined = join(api_value(path), Join::kText, pool_.intern(suffix));
  return joined == kNoId ? 0 : keys_[joined].data;
}

// kNoId when the path gets too long.
ValueId ValueGraph::join(ValueId api, Join how, Symbol tail) {
  static constexpr std::string_view kBetween[] = {"", "."};
  const auto [joined, inserted] =
      joins_.try_emplace(pair_key(api, tail << 1 | static_cast<uint32_t>(how)), kNoId);
  if (!inserted) return joined;
  std::string text(pool_.text(keys_[api].data));
  text += kBetween[static_cast<size_t>(how)];
  text += pool_.text(tail);
  if (text.size() <= kMaxPathBytes) joined = api_value(pool_.intern(text));
  return joined;
}

void ValueGraph::add_api(SlotId slot, Symbol path) {
  if (path != 0 && slot != kNoId) add_api_value(slot, api_value(path));
}

void ValueGraph::add_api_value(SlotId slot, ValueId api) {
  add_value(slot, api);
  for (uint32_t taints = keys_[api].extra; taints != 0; taints &= taints - 1) {
    add_value(slot, value(ValueKind::kTaint, taints & -taints));
  }
}

void ValueGraph::apply(uint32_t index, ValueId id) {
  ++steps_;
  if (exhausted()) return;
  const Constraint& constraint = constraints_[index];
  const ValueKey value_key = keys_[id];
  switch (constraint.kind) {
    case Constraint::Kind::kLoad:
      switch (value_key.kind) {
        case ValueKind::kApi: {
          if (constraint.other == kNoId || is_closed(constraint.other)) break;
          if (constraint.field == default_ && host_->has_default_exports(constraint.site)) {
            add_api_value(constraint.other, id);
            break;
          }
          const std::string_view field = pool_.text(constraint.field);
          const Symbol member =
              field.starts_with(kIndexMark) ? pool_.intern(field.substr(1)) : constraint.field;
          const ValueId joined = join(id, Join::kMember, member);
          if (joined != kNoId) add_api_value(constraint.other, joined);
          break;
        }
        case ValueKind::kObject: {
          if (seen_before(constraint, id)) break;
          add_copy(indexed_slot(id, constraint.field), constraint.other);
          load_from_parents(id, index);
          host_->on_load_object(id, constraint.field, constraint.other, constraint.site,
                                constraint.node);
          break;
        }
        case ValueKind::kTaint:
          add_value(constraint.other, id);
          break;
        default:
          if (seen_before(constraint, id)) break;
          load_from_parents(id, index);
          host_->on_load(id, constraint.field, constraint.other, constraint.site, constraint.node);
      }
      break;
    case Constraint::Kind::kLoadAny:
      if (value_key.kind == ValueKind::kApi) {
        add_api(constraint.other, join(value_key.data, "[]"));
      } else if (value_key.kind == ValueKind::kTaint) {
        add_value(constraint.other, id);
      } else if (!seen_before(constraint, id)) {
        add_copy(any_slot(id), constraint.other);
        Object& its = object(id);
        its.any_loads.push(constraint.other, arena_);
        for (uint32_t i = 0; i < its.parents.size(); ++i) {
          inherit_load_any(its.parents[i], constraint.other);
        }
      }
      break;
    case Constraint::Kind::kStore:
      if (value_key.kind != ValueKind::kApi && value_key.kind != ValueKind::kTaint) {
        add_copy(constraint.other, field_slot(id, constraint.field));
        host_->on_store(id, constraint.field, constraint.other, constraint.site, constraint.node);
      }
      break;
    case Constraint::Kind::kStoreAny:
      if (value_key.kind == ValueKind::kObject &&
          value_key.extra == static_cast<uint32_t>(ObjectKind::kGlobal)) {
        break;
      }
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
    case Constraint::Kind::kRule:
      host_->on_rule({constraint.rule, constraint.other, constraint.site, constraint.node,
                      constraint.field, constraint.argument},
                     id);
      break;
  }
}

void ValueGraph::apply_call(const CallSite& site, ValueId callee) {
  const ValueKey callee_key = keys_[callee];
  if (callee_key.kind == ValueKind::kTaint) {
    add_value(site.result, callee);
    return;
  }
  if (site.classes_only && callee_key.kind != ValueKind::kClass) return;
  host_->on_call(site, callee);
}

void ValueGraph::apply_escape(const Constraint& constraint, ValueId value_id) {
  const ValueKind kind = keys_[value_id].kind;
  if (kind != ValueKind::kFunction && kind != ValueKind::kBound && kind != ValueKind::kBuiltin) {
    return;
  }
  const CallSite& at = sites_[constraint.site];
  CallSite site;
  site.unit = at.unit;
  site.node = at.node;
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
    add_taint_copy(at.receiver, slot);  // response.on("data", d => ...): d is what response is
    for (int i = 0; i < 3; ++i) site.arguments.push_back({slot, 0, false, false});
  }
  host_->on_call(site, value_id);
}

bool ValueGraph::holds_container(SlotId slot) const {
  if (slot == kNoId) return false;
  const NumberList& values = slots_[slot].values;
  return std::any_of(values.begin(), values.end(), [&](ValueId value) {
    const ValueKey& key = keys_[value];
    return key.kind == ValueKind::kObject && key.extra != static_cast<uint32_t>(ObjectKind::kPlain);
  });
}

void ValueGraph::release_unknown_calls() {
  std::vector<std::pair<uint32_t, SlotId>> pending;
  pending.swap(pending_sites_);
  for (const auto& [id, callee] : pending) {
    const bool known = std::any_of(slots_[callee].values.begin(), slots_[callee].values.end(),
                                   [&](ValueId v) { return keys_[v].kind != ValueKind::kTaint; });
    if (known) continue;
    const CallSite& site = sites_[id];
    if (site.functions_only) continue;
    const bool quiet = site.stores_only && holds_container(site.receiver);
    for (uint32_t i = 0; i < site.arguments.size(); ++i) {
      if (!quiet) add_escape(site.arguments[i].slot, site, 0, i);
      add_taint_copy(site.arguments[i].slot, site.result);
      if (site.is_decorator) add_copy(site.arguments[i].slot, site.result);
    }
    add_taint_copy(site.receiver, site.result);
  }
}

// Slots are queued in the order in which the values would wake them one by one: it decides which
// values a name keeps that has more than it may.
void ValueGraph::propagate(SlotId id) {
  Slot& slot = slots_[id];
  const uint32_t before = slot.done;
  const std::span<const ValueId> fresh = slot.values.span().subspan(before);
  slot.done = slot.values.size();
  if (!fresh.empty()) {
    woken_.clear();
    steps_ += fresh.size();
    const auto give = [&](SlotId to, std::span<const ValueId> values, size_t first) {
      const size_t taken = take(to, values);
      if (taken < values.size() && !slots_[to].queued) woken_.push_back({first + taken, to});
    };
    const std::span<const SlotId> copies = slot.copies.span();
    steps_ += fresh.size() * copies.size();
    for (size_t i = 0; i < copies.size(); ++i) {
      if (i + kAhead < copies.size()) __builtin_prefetch(&slots_[copies[i + kAhead]]);
      give(copies[i], fresh, 0);
    }
    slot.copies.erase_if([&](SlotId to) { return is_closed(to); });
    if (slot.taint_copies != kNoId) {
      for (size_t i = 0; i < fresh.size(); ++i) {
        if (keys_[fresh[i]].kind != ValueKind::kTaint) continue;
        for (const SlotId to : taint_copies_[slot.taint_copies]) give(to, fresh.subspan(i, 1), i);
      }
    }
    if (fresh.size() > 1) {
      std::stable_sort(woken_.begin(), woken_.end(),
                       [](const Woken& a, const Woken& b) { return a.first < b.first; });
    }
    for (const Woken& woken : woken_) enqueue(woken.slot);
  }
  // Constraints before `applied` have seen all values before `before`, later ones none. Applying
  // may add constraints and values to this very slot: indices, and it is queued again.
  const uint32_t old = slot.applied;
  for (uint32_t i = before == slot.done ? old : 0; i < slot.constraints.size(); ++i) {
    const uint32_t constraint = slot.constraints[i];
    for (uint32_t next = i < old ? before : 0; next < slot.done; ++next) {
      apply(constraint, slot.values[next]);
    }
  }
  slot.applied = slot.constraints.size();
}

void ValueGraph::solve() {
  solving_ = true;
  reach_fixpoint();
  solving_ = false;
}

void ValueGraph::reach_fixpoint() {
  while (true) {
    while (!queue_.empty() && !exhausted()) {
      const SlotId id = queue_.back();
      queue_.pop_back();
      slots_[id].queued = false;
      propagate(id);
    }
    if (exhausted()) return;
    if (host_->on_settled() || host_->on_rest()) continue;
    if (pending_sites_.empty()) return;
    release_unknown_calls();
    if (queue_.empty() && pending_sites_.empty()) return;
  }
}

void ValueGraph::finish() {
  constraints_ = {};
  sites_ = {};
  joins_ = {};
  remembered_ = {};
  taint_copies_ = {};
  pending_sites_ = {};
}

}  // namespace cerebro
