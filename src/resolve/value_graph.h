#pragma once

// A points-to analysis in the manner of Andersen (1994), flow-insensitive and field-sensitive, with
// the call graph discovered on the way; the scheme of PyCG (arXiv 2103.00587) and Jelly.
// Language-neutral: generate*.cc turns syntax trees into slots (places that hold values) and
// constraints between them.
//
// Values are functions, classes, instances, containers, modules of the package, APIs outside of it
// (known by their dotted path) and taints (what kind of data went in). All sets only grow, so units
// can be added after a solve, and the work is bounded by Limits::resolve_steps.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "base/flat_map.h"
#include "base/limits.h"
#include "syntax/ir.h"

namespace cerebro {

using SlotId = uint32_t;
using ValueId = uint32_t;
using FunctionId = uint32_t;
using ClassId = uint32_t;
using UnitId = uint32_t;
constexpr uint32_t kNoId = 0xFFFFFFFF;
constexpr char kIndexMark = '#';  // Python's a[1] is the field "#1", a["1"] the field "1"

enum class ValueKind : uint8_t {
  kFunction,  // data = FunctionId
  kBound,     // data = FunctionId, extra = receiver ValueId: a method taken from an instance
  kClass,     // data = ClassId
  kInstance,  // data = ClassId: any instance of the class
  kSuper,     // data = ClassId, extra = receiver or kNoId: what `super` denotes inside its methods
  kPartial,   // data = index of a Partial
  kObject,    // data = serial of the allocation: literals, exports, `new f()`
  kUnit,      // data = UnitId: a Python module of the package
  kApi,       // data = Symbol of the path, extra = the taints that it gives out (bit set)
  kTaint,     // data = bit of a Taint
  kBuiltin,   // data = Builtin, extra = what it belongs to: a method of the language, as a value
};

// What a kObject is, in its ValueKey::extra.
enum class ObjectKind : uint32_t {
  kPlain,
  kArray,
  kTuple,
  kDict,
  kSet,
  kGenerator,
  // JavaScript
  kPrototype,  // of a function: what is stored in it has an instance for `this`
  kGlobal,     // globalThis: what is stored under an unknown name does not reach every name
  kMap,
  kPromise,  // its element is the value, kReturned what it was rejected with
};

struct ValueKey {
  ValueKind kind;
  uint32_t data;
  uint32_t extra;
};

struct CallSite {
  uint32_t id = kNoId;  // of a site of the graph: its place there
  UnitId unit = kNoId;
  NodeId node = kNoNode;
  SlotId result = kNoId;
  SlotId receiver = kNoId;  // `o` of o.f(...)
  bool is_new = false;
  bool is_decorator = false;    // an unknown decorator gives back what it decorates
  bool functions_only = false;  // f.call / f.apply: only package functions are called here
  bool classes_only = false;    // `raise C` makes an instance; `raise c` calls nothing
  bool is_super = false;        // super(...), super.m(...): `this` goes on
  bool stores_only = false;     // of a builtin container: d.append(f) calls nothing
  bool implicit = false;        // no call expression names the callee: a base's constructor
  struct Argument {
    SlotId slot = kNoId;
    Symbol keyword = 0;
    bool spread = false, mapping = false;
  };
  std::vector<Argument> arguments = {};
};

// What a language makes of a value beyond copies, loads, stores and calls. For each value of a slot
// the host is asked once; `context`, `node`, `field` and `argument` are what add_rule was given.
enum class Rule : uint8_t {
  kIterate,   // elements flow into the target; context: unit, node: where
  kUnpack,    // the same for what has no fields of its own: instances and generators
  kNext,      // what next() gives
  kElement,   // the field of a container, by a method: d.get("k")
  kSend,      // what a generator gives when it is sent `argument`
  kEnter,     // what `with` binds
  kMethod,    // method `field` of an instance is called with `argument`, its result is the target
  kSet,       // `instance.field = argument`, where the class may have a setter
  kBind,      // a function taken from a class through the instance or class `context`
  kDelegate,  // what `yield from` comes to
  kCatch,     // an instance of the class: what `except` binds
  kSuper,     // super() inside class `context`, for the receiver
  kApi,       // only APIs flow
  kBase,      // a base of class `context` became known
  kSlice,     // a[i:j] flows into the elements of the object `context`
  // JavaScript
  kIteration,    // element `argument` of an iteration, or any; context: unit, node: where
  kAwait,        // what a promise holds, anything else itself
  kHome,         // what `this` is in a function that is stored in the value
  kParent,       // names that the value lacks are looked up in `argument`
  kAccessor,     // `argument` is the getter or setter `field`
  kPrototypeOf,  // the value is the prototype of function value `context`
};

struct RuleSite {
  Rule rule;
  SlotId target = kNoId;
  uint32_t context = kNoId;
  NodeId node = kNoNode;
  Symbol field = 0;
  SlotId argument = kNoId;
};

// What the graph asks of the code that knows the languages and the catalogue.
class GraphHost {
 public:
  virtual ~GraphHost() = default;
  // A package function is called at the site. Links arguments, result, receiver.
  virtual void on_call(const CallSite& site, ValueId callee) = 0;
  // Field `field` of a class, instance, unit or function (not kObject, kApi) flows into `target`.
  virtual void on_load(ValueId object, Symbol field, SlotId target, UnitId unit, NodeId node) = 0;
  // The same of a kObject, whose field was looked up already: methods of the language, accessors.
  virtual void on_load_object(ValueId object, Symbol field, SlotId target, UnitId unit,
                              NodeId node) = 0;
  virtual void on_store(ValueId object, Symbol field, SlotId source, UnitId unit, NodeId node) = 0;
  virtual void on_rule(const RuleSite& site, ValueId value) = 0;
  // Nothing is left to propagate: what had to wait until then. True when there was something.
  virtual bool on_settled() = 0;
  // The same once more, before unknown callees count as calling back.
  virtual bool on_rest() = 0;
  // Whether `.default` of a module is the module itself there (CommonJS seen as an ES module).
  virtual bool has_default_exports(UnitId unit) const = 0;
  // Taints that the API of that path gives out (bit set), cached by the caller.
  virtual uint32_t taints_of(Symbol path) = 0;
};

class ValueGraph {
 public:
  ValueGraph(StringPool& pool, const Limits& limits)
      : pool_(pool), limits_(limits), default_(pool.intern("default")) {}
  void set_host(GraphHost* host) { host_ = host; }

  SlotId new_slot();
  ValueId value(ValueKind kind, uint32_t data, uint32_t extra = 0);
  const ValueKey& key(ValueId id) const { return keys_[id]; }
  ValueId new_object(ObjectKind kind = ObjectKind::kPlain);

  void add_value(SlotId slot, ValueId value);
  void add_copy(SlotId from, SlotId to);
  void add_taint_copy(SlotId from, SlotId to);  // only taints flow
  void add_load(SlotId object, Symbol field, SlotId target, UnitId unit, NodeId node);
  void add_load_any(SlotId object, SlotId target);  // any element or field
  void add_store(SlotId source, SlotId object, Symbol field, UnitId unit = kNoId,
                 NodeId node = kNoNode);
  void add_store_any(SlotId source, SlotId object);
  void add_call(SlotId callee, CallSite site);
  void add_rule(SlotId slot, const RuleSite& rule);
  void add_escape(SlotId function, const CallSite& site, Symbol api_path, uint32_t argument);

  // The slot of one field of a container, class, instance or function value.
  SlotId field_slot(ValueId object, Symbol field);
  SlotId any_slot(ValueId object);      // union of all fields
  SlotId element_slot(ValueId object);  // stored under an unknown key: flows into every field
  // Beside the fields, seen by no load: a dictionary's keys, what a generator is sent and returns.
  enum class Hidden : uint8_t { kKeys, kSent, kReturned };
  SlotId hidden_slot(ValueId object, Hidden which);
  // Elements of a literal without spreads; kNoId when unknown.
  uint32_t length(ValueId object) const;
  void set_length(ValueId id, uint32_t length) { object(id).length = length; }
  void bind_field(ValueId object, Symbol field, SlotId slot);  // the field *is* that slot
  // Names that the object lacks are looked up there: its prototype.
  void add_parent(ValueId object, SlotId parent);
  void add_heir(ValueId object, ValueId heir);  // it gets the object's parents
  // The functions of an accessor, beside the fields. kNoId when there is none.
  SlotId find_field(ValueId object, Symbol field) const;
  SlotId accessor_slot(ValueId object, Symbol accessor);
  struct Load {
    Symbol field;
    SlotId target;
    UnitId unit;
    NodeId node;
  };
  std::vector<Load> loads(ValueId object, Symbol field);  // those of it so far

  // Makes the API value of a path (bounded in length; kNoId when too long) and adds it and its
  // taints.
  void add_api(SlotId slot, Symbol path);
  Symbol join(Symbol path, std::string_view suffix);  // path + suffix, 0 when too long

  // Gives back what only solving needs: values, fields and taints stay, nothing may be added.
  void finish();

  // Runs to the fixpoint or the budget. Calls whose callee is unknown then let their function
  // arguments count as called, and the solve goes on.
  void solve();
  bool exhausted() const { return steps_ > limits_.resolve_steps; }
  uint64_t values_taken() const { return values_taken_; }  // in all solves so far
  void charge(uint64_t steps) { steps_ += steps; }         // work that the host did
  bool dropped_values() const { return dropped_values_; }  // a slot was full

  // Valid until a value is added to the slot.
  std::span<const ValueId> values(SlotId slot) const { return slots_[slot].values.span(); }
  // Asked of every name of a package, mostly in vain: a bit of its own, not the slot's cache line.
  bool has_api(SlotId slot) const {
    return slot / 64 < api_slots_.size() && (api_slots_[slot / 64] >> slot % 64 & 1) != 0;
  }

 private:
  struct Constraint {
    enum class Kind : uint8_t { kLoad, kLoadAny, kStore, kStoreAny, kCall, kEscape, kRule } kind;
    Rule rule{};
    Symbol field = 0;
    SlotId other = kNoId;  // target or source
    uint32_t site =
        kNoId;  // kCall, kEscape: index into sites_; kLoad, kStore: unit; kRule: context
    NodeId node = kNoNode;  // kLoad, kStore, kRule
    uint32_t argument = 0;  // kEscape, kRule; kLoad, kLoadAny: whether inherited
  };
  struct alignas(64) Slot {  // one cache line: solving is a walk over slots in no order
    NumberList values;
    NumberList copies;
    NumberList constraints;         // indices into constraints_
    uint32_t taint_copies = kNoId;  // index into taint_copies_
    uint32_t done = 0;              // values already propagated
    uint32_t applied = 0;           // constraints that have seen all of those
    bool queued = false;
  };
  struct Object {
    NumberList fields;  // their names; the slots are in field_slots_
    NumberList parents;
    NumberList heirs;      // objects that get the same parents
    NumberList loads;      // so far, into constraints_, for parents and getters that come later
    NumberList any_loads;  // their targets
    SlotId any = kNoId, element = kNoId;
    std::array<SlotId, 3> hidden{kNoId, kNoId, kNoId};
    uint32_t length = kNoId;
  };
  enum class Join : uint8_t { kText, kMember };  // path + x, path.x

  Object& object(ValueId id);
  ValueId api_value(Symbol path);
  ValueId join(ValueId api, Join how, Symbol tail);
  void add_api_value(SlotId slot, ValueId api);
  uint32_t kept_site(const CallSite& site);
  void load_from_parents(ValueId object, uint32_t load);
  void inherit_load(SlotId parent, uint32_t load);
  void inherit_load_any(SlotId parent, SlotId target);
  bool seen_before(const Constraint& load, ValueId object);
  bool takes_elements(ValueId object, Symbol field) const;
  // Nothing more comes to the slot, and the note about it is made: what flows there need not be
  // followed. In a large package most of what is copied goes to such slots.
  bool is_closed(SlotId slot) const {
    return dropped_values_ && limits_.shortcuts != 0 && slot / 64 < full_slots_.size() &&
           (full_slots_[slot / 64] >> slot % 64 & 1) != 0;
  }
  // The index of the first of the values that is new to the slot, or their number.
  size_t take(SlotId slot, std::span<const ValueId> values);
  SlotId indexed_slot(ValueId object, Symbol field);
  void set_bit(std::vector<uint64_t>& bits, SlotId slot);
  void enqueue(SlotId slot);
  bool remember(std::initializer_list<uint64_t> parts);  // false when it was there already
  void propagate(SlotId slot);
  void attach(SlotId slot, const Constraint& constraint);
  void attach_new(SlotId slot, const Constraint& constraint);  // known to be no repetition
  void apply(uint32_t index, ValueId value);
  void apply_call(const CallSite& site, ValueId callee);
  void apply_escape(const Constraint& constraint, ValueId value);
  bool holds_container(SlotId slot) const;
  void release_unknown_calls();
  void reach_fixpoint();

  StringPool& pool_;
  const Limits& limits_;
  GraphHost* host_ = nullptr;
  const Symbol default_;
  NumberArena arena_;
  StableVector<Slot> slots_;
  std::vector<uint64_t> api_slots_;   // bits: slots with an API among their values
  std::vector<uint64_t> full_slots_;  // bits: slots with as many values as they may have
  StableVector<NumberList> taint_copies_;
  std::vector<ValueKey> keys_;
  FlatMap ids_;                       // ValueKey -> ValueId
  std::vector<uint32_t> objects_of_;  // by ValueId: index into objects_
  StableVector<Object> objects_;
  FlatMap field_slots_;  // object, field -> SlotId
  StableVector<Constraint> constraints_;
  StableVector<CallSite> sites_;
  std::vector<std::pair<uint32_t, SlotId>> pending_sites_;  // site, callee slot: unknown so far
  FlatMap joins_;                                           // API, tail -> ValueId, or kNoId
  std::vector<SlotId> queue_;
  HashSet remembered_;  // hashes of the constraints and call sites that solving has added
  struct Woken {
    size_t first;  // of the values that came, the first that was new
    SlotId slot;
  };
  std::vector<Woken> woken_;  // by one propagate()
  bool solving_ = false;
  uint32_t objects_made_ = 0;
  uint64_t steps_ = 0;
  uint64_t values_taken_ = 0;
  bool dropped_values_ = false;
};

}  // namespace cerebro
