// Statements and assignment.

#include <algorithm>
#include <cmath>

#include "syntax/fold_machine_internal.h"

namespace cerebro::folding {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$';
}

}  // namespace

bool Machine::bind_parameters(NodeId function, Environment& env, std::span<const Any> args) {
  const bool arrow = (module_[function].flags & kArrow) != 0;
  if (!arrow && arguments_ != 0) {
    const Any all = list(std::vector<Any>(args.begin(), args.end()));
    if (stopped()) return false;
    env.arguments = all.object;
  }
  size_t next = 0;
  for (const NodeId param : children(module_, module_[function].first_child)) {
    const NodeId target = module_[param].first_child;
    const NodeId otherwise = module_.child(param, 1);
    if (target == kNoNode) return fail(), false;
    Any value;
    if ((module_[param].flags & kRest) != 0) {
      value = list(next < args.size()
                       ? std::vector<Any>(args.begin() + static_cast<long>(next), args.end())
                       : std::vector<Any>());
      next = args.size();
    } else {
      value = next < args.size() ? args[next] : undefined_any();
      ++next;
      if (value.is(Tag::kUndefined) && otherwise != kNoNode) value = eval(otherwise, env);
    }
    if (stopped() || !assign(target, value, env)) return false;
  }
  return true;
}

// break, continue and pass have no node: what stands between the statements is read from the
// source, once.
Machine::Flow Machine::jump(uint8_t& cached, uint32_t begin, uint32_t end) {
  if (cached == 0) cached = static_cast<uint8_t>(static_cast<int>(read_jump(begin, end)) + 1);
  const Flow flow = static_cast<Flow>(cached - 1);
  if (flow == Flow::kFail) fail();
  return flow;
}

Machine::Flow Machine::read_jump(uint32_t begin, uint32_t end) const {
  if (begin >= end || end > module_.source.size()) return Flow::kNormal;
  const std::string_view gap = std::string_view(module_.source).substr(begin, end - begin);
  for (size_t i = 0; i < gap.size();) {
    const std::string_view rest = gap.substr(i);
    if (rest.starts_with("//")) {
      i = std::min(gap.find('\n', i), gap.size());
    } else if (rest.starts_with("/*")) {
      const size_t close = gap.find("*/", i + 2);
      i = close == gap.npos ? gap.size() : close + 2;
    } else if (rest[0] == '"' || rest[0] == '\'') {
      const size_t close = gap.find(rest[0], i + 1);
      i = close == gap.npos ? gap.size() : close + 1;
    } else if (is_word(rest[0])) {
      size_t length = 0;
      while (length < rest.size() && is_word(rest[length])) ++length;
      const std::string_view word = rest.substr(0, length);
      if (word == "break" || word == "continue") {
        // With a label it may leave another loop.
        const size_t after = rest.find_first_not_of(' ', length);
        const bool labelled = after != rest.npos && after > length && is_word(rest[after]);
        if (labelled) return Flow::kFail;
        return word == "break" ? Flow::kBreak : Flow::kContinue;
      }
      i += length;
    } else {
      ++i;
    }
  }
  return Flow::kNormal;
}

Machine::Flow Machine::block(NodeId id, Environment& env, NodeId after) {
  if (kind(id) != NodeKind::kBlock) return statement(id, env);
  uint32_t at = after == kNoNode ? module_[id].begin : module_[after].end;
  for (const NodeId child : children(module_, id)) {
    Flow flow = jump(info(child).before, at, module_[child].begin);
    if (flow == Flow::kNormal) flow = statement(child, env);
    if (flow != Flow::kNormal) return flow;
    at = module_[child].end;
  }
  return jump(info(id).after, at, module_[id].end);
}

Machine::Flow Machine::statement(NodeId id, Environment& env) {
  if (id == kNoNode || stopped() || !spend(1)) return Flow::kFail;
  if (depth_ >= kMachineDepth) {
    eval_.exhausted_ = true;
    fail();
    return Flow::kFail;
  }
  const Node& node = module_[id];
  ++depth_;
  Flow flow = Flow::kNormal;
  switch (node.kind) {
    case NodeKind::kBlock:
      flow = block(id, env);
      break;
    case NodeKind::kIf: {
      const auto test = to_bool(eval(node.first_child, env));
      if (!test) {
        if (!raised_) fail();
        flow = outcome();
        break;
      }
      const NodeId taken = module_.child(id, *test ? 1 : 2);
      if (kind(taken) != NodeKind::kEmpty) {
        flow = block(taken, env);
      } else if (taken != kNoNode) {
        const NodeId next = module_[taken].next_sibling;  // if (x) break; else ...
        flow = jump(info(taken).after, module_[taken].begin,
                    next == kNoNode ? module_[id].end : module_[next].begin);
      }
      break;
    }
    case NodeKind::kLoop:
      flow = loop(id, env);
      break;
    case NodeKind::kForIn:
      flow = for_in(id, env);
      break;
    case NodeKind::kTry:
      flow = try_statement(id, env);
      break;
    case NodeKind::kSwitch:
      flow = switch_statement(id, env);
      break;
    case NodeKind::kEmpty:
      flow = jump(info(id).after, node.begin, node.end);
      break;
    case NodeKind::kFunction:  // found when named
    case NodeKind::kClass:
    case NodeKind::kImport:
      break;
    case NodeKind::kWith:
      fail();
      flow = Flow::kFail;
      break;
    case NodeKind::kThrow: {
      const Any thrown = node.first_child == kNoNode ? Any() : eval(node.first_child, env);
      if (!stopped()) raise(thrown);
      flow = outcome();
      break;
    }
    case NodeKind::kReturn: {
      const Any value = node.first_child == kNoNode ? undefined_any() : eval(node.first_child, env);
      flow = outcome();
      if (flow == Flow::kNormal) {
        result_ = value;
        flow = Flow::kReturn;
      }
      break;
    }
    default:
      eval(id, env);
      flow = outcome();
  }
  --depth_;
  return failed_ ? Flow::kFail : flow;
}

Machine::Flow Machine::loop(NodeId id, Environment& env) {
  const std::string_view source = std::string_view(module_.source).substr(module_[id].begin);
  const bool is_for = source.starts_with("for"), is_do = source.starts_with("do");
  const NodeId test = module_.child(id, is_for || is_do ? 1 : 0);
  const NodeId update = is_for ? module_.child(id, 2) : kNoNode;
  const NodeId body = module_.child(id, is_for ? 3 : is_do ? 0 : 1);
  if (test == kNoNode || body == kNoNode) return fail(), Flow::kFail;
  if (is_for && kind(module_[id].first_child) != NodeKind::kEmpty) {
    eval(module_[id].first_child, env);
    if (stopped()) return outcome();
  }
  for (bool first = true;; first = false) {
    if (!(first && is_do) && kind(test) != NodeKind::kEmpty) {
      const auto truth = to_bool(eval(test, env));
      if (!truth && !raised_) fail();
      if (stopped()) return outcome();
      if (!*truth) return Flow::kNormal;
    }
    const Flow flow = kind(body) == NodeKind::kEmpty ? Flow::kNormal : block(body, env);
    if (flow == Flow::kBreak) return Flow::kNormal;
    if (flow != Flow::kNormal && flow != Flow::kContinue) return flow;
    if (update != kNoNode && kind(update) != NodeKind::kEmpty) eval(update, env);
    if (stopped() || !spend(1)) return outcome();
  }
}

Machine::Flow Machine::for_in(NodeId id, Environment& env) {
  const NodeId target = module_[id].first_child;
  const NodeId iterable = module_.child(id, 1);
  const NodeId body = module_.child(id, 2);
  if (body == kNoNode) return fail(), Flow::kFail;
  const Any value = eval(iterable, env);
  if (stopped()) return outcome();
  // for (k in x) or for (v of x)?
  const uint32_t from = module_[target].end, to = module_[iterable].begin;
  const bool keys =
      from < to &&
      std::string_view(module_.source).substr(from, to - from).find("in") != std::string_view::npos;
  std::optional<std::vector<Any>> items;
  if (!keys) {
    items = iterate(value);
  } else if (value.is(Tag::kObject)) {
    items.emplace();
    const Object& object = *value.object;
    const size_t count = object.kind == Object::Kind::kList    ? object.items.size()
                         : object.kind == Object::Kind::kBytes ? object.bytes.size()
                                                               : 0;
    if (!charge(count * sizeof(Any))) return Flow::kFail;
    for (size_t i = 0; i < count; ++i) {
      items->push_back(text(units_of_utf8(std::to_string(i))));
    }
    for (const Key name_key : own_keys(object)) items->push_back(text(key_names_[name_key]));
  } else if (value.is_nullish()) {
    return Flow::kNormal;
  }
  if (!items) {
    if (!raised_) fail();
    return outcome();
  }
  for (const Any& item : *items) {
    if (!spend(1) || !assign(target, item, env)) return outcome();
    const Flow flow = kind(body) == NodeKind::kEmpty ? Flow::kNormal : block(body, env);
    if (flow == Flow::kBreak) break;
    if (flow != Flow::kNormal && flow != Flow::kContinue) return flow;
  }
  return Flow::kNormal;
}

Machine::Flow Machine::try_statement(NodeId id, Environment& env) {
  const NodeId body = module_[id].first_child;
  if (body == kNoNode) return Flow::kNormal;
  Flow flow = block(body, env);
  for (NodeId clause = module_[body].next_sibling; clause != kNoNode;
       clause = module_[clause].next_sibling) {
    if (kind(clause) == NodeKind::kCatch) {
      if (flow != Flow::kRaise) continue;
      raised_ = false;
      const NodeId target = module_.child(clause, 1), handler = module_.child(clause, 2);
      if (handler == kNoNode) return fail(), Flow::kFail;
      if (kind(target) != NodeKind::kEmpty && !assign(target, thrown_, env)) return outcome();
      flow = block(handler, env);
    } else {  // finally
      const bool raised = std::exchange(raised_, false);
      const Any thrown = thrown_, result = result_;
      const Flow last = block(clause, env);
      if (last != Flow::kNormal) return last;
      raised_ = raised;
      thrown_ = thrown;
      result_ = result;
    }
  }
  return failed_ ? Flow::kFail : flow;
}

Machine::Flow Machine::switch_statement(NodeId id, Environment& env) {
  const NodeId subject = module_[id].first_child;
  const Any value = eval(subject, env);
  if (stopped()) return outcome();
  if (!value.known() || value.is(Tag::kPath)) return fail(), Flow::kFail;
  NodeId start = kNoNode;
  for (NodeId c = module_[subject].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
    const NodeId test = module_[c].first_child;
    if (test == kNoNode) return fail(), Flow::kFail;
    if (kind(test) == NodeKind::kEmpty) {
      start = c;
      continue;
    }
    const Any label = eval(test, env);
    if (stopped()) return outcome();
    if (!label.known() || label.is(Tag::kPath)) return fail(), Flow::kFail;
    if (same(label, value)) {
      start = c;
      break;
    }
  }
  for (NodeId c = start; c != kNoNode; c = module_[c].next_sibling) {
    const NodeId test = module_[c].first_child;
    const bool labelled = kind(test) != NodeKind::kEmpty;
    const NodeId body = module_.child(c, 1);
    if (body == kNoNode) return fail(), Flow::kFail;
    const Flow flow = block(body, env, labelled ? test : kNoNode);
    if (flow == Flow::kBreak) return Flow::kNormal;
    if (flow != Flow::kNormal) return flow;
  }
  return Flow::kNormal;
}

// --- assignment

// What `a op= b` gives. `keeps`: the shortcut (a ||= b) leaves a as it is, and assigns nothing.
Any Machine::compound(Op op, const Any& before, NodeId value_node, Environment& env, bool& keeps) {
  if (!is_shortcut(op)) {
    const Any operand = eval(value_node, env);
    return stopped() ? Any() : binary(op, before, operand);
  }
  const auto truth = to_bool(before);
  if (!truth) return fail();
  keeps = op == Op::kCoalesce ? !before.is_nullish() : *truth == (op == Op::kOr);
  return keeps ? before : eval(value_node, env);
}

Any Machine::assignment(NodeId id, Environment& env) {
  const NodeId target = module_[id].first_child;
  const NodeId value_node = module_.child(id, 1);
  if (value_node == kNoNode) return {};
  if (kind(value_node) == NodeKind::kEmpty) {  // let x; var x;
    const Any* variable =
        kind(target) == NodeKind::kName ? slot(scopes_.binding(target), env) : nullptr;
    const bool again = (module_[id].flags & kDeclaresVar) != 0 && variable != nullptr &&
                       !variable->is(Tag::kUnset);
    if (!again) assign(target, undefined_any(), env);
    return {};
  }
  const Op op = op_at(id);
  const bool plain = text_at(id) == "=";
  const NodeKind form = kind(target);
  if (form != NodeKind::kMember && form != NodeKind::kIndex) {
    const Any before = plain ? Any() : eval(target, env);
    if (stopped()) return {};
    bool keeps = false;
    const Any value = plain ? eval(value_node, env) : compound(op, before, value_node, env, keeps);
    if (stopped() || keeps) return stopped() ? Any() : value;
    assign(target, value, env);
    return stopped() ? Any() : value;
  }
  // a.b = c: the object and the key are evaluated first, once.
  const Any object = eval(module_[target].first_child, env);
  Any index;
  if (stopped()) return {};
  const auto name_key = member_key(target, env, &index);
  if (stopped()) return {};
  const Any before = plain ? Any() : name_key ? get(object, *name_key) : element(object, index);
  if (stopped()) return {};
  bool keeps = false;
  const Any value = plain ? eval(value_node, env) : compound(op, before, value_node, env, keeps);
  if (stopped() || keeps) return stopped() ? Any() : value;
  if (name_key) {
    put(object, *name_key, value);
  } else {
    put_element(object, index, value);
  }
  return stopped() ? Any() : value;
}

Any Machine::step(NodeId id, Environment& env) {
  const NodeId target = module_[id].first_child;
  const bool up = op_at(id) == Op::kIncrement;
  const bool prefix = module_.source[module_[id].begin] == (up ? '+' : '-');
  const auto next = [&](const Any& before, Any& old) {
    const auto number = to_number(before);
    old = number ? any(*number) : Any();
    return number ? any(*number + (up ? 1 : -1)) : Any();
  };
  Any old;
  if (kind(target) == NodeKind::kName) {
    const Any before = name(target, env);
    const Any after = next(before, old);
    store(scopes_.binding(target), after, env);
    return prefix ? after : old;
  }
  if (kind(target) != NodeKind::kMember && kind(target) != NodeKind::kIndex) return fail();
  const Any object = eval(module_[target].first_child, env);
  Any index;
  if (stopped()) return {};
  const auto name_key = member_key(target, env, &index);
  if (stopped()) return {};
  const Any after = next(name_key ? get(object, *name_key) : element(object, index), old);
  if (stopped()) return {};
  if (name_key) {
    put(object, *name_key, after);
  } else {
    put_element(object, index, after);
  }
  return prefix ? after : old;
}

bool Machine::assign(NodeId target, const Any& value, Environment& env) {
  if (target == kNoNode || stopped()) return false;
  switch (kind(target)) {
    case NodeKind::kEmpty:
      return true;
    case NodeKind::kName:
      return store(scopes_.binding(target), value, env);
    case NodeKind::kDefault: {
      const bool absent = value.is(Tag::kUndefined);
      const Any given = absent ? eval(module_.child(target, 1), env) : value;
      return assign(module_[target].first_child, given, env);
    }
    case NodeKind::kMember:
    case NodeKind::kIndex: {
      const Any object = eval(module_[target].first_child, env);
      Any index;
      if (stopped()) return false;
      const auto name_key = member_key(target, env, &index);
      if (stopped()) return false;
      return name_key ? put(object, *name_key, value) : put_element(object, index, value);
    }
    case NodeKind::kArray:
    case NodeKind::kObject: {
      if (depth_ >= kMachineDepth) return fail(), false;
      ++depth_;
      const bool ok = assign_pattern(target, value, env);
      --depth_;
      return ok;
    }
    default:
      fail();
      return false;
  }
}

bool Machine::assign_pattern(NodeId pattern, const Any& value, Environment& env) {
  if (kind(pattern) == NodeKind::kArray) {
    const auto items = iterate(value);
    if (!items) return value.known() ? raise({}), false : (fail(), false);
    size_t i = 0;
    for (const NodeId part : children(module_, pattern)) {
      if (kind(part) == NodeKind::kSpread) {
        std::vector<Any> rest(items->begin() + static_cast<long>(std::min(i, items->size())),
                              items->end());
        if (!assign(module_[part].first_child, list(std::move(rest)), env)) return false;
        continue;
      }
      if (!assign(part, i < items->size() ? (*items)[i] : undefined_any(), env)) return false;
      ++i;
    }
    return true;
  }
  if (value.is_nullish()) return raise({}), false;
  std::vector<Key> taken;
  for (const NodeId part : children(module_, pattern)) {
    if (kind(part) == NodeKind::kSpread) {
      if (!value.is(Tag::kObject)) return fail(), false;
      Object* rest = make(Object::Kind::kPlain);
      for (const Key name_key : own_keys(*value.object)) {
        if (std::find(taken.begin(), taken.end(), name_key) != taken.end()) continue;
        put(any(rest), name_key, get(value, name_key));
      }
      if (!assign(module_[part].first_child, any(rest), env)) return false;
      continue;
    }
    if (kind(part) != NodeKind::kProperty) return fail(), false;
    const NodeId key_node = module_[part].first_child;
    Key name_key = 0;
    if (kind(key_node) == NodeKind::kString) {
      name_key = key_at(key_node);
    } else {
      const auto name_units = to_units(eval(key_node, env));
      if (!name_units) return fail(), false;
      name_key = key(*name_units);
    }
    taken.push_back(name_key);
    if (!assign(module_.child(part, 1), get(value, name_key), env)) return false;
  }
  return true;
}

bool Machine::store(BindingId binding, const Any& value, Environment& env) {
  if (stopped()) return false;
  if (binding != kNone32) {
    const NodeId home = home_of_[binding];
    for (Environment* e = &env; e != nullptr; e = e->parent) {
      if (e->home != home) continue;
      set(*e, binding, value);
      return true;
    }
    // Beyond the functions that run: a function that replaces itself, or an obfuscator's set-up.
    const bool replaces = scopes_[binding].kind == Binding::Kind::kFunction &&
                          object_of(value, Object::Kind::kFunction) != nullptr;
    if (rotating_ || replaces) {
      if (globals_.insert_or_assign(binding, value).second) new_globals_.insert(binding);
      global_values_.erase(binding);
      leaves_state_ = true;
      return true;
    }
  }
  fail();
  return false;
}

}  // namespace cerebro::folding
