#include "callgraph/callgraph.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "callgraph/names.h"

namespace cerebro {
namespace {

class Builder {
 public:
  Builder(Resolver& resolver, const Package& package)
      : resolver_(resolver), names_(resolver, package) {}

  CallGraph build() {
    for (FunctionId id = 0; id < resolver_.functions().size(); ++id) {
      // Commands of a manifest are no module.
      if (!is_command_language(resolver_.unit(resolver_.functions()[id].unit).module.language)) {
        graph_.callees[names_.name(id)];
      }
    }
    for (UnitId id = 0; id < resolver_.unit_count(); ++id) walk(id);
    // A package's own __init__ at the top of the target has no name that anything could import.
    const auto unnamed = graph_.callees.find("__init__");
    if (unnamed != graph_.callees.end() && unnamed->second.empty()) graph_.callees.erase(unnamed);
    std::sort(graph_.edges.begin(), graph_.edges.end());
    graph_.edges.erase(std::unique(graph_.edges.begin(), graph_.edges.end()), graph_.edges.end());
    return std::move(graph_);
  }

 private:
  // Every node with the function whose code it is, on a stack of its own: syntax nests deep.
  void walk(UnitId unit) {
    const Module& module = resolver_.unit(unit).module;
    if (module.root == kNoNode) return;
    struct Place {
      NodeId node;
      FunctionId function;
    };
    std::vector<Place> stack{{module.root, resolver_.unit(unit).top}};
    while (!stack.empty()) {
      const auto [id, function] = stack.back();
      stack.pop_back();
      calls(unit, id, function);
      const bool is_function = module[id].kind == NodeKind::kFunction;
      const FunctionId inner = is_function ? resolver_.function_of(unit, id) : kNoId;
      size_t position = 0;
      for (NodeId c : children(module, id)) {
        // Parameters and body belong to the function, decorators to the code around it.
        stack.push_back({c, position++ < 2 && inner != kNoId ? inner : function});
      }
    }
  }

  void calls(UnitId unit, NodeId id, FunctionId caller) {
    for (FunctionId callee : resolver_.callees(unit, id)) {
      const Function& target = resolver_.functions()[callee];
      if (target.node == kNoNode && resolver_.unit(target.unit).outer == kNoId) continue;
      graph_.callees[names_.name(caller)].insert(names_.name(callee));
      graph_.edges.push_back({place(caller, resolver_.unit(unit).module[id].begin), place(callee)});
    }
    for (Symbol symbol : resolver_.implicit_apis(unit, id)) {
      add(caller, external_name(resolver_.pool().text(symbol)));
    }
    const Module& module = resolver_.unit(unit).module;
    const NodeKind kind = module[id].kind;
    if (kind != NodeKind::kCall && kind != NodeKind::kNew) return;
    const NodeId expression = module.child(id, 0);
    if (expression == kNoNode) return;
    for (Symbol symbol : resolver_.paths(unit, expression)) {
      add(caller, external_name(resolver_.pool().text(symbol)));
    }
    add(caller, builtin_method(unit, expression));
  }

  void add(FunctionId caller, const std::string& callee) {
    if (callee.empty()) return;
    graph_.callees[names_.name(caller)].insert(callee);
    graph_.callees[callee];
  }

  // "<**PyStr**>.join": a method of a Python text or dictionary, as PyCG names it.
  std::string builtin_method(UnitId unit, NodeId callee) const {
    const Module& module = resolver_.unit(unit).module;
    if (module.language != Language::kPython || module[callee].kind != NodeKind::kMember) return {};
    const std::string_view type = resolver_.builtin_type(unit, module.child(callee, 0));
    if (type.empty()) return {};
    return "<**" + std::string(type) + "**>." +
           std::string(resolver_.pool().text(module[callee].text));
  }

  CallGraph::Place place(FunctionId id, uint32_t offset) const {
    const Function& function = resolver_.functions()[id];
    const Unit& unit = resolver_.unit(function.unit);
    const std::string_view own = resolver_.pool().text(function.name);
    std::string name(function.node == kNoNode ? "global" : own.empty() ? "anon" : own);
    return {names_.file(function.unit), std::move(name),
            unit.module.position(offset).line + unit.line_offset};
  }

  CallGraph::Place place(FunctionId id) const {
    const Function& function = resolver_.functions()[id];
    const bool top = function.node == kNoNode;
    return place(id, top ? 0 : resolver_.unit(function.unit).module[function.node].begin);
  }

  Resolver& resolver_;
  const FunctionNames names_;
  CallGraph graph_;
};

}  // namespace

CallGraph build_call_graph(Resolver& resolver, const Package& package) {
  return Builder(resolver, package).build();
}

std::string to_json(const CallGraph& graph) {
  const nlohmann::json json = graph.callees;
  return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string to_edges(const CallGraph& graph) {
  const auto text = [](const CallGraph::Place& place) {
    return place.file + ":" + place.function + ":" + std::to_string(place.line);
  };
  std::string lines;
  for (const CallGraph::Edge& edge : graph.edges) {
    lines += text(edge.caller) + " -> " + text(edge.callee) + "\n";
  }
  return lines;
}

}  // namespace cerebro
