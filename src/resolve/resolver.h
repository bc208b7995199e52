#pragma once

// What every name of a package denotes: package functions, classes and objects across files, or
// APIs outside of it by their dotted path. The call graph falls out of it. Units (files, decoded
// layers, command lines) are added, then solve() runs to a fixpoint; more units may be added
// afterwards.
//
//   Resolver resolver(package, pool, limits, oracle);
//   UnitId unit = resolver.add_unit(parse(...));
//   resolver.solve();
//   resolver.paths(unit, callee_node)   -> {"child_process.exec"}
//   resolver.callees(unit, call_node)   -> {FunctionId}

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "package/package.h"
#include "resolve/value_graph.h"
#include "syntax/fold.h"
#include "syntax/ir.h"
#include "syntax/scope.h"

namespace cerebro {

// Kinds of data whose way is followed. A taint goes wherever the data goes: through assignments,
// fields, calls of package functions, and through the results of unknown functions.
enum Taint : uint32_t {
  kTaintEnvironment = 1 << 0,
  kTaintSecret = 1 << 1,   // what a secret place holds, or its path
  kTaintHost = 1 << 2,     // host, user, network identity
  kTaintFile = 1 << 3,     // content of a file
  kTaintNetwork = 1 << 4,  // what came from the network
  kTaintDecoded = 1 << 5,  // what a decoder made
  kTaintSecretArgument = 1 << 6,
  kTaintAddress = 1 << 7,  // a web address
  kTaintOwnPlace = 1 << 8,  // where the package itself lies
};

// Knows which APIs, strings and parameter names are sources of taint (behaviour/ has the
// catalogue).
class TaintOracle {
 public:
  virtual ~TaintOracle() = default;
  virtual uint32_t taints_of_api(std::string_view path) const = 0;
  virtual uint32_t taints_of_string(std::string_view text) const = 0;
  virtual uint32_t taints_of_parameter(std::string_view name) const = 0;
};

struct Parameter {
  SlotId slot = kNoId;
  Symbol name = 0;
  bool rest = false, mapping = false;
};

struct Function {
  UnitId unit = kNoId;
  NodeId node = kNoNode;      // kFunction, or kNoNode: the top level of the unit
  FunctionId parent = kNoId;  // the function around it
  ClassId cls = kNoId;        // the class whose body it stands in
  Symbol name = 0;
  enum class Binding : uint8_t {
    kPlain,
    kInstance,
    kClass,
    kStatic,
    kGetter
  } binding = Binding::kPlain;
  SlotId result = kNoId;
  SlotId self = kNoId;  // JavaScript `this`
  std::vector<Parameter> parameters;
  ValueId instance = kNoId;  // what `new f()` makes
};

struct ClassInfo {
  UnitId unit = kNoId;
  NodeId node = kNoNode;
  FunctionId parent = kNoId;  // the function whose code defines it
  ClassId outer = kNoId;
  Symbol name = 0;
  std::vector<SlotId> bases;
  std::unordered_map<Symbol, FunctionId> methods;
  std::unordered_map<Symbol, SlotId> fields;  // everything that the body defines, methods included
  SlotId constructor = kNoId, call = kNoId;   // what `new C` and calling an instance run
};

struct Unit {
  Module module;
  Scopes scopes;
  std::unique_ptr<Folder> folder;
  FunctionId top = kNoId;
  UnitId outer = kNoId;  // of a layer: where it is executed
  NodeId outer_node = kNoNode;
  int layer_depth = 0;                // 0: a file or entry command
  int line_offset = 0;                // added to lines: a command inside a manifest
  std::vector<SlotId> node_slots;     // by NodeId
  std::vector<SlotId> binding_slots;  // by BindingId
  ValueId module_object = kNoId;      // JavaScript `module`
  SlotId exports = kNoId;             // JavaScript module.exports
  std::vector<UnitId> star_imports;
  std::vector<NodeId> calls;  // kCall, kNew, kCommand nodes in textual order
};

class Resolver final : private GraphHost {
 public:
  Resolver(const Package& package, StringPool& pool, const Limits& limits,
           const TaintOracle& oracle);
  ~Resolver() override;

  // Files are known to imports under module.path; solve() reads what was added since the last one.
  // A command inside a manifest is no file: `importable` is false and line_offset is where it
  // stands.
  UnitId add_unit(Module module, UnitId outer = kNoId, NodeId outer_node = kNoNode,
                  int line_offset = 0, bool importable = true);

  // The function `callee` (a layer's or file's top level) runs when `node` is executed.
  void add_call_edge(UnitId unit, NodeId node, FunctionId callee);

  void solve();
  bool exhausted() const { return graph_.exhausted(); }

  const std::vector<Function>& functions() const { return functions_; }
  const std::vector<ClassInfo>& classes() const { return classes_; }
  size_t unit_count() const { return units_.size(); }
  const Unit& unit(UnitId id) const { return *units_[id]; }
  Unit& unit(UnitId id) { return *units_[id]; }
  UnitId unit_of_file(std::string_view path) const;  // kNoId

  // Functions of the package that run when this node is evaluated, in order of discovery.
  std::span<const FunctionId> callees(UnitId unit, NodeId node) const;
  // API paths that the expression may denote.
  std::vector<Symbol> paths(UnitId unit, NodeId expression) const;
  uint32_t taints(UnitId unit, NodeId expression) const;
  // The package function that the name `dotted` ("main", "Cls.run") means at the top level of a
  // unit.
  FunctionId find_function(UnitId unit, std::string_view dotted) const;
  FunctionId function_of(UnitId unit, NodeId function_node) const;

  // The constant value of an expression.
  const Value& fold(UnitId unit, NodeId expression) {
    return units_[unit]->folder->fold(expression);
  }

  // Where an import leads inside the package; kNoId when it leaves it.
  UnitId resolve_import(const Unit& from, std::string_view specifier, uint32_t level) const;

  StringPool& pool() { return pool_; }
  const StringPool& pool() const { return pool_; }

 private:
  friend class Generator;
  friend SlotId binding_slot(Resolver&, UnitId, BindingId);
  void on_call(const CallSite& site, ValueId callee) override;
  void on_load(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node) override;
  void on_load_method(ValueId cls, Symbol field, SlotId target, ValueId receiver) override;
  bool has_default_exports(UnitId unit) const override;
  uint32_t taints_of(Symbol path) override;
  uint32_t taints_of_string(Symbol text);
  uint32_t taints_of_parameter(Symbol name);

  void link(const CallSite& site, FunctionId callee, ValueId receiver);
  void construct(const CallSite& site, ClassId cls);
  SlotId special_method(ClassId cls, SlotId ClassInfo::*slot, std::string_view name);
  void call_api(const CallSite& site, Symbol path);
  bool call_special_api(const CallSite& site, std::string_view path);
  void lookup_method(ClassId cls, Symbol field, SlotId target, ValueId receiver);
  void load_module(UnitId from, std::string_view specifier, uint32_t level, SlotId target);
  void share_names(UnitId layer);

  const Package& package_;
  StringPool& pool_;
  const Limits& limits_;
  const TaintOracle& oracle_;
  ValueGraph graph_;
  std::vector<std::unique_ptr<Unit>> units_;
  size_t generated_ = 0;  // units before this one have their constraints
  std::vector<Function> functions_;
  std::vector<ClassInfo> classes_;
  std::unordered_map<std::string, UnitId> files_;
  std::unordered_map<uint64_t, FunctionId> function_nodes_;
  std::unordered_map<uint64_t, std::vector<FunctionId>> edges_;
  FlatMap api_taints_, string_taints_, parameter_taints_;  // what the oracle has said, by Symbol
};

}  // namespace cerebro
