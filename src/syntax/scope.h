#pragma once

// Lexical scopes of one module: which definition each name means, and what is assigned to it.
// Python: module, class, function, lambda and comprehension scopes, global/nonlocal. JavaScript:
// var hoisting to the function, let/const/class/function in blocks, parameters, catch, class and
// named function expressions. Shell: one scope for variables, functions by name.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "syntax/ir.h"

namespace cerebro {

using BindingId = uint32_t;
using ScopeId = uint32_t;
constexpr uint32_t kNone32 = 0xFFFFFFFF;

struct Binding {
  enum class Kind : uint8_t { kVariable, kParameter, kFunction, kClass, kImport, kCatch, kGlobal };
  Symbol name = 0;
  Kind kind = Kind::kVariable;  // of the first definition; kGlobal: never defined in this module
                                // (builtin or implicit global)
  ScopeId scope = 0;
  // Every node that gives it a value: the kAssign / kForIn / kWith item / kParam / kFunction /
  // kClass / kImportName / kCatch node. For destructuring the kAssign (or kParam/kForIn) that holds
  // the pattern.
  std::vector<NodeId> definitions;
  bool captured_write = false;  // assigned in another function than the one that declares it
};

struct Scope {
  enum class Kind : uint8_t { kModule, kFunction, kClass, kBlock, kComprehension };
  Kind kind = Kind::kModule;
  ScopeId parent = kNone32;
  NodeId node = kNoNode;  // kBlock of the module, kFunction, kClass, kBlock, kComprehension, ...
};

class Scopes {
 public:
  // Binds every kName of the module (uses and targets). Linear in nodes.
  static Scopes build(const Module& module, const StringPool& pool);

  BindingId binding(NodeId name) const {
    return node_binding_[name];
  }  // of a kName, kImportName, kFunction, kClass; kNone32
  const Binding& operator[](BindingId id) const { return bindings_[id]; }
  const std::vector<Binding>& bindings() const { return bindings_; }
  const std::vector<Scope>& scopes() const { return scopes_; }
  ScopeId scope_of(NodeId function_or_class) const;    // the scope that the node opens, kNone32
  BindingId lookup(ScopeId scope, Symbol name) const;  // through the parents; kNone32
  ScopeId module_scope() const { return 0; }
  // What that very scope declares under the name, or kNone32.
  BindingId declared(ScopeId scope, Symbol name) const {
    const uint32_t* found = names_.find(key(scope, name));
    if (found == nullptr || bindings_[*found].kind == Binding::Kind::kGlobal) return kNone32;
    return *found;
  }
  bool declares(ScopeId scope, Symbol name) const { return declared(scope, name) != kNone32; }

  // The one expression that is ever assigned to the binding (not a parameter, loop variable,
  // import, or pattern), or kNoNode. The basis of constant propagation.
  NodeId single_value(const Module& module, BindingId id) const;

 private:
  friend class ScopeBuilder;
  static uint64_t key(ScopeId scope, Symbol name) { return uint64_t{scope} << 32 | name; }
  std::vector<Binding> bindings_;
  std::vector<Scope> scopes_;
  std::vector<BindingId> node_binding_;
  std::vector<ScopeId> node_scope_;
  FlatMap names_;            // scope, name -> BindingId: what is declared in that very scope
  Symbol plain_assign_ = 0;  // "=", the text of assignments that are not augmented
  bool class_names_hidden_ = false;  // Python: methods do not see the names of their class
};

}  // namespace cerebro
