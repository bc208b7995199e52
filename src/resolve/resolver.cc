#include "resolve/resolver.h"

#include <algorithm>

#include "base/clock.h"
#include "resolve/generate.h"

namespace cerebro {
namespace {

uint64_t node_key(UnitId unit, NodeId node) { return (uint64_t{unit} << 32) | node; }

}  // namespace

Resolver::Resolver(const Package& package, StringPool& pool, const Limits& limits,
                   const TaintOracle& oracle)
    : package_(package),
      pool_(pool),
      limits_(limits),
      oracle_(oracle),
      graph_(pool, limits),
      fold_budget_{limits.fold_package_machine_steps} {
  graph_.set_host(this);
}

Resolver::~Resolver() = default;

UnitId Resolver::add_unit(Module module, UnitId outer, NodeId outer_node, int line_offset,
                          bool importable) {
  const auto id = static_cast<UnitId>(units_.size());
  auto unit = std::make_unique<Unit>();
  unit->module = std::move(module);
  unit->module.nodes.shrink_to_fit();  // grown by doubling, and most of what a package needs
  unit->outer = outer;
  unit->outer_node = outer_node;
  unit->line_offset = line_offset;
  if (outer != kNoId) unit->layer_depth = units_[outer]->layer_depth + 1;
  {
    Timed timed(Stage::kScopes);
    unit->scopes = Scopes::build(unit->module, pool_);
  }
  unit->folder =
      std::make_unique<Folder>(unit->module, unit->scopes, pool_, limits_, &fold_budget_);
  if (outer == kNoId && importable) files_[unit->module.path] = id;  // the last of equal paths
  unit->node_slots.assign(unit->module.nodes.size(), kNoId);
  unit->binding_slots.assign(unit->scopes.bindings().size(), kNoId);
  unit->exports = graph_.new_slot();
  unit->top = static_cast<FunctionId>(functions_.size());
  Function top;
  top.unit = id;
  top.result = graph_.new_slot();
  top.self = unit->exports;  // `this` at the top of a CommonJS file
  functions_.push_back(std::move(top));
  units_.push_back(std::move(unit));
  return id;
}

// A layer that is evaluated sees the names around it, and what it defines is seen there.
void Resolver::share_names(UnitId layer) {
  Unit& inner = *units_[layer];
  Unit& outer = *units_[inner.outer];
  if (inner.module.language != outer.module.language) return;
  const auto top_slot = [&](UnitId unit, Symbol name) {
    const BindingId binding =
        units_[unit]->scopes.lookup(units_[unit]->scopes.module_scope(), name);
    return binding == kNone32 ? kNoId : binding_slot(*this, unit, binding);
  };
  for (BindingId id = 0; id < inner.scopes.bindings().size(); ++id) {
    const Binding& binding = inner.scopes[id];
    if (binding.kind != Binding::Kind::kGlobal && binding.scope != inner.scopes.module_scope())
      continue;
    const SlotId there = top_slot(inner.outer, binding.name);
    const SlotId here = binding_slot(*this, layer, id);
    if (there == kNoId) continue;
    graph_.add_copy(there, here);
    if (binding.kind != Binding::Kind::kGlobal) graph_.add_copy(here, there);
  }
}

bool Resolver::solve() {
  Timed timed(Stage::kResolve);
  const size_t first = generated_;
  for (size_t id = first; id < units_.size(); ++id) read_star_imports(static_cast<UnitId>(id));
  for (; generated_ < units_.size(); ++generated_) {
    generate_constraints(*this, graph_, static_cast<UnitId>(generated_));
  }
  for (size_t id = first; id < generated_; ++id) {
    if (units_[id]->outer != kNoId) share_names(static_cast<UnitId>(id));
  }
  const uint64_t before = graph_.values_taken();
  graph_.solve();
  return graph_.values_taken() != before;
}

void Resolver::add_call_edge(UnitId unit, NodeId node, FunctionId callee) {
  constexpr size_t kLong = 16;
  const auto [index, absent] =
      edge_lists_.try_emplace(node_key(unit, node), static_cast<uint32_t>(edges_.size()));
  if (absent) {
    edges_.emplace_back();
    std::vector<bool>& marks = units_[unit]->has_callees;
    if (marks.empty()) marks.resize(units_[unit]->module.nodes.size());
    marks[node] = true;
  }
  NumberList& list = edges_[index];
  if (list.size() < kLong) {
    if (list.contains(callee)) return;
  } else {
    std::unordered_set<FunctionId>& seen = seen_edges_[index];
    if (seen.empty()) seen.insert(list.begin(), list.end());
    if (!seen.insert(callee).second) return;
  }
  list.push(callee, edge_arena_);
}

UnitId Resolver::unit_of_file(std::string_view path) const {
  const auto it = files_.find(std::string(path));
  return it == files_.end() ? kNoId : it->second;
}

std::span<const FunctionId> Resolver::callees(UnitId unit, NodeId node) const {
  const std::vector<bool>& marks = units_[unit]->has_callees;
  if (marks.empty() || !marks[node]) return {};
  const uint32_t* index = edge_lists_.find(node_key(unit, node));
  if (index == nullptr) return {};
  return edges_[*index].span();
}

std::span<const Symbol> Resolver::implicit_apis(UnitId unit, NodeId node) const {
  const auto it = implicit_apis_.find(node_key(unit, node));
  if (it == implicit_apis_.end()) return {};
  return it->second;
}

Paths Resolver::paths(UnitId unit, NodeId expression) const {
  Paths found;
  const SlotId slot = units_[unit]->node_slots[expression];
  if (slot == kNoId || !graph_.has_api(slot)) return found;
  for (ValueId value : graph_.values(slot)) {
    if (graph_.key(value).kind == ValueKind::kApi) found.push(graph_.key(value).data);
  }
  return found;
}

uint32_t Resolver::taints(UnitId unit, NodeId expression) const {
  const SlotId slot = units_[unit]->node_slots[expression];
  uint32_t taints = 0;
  if (slot == kNoId) return taints;
  for (ValueId value : graph_.values(slot)) {
    if (graph_.key(value).kind == ValueKind::kTaint) taints |= graph_.key(value).data;
  }
  return taints;
}

std::string_view Resolver::builtin_type(UnitId unit, NodeId expression) {
  const Module& module = units_[unit]->module;
  if (module[expression].kind == NodeKind::kString ||
      module[expression].kind == NodeKind::kTemplate || fold(unit, expression).is_text()) {
    return "PyStr";
  }
  const SlotId slot = units_[unit]->node_slots[expression];
  if (slot == kNoId) return {};
  for (ValueId value : graph_.values(slot)) {
    const ValueKey& key = graph_.key(value);
    if (key.kind == ValueKind::kObject && key.extra == static_cast<uint32_t>(ObjectKind::kDict)) {
      return "PyDict";
    }
  }
  return {};
}

FunctionId Resolver::function_of(UnitId unit, NodeId function_node) const {
  const uint32_t* found = function_nodes_.find(node_key(unit, function_node));
  return found == nullptr ? kNoId : *found;
}

FunctionId Resolver::find_function(UnitId unit, std::string_view dotted) const {
  const size_t dot = dotted.find('.');
  const bool in_class = dot != std::string_view::npos;
  const std::string_view own = in_class ? dotted.substr(dot + 1) : dotted;
  const auto named = named_functions_.find(node_key(unit, pool_.intern(own)));
  if (named == named_functions_.end()) return kNoId;
  for (FunctionId id : named->second) {
    const Function& function = functions_[id];
    if (function.parent != units_[unit]->top || (function.cls != kNoId) != in_class) continue;
    if (!in_class || pool_.text(classes_[function.cls].name) == dotted.substr(0, dot)) return id;
  }
  return kNoId;
}

bool Resolver::has_default_exports(UnitId unit) const {
  return unit != kNoId && units_[unit]->module.language != Language::kPython;
}

uint32_t Resolver::taints_of(Symbol path) {
  const auto [taints, absent] = api_taints_.try_emplace(path, 0);
  if (absent) taints = oracle_.taints_of_api(pool_.text(path));
  return taints;
}

uint32_t Resolver::taints_of_string(Symbol text) {
  const auto [taints, absent] = string_taints_.try_emplace(text, 0);
  if (absent) taints = oracle_.taints_of_string(pool_.text(text));
  return taints;
}

uint32_t Resolver::taints_of_parameter(Symbol name) {
  const auto [taints, absent] = parameter_taints_.try_emplace(name, 0);
  if (absent) taints = oracle_.taints_of_parameter(pool_.text(name));
  return taints;
}

}  // namespace cerebro
