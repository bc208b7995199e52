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

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "package/package.h"
#include "resolve/builtins.h"
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
  kTaintAddress = 1 << 7,   // a web address
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
  ValueId container = kNoId;  // of a rest or mapping parameter: what collects the arguments
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
  SlotId self = kNoId;        // JavaScript `this`
  ValueId generator = kNoId;  // what a call of a Python generator gives
  std::vector<Parameter> parameters;
  ValueId instance = kNoId;  // what `new f()` makes
  // JavaScript
  SlotId returned = kNoId;  // what `return` gives, where the result is a promise or a generator
  SlotId yielded = kNoId, sent = kNoId;
  SlotId thrown = kNoId;
  ValueId arguments = kNoId;  // the object `arguments`, where it is used
  SlotId home = kNoId;        // the object in a field of which it was put
  ValueId prototype = kNoId;
};

struct ClassInfo {
  UnitId unit = kNoId;
  NodeId node = kNoNode;
  FunctionId parent = kNoId;  // the function whose code defines it
  ClassId outer = kNoId;
  Symbol name = 0;
  std::vector<SlotId> bases;
  std::unordered_map<Symbol, FunctionId> methods, setters;
  std::unordered_map<Symbol, SlotId> fields;  // everything that the body defines, methods included
  SlotId constructor = kNoId, call = kNoId;   // what `new C` and calling an instance run
  bool instantiated = false;
  // The method resolution order as far as the bases are known, the class first: classes, APIs,
  // constructor functions. Empty: not computed.
  std::vector<ValueId> order;
};

// A field looked up along the order of a class, on behalf of an instance or the class itself. It
// waits until nothing else is left to propagate, so that the bases are known.
struct Lookup {
  ClassId cls = kNoId;
  Symbol field = 0;
  SlotId target = kNoId;
  ValueId receiver = kNoId;  // the instance or class that it is taken from
  UnitId unit = kNoId;       // the access: a property is called there
  NodeId node = kNoNode;
  ClassId after = kNoId;  // super(): only classes behind this one
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
  std::vector<UnitId> star_imports;   // Python
  bool has_all = false;               // `__all__` is known:
  std::unordered_set<Symbol> all;
  std::vector<NodeId> calls;      // kCall, kNew, kCommand nodes in textual order
  std::vector<bool> has_callees;  // by NodeId: most nodes have none, and all are asked
};

// functools.partial(callee, arguments...)
struct Partial {
  SlotId callee = kNoId;
  std::vector<CallSite::Argument> arguments;
};

// API paths, mostly none or one: held in place.
class Paths {
 public:
  void push(Symbol path) {
    if (size_ == near_.size()) far_.assign(near_.begin(), near_.end());
    if (size_ >= near_.size()) {
      far_.push_back(path);
    } else {
      near_[size_] = path;
    }
    ++size_;
  }
  bool empty() const { return size_ == 0; }
  const Symbol* begin() const { return far_.empty() ? near_.data() : far_.data(); }
  const Symbol* end() const { return begin() + size_; }

 private:
  size_t size_ = 0;
  std::array<Symbol, 16> near_;  // Limits::values_per_name
  std::vector<Symbol> far_;
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

  // True when a name or expression of an earlier unit may mean more than before.
  bool solve();
  // Gives back what only solving needs; no unit may be added after it.
  void finish() { graph_.finish(); }
  bool exhausted() const { return graph_.exhausted(); }
  bool dropped_values() const { return graph_.dropped_values(); }

  const std::vector<Function>& functions() const { return functions_; }
  const std::vector<ClassInfo>& classes() const { return classes_; }
  size_t unit_count() const { return units_.size(); }
  const Unit& unit(UnitId id) const { return *units_[id]; }
  Unit& unit(UnitId id) { return *units_[id]; }
  UnitId unit_of_file(std::string_view path) const;  // kNoId

  // Functions of the package that run when this node is evaluated, in order of discovery. Valid
  // until an edge is added.
  std::span<const FunctionId> callees(UnitId unit, NodeId node) const;
  // APIs that run there although no expression names them: constructors of base classes.
  std::span<const Symbol> implicit_apis(UnitId unit, NodeId node) const;
  // API paths that the expression may denote.
  Paths paths(UnitId unit, NodeId expression) const;
  uint32_t taints(UnitId unit, NodeId expression) const;
  // "PyStr" or "PyDict" when a Python expression is a text or a dictionary, else "".
  std::string_view builtin_type(UnitId unit, NodeId expression);
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
  void on_load_object(ValueId object, Symbol field, SlotId target, UnitId unit,
                      NodeId node) override;
  void on_store(ValueId object, Symbol field, SlotId source, UnitId unit, NodeId node) override;
  void on_rule(const RuleSite& site, ValueId value) override;
  bool on_settled() override;
  bool on_rest() override;
  bool has_default_exports(UnitId unit) const override;
  uint32_t taints_of(Symbol path) override;
  uint32_t taints_of_string(Symbol text);
  uint32_t taints_of_parameter(Symbol name);

  void link(const CallSite& site, FunctionId callee, ValueId receiver);
  void pass_arguments(const CallSite& site, const Function& function, size_t next);
  void construct(const CallSite& site, ClassId cls);
  SlotId special_method(ClassId cls, SlotId ClassInfo::*slot, std::string_view name);
  void call_api(const CallSite& site, Symbol path);
  bool call_special_api(const CallSite& site, std::string_view path);

  // resolve_classes.cc
  void look_up(Lookup lookup);
  bool find_member(const Lookup& lookup);
  bool take_member(ClassId owner, const Lookup& lookup);
  const std::vector<ValueId>& order_of(ClassId cls);
  void linearise(ClassId root);
  std::vector<ValueId> merge_orders(ValueId first, const std::vector<std::vector<ValueId>>& lists);

  // resolve_protocols.cc
  void iterate(const RuleSite& site, ValueId value);
  void enter(const RuleSite& site, ValueId value);
  void slice(const RuleSite& site, ValueId value);
  void run_protocol(const RuleSite& site, ValueId instance);
  bool call_method(const RuleSite& site, ValueId instance, std::string_view method, SlotId result);

  // star_imports.cc
  void read_star_imports(UnitId unit);
  void read_all(UnitId unit);
  std::vector<UnitId> star_sources(UnitId unit, Symbol name);
  bool offers(UnitId unit, Symbol name) const;

  void load_from_module(UnitId id, Symbol field, SlotId target);
  bool call_python_api(const CallSite& site, std::string_view path);
  static bool calls_nothing(std::string_view path);
  SlotId run_callback(const CallSite& site, std::string_view path);
  void call_partial(const CallSite& site, uint32_t partial);
  void load_module(UnitId from, std::string_view specifier, uint32_t level, SlotId target);
  void share_names(UnitId layer);

  // JavaScript (resolve_javascript.cc)
  SlotId slot_of(ValueId value);
  Symbol accessor_symbol(std::string_view kind, Symbol field);
  bool javascript_load(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node);
  void call_getter(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node);
  void call_accessor(ValueId object, SlotId accessor, const CallSite& site);
  void define_property(SlotId object, Symbol key, SlotId descriptor, const CallSite& site);
  void define_properties(SlotId object, size_t argument, const CallSite& site);
  SlotId prototype_slot(FunctionId function);
  ValueId instance_of(FunctionId function);
  void iterate_object(const RuleSite& site, ValueId value);
  // JavaScript's builtins (resolve_builtins.cc)
  bool call_builtin(const CallSite& site, Builtin builtin, uint32_t extra, Symbol path);
  void call_list_method(const CallSite& site, Builtin builtin);
  void call_promise_method(const CallSite& site, Builtin builtin, ValueId promise);
  void call_object_function(const CallSite& site, Builtin builtin);
  void define_module(const CallSite& site);
  SlotId argument(const CallSite& site, size_t index);
  const Value* constant(const CallSite& site, size_t index) const;
  SlotId invoke(const CallSite& site, SlotId callee, std::initializer_list<SlotId> arguments,
                SlotId receiver = kNoId);
  SlotId elements(const CallSite& site, SlotId iterable, bool iterates);
  ValueId object_at(const CallSite& site, ObjectKind kind, uint32_t which = 0);
  SlotId give(const CallSite& site, ObjectKind kind);
  void settle(SlotId value, ValueId promise);
  void pass_javascript_arguments(const CallSite& site, const Function& function);
  void javascript_store(ValueId object, Symbol field, SlotId source, UnitId unit, NodeId node);
  void javascript_rule(const RuleSite& site, ValueId value);
  bool javascript_rest();
  void inherit_builtin(Symbol base, Symbol field, SlotId target);
  ValueId global_object();

  const Package& package_;
  StringPool& pool_;
  const Limits& limits_;
  const TaintOracle& oracle_;
  ValueGraph graph_;
  FoldBudget fold_budget_;  // of all units
  std::vector<std::unique_ptr<Unit>> units_;
  size_t generated_ = 0;  // units before this one have their constraints
  std::vector<Function> functions_;
  std::vector<ClassInfo> classes_;
  std::unordered_map<std::string, UnitId> files_;
  FlatMap function_nodes_;  // by unit and node: FunctionId
  std::unordered_map<uint64_t, std::vector<FunctionId>> named_functions_;  // by unit and name
  NumberArena edge_arena_;
  FlatMap edge_lists_;  // by unit and node: index into edges_
  StableVector<NumberList> edges_;
  std::unordered_map<uint32_t, std::unordered_set<FunctionId>> seen_edges_;  // of long lists
  std::unordered_map<uint64_t, std::vector<Symbol>> implicit_apis_;
  std::vector<Partial> partials_;
  std::vector<Lookup> lookups_;  // all of them: those before next_lookup_ are done
  size_t next_lookup_ = 0;
  std::unordered_set<Symbol> changed_fields_;  // given to classes from outside
  bool bases_changed_ = false;
  std::vector<std::pair<RuleSite, ValueId>> protocols_;  // of instances; wait like lookups
  bool has_setters_ = false;
  std::vector<FunctionId> methods_;  // of Python, receiver not yet checked
  std::vector<ClassId> instantiated_;
  FlatMap api_taints_, string_taints_, parameter_taints_;  // what the oracle has said, by Symbol
  std::unordered_set<Symbol> accessors_;    // names that have a getter or setter somewhere
  std::unordered_set<Symbol> symbol_keys_;  // "@@iterator" and its like, where they occur
  ValueId global_object_ = kNoId;
  std::unordered_map<uint64_t, ValueId> site_objects_;  // what builtins make, by call
  struct BoundFunction {
    SlotId target, self;
    std::vector<CallSite::Argument> arguments;
  };
  std::vector<BoundFunction> bound_functions_;
  std::unordered_map<ValueId, FunctionId> prototype_owners_;
  size_t rested_functions_ = 0;  // functions before this one have got their `this`
};

}  // namespace cerebro
