#pragma once

// The parts of the folder, private to fold*.cc. An Evaluator computes values; builtins are rows of
// tables that take values and give a value; everything
// that can grow is charged to a Budget.

#include <algorithm>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/limits.h"
#include "syntax/fold.h"
#include "syntax/hole.h"
#include "syntax/scope.h"
#include "syntax/value.h"

namespace cerebro::folding {

using Ref = std::shared_ptr<const Value>;  // never null

// --- values (fold_values.cc)

const Ref& unknown();
Ref share(Value value);
Value null();
Value undefined();  // JavaScript's: a null with `boolean` set
Value boolean(bool value);
Value integer(int64_t value);
Value real(double value);    // Python: stays a float
Value number(double value);  // JavaScript: an integer when it is one exactly
Value string(std::string text);
Value bytes(std::string text);
Value list(ValueList values);
Value map(ValueMap entries);
Value path(std::string text);
Value partial(std::string text);
// What calling the path gave: it has the arguments, by which its methods know what it is.
Value instance(std::string path, ValueList args, ValueMap keywords, NodeId site);
Ref python_constant(std::string_view path);  // string.ascii_letters, sys.executable, ...
Value decoded(Value value);                  // the same, marked as decoded

inline bool is_undefined(const Value& v) { return v.kind == Value::Kind::kNull && v.boolean; }
inline bool is(const Value& v, Value::Kind kind) { return v.kind == kind; }
inline bool is_instance(const Value& v) { return v.kind == Value::Kind::kPath && v.list; }
// Known, and without unknown parts.
inline bool whole(const Value& v) {
  return v.kind != Value::Kind::kUnknown && v.kind != Value::Kind::kPartial;
}
size_t size_bytes(const Value& value);   // of the value itself and its text, not of elements
size_t total_bytes(const Value& value);  // with the elements, not with their texts
bool equal(const Value& a,
           const Value& b);  // === and Python's ==; deep for lists

// Containers made by the interpreter are its own to change, and shared by all that name them; all
// others are constants.
inline bool is_mutable(const Value& v) { return v.integer != 0; }
Value mutable_copy(const Value& container);
ValueList* elements(const Value& value);  // of a mutable list, else nullptr
ValueMap* entries(const Value& value);    // of a mutable map, else nullptr
// Whether a mutable container may hold the value: not when that could close a circle of owners.
bool storable(const Value& value);

// "3x": no index, no method; obfuscators keep what they have decoded under such keys.
bool is_cache_key(const Value& key);

// --- coercions; nothing when the language would raise or the value is not known (fold_values.cc)

bool truthy(const Value& value, bool python);
std::optional<std::string> to_text(const Value& value,
                                   bool python);      // String(x), str(x)
std::optional<double> to_number(const Value& value);  // JavaScript's Number(x)
std::optional<int64_t> to_int32(const Value& value);  // of JavaScript's bit operations
std::optional<int64_t> as_index(const Value& value);  // an integer or a boolean
std::optional<double> as_number(const Value& value);  // an integer, boolean or real
std::string number_text(double value, bool python);

class Evaluator;
class Machine;

// --- calls

struct Keyword {
  std::string_view name;
  Ref value;
};

struct Call {
  Evaluator& eval;
  std::string_view name;  // the full path of the row: one function may serve several
  Ref self;               // the receiver of a method
  std::span<const Ref> args;
  std::span<const Keyword> keywords;
  NodeId site = kNoNode;  // the call, where the code has one

  const Value& arg(size_t i) const { return i < args.size() ? *args[i] : *unknown(); }
  const Value& keyword(std::string_view keyword_name) const;
  size_t size() const { return args.size(); }
  // The i-th argument or the keyword, as a text or a number.
  const std::string* text(size_t i) const;
  std::optional<int64_t> index(size_t i) const;
  std::string_view member() const { return name.substr(name.rfind('.') + 1); }
};

using Builtin = Value (*)(const Call&);

enum BuiltinFlag : uint8_t {
  kDecodes = 1,       // its result is marked as decoded
  kTakesUnknown = 2,  // sees arguments that are unknown or partial
};

struct Row {
  std::string_view path;  // "base64.b64decode", "globalThis.atob", "str.join", "Array.map"
  Builtin function;
  uint8_t flags = 0;
};

std::span<const Row> python_builtin_rows();
std::span<const Row> python_text_rows();
std::span<const Row> python_container_rows();
std::span<const Row> python_module_rows();
std::span<const Row> python_object_rows();
std::span<const Row> javascript_rows();
std::span<const Row> javascript_regex_rows();
std::span<const Row> javascript_crypto_rows();
const Row* find_row(bool python, std::string_view path);  // null when there is none

// --- operators (fold_operators.cc)

Value unary(Evaluator& eval, std::string_view op, const Value& operand);
Value binary(Evaluator& eval, std::string_view op, const Ref& left, const Ref& right);
Value percent_format(Evaluator& eval, const Value& pattern, const Value& values);
Value brace_format(const Call& call);
// obj[index] and obj[start:stop:step]; undefined or unknown when out of range.
Ref element(Evaluator& eval, const Ref& object, const Value& index);
Value slice(Evaluator& eval, const Ref& object, const Value& start, const Value& stop,
            const Value& step);
// What for, list(), map() and spread see; nothing when it cannot be iterated.
std::optional<ValueList> iterate(Evaluator& eval, const Ref& value);

// --- the evaluator

// The statements that make a variable's value where it is used (fold_slices.cc).
struct Slice {
  BindingId binding = kNone32;
  NodeId home = kNoNode;
  NodeId block = kNoNode;
  NodeId use_statement = kNoNode;
  bool used_later = false;  // in a function inside: after all of them
  std::vector<NodeId> statements;
};

// A variable of the interpreter.
struct Slot {
  Ref value;
  bool fresh = false;  // a constant container that nothing else names: may be
                       // copied to be changed
};

// The variables of one running function, comprehension or run of statements.
struct Frame : std::enable_shared_from_this<Frame> {
  NodeId home = kNoNode;  // the node whose scope it runs
  std::shared_ptr<Frame> parent;
  std::unordered_map<BindingId, Slot> slots;
  Ref result;          // of return
  bool whole = false;  // runs all of a function, so that what it has not
                       // assigned is undefined
  int64_t id = 0;      // in Evaluator::captured_, once a closure keeps it
};

// Python's range(): `count` numbers. Nothing when it is given other than one to three of them.
struct Range {
  int64_t from = 0, step = 1;
  size_t count = 0;
  Value item(size_t i) const;
};
std::optional<Range> make_range(std::span<const int64_t> arguments);
bool is_range(std::string_view path);

class Evaluator {
 public:
  Evaluator(const Module& module, const Scopes& scopes, const StringPool& pool,
            const Limits& limits, FoldBudget* budget = nullptr);
  ~Evaluator();

  const Value& fold(NodeId expression);
  bool exhausted() const { return exhausted_; }

  // For operators and builtins.
  Machine& machine();  // JavaScript's
  bool python() const { return python_; }
  bool spend(size_t steps);
  bool spend_bytes(size_t count);  // false, too, for one value over fold_value_bytes
  size_t max_bytes() const { return limits_.fold_value_bytes; }
  Ref call(const Ref& callee, const Ref& self, std::span<const Ref> args,
           std::span<const Keyword> keywords = {});
  Ref member(const Ref& object, std::string_view name);
  Ref variable(std::string_view name);                      // of globals(): a variable or a builtin
  Ref evaluate(std::string_view expression, bool literal);  // of eval() and its kin
  void raise() { raised_ = true; }                          // a builtin that throws in the language
  void fail() { failed_ = true; }                           // nothing after this would be certain
  const std::u32string& units(const Ref& text);             // code points; JavaScript: UTF-16 units

 private:
  friend class Machine;
  enum class Flow : uint8_t { kNormal, kReturn, kBreak, kContinue, kRaise, kFail };
  // States of a node in memo_; other numbers are places in values_.
  static constexpr uint32_t kNotYet = 0, kIsUnknown = 1, kInProgress = 2;

  // expressions (fold_expressions.cc)
  Ref eval(NodeId id, Frame* frame);
  Ref compute(NodeId id, Frame* frame);
  Ref constant(NodeId id);
  Ref spine(NodeId id, Frame* frame);
  Ref concatenate(NodeId id, Frame* frame);
  Ref printable(const Ref& value);
  Ref join_parts(std::span<const Ref> parts);
  Ref logical(NodeId id, Frame* frame);
  Ref array_literal(NodeId id, Frame* frame);
  Ref object_literal(NodeId id, Frame* frame);
  Ref comprehension(NodeId id, Frame* frame);
  bool clauses(NodeId clause, NodeId element, Frame* frame, ValueList& values, ValueMap& rows);
  Ref index(NodeId index, const Ref& object, Frame* frame);
  Ref call_node(NodeId id, const Ref& callee, const Ref& self, Frame* frame);
  Ref call_row(const Row& row, const Ref& self, std::span<const Ref> args,
               std::span<const Keyword> keywords, NodeId site = kNoNode);
  Ref method(const Ref& self, std::string_view name);
  Ref returned_name(std::string_view path_text) const;
  Ref bound_method(const Ref& object, std::string_view key);
  Ref remember(NodeId id, const Ref& value);
  bool has_effects(NodeId id) const;
  const Ref* recall(NodeId id, const Frame* frame) const;
  bool is_done(NodeId id, const Frame* frame) const {
    return frame == nullptr ? memo_[id] != kNotYet : recall(id, frame) != nullptr;
  }

  // names (fold_names.cc)
  static bool is_mutator(std::string_view method);
  Ref name(NodeId id, Frame* frame, bool shared);
  Ref static_name(BindingId binding, NodeId use);
  Ref variable_value(BindingId binding, NodeId use);
  Ref global_name(std::string_view name);
  NodeId with_item(const Binding& binding, NodeId use) const;
  Ref imported(const Binding& binding);
  Ref import_value(NodeId import_name);
  Ref destructured(BindingId binding);
  Ref in_pattern(NodeId pattern, const Ref& value, BindingId binding, int depth);
  Ref with_writes(BindingId binding, const Ref& value);
  Ref function_value(NodeId function, Frame* frame);
  Ref function_of(const Binding& binding, Frame* frame);
  NodeId home(BindingId binding) const;
  void survey();
  void survey_call(NodeId id);
  void survey_write(NodeId target, NodeId write);

  // classes, parameters, eval (fold_classes.cc)
  enum class Method : uint8_t { kPlain, kStatic, kClass, kProperty, kOther };
  struct Inner;
  bool is_class(const Value& value) const;
  Ref class_of(const Binding& binding);
  BindingId class_binding(NodeId cls, std::string_view key);
  Method method_kind(NodeId function) const;
  Ref class_member(NodeId cls, std::string_view key, const Ref& self);
  static std::shared_ptr<const ValueList> receiver(const Value& self);
  Ref construct(NodeId cls, std::span<const Ref> args, std::span<const Keyword> keywords);
  std::vector<NodeId> call_sites(NodeId function);
  Ref argument_at(NodeId call, NodeId param, size_t position, bool bound);
  Ref parameter_value(BindingId id);
  Ref loop_value(NodeId loop, BindingId id);
  static bool is_portable(const Value& value, int depth);

  // runs of statements that build a variable step by step (fold_slices.cc)
  Ref sliced(BindingId binding, NodeId use);
  const std::vector<NodeId>& statements_of(NodeId block);
  NodeId statement_at(NodeId block, uint32_t offset);
  NodeId block_around(NodeId statement, uint32_t first, uint32_t second);
  bool in_nested_function(NodeId statement, uint32_t offset);
  bool plan(Slice& slice);
  void written_in(NodeId statement, std::vector<BindingId>& out);
  void bootstrap();

  // statements (fold_interpreter.cc)
  Ref call_function(const Value& function, std::span<const Ref> args,
                    std::span<const Keyword> keywords);
  bool bind_parameters(NodeId function, Frame* frame, std::span<const Ref> args,
                       std::span<const Keyword> keywords);
  Flow block(NodeId id, Frame* frame, NodeId after = kNoNode);
  Flow statement(NodeId id, Frame* frame);
  Flow branch(NodeId id, Frame* frame);
  Flow loop(NodeId id, Frame* frame);
  Flow for_in(NodeId id, Frame* frame);
  std::optional<Range> long_range(NodeId iterable, Frame* frame);
  Flow try_statement(NodeId id, Frame* frame);
  Flow with_statement(NodeId id, Frame* frame);
  Flow switch_statement(NodeId id, Frame* frame);
  Flow jump(uint32_t begin, uint32_t end) const;
  Ref assign_node(NodeId id, Frame* frame);
  Ref step_node(NodeId id, Frame* frame);
  bool append_in_place(NodeId id, Frame* frame);
  bool grow_bytes(NodeId name_node, std::string_view method, NodeId argument, Frame* frame);
  bool assign(NodeId target, const Ref& value, bool fresh, Frame* frame);
  bool assign_element(NodeId target, const Ref& value, Frame* frame);
  bool store(BindingId binding, const Ref& value, bool fresh, Frame* frame);
  Slot* find_slot(BindingId binding, Frame* frame);
  bool makes_fresh(NodeId value) const;

  // An interpretation may use up half of what is left: one endless loop does not blind the rest.
  // What it made and did not leave behind is paid back at its end.
  class Run {
   public:
    explicit Run(Evaluator& eval)
        : eval_(eval), limit_(eval.run_limit_), bytes_(eval.bytes_), kept_(eval.kept_bytes_) {
      if (eval.runs_++ > 0) return;
      eval.run_limit_ = eval.steps_ + (limit_ - std::min(eval.steps_, limit_)) / 2;
      eval.leaves_state_ = false;
    }
    ~Run() {
      if (--eval_.runs_ > 0) return;
      eval_.run_limit_ = limit_;
      if (!eval_.leaves_state_) eval_.bytes_ = bytes_ + (eval_.kept_bytes_ - kept_);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

   private:
    Evaluator& eval_;
    uint64_t limit_;
    size_t bytes_, kept_;
  };

  // Trees are cut where a limit was hit: any child may be missing.
  NodeKind kind(NodeId id) const { return id == kNoNode ? NodeKind::kEmpty : module_[id].kind; }
  std::string_view text(NodeId id) const { return pool_.text(module_[id].text); }
  bool in(NodeId inner, NodeId outer) const {
    return module_[inner].begin >= module_[outer].begin && module_[inner].end <= module_[outer].end;
  }

  const Module& module_;
  const Scopes& scopes_;
  const StringPool& pool_;
  const Limits limits_;
  const bool python_;
  FoldBudget* const budget_;  // of the package, or null

  std::vector<uint32_t> memo_;  // by node
  struct Memo {
    Ref value;
    bool lasting;  // the same in every function that runs
  };
  std::deque<Memo> values_;
  uint64_t steps_ = 0;
  uint64_t run_limit_ = 0;  // steps_ at which the running interpretation gives up
  size_t bytes_ = 0;
  size_t kept_bytes_ = 0;      // of remembered values
  bool leaves_state_ = false;  // the running interpretation made closures or lasting variables
  int depth_ = 0;
  int runs_ = 0;  // interpretations in progress
  bool exhausted_ = false;
  bool failed_ = false;  // the running interpretation met something it must not guess
  bool raised_ = false;  // an exception of the interpreted language is on its way

  struct Units {
    Ref text;
    std::u32string units;
  };
  Units units_[2];
  size_t next_units_ = 0;

  Evaluator* outer_ = nullptr;  // of eval("..."): where its names are looked up
  bool literal_ = false;        // only constants: no names
  int eval_depth_ = 0;

  // Where a name stands: as the callee of calls, and otherwise.
  struct Uses {
    std::vector<NodeId> calls;
    size_t others = 0;
  };
  enum class Effects : uint8_t { kNotAsked, kNone, kSome };
  mutable std::vector<Effects> effects_;  // by node: gives a variable a value (has_effects)

  std::unique_ptr<Machine> machine_;  // JavaScript's functions
  bool surveyed_ = false;
  std::unordered_map<BindingId, Uses> name_calls_;
  std::unordered_map<std::string_view, std::vector<NodeId>> member_calls_;
  std::unordered_map<NodeId, NodeId> immediate_calls_;  // (lambda ...)(...): function -> call
  std::unordered_map<NodeId, BindingId> named_lambdas_;
  std::unordered_map<NodeId, NodeId> with_items_;  // kAssign -> its kWith
  std::unordered_map<ScopeId, std::unordered_map<std::string_view, BindingId>> class_names_;
  std::unordered_map<BindingId, std::vector<NodeId>> writes_;  // into the members of a variable
  std::unordered_map<BindingId, Ref> written_;                 // maps with their writes
  std::unordered_map<NodeId, NodeId> imports_;                 // kImportName -> kImport
  std::vector<NodeId> rotations_;                              // calls that may rearrange an array
  std::vector<uint32_t> shifts_;                               // where .push and .shift are named
  std::unordered_map<BindingId, Slot> globals_;                // set by rotations
  std::unordered_set<BindingId> tainted_;                      // a rotation of them failed
  std::unordered_set<NodeId> hopeless_;  // functions that used up a run's steps
  bool bootstrapped_ = false;
  bool bootstrapping_ = false;
  std::vector<std::shared_ptr<Frame>> captured_;
  std::unordered_map<NodeId, ValueMap> function_members_;
  std::unordered_map<NodeId, std::vector<NodeId>> blocks_;
  std::unordered_map<uint64_t, Ref> slices_;
  std::unordered_map<std::string_view, BindingId> module_variables_;
};

}  // namespace cerebro::folding
