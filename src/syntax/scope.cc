#include "syntax/scope.h"

#include <algorithm>
#include <unordered_set>

namespace cerebro {
namespace {

bool is_javascript(Language language) {
  return language == Language::kJavaScript || language == Language::kTypeScript ||
         language == Language::kTsx;
}

constexpr uint16_t kDeclares = kDeclaresVar | kDeclaresLet | kDeclaresConst;

}  // namespace

// Two passes. The walk opens scopes, declares names and logs every occurrence of a name; the replay
// of the log binds the occurrences, now that hoisted names are known. Both use explicit stacks:
// chains of operators are deeper than any thread's stack.
class ScopeBuilder {
 public:
  ScopeBuilder(const Module& module, const StringPool& pool)
      : module_(module),
        pool_(pool),
        javascript_(is_javascript(module.language)),
        python_(module.language == Language::kPython) {}

  Scopes build() {
    scopes_.node_binding_.assign(module_.nodes.size(), kNone32);
    scopes_.node_scope_.assign(module_.nodes.size(), kNone32);
    scopes_.class_names_hidden_ = python_;
    open(Scope::Kind::kModule, module_.root);
    if (module_.root != kNoNode) {
      push_children(module_.root);
      walk();
    }
    declare_own_names();
    hoist_block_functions();
    replay();
    return std::move(scopes_);
  }

 private:
  // What is to be done with a node: an expression or statement to visit, a pattern that
  // `definition` gives values to, or the end of the current scope.
  struct Task {
    enum class Kind : uint8_t { kVisit, kTarget, kOpen, kClose };
    Kind kind = Kind::kVisit;
    Binding::Kind binding = Binding::Kind::kVariable;
    Scope::Kind scope_kind = Scope::Kind::kBlock;
    uint16_t declares = 0;  // the kDeclares* of a target; 0 in JavaScript: a plain assignment
    NodeId node = kNoNode;
    NodeId definition = kNoNode;
  };

  struct Event {
    enum class Kind : uint8_t { kOccurrence, kOpen, kClose };
    Kind kind = Kind::kOccurrence;
    Symbol name = 0;
    ScopeId scope = 0;
    NodeId node = kNoNode;
    NodeId definition = kNoNode;  // set: the occurrence is given a value
    BindingId binding = kNone32;  // known when declared here, else looked up
  };

  // --- the walk

  void walk() {
    while (!tasks_.empty()) {
      const Task task = tasks_.back();
      tasks_.pop_back();
      switch (task.kind) {
        case Task::Kind::kVisit:
          visit(task.node);
          break;
        case Task::Kind::kTarget:
          target(task);
          break;
        case Task::Kind::kOpen:
          open(task.scope_kind, task.node);
          break;
        case Task::Kind::kClose:
          close();
          break;
      }
    }
  }

  void open(Scope::Kind kind, NodeId node) {
    const auto id = static_cast<ScopeId>(scopes_.scopes_.size());
    scopes_.scopes_.push_back({kind, scope_, node});
    names_of_.emplace_back();
    const bool runs_alone = kind == Scope::Kind::kFunction || kind == Scope::Kind::kModule;
    function_of_.push_back(runs_alone ? id : function_of_[scope_]);
    if (node != kNoNode) scopes_.node_scope_[node] = id;
    scope_ = id;
    events_.push_back({.kind = Event::Kind::kOpen, .scope = id});
  }

  void close() {
    events_.push_back({.kind = Event::Kind::kClose, .scope = scope_});
    scope_ = scopes_.scopes_[scope_].parent;
  }

  void push(NodeId node) {
    if (node != kNoNode) tasks_.push_back({.node = node});
  }
  void push_target(NodeId node, NodeId definition, uint16_t declares,
                   Binding::Kind kind = Binding::Kind::kVariable) {
    tasks_.push_back({.kind = Task::Kind::kTarget,
                      .binding = kind,
                      .declares = declares,
                      .node = node,
                      .definition = definition});
  }
  void push_open(Scope::Kind kind, NodeId node) {
    tasks_.push_back({.kind = Task::Kind::kOpen, .scope_kind = kind, .node = node});
  }
  void push_close() { tasks_.push_back({.kind = Task::Kind::kClose}); }

  // The stack is last in, first out: what is pushed between mark() and in_order(mark) is turned
  // round, so that it is done in the order of pushing.
  size_t mark() const { return tasks_.size(); }
  void in_order(size_t from) {
    std::reverse(tasks_.begin() + static_cast<std::ptrdiff_t>(from), tasks_.end());
  }

  void push_rest(NodeId first) {
    const size_t from = mark();
    for (NodeId id = first; id != kNoNode; id = module_[id].next_sibling) push(id);
    in_order(from);
  }
  void push_children(NodeId node) { push_rest(module_[node].first_child); }

  // The children inside a block scope of their own (JavaScript only).
  void push_block(NodeId node) {
    if (!javascript_) return push_children(node);
    push_close();
    push_children(node);
    push_open(Scope::Kind::kBlock, node);
  }

  void visit(NodeId id) {
    const Node& node = module_[id];
    switch (node.kind) {
      case NodeKind::kName:
      case NodeKind::kParameter:
        occurrence(id, node.text);
        return push_children(id);
      case NodeKind::kAssign:
        return visit_assign(id);
      case NodeKind::kUnary:
        return visit_unary(id);
      case NodeKind::kFunction:
        return visit_function(id);
      case NodeKind::kClass:
        return visit_class(id);
      case NodeKind::kComprehension:
        return visit_comprehension(id);
      case NodeKind::kForIn:
        return visit_for_in(id);
      case NodeKind::kCatch:
        return visit_catch(id);
      case NodeKind::kSwitch:
        return visit_switch(id);
      case NodeKind::kScope:
        return visit_scope_statement(id);
      case NodeKind::kImportName:
        if (node.aux != 0) declare_here(id, node.aux, id, Binding::Kind::kImport, kDeclaresVar);
        return;
      case NodeKind::kExport:
        return visit_export(id);
      case NodeKind::kBlock:
      case NodeKind::kLoop:
        return push_block(id);
      default:
        return push_children(id);
    }
  }

  void visit_assign(NodeId id) {
    const Node& node = module_[id];
    const NodeId to = node.first_child;
    if (to == kNoNode) return;
    const NodeId value = module_[to].next_sibling;
    // The name of a class field is a property, not a variable.
    const bool field = javascript_ && (node.flags & kField) != 0;
    if (field) {
      push(value);
      if ((node.flags & kComputed) != 0) push(to);
      return;
    }
    if (pool_.text(node.text) == "=") scopes_.plain_assign_ = node.text;
    const bool gives_value = value == kNoNode || module_[value].kind != NodeKind::kEmpty;
    push_target(to, gives_value ? id : kNoNode, node.flags & kDeclares);
    push(value);
  }

  // ++ and -- write, so their operand is no constant.
  void visit_unary(NodeId id) {
    const std::string_view text = pool_.text(module_[id].text);
    const NodeId operand = module_[id].first_child;
    if (operand != kNoNode && (text == "++" || text == "--")) return push_target(operand, id, 0);
    push_children(id);
  }

  void visit_function(NodeId id) {
    const Node& node = module_[id];
    const NodeId params = node.first_child;
    const NodeId body = params == kNoNode ? kNoNode : module_[params].next_sibling;
    if (node.text != 0) {
      if ((node.flags & kIsStatement) != 0) {
        if (javascript_ && scopes_.scopes_[scope_].kind == Scope::Kind::kBlock) {
          block_functions_.emplace_back(scope_, node.text);
        }
        declare_here(id, node.text, id, Binding::Kind::kFunction, kDeclaresLet);
      } else if (javascript_ && !is_method(id)) {
        own_names_.push_back(id);
      }
    }
    // Done in this order: decorators and Python's defaults outside; then parameters and body
    // inside.
    const size_t from = mark();
    if (body != kNoNode) {
      for (NodeId d = module_[body].next_sibling; d != kNoNode; d = module_[d].next_sibling)
        push(d);
    }
    if (params != kNoNode && !javascript_) push_defaults(params);
    push_open(Scope::Kind::kFunction, id);
    if (params != kNoNode) {
      for (const NodeId param : children(module_, params)) push_parameter(param);
      if (javascript_) push_defaults(params);
    }
    if (body != kNoNode) {
      for (const NodeId statement : children(module_, body)) push(statement);
    }
    push_close();
    in_order(from);
  }

  void push_parameter(NodeId param) {
    const NodeId to = module_[param].first_child;
    if (to != kNoNode) push_target(to, param, kDeclaresVar, Binding::Kind::kParameter);
  }
  void push_defaults(NodeId params) {
    for (const NodeId param : children(module_, params)) push(module_.child(param, 1));
  }

  // `{exec() {...}}` and `class {exec() {...}}`: the name is not visible inside, unlike the name of
  // `function exec() {...}`.
  bool is_method(NodeId id) const {
    const uint32_t begin = module_[id].begin;
    if (begin >= module_.source.size()) return false;
    std::string_view source = std::string_view(module_.source).substr(begin);
    if (source.starts_with("async")) {
      source.remove_prefix(5);
      source.remove_prefix(std::min(source.find_first_not_of(" \t\n\r"), source.size()));
    }
    return !source.starts_with("function");
  }

  void visit_class(NodeId id) {
    const Node& node = module_[id];
    const NodeId bases = node.first_child;
    const NodeId body = bases == kNoNode ? kNoNode : module_[bases].next_sibling;
    if (node.text != 0) {
      if ((node.flags & kIsStatement) != 0) {
        declare_here(id, node.text, id, Binding::Kind::kClass, kDeclaresLet);
      } else if (javascript_) {
        own_names_.push_back(id);
      }
    }
    const size_t from = mark();
    push(bases);
    if (body != kNoNode) {
      for (NodeId d = module_[body].next_sibling; d != kNoNode; d = module_[d].next_sibling)
        push(d);
    }
    push_open(Scope::Kind::kClass, id);
    if (body != kNoNode) {
      for (const NodeId member : children(module_, body)) push(member);
    }
    push_close();
    in_order(from);
  }

  // The first iterable is evaluated outside, everything else inside.
  void visit_comprehension(NodeId id) {
    const NodeId element = module_[id].first_child;
    if (element == kNoNode) return;
    const size_t from = mark();
    bool first = true;
    for (NodeId c = module_[element].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
      if (module_[c].kind != NodeKind::kForIn) {
        push(c);
        continue;
      }
      const NodeId to = module_[c].first_child;
      if (to == kNoNode) continue;
      const NodeId iterable = module_[to].next_sibling;
      push(iterable);
      if (first) push_open(Scope::Kind::kComprehension, id);
      first = false;
      push_target(to, c, kDeclaresLet);
      if (iterable != kNoNode) push(module_[iterable].next_sibling);
    }
    if (first) push_open(Scope::Kind::kComprehension, id);
    push(element);
    push_close();
    in_order(from);
  }

  void visit_for_in(NodeId id) {
    const NodeId to = module_[id].first_child;
    if (to == kNoNode) return;
    if (javascript_) push_close();
    push_rest(module_[to].next_sibling);
    push_target(to, id, (module_[id].flags | module_[to].flags) & kDeclares);
    if (javascript_) push_open(Scope::Kind::kBlock, id);
  }

  void visit_catch(NodeId id) {
    const NodeId type = module_[id].first_child;
    const NodeId to = module_.child(id, 1);
    if (to == kNoNode) return push_children(id);
    if (javascript_) push_close();
    push_rest(module_[to].next_sibling);
    push_target(to, id, kDeclaresLet, Binding::Kind::kCatch);
    push(type);
    if (javascript_) push_open(Scope::Kind::kBlock, id);
  }

  // All cases share one block scope.
  void visit_switch(NodeId id) {
    if (!javascript_) return push_children(id);
    const NodeId value = module_[id].first_child;
    const size_t from = mark();
    push(value);
    push_open(Scope::Kind::kBlock, id);
    for (NodeId c = value == kNoNode ? kNoNode : module_[value].next_sibling; c != kNoNode;
         c = module_[c].next_sibling) {
      for (const NodeId part : children(module_, c)) {
        if (module_[part].kind != NodeKind::kBlock) {
          push(part);
          continue;
        }
        for (const NodeId statement : children(module_, part)) push(statement);
      }
    }
    push_close();
    in_order(from);
  }

  void visit_scope_statement(NodeId id) {
    const bool nonlocal = pool_.text(module_[id].text) == "nonlocal";
    for (const NodeId name : children(module_, id)) {
      const Symbol symbol = module_[name].text;
      if (nonlocal) {
        nonlocals_.insert(key(scope_, symbol));
      } else {
        // An alias in the table of this scope: later assignments and uses find the module's.
        const BindingId global = declare(0, symbol, Binding::Kind::kVariable);
        define(scope_, symbol, global);
      }
      occurrence(name, symbol);
    }
  }

  void visit_export(NodeId id) {
    const bool own = module_[id].text == 0;
    const size_t from = mark();
    for (const NodeId c : children(module_, id)) {
      if (module_[c].kind != NodeKind::kExportName) {
        push(c);
      } else if (own && module_[c].aux != 0) {
        occurrence(c, module_[c].aux);
      }
    }
    in_order(from);
  }

  void target(const Task& task) {
    const Node& node = module_[task.node];
    switch (node.kind) {
      case NodeKind::kName:
        if (task.declares == 0 && javascript_)
          return occurrence(task.node, node.text, task.definition);
        return declare_here(task.node, node.text, task.definition, task.binding, task.declares);
      case NodeKind::kArray:
      case NodeKind::kObject:
      case NodeKind::kSpread: {
        const size_t from = mark();
        for (const NodeId c : children(module_, task.node)) push_part(task, c);
        return in_order(from);
      }
      case NodeKind::kProperty: {
        const NodeId property_key = node.first_child;
        const NodeId value = module_.child(task.node, 1);
        if (value != kNoNode) push_part(task, value);
        return push(property_key);
      }
      case NodeKind::kDefault: {
        push(module_.child(task.node, 1));
        if (node.first_child != kNoNode) push_part(task, node.first_child);
        return;
      }
      default:
        return visit(task.node);  // a member or an element: its object is only used
    }
  }
  void push_part(Task task, NodeId part) {
    task.node = part;
    tasks_.push_back(task);
  }

  // --- names

  static uint64_t key(ScopeId scope, Symbol symbol) { return Scopes::key(scope, symbol); }

  // What the name means in the scope: `binding`, unless it meant something before.
  BindingId define(ScopeId scope, Symbol symbol, BindingId binding) {
    const auto [known, is_new] = scopes_.names_.try_emplace(key(scope, symbol), binding);
    if (is_new) names_of_[scope].push(symbol, arena_);
    return known;
  }

  BindingId declare(ScopeId scope, Symbol symbol, Binding::Kind kind) {
    const auto next = static_cast<BindingId>(scopes_.bindings_.size());
    const BindingId id = define(scope, symbol, next);
    if (id == next) scopes_.bindings_.push_back({symbol, kind, scope, {}, false});
    return id;
  }

  ScopeId declaring_scope(uint16_t declares) const {
    if (python_) {
      ScopeId scope = scope_;
      // A walrus in a comprehension binds outside it; loop variables (kDeclaresLet) inside.
      while (declares == 0 && scopes_.scopes_[scope].kind == Scope::Kind::kComprehension) {
        scope = scopes_.scopes_[scope].parent;
      }
      return scope;
    }
    if (!javascript_) return 0;  // the shell has one scope
    return (declares & kDeclaresVar) != 0 ? function_of_[scope_] : scope_;
  }

  void declare_here(NodeId node, Symbol name, NodeId definition, Binding::Kind kind,
                    uint16_t declares) {
    const ScopeId scope = declaring_scope(declares);
    if (!nonlocals_.empty() && nonlocals_.contains(key(scope, name))) {
      return occurrence(node, name, definition);
    }
    events_.push_back({.name = name,
                       .scope = scope_,
                       .node = node,
                       .definition = definition,
                       .binding = declare(scope, name, kind)});
  }

  void occurrence(NodeId node, Symbol name, NodeId definition = kNoNode) {
    events_.push_back({.name = name, .scope = scope_, .node = node, .definition = definition});
  }

  // Named function and class expressions know themselves, unless a parameter or variable of the
  // same name hides them.
  void declare_own_names() {
    for (const NodeId node : own_names_) {
      const ScopeId scope = scopes_.node_scope_[node];
      const Symbol symbol = module_[node].text;
      if (scopes_.names_.find(key(scope, symbol)) != nullptr) continue;
      const bool is_class = module_[node].kind == NodeKind::kClass;
      const BindingId id =
          declare(scope, symbol, is_class ? Binding::Kind::kClass : Binding::Kind::kFunction);
      scopes_.bindings_[id].definitions.push_back(node);
      scopes_.node_binding_[node] = id;
    }
  }

  // Sloppy-mode functions in blocks are also seen from the function around (ECMA-262, annex B.3.2).
  void hoist_block_functions() {
    for (const auto& [block, symbol] : block_functions_) {
      define(function_of_[block], symbol, *scopes_.names_.find(key(block, symbol)));
    }
  }

  // --- the replay

  // The innermost visible binding of each name is kept in one table, which scopes change on entry
  // and restore at their end: each occurrence costs one look-up however deep it is.
  void replay() {
    for (const Event& event : events_) {
      switch (event.kind) {
        case Event::Kind::kOpen:
          enter(event.scope);
          break;
        case Event::Kind::kClose:
          leave();
          break;
        case Event::Kind::kOccurrence:
          bind(event);
          break;
      }
    }
  }

  bool hidden(ScopeId scope) const {
    return python_ && scopes_.scopes_[scope].kind == Scope::Kind::kClass;
  }

  void enter(ScopeId scope) {
    undo_marks_.push_back(undo_.size());
    if (hidden(scope)) return;
    for (const Symbol symbol : names_of_[scope]) {
      BindingId& seen = visible_.try_emplace(symbol, kNone32).first;
      undo_.emplace_back(symbol, seen);
      seen = *scopes_.names_.find(key(scope, symbol));
    }
  }

  void leave() {
    for (; undo_.size() > undo_marks_.back(); undo_.pop_back()) {
      visible_.try_emplace(undo_.back().first, kNone32).first = undo_.back().second;
    }
    undo_marks_.pop_back();
  }

  BindingId resolve(const Event& event) {
    if (event.binding != kNone32) return event.binding;
    if (hidden(event.scope)) {
      if (const uint32_t* own = scopes_.names_.find(key(event.scope, event.name))) return *own;
    }
    if (const uint32_t* seen = visible_.find(event.name); seen != nullptr && *seen != kNone32) {
      return *seen;
    }
    const auto next = static_cast<BindingId>(scopes_.bindings_.size());
    const auto [id, is_new] = globals_.try_emplace(event.name, next);
    if (is_new) scopes_.bindings_.push_back({event.name, Binding::Kind::kGlobal, 0, {}, false});
    return id;
  }

  void bind(const Event& event) {
    const BindingId id = resolve(event);
    scopes_.node_binding_[event.node] = id;
    if (event.definition == kNoNode) return;
    Binding& binding = scopes_.bindings_[id];
    binding.definitions.push_back(event.definition);
    if (function_of_[event.scope] != function_of_[binding.scope]) binding.captured_write = true;
  }

  const Module& module_;
  const StringPool& pool_;
  const bool javascript_;
  const bool python_;

  Scopes scopes_;
  ScopeId scope_ = kNone32;
  std::vector<ScopeId> function_of_;  // of each scope: the function or module it runs in
  std::vector<Task> tasks_;
  std::vector<Event> events_;
  std::vector<NodeId> own_names_;
  std::vector<std::pair<ScopeId, Symbol>> block_functions_;
  std::unordered_set<uint64_t> nonlocals_;

  NumberArena arena_;
  std::vector<NumberList> names_of_;  // by scope: what is declared there, in order
  FlatMap visible_;                   // Symbol -> the innermost BindingId, or kNone32
  FlatMap globals_;
  std::vector<std::pair<Symbol, BindingId>> undo_;
  std::vector<size_t> undo_marks_;
};

Scopes Scopes::build(const Module& module, const StringPool& pool) {
  return ScopeBuilder(module, pool).build();
}

ScopeId Scopes::scope_of(NodeId function_or_class) const { return node_scope_[function_or_class]; }

BindingId Scopes::lookup(ScopeId scope, Symbol name) const {
  for (bool first = true; scope != kNone32; scope = scopes_[scope].parent, first = false) {
    if (class_names_hidden_ && !first && scopes_[scope].kind == Scope::Kind::kClass) continue;
    if (const uint32_t* binding = names_.find(key(scope, name))) return *binding;
  }
  return kNone32;
}

NodeId Scopes::single_value(const Module& module, BindingId id) const {
  const Binding& binding = bindings_[id];
  if (binding.definitions.size() != 1) return kNoNode;
  const NodeId definition = binding.definitions[0];
  // An augmented assignment needs an earlier value.
  if (module[definition].kind != NodeKind::kAssign || module[definition].text != plain_assign_) {
    return kNoNode;
  }
  const NodeId target = module[definition].first_child;
  if (module[target].kind != NodeKind::kName || node_binding_[target] != id) return kNoNode;
  return module[target].next_sibling;
}

}  // namespace cerebro
