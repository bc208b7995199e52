#pragma once

// Walks one unit and makes its slots and constraints. generate.cc has the expressions and
// statements that all languages share, generate_functions.cc functions and classes,
// generate_assign.cc containers and targets, generate_calls.cc calls; what one language alone has
// is in generate_python.cc and generate_javascript.cc.

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "resolve/resolver.h"

namespace cerebro {

// expression() returns the slot of what an expression may denote, or kNoId when it can be nothing
// that matters (numbers, plain strings).
class Generator {
 public:
  Generator(Resolver& resolver, ValueGraph& graph, UnitId id)
      : resolver_(resolver),
        graph_(graph),
        id_(id),
        unit_(*resolver.units_[id]),
        module_(unit_.module),
        pool_(resolver.pool_),
        python_(module_.language == Language::kPython) {}

  void run();
  SlotId binding(BindingId id);

 private:
  struct Frame {
    FunctionId function;
    ClassId cls;
    SlotId self;           // JavaScript `this`
    ValueId home = kNoId;  // the object literal that a method stands in
  };

  const Node& node(NodeId id) const { return module_[id]; }
  std::string_view text(NodeId id) const { return pool_.text(module_[id].text); }
  NodeId child(NodeId id, size_t n) const { return module_.child(id, n); }
  bool present(NodeId id) const { return id != kNoNode && module_[id].kind != NodeKind::kEmpty; }

  // kNoId when the node is no function.
  FunctionId function_at(NodeId id) const {
    return node(id).kind == NodeKind::kFunction ? resolver_.function_of(id_, id) : kNoId;
  }

  void statements(NodeId parent) {
    if (!python_) skip_redeclared(parent);
    for (NodeId c : children(module_, parent)) {
      unasked_ = python_ || resolver_.limits_.shortcuts == 0 ? kNoNode : c;
      expression(c);
    }
  }
  SlotId expression(NodeId id);
  SlotId evaluate(NodeId id);
  SlotId name(NodeId id);
  SlotId call(NodeId id);
  SlotId container(NodeId id);
  SlotId function(NodeId id);
  ClassId declare_class(NodeId id);
  SlotId cls(NodeId id);
  SlotId join(NodeId id, bool taints_only);
  void assign(NodeId target, SlotId value);
  bool defined_around(Symbol name) const;
  Symbol index_field(int64_t index) const;
  void import(NodeId id);
  void parameters(NodeId params, Function& function);
  SlotId decorate(NodeId id, SlotId value, size_t first_decorator);
  ClassId method_class() const;
  bool is_setter(NodeId function) const;

  // generate_python.cc
  void python_import(NodeId id);
  void python_hidden_name(NodeId id, SlotId slot);
  void python_names();
  void import_star(std::string_view specifier, uint32_t level);
  bool star_gives(BindingId b, SlotId slot);
  SlotId python_super();
  SlotId python_access(NodeId id, SlotId object);
  SlotId python_operator(NodeId id, SlotId result);
  void python_member_call(NodeId id, std::string_view member, const CallSite& site);
  void python_for(NodeId id);
  void python_with(NodeId id);
  void python_raise(NodeId id);
  void python_catch(NodeId id);
  SlotId python_yield(NodeId id);
  void python_return(SlotId value);
  void python_update(NodeId id, const CallSite& site);
  void python_star_target(NodeId star, SlotId value, size_t index, size_t behind);
  void python_class_names(NodeId id, ClassId cls);
  std::span<const BindingId> bindings_of(ScopeId scope);

  // generate_javascript.cc
  void javascript_import(NodeId id);
  void javascript_member_call(std::string_view member, const CallSite& site);
  void javascript_call_arguments(NodeId callee, CallSite& site);
  bool is_interop_call(NodeId callee) const;
  SlotId interop_call(NodeId id, NodeId callee);
  void export_names(NodeId id);
  void export_slot(std::string_view name, SlotId value);

  // generate_javascript_values.cc
  Symbol key_of(NodeId id);
  void skip_redeclared(NodeId block);
  SlotId javascript_object(NodeId id);
  SlotId javascript_array(NodeId id);
  void assign_array_pattern(NodeId target, SlotId value);
  void javascript_result(NodeId id, Function& function);
  SlotId javascript_unary(NodeId id, SlotId operand);
  SlotId thrown();
  void javascript_throw(NodeId id);
  void javascript_catch(NodeId id);
  SlotId arguments_object();
  SlotId super_object();
  void remember_home(NodeId value, SlotId object);
  SlotId javascript_class(NodeId id);
  void class_method(NodeId id, ClassId cls);
  void class_field(NodeId id, ClassId cls, SlotId owner);

  Resolver& resolver_;
  ValueGraph& graph_;
  UnitId id_;
  Unit& unit_;
  const Module& module_;
  StringPool& pool_;
  const bool python_;
  std::unordered_map<ScopeId, std::vector<BindingId>> scope_bindings_;  // bindings_of
  Frame frame_{};
  ValueId next_home_ = kNoId;  // of the function that is met next
  NodeId unasked_ = kNoNode;   // a statement: nobody asks what a call gives there
  std::unordered_set<NodeId> redeclared_;
};

}  // namespace cerebro
