#include "resolve/resolver.h"

#include <algorithm>
#include <array>

#include "resolve/generate.h"
#include "resolve/imports.h"

namespace cerebro {
namespace {

uint64_t node_key(UnitId unit, NodeId node) { return (uint64_t{unit} << 32) | node; }

// APIs that hand back (one of) their arguments or what these hold.
constexpr std::array kTransparent = {std::string_view{"functools.partial"},
                                     std::string_view{"functools.wraps()"},
                                     std::string_view{"util.promisify"},
                                     std::string_view{"globalThis.Object.freeze"},
                                     std::string_view{"globalThis.Object.assign"},
                                     std::string_view{"globalThis.Promise.resolve"},
                                     std::string_view{"builtins.list"},
                                     std::string_view{"builtins.tuple"},
                                     std::string_view{"builtins.dict"},
                                     std::string_view{"builtins.iter"},
                                     std::string_view{"builtins.next"},
                                     std::string_view{"builtins.reversed"},
                                     std::string_view{"builtins.sorted"},
                                     std::string_view{"copy.copy"},
                                     std::string_view{"copy.deepcopy"},
                                     std::string_view{"globalThis.Object.create"}};

constexpr std::array kImporters = {std::string_view{"globalThis.require"},
                                   std::string_view{"globalThis.import"},
                                   std::string_view{"builtins.__import__"},
                                   std::string_view{"importlib.import_module"},
                                   std::string_view{"globalThis.module.require"},
                                   std::string_view{"module.createRequire()"},
                                   std::string_view{"globalThis.process.mainModule.require"}};

template <size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Resolver::Resolver(const Package& package, StringPool& pool, const Limits& limits,
                   const TaintOracle& oracle)
    : package_(package), pool_(pool), limits_(limits), oracle_(oracle), graph_(pool, limits) {
  graph_.set_host(this);
}

Resolver::~Resolver() = default;

UnitId Resolver::add_unit(Module module, UnitId outer, NodeId outer_node, int line_offset,
                          bool importable) {
  const auto id = static_cast<UnitId>(units_.size());
  auto unit = std::make_unique<Unit>();
  unit->module = std::move(module);
  unit->outer = outer;
  unit->outer_node = outer_node;
  unit->line_offset = line_offset;
  if (outer != kNoId) unit->layer_depth = units_[outer]->layer_depth + 1;
  unit->scopes = Scopes::build(unit->module, pool_);
  unit->folder = std::make_unique<Folder>(unit->module, unit->scopes, pool_, limits_);
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

void Resolver::solve() {
  const size_t first = generated_;
  for (; generated_ < units_.size(); ++generated_) {
    generate_constraints(*this, graph_, static_cast<UnitId>(generated_));
  }
  for (size_t id = first; id < generated_; ++id) {
    if (units_[id]->outer != kNoId) share_names(static_cast<UnitId>(id));
  }
  graph_.solve();
}

void Resolver::add_call_edge(UnitId unit, NodeId node, FunctionId callee) {
  std::vector<FunctionId>& list = edges_[node_key(unit, node)];
  if (std::find(list.begin(), list.end(), callee) == list.end()) list.push_back(callee);
}

UnitId Resolver::unit_of_file(std::string_view path) const {
  const auto it = files_.find(std::string(path));
  return it == files_.end() ? kNoId : it->second;
}

std::span<const FunctionId> Resolver::callees(UnitId unit, NodeId node) const {
  const auto it = edges_.find(node_key(unit, node));
  if (it == edges_.end()) return {};
  return it->second;
}

std::vector<Symbol> Resolver::paths(UnitId unit, NodeId expression) const {
  std::vector<Symbol> found;
  const SlotId slot = units_[unit]->node_slots[expression];
  if (slot == kNoId) return found;
  for (ValueId value : graph_.values(slot)) {
    if (graph_.key(value).kind == ValueKind::kApi) found.push_back(graph_.key(value).data);
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

FunctionId Resolver::function_of(UnitId unit, NodeId function_node) const {
  const auto it = function_nodes_.find(node_key(unit, function_node));
  return it == function_nodes_.end() ? kNoId : it->second;
}

FunctionId Resolver::find_function(UnitId unit, std::string_view dotted) const {
  const size_t dot = dotted.find('.');
  const std::string_view head = dotted.substr(0, dot);
  for (FunctionId id = 0; id < functions_.size(); ++id) {
    const Function& function = functions_[id];
    if (function.unit != unit || function.node == kNoNode ||
        pool_.text(function.name) !=
            (dot == std::string_view::npos ? head : dotted.substr(dot + 1)))
      continue;
    if (function.parent != units_[unit]->top) continue;
    const bool in_class = function.cls != kNoId;
    if (dot == std::string_view::npos
            ? !in_class
            : in_class && pool_.text(classes_[function.cls].name) == head) {
      return id;
    }
  }
  return kNoId;
}

bool Resolver::has_default_exports(UnitId unit) const {
  return unit != kNoId && units_[unit]->module.language != Language::kPython;
}

uint32_t Resolver::taints_of(Symbol path) {
  const auto [it, inserted] = api_taints_.try_emplace(path, 0);
  if (inserted) it->second = oracle_.taints_of_api(pool_.text(path));
  return it->second;
}

void Resolver::on_call(const CallSite& site, ValueId callee) {
  const ValueKey key = graph_.key(callee);
  switch (key.kind) {
    case ValueKind::kFunction:
      link(site, key.data, kNoId);
      break;
    case ValueKind::kBound:
      link(site, key.data, key.extra);
      break;
    case ValueKind::kClass:
      construct(site, key.data);
      break;
    case ValueKind::kInstance:
      graph_.add_call(special_method(key.data, &ClassInfo::call, "__call__"), site);
      break;
    case ValueKind::kSuper:
      for (SlotId base : classes_[key.data].bases) graph_.add_call(base, site);
      break;
    case ValueKind::kApi:
      call_api(site, key.data);
      break;
    default:
      break;
  }
}

void Resolver::link(const CallSite& site, FunctionId id, ValueId receiver) {
  if (site.node != kNoNode) add_call_edge(site.unit, site.node, id);
  const Function& function = functions_[id];
  size_t next = 0;
  if (receiver != kNoId && function.binding != Function::Binding::kStatic) {
    if (function.binding == Function::Binding::kPlain && function.self != kNoId) {
      graph_.add_value(function.self, receiver);  // JavaScript: no parameter is taken
    } else if (!function.parameters.empty()) {
      graph_.add_value(function.parameters[0].slot, receiver);
      next = 1;
    }
  }
  if (site.is_new && function.self != kNoId) {
    Function& constructor = functions_[id];
    if (constructor.instance == kNoId) {
      constructor.instance = graph_.new_object();
      const ValueId self_value = graph_.value(ValueKind::kFunction, id);
      graph_.add_parent(constructor.instance,
                        graph_.field_slot(self_value, pool_.intern("prototype")));
      graph_.add_value(constructor.self, constructor.instance);
    }
    graph_.add_value(site.result, constructor.instance);
  } else if (function.self != kNoId) {
    graph_.add_copy(site.receiver, function.self);
  }
  for (const CallSite::Argument& argument : site.arguments) {
    if (argument.keyword != 0) {
      for (const Parameter& parameter : function.parameters) {
        if (parameter.name == argument.keyword) graph_.add_copy(argument.slot, parameter.slot);
      }
      continue;
    }
    if (argument.mapping) {
      for (const Parameter& parameter : function.parameters) {
        graph_.add_load(argument.slot, parameter.name, parameter.slot, site.unit, site.node);
      }
      continue;
    }
    if (argument.spread) {
      for (size_t i = next; i < function.parameters.size(); ++i) {
        graph_.add_load_any(argument.slot, function.parameters[i].slot);
      }
      continue;
    }
    if (next >= function.parameters.size()) break;
    const Parameter& parameter = function.parameters[next];
    if (parameter.rest) {
      graph_.add_store_any(argument.slot, parameter.slot);
    } else {
      graph_.add_copy(argument.slot, parameter.slot);
      ++next;
    }
  }
  graph_.add_copy(function.result, site.result);
}

void Resolver::construct(const CallSite& site, ClassId cls) {
  const ValueId instance = graph_.value(ValueKind::kInstance, cls);
  graph_.add_value(site.result, instance);
  const bool python = units_[classes_[cls].unit]->module.language == Language::kPython;
  const SlotId constructor =
      special_method(cls, &ClassInfo::constructor, python ? "__init__" : "constructor");
  CallSite call = site;
  call.is_new = false;
  call.result = kNoId;
  graph_.add_call(constructor, std::move(call));
}

SlotId Resolver::special_method(ClassId cls, SlotId ClassInfo::*slot, std::string_view method) {
  if (classes_[cls].*slot == kNoId) {
    const SlotId made = graph_.new_slot();
    classes_[cls].*slot = made;
    lookup_method(cls, pool_.intern(method), made, graph_.value(ValueKind::kInstance, cls));
  }
  return classes_[cls].*slot;
}

void Resolver::lookup_method(ClassId cls, Symbol field, SlotId target, ValueId receiver) {
  const ClassInfo& info = classes_[cls];
  if (const auto method = info.methods.find(field); method != info.methods.end()) {
    const Function& function = functions_[method->second];
    if (function.binding == Function::Binding::kGetter) {
      graph_.add_copy(function.result, target);
    } else {
      graph_.add_value(target, graph_.value(ValueKind::kBound, method->second, receiver));
      if (const auto slot = info.fields.find(field); slot != info.fields.end()) {
        graph_.add_copy(slot->second, target);  // what decorators made of it
      }
    }
    return;
  }
  if (const auto slot = info.fields.find(field); slot != info.fields.end()) {
    graph_.add_copy(slot->second, target);
    return;
  }
  for (SlotId base : info.bases) graph_.add_load_method(base, field, target, receiver);
}

void Resolver::on_load_method(ValueId cls, Symbol field, SlotId target, ValueId receiver) {
  const ValueKey key = graph_.key(cls);
  if (key.kind == ValueKind::kClass) {
    lookup_method(key.data, field, target, receiver);
  } else if (key.kind == ValueKind::kFunction) {  // JavaScript: extends a constructor function
    graph_.add_load(graph_.field_slot(cls, pool_.intern("prototype")), field, target, kNoId,
                    kNoNode);
  }
}

void Resolver::on_load(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node) {
  const ValueKey key = graph_.key(object);
  switch (key.kind) {
    case ValueKind::kUnit: {
      Unit& module = *units_[key.data];
      const std::string_view name = pool_.text(field);
      graph_.add_copy(graph_.field_slot(object, field), target);
      const UnitId submodule = find_submodule(*this, module.module.path, name);
      if (submodule != kNoId) graph_.add_value(target, graph_.value(ValueKind::kUnit, submodule));
      for (UnitId star : module.star_imports) {
        if (star != key.data)
          graph_.add_copy(graph_.field_slot(graph_.value(ValueKind::kUnit, star), field), target);
      }
      break;
    }
    case ValueKind::kClass: {
      const ClassInfo& info = classes_[key.data];
      const auto slot = info.fields.find(field);
      if (slot != info.fields.end()) {
        const auto method = info.methods.find(field);
        const bool class_bound = method != info.methods.end() &&
                                 functions_[method->second].binding == Function::Binding::kClass;
        if (class_bound) {
          graph_.add_value(target, graph_.value(ValueKind::kBound, method->second, object));
        } else {
          graph_.add_copy(slot->second, target);
        }
      } else {
        graph_.add_copy(graph_.field_slot(object, field), target);
        for (SlotId base : info.bases) graph_.add_load(base, field, target, unit, node);
      }
      break;
    }
    case ValueKind::kInstance: {
      graph_.add_copy(graph_.field_slot(object, field), target);
      lookup_method(key.data, field, target, object);
      const auto method = classes_[key.data].methods.find(field);
      if (method != classes_[key.data].methods.end() && node != kNoNode &&
          functions_[method->second].binding == Function::Binding::kGetter) {
        add_call_edge(unit, node, method->second);
        const Function& getter = functions_[method->second];
        if (!getter.parameters.empty()) graph_.add_value(getter.parameters[0].slot, object);
        graph_.add_value(getter.self, object);
      }
      break;
    }
    case ValueKind::kSuper: {
      const ValueId receiver = graph_.value(ValueKind::kInstance, key.data);
      for (SlotId base : classes_[key.data].bases) {
        graph_.add_load_method(base, field, target, receiver);
      }
      break;
    }
    case ValueKind::kFunction:
    case ValueKind::kBound:
      graph_.add_copy(graph_.field_slot(object, field), target);
      break;
    default:
      break;
  }
}

void Resolver::load_module(UnitId from, std::string_view specifier, uint32_t level, SlotId target) {
  const UnitId found = resolve_import(*units_[from], specifier, level);
  if (found == kNoId) {
    const std::string path = api_module_path(units_[from]->module.language, specifier);
    if (level == 0 && !path.empty()) graph_.add_api(target, pool_.intern(path));
    return;
  }
  if (units_[found]->module.language == Language::kPython) {
    graph_.add_value(target, graph_.value(ValueKind::kUnit, found));
  } else {
    graph_.add_copy(units_[found]->exports, target);
  }
}

bool Resolver::call_special_api(const CallSite& site, std::string_view path) {
  const auto constant = [&](size_t index) -> const Value* {
    const Unit& unit = *units_[site.unit];
    if (site.node == kNoNode) return nullptr;
    const NodeId argument = unit.module.child(site.node, index + 1);
    if (argument == kNoNode) return nullptr;
    const Value& value = unit.folder->fold(argument);
    return value.is_text() ? &value : nullptr;
  };
  if (contains(kImporters, path)) {
    const Value* specifier = constant(0);
    if (specifier == nullptr) return false;
    load_module(site.unit, specifier->text, 0, site.result);
    if (const UnitId found = resolve_import(*units_[site.unit], specifier->text, 0);
        found != kNoId) {
      add_call_edge(site.unit, site.node, units_[found]->top);
    }
    return true;
  }
  if (path == "builtins.getattr" && site.arguments.size() >= 2) {
    const Value* name = constant(1);
    if (name == nullptr) return false;
    graph_.add_load(site.arguments[0].slot, pool_.intern(name->text), site.result, site.unit,
                    site.node);
    return true;
  }
  if (path == "builtins.setattr" && site.arguments.size() >= 3) {
    const Value* name = constant(1);
    if (name == nullptr) return false;
    graph_.add_store(site.arguments[2].slot, site.arguments[0].slot, pool_.intern(name->text));
    return true;
  }
  if (contains(kTransparent, path)) {
    for (const CallSite::Argument& argument : site.arguments) {
      graph_.add_copy(argument.slot, site.result);
    }
  }
  return false;
}

void Resolver::call_api(const CallSite& site, Symbol path) {
  std::string_view text = pool_.text(path);
  constexpr std::string_view kBind = ".bind";
  if (text.ends_with(kBind)) {  // f.bind(o) is f
    graph_.add_api(site.result, pool_.intern(text.substr(0, text.size() - kBind.size())));
    return;
  }
  if (call_special_api(site, text)) return;
  if (site.is_decorator) {
    for (const CallSite::Argument& argument : site.arguments)
      graph_.add_copy(argument.slot, site.result);
  }
  graph_.add_api(site.result, graph_.join(path, "()"));
  for (uint32_t i = 0; i < site.arguments.size(); ++i) {
    graph_.add_escape(site.arguments[i].slot, site, path, i);
    graph_.add_taint_copy(site.arguments[i].slot, site.result);
  }
  graph_.add_taint_copy(site.receiver, site.result);
}

}  // namespace cerebro
