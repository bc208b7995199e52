#pragma once

// Who calls whom, in the forms that other call graph tools read and write. Loading a module is no
// call; running decoded code is one.

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "package/package.h"
#include "resolve/resolver.h"

namespace cerebro {

struct CallGraph {
  // By dotted name: every module and function of the package and every API that is called.
  std::map<std::string, std::set<std::string>> callees;

  // A call within the package. The line is the call's in `caller`, the definition's in `callee`.
  struct Place {
    std::string file;
    std::string function;  // "global": the file's top level; "anon": without a name
    int line = 1;
    auto operator<=>(const Place&) const = default;
  };
  struct Edge {
    Place caller, callee;
    auto operator<=>(const Edge&) const = default;
  };
  std::vector<Edge> edges;  // sorted, each once
};

CallGraph build_call_graph(Resolver& resolver, const Package& package);

// PyCG's adjacency lists (Salis et al. 2021, arXiv 2103.00587): {"mod.f": ["mod.g",
// "<builtin>.len"]}.
std::string to_json(const CallGraph& graph);

// "a.js:caller:3 -> b.js:callee:7", one edge a line.
std::string to_edges(const CallGraph& graph);

}  // namespace cerebro
