// What only Python has: its imports, the methods of its containers, the names of a class body.

#include <algorithm>

#include "resolve/generator.h"
#include "resolve/imports.h"

namespace cerebro {

void Generator::python_import(NodeId id) {
  const Node& n = node(id);
  const std::string_view specifier = text(id);
  const auto enter = [&](UnitId found) {
    if (found != kNoId) resolver_.add_call_edge(id_, id, resolver_.units_[found]->top);
  };
  // Importing a.b.c runs a, a.b and a.b.c.
  if (n.aux == 0) {
    for (size_t dot = specifier.find('.'); dot != std::string_view::npos;
         dot = specifier.find('.', dot + 1)) {
      enter(resolver_.resolve_import(unit_, specifier.substr(0, dot), 0));
    }
  }
  enter(resolver_.resolve_import(unit_, specifier, n.aux));
  for (NodeId c : children(module_, id)) {
    const Node& name_node = node(c);
    const std::string_view imported = text(c);
    const SlotId local = binding(unit_.scopes.binding(c));
    if (imported.empty()) {
      std::string_view bound = specifier;
      if (name_node.flags & kTop) bound = specifier.substr(0, specifier.find('.'));
      resolver_.load_module(id_, bound, 0, local);
    } else if (imported == "*") {
      const UnitId found = resolver_.resolve_import(unit_, specifier, n.aux);
      if (found != kNoId) {
        unit_.star_imports.push_back(found);
        // Names that nothing here defines may come from there.
        const ValueId there = graph_.value(ValueKind::kUnit, found);
        for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
          if (unit_.scopes[b].kind != Binding::Kind::kGlobal) continue;
          graph_.add_copy(graph_.field_slot(there, unit_.scopes[b].name), binding(b));
        }
      } else {
        for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
          if (unit_.scopes[b].kind != Binding::Kind::kGlobal) continue;
          graph_.add_api(binding(b), pool_.intern(std::string(specifier) + "." +
                                                  std::string(pool_.text(unit_.scopes[b].name))));
        }
      }
    } else {
      const UnitId package = resolver_.resolve_import(unit_, specifier, n.aux);
      const SlotId module_slot = graph_.new_slot();
      resolver_.load_module(id_, specifier, n.aux, module_slot);
      graph_.add_load(module_slot, name_node.text, local, id_, c);
      if (package != kNoId) {
        enter(find_submodule(resolver_, resolver_.units_[package]->module.path, imported));
      }
    }
    unit_.node_slots[c] = local;
  }
}

// Adding to a container: what was added can be found again.
void Generator::python_member_call(std::string_view member, const CallSite& site) {
  if (member == "append" || member == "add" || member == "insert" || member == "extend") {
    for (const CallSite::Argument& argument : site.arguments) {
      graph_.add_store_any(argument.slot, site.receiver);
      graph_.add_taint_copy(argument.slot, site.receiver);
    }
  } else if (member == "pop" || member == "get" || member == "values" || member == "items") {
    graph_.add_load_any(site.receiver, site.result);
  }
}

// What is named by way of a table or a text: vars(builtins)["exec"], eval("ex" + "ec"),
// sys.modules["os"].system. Folding knows which API that is.
void Generator::python_hidden_name(NodeId id, SlotId slot) {
  static constexpr std::string_view kFinders[] = {"eval",    "globals",    "locals", "vars",
                                                  "getattr", "__import__", "next"};
  if (slot == kNoId) return;
  NodeId leaf = id;
  bool hidden = module_[id].kind == NodeKind::kConditional || module_[id].kind == NodeKind::kBinary;
  while (leaf != kNoNode &&
         (module_[leaf].kind == NodeKind::kMember || module_[leaf].kind == NodeKind::kIndex ||
          module_[leaf].kind == NodeKind::kCall)) {
    hidden |= module_[leaf].kind == NodeKind::kIndex;
    const NodeId below = child(leaf, 0);
    if (module_[leaf].kind == NodeKind::kCall && below != kNoNode &&
        module_[below].kind == NodeKind::kName) {
      hidden |=
          std::find(std::begin(kFinders), std::end(kFinders), text(below)) != std::end(kFinders);
    }
    if (module_[leaf].kind == NodeKind::kMember && text(leaf) == "get" && below != kNoNode) {
      hidden |= module_[below].kind == NodeKind::kMember && text(below) == "modules";
    }
    leaf = below;
  }
  if (module_[id].kind == NodeKind::kMember && leaf != kNoNode) {
    hidden |= text(id) == "__call__" || text(id) == "exec" || text(id) == "eval";
  }
  if (!hidden) return;
  const Value& value = unit_.folder->fold(id);
  if (value.kind == Value::Kind::kPath && !value.list) {
    graph_.add_api(slot, pool_.intern(value.text));
  }
}

// Names bound in the body are attributes of the class.
void Generator::python_class_names(NodeId id, ClassId cls) {
  const ScopeId scope = unit_.scopes.scope_of(id);
  if (scope == kNone32) return;
  const ValueId value = graph_.value(ValueKind::kClass, cls);
  for (BindingId b = 0; b < unit_.scopes.bindings().size(); ++b) {
    if (unit_.scopes[b].scope != scope || unit_.scopes[b].kind == Binding::Kind::kGlobal) continue;
    const Symbol field = unit_.scopes[b].name;
    resolver_.classes_[cls].fields.try_emplace(field, binding(b));
    graph_.bind_field(value, field, binding(b));
  }
}

}  // namespace cerebro
