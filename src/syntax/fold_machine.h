#pragma once

// JavaScript's functions and statements, run on values that are known. Where the Evaluator gives
// what an expression is by itself, the Machine gives what a call computes: it has objects with an
// identity, closures, `this`, classes and exceptions, and is made to be quick, for an obfuscator's
// decoders take millions of steps. It stops (fail) at whatever it does not know, and at
// Limits::fold_machine_steps; nothing it does has an effect outside.
//
//   expressions, names, calls   fold_machine.cc
//   statements, assignment      fold_machine_statements.cc
//   objects, texts, conversion  fold_machine_objects.cc
//   classes, `new`              fold_machine_classes.cc
//   starting and ending         fold_machine_runs.cc
//   methods of texts and lists  fold_machine_methods.cc

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "syntax/fold_internal.h"

namespace cerebro::folding {

struct Object;
struct Environment;

// The units that texts are parts of. A text that ends where they end grows in place.
using Units = std::u16string;

// A string: the first `size` units of a buffer.
struct Text {
  Units* units = nullptr;
  size_t size = 0;
  bool decoded = false;  // as in Value
  bool partial = false;  // U+FFFC stands for what is not known
  bool fixed = false;    // made for the whole life of the machine
  std::u16string_view view() const { return std::u16string_view(*units).substr(0, size); }
};

// One value of the language.
struct Any {
  enum class Tag : uint8_t {
    kUnknown,
    kUnset,  // of a variable that was not given a value yet
    kUndefined,
    kNull,
    kBool,
    kNumber,
    kText,
    kObject,
    kPath,  // an API, as in Value
  };
  Tag tag = Tag::kUnknown;
  union {
    bool boolean;
    double number = 0;
    const Text* text;
    Object* object;
    const std::string* path;
  };

  bool known() const { return tag != Tag::kUnknown; }
  bool is(Tag t) const { return tag == t; }
  bool is_nullish() const { return tag == Tag::kUndefined || tag == Tag::kNull; }
};

enum class Op : uint8_t;
using Key = uint32_t;  // an interned property name

struct Property {
  Key key = 0;
  Any value;
  Object* getter = nullptr;
  Object* setter = nullptr;
};

class Properties {
 public:
  Property* find(Key key);
  Property& add(Key key);  // or the one that is there
  bool erase(Key key);
  const std::vector<Property>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }

 private:
  static constexpr size_t kFew = 8;  // looked through one by one
  std::vector<Property> rows_;
  std::unordered_map<Key, uint32_t> places_;
};

struct Object {
  enum class Kind : uint8_t { kPlain, kList, kBytes, kFunction, kMap, kSet };
  Kind kind = Kind::kPlain;
  bool constant = false;         // came from the module: others may name it, so it must not change
  uint8_t bits = 0;              // of the elements of a typed array held as a list; 0: any value
  uint32_t run = 0;              // that made it; 0: made to last
  NodeId node = kNoNode;         // kFunction: a kFunction or a kClass
  Environment* scope = nullptr;  // where a function was made
  Any self;                      // `this` of an arrow function, or the bound one
  Object* target = nullptr;      // of bind()
  Object* home = nullptr;        // the prototype that holds a method, for `super`
  Object* prototype = nullptr;
  std::vector<Any> items;  // kList; arguments of bind(); keys and values of kMap, kSet in turn
  std::string bytes;       // kBytes
  Properties properties;
};

// The variables of one running function.
struct Environment {
  Environment* parent = nullptr;
  NodeId home = kNoNode;  // the node whose scope it runs
  bool whole = false;     // runs all of a function: what was not assigned is undefined
  bool captured = false;  // by a closure
  uint32_t run = 0;       // as in Object
  Any self;               // `this`
  Object* function = nullptr;
  Object* arguments = nullptr;
  std::vector<Any>* yielded = nullptr;  // of a generator, which is run to its end at once
  std::vector<Any> slots;
};

class Machine {
 public:
  explicit Machine(Evaluator& eval);

  // --- for the evaluator
  Ref call(const Value& function, const Ref& self, std::span<const Ref> args);
  Ref construct(const Value& function, std::span<const Ref> args);
  Ref run_slice(const Slice& slice);
  Ref call_native(const Ref& self, std::string_view name, std::span<const Ref> args);
  // Runs an obfuscator's set-up, whose changes of the module's variables last; false when it could
  // not be followed.
  bool rotate(NodeId call, BindingId array, const Ref& before);
  const std::unordered_set<BindingId>& rotated() const { return new_globals_; }
  // What set-ups and functions that replace themselves gave a variable of the module; else null.
  Ref global(BindingId id);
  Ref static_member(const Value& function, std::string_view name);  // of a class

  // --- for natives
  using Tag = Any::Tag;
  Any text(std::u16string units, bool decoded = false);
  Any text_of_unit(char16_t unit, bool decoded = false);
  Any list(std::vector<Any> items);
  Any apply(const Any& function, const Any& self, std::span<const Any> args);
  std::optional<std::u16string> to_units(const Any& value);
  std::optional<double> to_number(const Any& value);
  std::optional<int32_t> to_int32(const Any& value);
  std::optional<bool> to_bool(const Any& value) const;
  bool same(const Any& a, const Any& b);  // ===
  bool same_loosely(const Any& a, const Any& b, bool& known);
  std::optional<std::vector<Any>> iterate(const Any& value);
  Any join(Object& list, std::u16string_view separator);
  bool change(Object& object);  // may it be changed? Fails when not.
  bool charge(size_t bytes);
  bool spend(size_t steps);
  Any fail();
  Any raise(const Any& value);
  bool stopped() const { return failed_ || raised_; }
  Object* make(Object::Kind kind);
  Key key(std::u16string_view name);
  const std::u16string& key_name(Key key) const { return key_names_[key]; }
  std::vector<Key> own_keys(const Object& object) const;
  Any get(const Any& object, Key key);
  Any element(const Any& object, const Any& index);
  bool put(const Any& object, Key key, const Any& value);
  bool put_element(const Any& object, const Any& index, const Any& value);
  Value to_value(const Any& value);
  // `constant`: the program may not change it; `lasting`: kept beyond the run.
  Any from_value(const Value& value, bool constant, bool lasting);
  Any from_value(const Value& value, bool constant) {
    return from_value(value, constant, constant);
  }

 private:
  enum class Flow : uint8_t { kNormal, kReturn, kBreak, kContinue, kRaise, kFail };
  struct Info {  // what was found out about a node when it was first run
    Op op{};
    uint8_t before = 0, after = 0;  // jumps in the source, Flow + 1
    bool ready = false;
    Key key = 0;
    Any constant;
  };
  class Run;
  class Lasting;

  // expressions (fold_machine.cc)
  Any eval(NodeId id, Environment& env);
  Any compute(NodeId id, Environment& env);
  Any name(NodeId id, Environment& env);
  Any outer_name(BindingId binding, NodeId id);
  Any unary(NodeId id, Environment& env);
  Any type_of(const Any& value);
  Any chain(NodeId id, Environment& env);
  Any binary(Op op, const Any& left, const Any& right);
  Any sum(const Any& left, const Any& right);
  Any compare(Op op, const Any& left, const Any& right);
  Any shortcut(NodeId id, Op op, Environment& env);
  Any array(NodeId id, Environment& env);
  Any object(NodeId id, Environment& env);
  Any template_text(NodeId id, Environment& env);
  Any call_node(NodeId id, Environment& env);
  Any new_node(NodeId id, Environment& env);
  bool arguments(NodeId first, Environment& env, std::vector<Any>& out);
  Any method(const Any& self, Key key, std::span<const Any> args);
  Any call_method(const Any& callee, std::u16string_view how, std::span<const Any> args);
  Any call_path(const std::string& path, const Any& self, std::span<const Any> args);
  Any member(NodeId id, const Any& object, Environment& env);
  std::optional<Key> member_key(NodeId id, Environment& env, Any* index);
  Any run_function(Object& function, const Any& self, std::span<const Any> args,
                   Object* new_target = nullptr);
  Any function(NodeId node, Environment* scope, const Any& self);
  bool absorbs(Op op, const Any& left, NodeId right) const;

  // statements (fold_machine_statements.cc)
  bool bind_parameters(NodeId function, Environment& env, std::span<const Any> args);
  Flow block(NodeId id, Environment& env, NodeId after = kNoNode);
  Flow statement(NodeId id, Environment& env);
  Flow loop(NodeId id, Environment& env);
  Flow for_in(NodeId id, Environment& env);
  Flow try_statement(NodeId id, Environment& env);
  Flow switch_statement(NodeId id, Environment& env);
  Flow jump(uint8_t& cached, uint32_t begin, uint32_t end);
  Flow read_jump(uint32_t begin, uint32_t end) const;
  Any compound(Op op, const Any& before, NodeId value_node, Environment& env, bool& keeps);
  Any assignment(NodeId id, Environment& env);
  Any step(NodeId id, Environment& env);
  bool assign(NodeId target, const Any& value, Environment& env);
  bool assign_pattern(NodeId pattern, const Any& value, Environment& env);
  bool store(BindingId binding, const Any& value, Environment& env);
  const Any* slot(BindingId binding, Environment& env) const;
  Any set(Environment& env, BindingId binding, const Any& value);
  Flow outcome() const { return failed_ ? Flow::kFail : raised_ ? Flow::kRaise : Flow::kNormal; }

  // runs (fold_machine_runs.cc)
  uint64_t allowance() const;
  Ref outcome_of(const Any& value, NodeId function);
  Any callee(const Value& function);
  std::vector<Any> given(std::span<const Ref> args);

  // classes (fold_machine_classes.cc)
  Any class_value(NodeId node, Environment* scope);
  Any class_key(NodeId member, Environment& env);
  Any construct(const Any& callee, std::span<const Any> args);
  bool initialise(Object& made, Object& class_object, std::span<const Any> args,
                  Object* new_target);
  bool fields(Object& made, Object& class_object);
  Any super_call(NodeId id, Environment& env);
  Any super_member(NodeId id, Environment& env, Any& self);
  NodeId constructor_of(NodeId class_node) const;

  // objects and conversion (fold_machine_objects.cc)
  Value to_value(const Any& value, int depth);
  Any own_or_inherited(Object& object, Key key, const Any& self);
  Object* function_object(NodeId node);
  Environment* make_environment(NodeId home, Environment* parent);
  const std::string* path_text(std::string path);
  // The run that what is made now belongs to.
  uint32_t maker() const { return arena_ == &lasting_ ? 0 : run_; }
  // Something that `run` made is about to hold a value. It must not outlive what it holds, and only
  // what this run makes is freed with the run.
  void holds(uint32_t run) { leaves_state_ |= run != maker(); }
  bool charge_lasting(size_t bytes);
  bool charge_converted(size_t bytes);

  NodeKind kind(NodeId id) const { return id == kNoNode ? NodeKind::kEmpty : module_[id].kind; }
  std::string_view text_at(NodeId id) const { return pool_.text(module_[id].text); }
  Info& info(NodeId id);
  Op op_at(NodeId id);
  Key key_at(NodeId id);

  Evaluator& eval_;
  const Module& module_;
  const Scopes& scopes_;
  const StringPool& pool_;
  const Limits& limits_;

  // Where each variable lives: the node whose scope declares it, and its place there.
  std::vector<NodeId> home_of_;
  std::vector<uint32_t> slot_of_;
  std::unordered_map<NodeId, uint32_t> slots_in_;

  static constexpr size_t kPage = 128;
  std::vector<std::unique_ptr<std::array<Info, kPage>>> infos_;
  std::unordered_map<std::u16string_view, Key> keys_;
  std::deque<std::u16string> key_names_;
  std::unordered_map<std::string, std::unique_ptr<std::string>> paths_;

  // What runs make is freed at their end, unless something older came to hold some of it. What is
  // made to last is freed with the machine; code that makes it sees nothing that a run frees.
  struct Arena {
    std::deque<Units> units;
    std::deque<Text> texts;
    std::deque<Object> objects;
    std::deque<Environment> environments;
  };
  Arena passing_, lasting_;
  Arena* arena_ = &passing_;
  uint32_t run_ = 0;
  std::array<Any, 256> latin1_;  // texts of one unit

  std::unordered_map<BindingId, Any> constants_;  // of the module, as functions see them
  std::unordered_map<NodeId, Any> name_constants_;
  std::unordered_map<NodeId, Object*> functions_;  // the module's own
  std::vector<Object*> captured_;                  // functions that became Values
  std::unordered_map<BindingId, Any> globals_;  // what set-ups and self-replacement have assigned
  std::unordered_map<BindingId, Ref> global_values_;
  std::unordered_set<BindingId> new_globals_;
  std::unordered_set<NodeId> hopeless_;  // functions that used up a run's steps

  uint64_t steps_ = 0, run_limit_ = 0;
  size_t bytes_ = 0, lasting_bytes_ = 0, converted_bytes_ = 0;
  int depth_ = 0;
  int runs_ = 0;
  bool rotating_ = false;
  bool leaves_state_ = false;
  bool failed_ = false, raised_ = false;
  Any thrown_;
  Any result_;  // of the last return
  Key length_ = 0, prototype_ = 0, constructor_ = 0;
  Symbol this_ = 0, super_ = 0, arguments_ = 0;  // 0: does not occur
};

using Native = Any (*)(Machine& machine, const Any& self, std::span<const Any> args);
// A method that the machine has itself, for speed or because it changes its receiver; null when
// the tables of fold_builtins_*.cc have it, or nobody.
Native native(Object::Kind kind, std::string_view name);
Native text_native(std::string_view name);

std::u16string units_of_utf8(std::string_view utf8);
std::string utf8_of_units(std::u16string_view units);

inline Any undefined_any() {
  Any a;
  a.tag = Any::Tag::kUndefined;
  return a;
}
inline Any null_any() {
  Any a;
  a.tag = Any::Tag::kNull;
  return a;
}
inline Any any(bool value) {
  Any a;
  a.tag = Any::Tag::kBool;
  a.boolean = value;
  return a;
}
inline Any any(double value) {
  Any a;
  a.tag = Any::Tag::kNumber;
  a.number = value;
  return a;
}
inline Any any(Object* value) {
  Any a;
  a.tag = Any::Tag::kObject;
  a.object = value;
  return a;
}
inline Any any(const Text* value) {
  Any a;
  a.tag = Any::Tag::kText;
  a.text = value;
  return a;
}

// The object of a value, if it is one of the kind.
inline Object* object_of(const Any& value, Object::Kind kind) {
  return value.is(Any::Tag::kObject) && value.object->kind == kind ? value.object : nullptr;
}

}  // namespace cerebro::folding
