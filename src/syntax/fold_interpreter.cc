// A small interpreter: functions called with known arguments, and loops that build a string. It
// stops at what it does not know (failed_) and at the
// budget; nothing it does has an effect outside.

#include <algorithm>
#include <cmath>

#include "syntax/fold_internal.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$';
}

bool is_container(const Value& value) {
  return value.kind == Kind::kList || value.kind == Kind::kMap;
}

}  // namespace

Ref Evaluator::call_function(const Value& function, std::span<const Ref> args,
                             std::span<const Keyword> keywords) {
  const NodeId node = function.node;
  if (is_class(function)) return construct(node, args, keywords);
  const NodeId body = module_.child(node, 1);
  if (body == kNoNode || hopeless_.contains(node) || !spend(1) ||
      (module_[node].flags & (kGenerator | kAsync)) != 0) {
    failed_ = true;
    return unknown();
  }
  const Run run(*this);
  const auto frame = std::make_shared<Frame>();
  frame->home = node;
  frame->whole = true;
  frame->result = share(python_ ? null() : undefined());
  if (function.integer > 0) frame->parent = captured_[static_cast<size_t>(function.integer) - 1];
  std::vector<Ref> all;
  if (function.list) {  // a bound method
    for (const Value& self : *function.list) all.push_back(share(self));
    all.insert(all.end(), args.begin(), args.end());
    args = all;
  }
  const Flow flow =
      bind_parameters(node, frame.get(), args, keywords) ? block(body, frame.get()) : Flow::kFail;
  if (steps_ >= run_limit_) hopeless_.insert(node);
  if (flow == Flow::kRaise) return unknown();
  if (flow == Flow::kFail || failed_) {
    failed_ = true;
    return unknown();
  }
  return frame->result;
}

bool Evaluator::bind_parameters(NodeId function, Frame* frame, std::span<const Ref> args,
                                std::span<const Keyword> keywords) {
  size_t next = 0;
  for (const NodeId param : children(module_, module_[function].first_child)) {
    const NodeId target = module_[param].first_child;
    const NodeId otherwise = module_.child(param, 1);
    if (target == kNoNode) return false;
    Ref value = unknown();
    if ((module_[param].flags & kMapping) != 0) {
      ValueMap named;
      for (const Keyword& keyword : keywords) {
        named.emplace_back(string(std::string(keyword.name)), *keyword.value);
      }
      value = share(mutable_copy(map(std::move(named))));
    } else if ((module_[param].flags & kRest) != 0) {
      ValueList rest;
      for (; next < args.size(); ++next) rest.push_back(*args[next]);
      value = share(mutable_copy(list(std::move(rest))));
    } else if (next < args.size()) {
      value = args[next++];
    } else {
      for (const Keyword& keyword : keywords) {
        if (module_[target].kind == NodeKind::kName && keyword.name == text(target)) {
          value = keyword.value;
        }
      }
      if (!value->known()) {
        if (otherwise == kNoNode && python_) return false;
        value = otherwise == kNoNode ? share(undefined()) : eval(otherwise, frame);
      }
    }
    if (!assign(target, value, false, frame)) return false;
  }
  return true;
}

// break, continue and pass have no node: what stands between the statements is read from the
// source.
Evaluator::Flow Evaluator::jump(uint32_t begin, uint32_t end) const {
  if (begin >= end || end > module_.source.size()) return Flow::kNormal;
  const std::string_view gap = std::string_view(module_.source).substr(begin, end - begin);
  for (size_t i = 0; i < gap.size();) {
    const std::string_view rest = gap.substr(i);
    if (rest[0] == '#') {
      i = std::min(gap.find('\n', i), gap.size());
    } else if (rest[0] == '"' || rest[0] == '\'') {
      const size_t close = gap.find(rest[0], i + 1);
      i = close == gap.npos ? gap.size() : close + 1;
    } else if (is_word(rest[0])) {
      size_t length = 0;
      while (length < rest.size() && is_word(rest[length])) ++length;
      const std::string_view word = rest.substr(0, length);
      if (word == "break") return Flow::kBreak;
      if (word == "continue") return Flow::kContinue;
      i += length;
    } else {
      ++i;
    }
  }
  return Flow::kNormal;
}

Evaluator::Flow Evaluator::block(NodeId id, Frame* frame, NodeId after) {
  if (module_[id].kind != NodeKind::kBlock) return statement(id, frame);
  if (depth_ >= limits_.fold_depth) {
    exhausted_ = true;
    return Flow::kFail;
  }
  ++depth_;
  Flow flow = Flow::kNormal;
  uint32_t at = after == kNoNode ? module_[id].begin : module_[after].end;
  for (const NodeId child : children(module_, id)) {
    flow = jump(at, module_[child].begin);
    if (flow == Flow::kNormal) flow = statement(child, frame);
    at = module_[child].end;
    if (flow != Flow::kNormal) break;
  }
  if (flow == Flow::kNormal) flow = jump(at, module_[id].end);
  --depth_;
  return flow;
}

Evaluator::Flow Evaluator::statement(NodeId id, Frame* frame) {
  if (!spend(1)) return Flow::kFail;
  const Node& node = module_[id];
  switch (node.kind) {
    case NodeKind::kBlock:
      return block(id, frame);
    case NodeKind::kIf:
      return branch(id, frame);
    case NodeKind::kLoop:
      return loop(id, frame);
    case NodeKind::kForIn:
      return for_in(id, frame);
    case NodeKind::kTry:
      return try_statement(id, frame);
    case NodeKind::kSwitch:
      return switch_statement(id, frame);
    case NodeKind::kEmpty:
      return jump(node.begin, node.end);
    case NodeKind::kFunction:  // hoisted: found when named
    case NodeKind::kClass:
    case NodeKind::kImport:
    case NodeKind::kScope:
      return Flow::kNormal;
    case NodeKind::kWith:
      return python_ ? with_statement(id, frame) : Flow::kFail;
    case NodeKind::kDel:
      return Flow::kFail;
    case NodeKind::kThrow:
      raised_ = true;
      return Flow::kRaise;
    case NodeKind::kReturn:
      if (node.first_child != kNoNode) frame->result = eval(node.first_child, frame);
      break;
    default:
      eval(id, frame);
  }
  if (failed_ || steps_ >= run_limit_) return Flow::kFail;
  if (raised_) return Flow::kRaise;
  return node.kind == NodeKind::kReturn ? Flow::kReturn : Flow::kNormal;
}

Evaluator::Flow Evaluator::branch(NodeId id, Frame* frame) {
  const NodeId test = module_[id].first_child;
  const Ref value = eval(test, frame);
  if (raised_) return Flow::kRaise;
  if (failed_ || !whole(*value) || value->kind == Kind::kPath) return Flow::kFail;
  const NodeId taken = module_.child(id, truthy(*value, python_) ? 1 : 2);
  if (kind(taken) != NodeKind::kEmpty) return block(taken, frame);
  if (taken == kNoNode) return Flow::kNormal;
  const NodeId next = module_[taken].next_sibling;  // if (x) break; else ...
  return jump(module_[taken].begin, next == kNoNode ? module_[id].end : module_[next].begin);
}

Evaluator::Flow Evaluator::loop(NodeId id, Frame* frame) {
  const std::string_view source = std::string_view(module_.source).substr(module_[id].begin);
  const bool is_for = source.starts_with("for"), is_do = source.starts_with("do");
  const NodeId test = module_.child(id, is_for || is_do ? 1 : 0);
  const NodeId update = is_for ? module_.child(id, 2) : kNoNode;
  const NodeId body = module_.child(id, is_for ? 3 : is_do ? 0 : 1);
  if (test == kNoNode || body == kNoNode) return Flow::kFail;
  const auto done = [&](Flow& flow) {  // with a test
    if (module_[test].kind == NodeKind::kEmpty) return false;
    const Ref value = eval(test, frame);
    const bool decides = whole(*value) && value->kind != Kind::kPath && !failed_;
    if (!decides || raised_) flow = raised_ ? Flow::kRaise : Flow::kFail;
    return !decides || raised_ || !truthy(*value, python_);
  };
  Flow flow = Flow::kNormal;
  if (is_for) flow = statement(module_[id].first_child, frame);
  if (flow != Flow::kNormal) return flow;
  for (bool first = true;; first = false) {
    if (!(first && is_do) && done(flow)) return flow;
    flow = block(body, frame);
    if (flow == Flow::kBreak) return Flow::kNormal;
    if (flow != Flow::kNormal && flow != Flow::kContinue) return flow;
    flow = Flow::kNormal;
    if (update != kNoNode && module_[update].kind != NodeKind::kEmpty) {
      flow = statement(update, frame);
      if (flow != Flow::kNormal) return flow;
    }
    if (!spend(1)) return Flow::kFail;
  }
}

Evaluator::Flow Evaluator::for_in(NodeId id, Frame* frame) {
  const NodeId target = module_[id].first_child;
  const NodeId iterable = module_.child(id, 1);
  const NodeId body = module_.child(id, 2);
  if (body == kNoNode || (python_ && module_.child(id, 3) != kNoNode)) return Flow::kFail;
  if (const std::optional<Range> range = long_range(iterable, frame)) {
    for (size_t i = 0; i < range->count; ++i) {
      if (!spend(1) || !assign(target, share(range->item(i)), false, frame)) return Flow::kFail;
      const Flow flow = block(body, frame);
      if (flow == Flow::kBreak) break;
      if (flow != Flow::kNormal && flow != Flow::kContinue) return flow;
    }
    return Flow::kNormal;
  }
  const Ref value = eval(iterable, frame);
  auto items = iterate(*this, value);
  if (failed_) return Flow::kFail;
  // for (k in x) or for (v of x)?
  const uint32_t from = module_[target].end, to = module_[iterable].begin;
  const bool keys = !python_ && from < to &&
                    module_.source.substr(from, to - from).find("in") != std::string::npos;
  if (keys) {
    items.emplace();
    const size_t count = value->kind == Kind::kList  ? value->list->size()
                         : value->kind == Kind::kMap ? value->map->size()
                                                     : 0;
    if (!is_container(*value) || !spend_bytes(count * sizeof(Value))) return Flow::kFail;
    for (size_t i = 0; i < count; ++i) {
      items->push_back(value->kind == Kind::kMap ? (*value->map)[i].first
                                                 : string(std::to_string(i)));
    }
  }
  if (!items) return Flow::kFail;
  for (const Value& item : *items) {
    if (!spend(1) || !assign(target, share(item), false, frame)) return Flow::kFail;
    const Flow flow = block(body, frame);
    if (flow == Flow::kBreak) break;
    if (flow != Flow::kNormal && flow != Flow::kContinue) return flow;
  }
  return Flow::kNormal;
}

Evaluator::Flow Evaluator::try_statement(NodeId id, Frame* frame) {
  const NodeId body = module_[id].first_child;
  if (body == kNoNode) return Flow::kNormal;
  Flow flow = block(body, frame);
  bool caught = false;
  for (NodeId clause = module_[body].next_sibling; clause != kNoNode;
       clause = module_[clause].next_sibling) {
    if (module_[clause].kind == NodeKind::kCatch) {
      if (flow != Flow::kRaise || caught) continue;
      caught = true;
      raised_ = false;
      const NodeId target = module_.child(clause, 1), handler = module_.child(clause, 2);
      if (handler == kNoNode) return Flow::kFail;
      if (module_[target].kind != NodeKind::kEmpty && !assign(target, unknown(), false, frame)) {
        return Flow::kFail;
      }
      flow = block(handler, frame);
    } else if (python_ || flow != Flow::kNormal) {
      return Flow::kFail;  // else, or finally on the way out
    } else {
      flow = block(clause, frame);
    }
  }
  return flow;
}

// What the context manager does is not known; nearly all give themselves or their argument.
Evaluator::Flow Evaluator::with_statement(NodeId id, Frame* frame) {
  for (const NodeId part : children(module_, id)) {
    if (module_[part].next_sibling == kNoNode) return block(part, frame);
    eval(part, frame);
    if (failed_) return Flow::kFail;
    if (raised_) return Flow::kRaise;
  }
  return Flow::kNormal;
}

Evaluator::Flow Evaluator::switch_statement(NodeId id, Frame* frame) {
  const NodeId subject = module_[id].first_child;
  const Ref value = eval(subject, frame);
  if (python_ || failed_ || !whole(*value)) return Flow::kFail;
  NodeId start = kNoNode;
  for (NodeId c = module_[subject].next_sibling; c != kNoNode; c = module_[c].next_sibling) {
    const NodeId test = module_[c].first_child;
    if (test == kNoNode || !spend(1)) return Flow::kFail;
    if (module_[test].kind == NodeKind::kEmpty) {
      start = c;
      continue;
    }
    const Ref label = eval(test, frame);
    if (!whole(*label)) return Flow::kFail;
    if (equal(*label, *value)) {
      start = c;
      break;
    }
  }
  for (NodeId c = start; c != kNoNode; c = module_[c].next_sibling) {
    const NodeId test = module_[c].first_child;
    const bool labelled = kind(test) != NodeKind::kEmpty;
    const NodeId body = module_.child(c, 1);
    if (body == kNoNode) return Flow::kFail;
    const Flow flow = block(body, frame, labelled ? test : kNoNode);
    if (flow == Flow::kBreak) return Flow::kNormal;
    if (flow != Flow::kNormal) return flow;
  }
  return Flow::kNormal;
}

// --- assignment

// Whether the expression makes a container that nothing else names.
bool Evaluator::makes_fresh(NodeId value) const {
  switch (kind(value)) {
    case NodeKind::kArray:
    case NodeKind::kObject:
    case NodeKind::kComprehension:
    case NodeKind::kNew:
      return true;
    case NodeKind::kBinary:
      return text(value) == "+" || text(value) == "*";
    case NodeKind::kIndex: {
      const NodeId key = module_.child(value, 1);
      return key != kNoNode && module_[key].kind == NodeKind::kSlice;
    }
    case NodeKind::kCall: {
      const NodeId callee = module_[value].first_child;
      if (kind(callee) != NodeKind::kName) return kind(callee) != NodeKind::kFunction;
      const BindingId binding = scopes_.binding(callee);
      return binding != kNone32 && scopes_[binding].kind == Binding::Kind::kGlobal;
    }
    default:
      return false;
  }
}

Ref Evaluator::assign_node(NodeId id, Frame* frame) {
  const NodeId target = module_[id].first_child;
  const NodeId value = module_.child(id, 1);
  const std::string_view op = text(id);
  if (value == kNoNode) return unknown();
  if (module_[value].kind == NodeKind::kEmpty) {  // let x;
    const bool again = module_[target].kind == NodeKind::kName &&
                       find_slot(scopes_.binding(target), frame) != nullptr &&
                       (module_[id].flags & kDeclaresVar) != 0;
    if (!again) assign(target, share(undefined()), false, frame);
    return unknown();
  }
  if (append_in_place(id, frame)) return unknown();
  if (op == "=") {
    const Ref result = eval(value, frame);
    if (failed_ || raised_ || !assign(target, result, makes_fresh(value), frame)) return unknown();
    return result;
  }
  const Ref before = eval(target, frame);
  const bool logical_op = op == "&&" || op == "||" || op == "??";
  if (logical_op && whole(*before)) {
    const bool keeps = op == "??"   ? before->kind != Kind::kNull
                       : op == "||" ? truthy(*before, python_)
                                    : !truthy(*before, python_);
    if (keeps) return before;
  }
  const Ref operand = eval(value, frame);
  if (failed_ || raised_) return unknown();
  Ref result = unknown();
  if (logical_op) {
    result = whole(*before) ? operand : unknown();
  } else if (ValueList* items = elements(*before); items != nullptr && python_ && op == "+") {
    const auto more = iterate(*this, operand);  // list += extends the list itself
    if (!more) return unknown();
    items->insert(items->end(), more->begin(), more->end());
    return before;
  } else if (op == "+" && (before->kind == Kind::kPartial || operand->kind == Kind::kPartial ||
                           before->is_text() || operand->is_text())) {
    const Ref parts[] = {before, operand};
    result = join_parts(parts);
  } else if (whole(*before) && whole(*operand)) {
    result = share(binary(*this, op, before, operand));
  }
  assign(target, result, true, frame);
  return result;
}

// out += x and out = out + x + y on a string that nobody else holds: no copy of what is there.
bool Evaluator::append_in_place(NodeId id, Frame* frame) {
  const NodeId target = module_[id].first_child;
  if (module_[target].kind != NodeKind::kName) return false;
  const BindingId binding = scopes_.binding(target);
  std::vector<NodeId> operands;
  NodeId value = module_.child(id, 1);
  if (text(id) == "+") {
    operands.push_back(value);
  } else if (text(id) == "=") {
    while (kind(value) == NodeKind::kBinary && text(value) == "+") {
      operands.push_back(module_.child(value, 1));
      value = module_[value].first_child;
    }
    const bool itself = kind(value) == NodeKind::kName && scopes_.binding(value) == binding;
    if (!itself || operands.empty()) return false;
  } else {
    return false;
  }
  const Slot* before = find_slot(binding, frame);
  if (before == nullptr || before->value->kind != Kind::kString) return false;
  std::vector<Ref> pieces;
  for (size_t i = operands.size(); i-- > 0;) {
    pieces.push_back(eval(operands[i], frame));
    if (failed_ || raised_) return true;
  }
  Slot* slot = find_slot(binding, frame);
  const bool plain = std::all_of(pieces.begin(), pieces.end(), [&](const Ref& piece) {
    return piece->kind == Kind::kString || (!python_ && to_text(*piece, false));
  });
  if (!plain || slot->value->kind != Kind::kString || slot->value.use_count() > 1) {
    pieces.insert(pieces.begin(), slot->value);
    store(binding, join_parts(pieces), false, frame);
    return true;
  }
  for (const Ref& piece : pieces) {
    const std::string piece_text = *to_text(*piece, python_);
    auto& own = const_cast<Value&>(*slot->value);
    if (!spend_bytes(piece_text.size()) || own.text.size() + piece_text.size() > max_bytes()) {
      exhausted_ = failed_ = true;
      return true;
    }
    own.text += piece_text;
    own.decoded |= piece->decoded;
  }
  return true;
}

// bytearray: the one kind of bytes that grows. `self` is the variable's own value.
bool Evaluator::grow_bytes(NodeId name_node, std::string_view method_name, NodeId argument,
                           Frame* frame) {
  if (method_name != "append" && method_name != "extend") return false;
  const Ref added = eval(argument, frame);
  if (failed_ || raised_) return true;
  Slot* slot = find_slot(scopes_.binding(name_node), frame);
  if (slot == nullptr || slot->value->kind != Kind::kBytes) return false;
  std::string more;
  if (const auto byte = as_index(*added); method_name == "append" && byte) {
    more = static_cast<char>(*byte);
  } else if (method_name == "extend" && added->kind == Kind::kBytes) {
    more = added->text;
  } else {
    failed_ = true;
    return true;
  }
  if (!spend_bytes(more.size())) {
    failed_ = true;
  } else if (slot->value.use_count() == 1) {
    const_cast<Value&>(*slot->value).text += more;
  } else {
    Value grown = *slot->value;
    grown.text += more;
    if (spend_bytes(grown.text.size())) slot->value = share(std::move(grown));
  }
  return true;
}

Ref Evaluator::step_node(NodeId id, Frame* frame) {
  const NodeId target = module_[id].first_child;
  const Ref before = eval(target, frame);
  if (failed_ || raised_) return unknown();
  const bool up = text(id) == "++";
  const bool prefix = module_.source[module_[id].begin] == (up ? '+' : '-');
  const double from = (whole(*before) ? to_number(*before) : std::nullopt).value_or(std::nan(""));
  const Ref after = std::isnan(from) ? unknown() : share(number(from + (up ? 1 : -1)));
  assign(target, after, true, frame);
  return prefix || !after->known() ? after : share(number(from));
}

bool Evaluator::assign(NodeId target, const Ref& value, bool fresh, Frame* frame) {
  if (target == kNoNode) return false;
  const Node& node = module_[target];
  switch (node.kind) {
    case NodeKind::kEmpty:
      return true;
    case NodeKind::kName:
      return store(scopes_.binding(target), value, fresh, frame);
    case NodeKind::kMember:
    case NodeKind::kIndex:
      return assign_element(target, value, frame);
    case NodeKind::kDefault: {
      const bool absent = is_undefined(*value);
      const Ref given = absent ? eval(module_.child(target, 1), frame) : value;
      return assign(node.first_child, given, fresh && !absent, frame);
    }
    case NodeKind::kArray: {
      const auto items = iterate(*this, value);
      if (!items) break;
      size_t i = 0;
      for (const NodeId part : children(module_, target)) {
        if (module_[part].kind == NodeKind::kSpread || depth_ >= limits_.fold_depth) {
          failed_ = true;
          return false;
        }
        ++depth_;
        const bool ok =
            assign(part, i < items->size() ? share((*items)[i]) : share(undefined()), false, frame);
        --depth_;
        if (!ok || (python_ && i >= items->size())) return false;
        ++i;
      }
      return true;
    }
    case NodeKind::kObject:
      for (const NodeId part : children(module_, target)) {
        if (module_[part].kind != NodeKind::kProperty) break;
        const Ref key = eval(module_[part].first_child, frame);
        const NodeId to = module_.child(part, 1);
        if (key->kind != Kind::kString || to == kNoNode || module_[to].kind != NodeKind::kName) {
          failed_ = true;
          return false;
        }
        if (!assign(to, member(value, key->text), false, frame)) return false;
      }
      return true;
    default:
      break;
  }
  failed_ = true;
  return false;
}

bool Evaluator::assign_element(NodeId target, const Ref& value, Frame* frame) {
  const NodeId base = module_[target].first_child;
  const NodeId key_node = module_.child(target, 1);
  const Ref object = eval(base, frame);
  const Ref key = module_[target].kind == NodeKind::kMember
                      ? share(string(std::string(text(target))))
                      : eval(key_node, frame);
  if (failed_ || raised_) return false;
  // Things of the outside are not ours: nothing is known about them before or after.
  if (!object->known() || object->kind == Kind::kPath) return true;
  if (object->kind == Kind::kFunction) {
    ValueMap& members = function_members_[object->node];
    if (key->kind != Kind::kString || !spend_bytes(2 * sizeof(Value)) || !spend(members.size())) {
      failed_ = true;
      return false;
    }
    std::erase_if(members, [&](const auto& row) { return row.first.text == key->text; });
    members.emplace_back(*key, *value);
    leaves_state_ = true;
    return true;
  }
  const auto position = as_index(*key);
  if (!storable(*value)) {
    failed_ = true;
    return false;
  }
  if (ValueList* items = elements(*object)) {
    // arguments["3x"] = v: a cache beside the elements. Not kept, it is filled again.
    if (!python_ && is_cache_key(*key)) return true;
    if (!position) {
      failed_ = true;
      return false;
    }
    const int64_t size = static_cast<int64_t>(items->size());
    const int64_t i = python_ && *position < 0 ? *position + size : *position;
    if (i >= 0 && i < size) {
      (*items)[static_cast<size_t>(i)] = *value;
      return spend_bytes(size_bytes(*value));
    }
    if (i >= size && !python_ && spend_bytes(static_cast<size_t>(i - size + 1) * sizeof(Value))) {
      items->resize(static_cast<size_t>(i) + 1, undefined());
      items->back() = *value;
      return true;
    }
  } else if (ValueMap* rows = entries(*object)) {
    const auto name_text = python_ ? std::nullopt : to_text(*key, false);
    const Value row_key = name_text ? string(*name_text) : *key;
    if (whole(*key) && spend(rows->size() / 8) && spend_bytes(2 * sizeof(Value))) {
      for (auto& [known_key, known_value] : *rows) {
        if (!equal(known_key, row_key)) continue;
        known_value = *value;
        return true;
      }
      rows->emplace_back(row_key, *value);
      return true;
    }
  } else if (object->kind == Kind::kBytes && module_[base].kind == NodeKind::kName && position &&
             as_index(*value)) {
    // bytearray and Buffer
    Value changed = *object;
    const int64_t size = static_cast<int64_t>(changed.text.size());
    const int64_t i = *position < 0 && python_ ? *position + size : *position;
    if (i >= 0 && i < size && spend_bytes(changed.text.size())) {
      changed.text[static_cast<size_t>(i)] = static_cast<char>(*as_index(*value));
      return store(scopes_.binding(base), share(std::move(changed)), true, frame);
    }
  }
  failed_ = true;
  return false;
}

bool Evaluator::store(BindingId binding, const Ref& value, bool fresh, Frame* frame) {
  if (binding != kNone32) {
    const NodeId declared_in = home(binding);
    for (Frame* f = frame; f != nullptr; f = f->parent.get()) {
      if (f->home != declared_in && !f->slots.contains(binding)) continue;
      f->slots[binding] = {value, fresh};
      return true;
    }
    // Beyond the functions that run: a function that replaces itself, or an obfuscator's set-up.
    const bool replaces =
        scopes_[binding].kind == Binding::Kind::kFunction && value->kind == Kind::kFunction;
    if (bootstrapping_ || replaces) {
      globals_[binding] = {value, fresh};
      leaves_state_ = true;
      return true;
    }
  }
  failed_ = true;
  return false;
}

}  // namespace cerebro::folding
