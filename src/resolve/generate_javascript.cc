// What only JavaScript has: its imports and exports, f.call and its kind, the methods of its
// containers.

#include <algorithm>
#include <array>

#include "resolve/generator.h"

namespace cerebro {

namespace {

// Helpers that compilers put around require(): they give back the module. Followed by name, since
// as functions they would mix up all modules of a file.
constexpr std::array<std::string_view, 10> kInterop = {
    "__importDefault",           "__importStar",
    "_interopRequireDefault",    "_interopRequireWildcard",
    "_interop_require_default",  "__toESM",
    "_interop_require_wildcard", "_interopDefault",
    "_interopDefaultLegacy",     "_interopNamespace"};

}  // namespace

bool Generator::is_interop_call(NodeId callee) const {
  const NodeKind kind = module_[callee].kind;
  return (kind == NodeKind::kName || kind == NodeKind::kMember) &&
         std::find(kInterop.begin(), kInterop.end(), text(callee)) != kInterop.end() &&
         module_[callee].next_sibling != kNoNode;
}

SlotId Generator::interop_call(NodeId id, NodeId callee) {
  CallSite site;
  site.unit = id_;
  site.node = id;
  site.functions_only = true;
  graph_.add_call(expression(callee), std::move(site));
  SlotId module_slot = kNoId;
  for (NodeId c = module_[callee].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
    const SlotId argument = expression(c);
    if (module_slot == kNoId) module_slot = argument;
  }
  return module_slot;
}

void Generator::javascript_member_call(std::string_view member, const CallSite& site) {
  // f.call(o, x), f.apply(o, xs), f.bind(o)
  if (member == "bind") {
    Resolver::BoundFunction bound{site.receiver, kNoId, site.arguments};
    if (!bound.arguments.empty() && !bound.arguments[0].spread) {
      bound.self = bound.arguments[0].slot;
      bound.arguments.erase(bound.arguments.begin());
    }
    graph_.add_value(
        site.result,
        graph_.value(ValueKind::kBuiltin, static_cast<uint32_t>(Builtin::kBoundFunction),
                     static_cast<uint32_t>(resolver_.bound_functions_.size())));
    resolver_.bound_functions_.push_back(std::move(bound));
  } else if (member == "call" || member == "apply") {
    CallSite direct = site;
    direct.functions_only = true;
    direct.receiver = site.arguments.empty() ? kNoId : site.arguments[0].slot;
    if (!direct.arguments.empty()) direct.arguments.erase(direct.arguments.begin());
    if (member == "apply" && !direct.arguments.empty()) direct.arguments[0].spread = true;
    graph_.add_call(site.receiver, std::move(direct));
  }
}

// `this` goes on through super(...) and super.m(...). A tag is called with the texts and then the
// values of its template.
void Generator::javascript_call_arguments(NodeId callee, CallSite& site) {
  const bool member = node(callee).kind == NodeKind::kMember;
  const NodeId object = member ? child(callee, 0) : callee;
  if (node(object).kind == NodeKind::kName && text(object) == "super") {
    site.is_super = true;
    site.receiver = frame_.self;
  }
  if (!(node(site.node).flags & kTagged)) return;
  site.arguments.emplace_back();
  for (NodeId c = module_[callee].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
    for (NodeId part : children(module_, c)) {
      const SlotId slot = expression(part);
      if (node(part).kind != NodeKind::kString) site.arguments.push_back({slot, 0, false, false});
    }
  }
}

void Generator::javascript_import(NodeId id) {
  const std::string_view specifier = text(id);
  const UnitId found = resolver_.resolve_import(unit_, specifier, 0);
  if (found != kNoId) resolver_.add_call_edge(id_, id, resolver_.units_[found]->top);
  const SlotId exports = graph_.new_slot();
  resolver_.load_module(id_, specifier, 0, exports);
  for (NodeId c : children(module_, id)) {
    const std::string_view imported = text(c);
    const SlotId local = binding(unit_.scopes.binding(c));
    if (imported == "*" || imported == "default" || imported.empty()) {
      graph_.add_copy(exports, local);
      if (imported == "default" && found != kNoId) {
        graph_.add_load(exports, node(c).text, local, id_, c);
      }
    } else {
      graph_.add_load(exports, node(c).text, local, id_, c);
    }
    unit_.node_slots[c] = local;
  }
}

void Generator::export_slot(std::string_view name, SlotId value) {
  graph_.add_store(value, unit_.exports, pool_.intern(name));
}

void Generator::export_names(NodeId id) {
  const Node& n = node(id);
  const std::string_view from = text(id);
  SlotId exports = kNoId;
  if (!from.empty()) {
    const UnitId found = resolver_.resolve_import(unit_, from, 0);
    if (found != kNoId) resolver_.add_call_edge(id_, id, resolver_.units_[found]->top);
    exports = graph_.new_slot();
    resolver_.load_module(id_, from, 0, exports);
  }
  for (NodeId c : children(module_, id)) {
    const Node& name_node = node(c);
    if (name_node.kind == NodeKind::kExportName) {
      const std::string_view exported = text(c);
      if (exports != kNoId) {
        if (exported == "*") {
          for (ValueId own : graph_.values(unit_.exports)) graph_.add_parent(own, exports);
        } else {
          const SlotId slot = graph_.new_slot();
          if (pool_.text(name_node.aux) == "*") {  // export * as name
            graph_.add_copy(exports, slot);
          } else {
            graph_.add_load(exports, name_node.aux, slot, id_, c);
          }
          export_slot(exported, slot);
        }
      } else {
        const BindingId b = unit_.scopes.lookup(unit_.scopes.module_scope(), name_node.aux);
        export_slot(exported, binding(b));
      }
      continue;
    }
    const SlotId value = expression(c);
    if (n.flags & kIsDefault) {
      export_slot("default", value);
      continue;
    }
    // A declaration: every name that it binds is exported.
    if (name_node.kind == NodeKind::kFunction || name_node.kind == NodeKind::kClass) {
      export_slot(text(c), value);
      continue;
    }
    std::vector<NodeId> work{c};
    while (!work.empty()) {
      const NodeId t = work.back();
      work.pop_back();
      const Node& part = node(t);
      if (part.kind == NodeKind::kName) {
        export_slot(text(t), binding(unit_.scopes.binding(t)));
      } else if (part.kind == NodeKind::kAssign || part.kind == NodeKind::kDefault) {
        if (child(t, 0) != kNoNode) work.push_back(child(t, 0));
      } else if (part.kind == NodeKind::kProperty) {
        if (child(t, 1) != kNoNode) work.push_back(child(t, 1));
      } else if (part.kind == NodeKind::kBlock || part.kind == NodeKind::kArray ||
                 part.kind == NodeKind::kObject || part.kind == NodeKind::kSpread ||
                 part.kind == NodeKind::kSequence) {
        for (NodeId inner : children(module_, t)) work.push_back(inner);
      }
    }
  }
}

}  // namespace cerebro
