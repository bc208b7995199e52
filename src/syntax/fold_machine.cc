// Expressions, names and calls.

#include "syntax/fold_machine.h"

#include <algorithm>
#include <cmath>

#include "syntax/fold_machine_internal.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {

Machine::Machine(Evaluator& eval)
    : eval_(eval),
      module_(eval.module_),
      scopes_(eval.scopes_),
      pool_(eval.pool_),
      limits_(eval.limits_),
      run_limit_(eval.limits_.fold_machine_steps) {
  const auto& bindings = scopes_.bindings();
  home_of_.reserve(bindings.size());
  slot_of_.reserve(bindings.size());
  for (BindingId id = 0; id < bindings.size(); ++id) {
    home_of_.push_back(eval_.home(id));
    slot_of_.push_back(slots_in_[home_of_.back()]++);
  }
  infos_.resize(module_.nodes.size() / kPage + 1);
  length_ = key(u"length");
  prototype_ = key(u"prototype");
  constructor_ = key(u"constructor");
  {
    const Lasting lasting(*this);
    for (size_t i = 0; i < latin1_.size(); ++i) {
      latin1_[i] = text(Units(1, static_cast<char16_t>(i)));
    }
  }
  for (NodeId id = 0; id < module_.nodes.size(); ++id) {
    if (module_[id].kind != NodeKind::kName) continue;
    const std::string_view text_of_name = text_at(id);
    if (text_of_name == "this") this_ = module_[id].text;
    if (text_of_name == "super") super_ = module_[id].text;
    if (text_of_name == "arguments") arguments_ = module_[id].text;
  }
}

Machine::Info& Machine::info(NodeId id) {
  auto& page = infos_[id / kPage];
  if (!page) page = std::make_unique<std::array<Info, kPage>>();
  return (*page)[id % kPage];
}

Op Machine::op_at(NodeId id) {
  Info& known = info(id);
  if (!known.ready) {
    known.ready = true;
    known.op = operator_named(text_at(id));
  }
  return known.op;
}

// The name of a kMember, the text of a kString used as a name.
Key Machine::key_at(NodeId id) {
  Info& known = info(id);
  if (!known.ready) {
    known.ready = true;
    known.key = key(units_of_utf8(text_at(id)));
  }
  return known.key;
}

bool Machine::spend(size_t steps) {
  steps_ += steps;
  if (steps_ < run_limit_) return true;
  eval_.exhausted_ = true;
  failed_ = true;
  return false;
}

bool Machine::charge(size_t bytes) {
  bytes_ += bytes;
  if (arena_ == &lasting_) lasting_bytes_ += bytes;
  if (bytes <= limits_.fold_value_bytes && bytes_ <= limits_.fold_total_bytes) return true;
  if (bytes > limits_.fold_value_bytes) {  // it is not made
    bytes_ -= bytes;
    if (arena_ == &lasting_) lasting_bytes_ -= bytes;
  }
  eval_.exhausted_ = true;
  failed_ = true;
  return false;
}

// What stays counted when the run is over.
bool Machine::charge_lasting(size_t bytes) {
  const Lasting lasting(*this);
  return charge(bytes);
}

Any Machine::fail() {
  failed_ = true;
  return {};
}

Any Machine::raise(const Any& value) {
  raised_ = true;
  thrown_ = value;
  return {};
}

// --- expressions

Any Machine::eval(NodeId id, Environment& env) {
  if (id == kNoNode || stopped() || !spend(1)) return {};
  if (depth_ >= kMachineDepth) {
    eval_.exhausted_ = true;
    return fail();
  }
  ++depth_;
  const Any value = compute(id, env);
  --depth_;
  return stopped() ? Any() : value;
}

Any Machine::compute(NodeId id, Environment& env) {
  const Node& node = module_[id];
  switch (node.kind) {
    case NodeKind::kNumber:
    case NodeKind::kString:
    case NodeKind::kConstant:
    case NodeKind::kRegex: {
      Info& known = info(id);
      if (!known.constant.known()) {
        known.constant = from_value(*eval_.eval(id, nullptr), true);
      }
      return known.constant;
    }
    case NodeKind::kName:
      return name(id, env);
    case NodeKind::kMember:
    case NodeKind::kIndex: {
      if (kind(node.first_child) == NodeKind::kName && module_[node.first_child].text == super_) {
        Any self;
        return super_member(id, env, self);
      }
      return member(id, eval(node.first_child, env), env);
    }
    case NodeKind::kCall:
      return call_node(id, env);
    case NodeKind::kNew:
      return new_node(id, env);
    case NodeKind::kBinary:
      return chain(id, env);
    case NodeKind::kUnary:
      return unary(id, env);
    case NodeKind::kConditional: {
      const auto test = to_bool(eval(node.first_child, env));
      if (!test) return stopped() ? Any() : fail();
      return eval(module_.child(id, *test ? 1 : 2), env);
    }
    case NodeKind::kAssign:
      return assignment(id, env);
    case NodeKind::kSequence: {
      Any last;
      for (const NodeId part : children(module_, id)) last = eval(part, env);
      return last;
    }
    case NodeKind::kArray:
      return array(id, env);
    case NodeKind::kObject:
      return object(id, env);
    case NodeKind::kTemplate:
      return template_text(id, env);
    case NodeKind::kFunction:
      return function(id, &env, env.self);
    case NodeKind::kClass:
      return class_value(id, &env);
    default:
      return {};
  }
}

// --- names

const Any* Machine::slot(BindingId binding, Environment& env) const {
  if (binding == kNone32) return nullptr;
  const NodeId home = home_of_[binding];
  for (Environment* e = &env; e != nullptr; e = e->parent) {
    if (e->home == home) return &e->slots[slot_of_[binding]];
  }
  return nullptr;
}

// The only way to give a variable a value: what an older environment comes to hold must outlive the
// run that made it.
Any Machine::set(Environment& env, BindingId binding, const Any& value) {
  holds(env.run);
  return env.slots[slot_of_[binding]] = value;
}

Any Machine::name(NodeId id, Environment& env) {
  const Symbol symbol = module_[id].text;
  if (symbol == this_) return env.self;
  const BindingId binding = scopes_.binding(id);
  if (binding == kNone32) return {};
  const NodeId home = home_of_[binding];
  const Binding& known = scopes_[binding];
  for (Environment* e = &env; e != nullptr; e = e->parent) {
    if (e->home != home) continue;
    const Any& variable = e->slots[slot_of_[binding]];
    if (!variable.is(Tag::kUnset)) return variable;
    if (known.kind == Binding::Kind::kFunction && !known.definitions.empty()) {
      // Declared functions are there before they are reached.
      const NodeId node = known.definitions[0];
      if (node == home && e->function != nullptr) return any(e->function);  // names itself
      if (kind(node) == NodeKind::kFunction) return set(*e, binding, function(node, e, e->self));
    }
    if (known.kind == Binding::Kind::kClass && !known.definitions.empty()) {
      return set(*e, binding, class_value(known.definitions[0], e));
    }
    if (e->whole) return undefined_any();
    break;
  }
  if (symbol == arguments_ && known.kind == Binding::Kind::kGlobal) {
    for (Environment* e = &env; e != nullptr; e = e->parent) {
      if (e->arguments != nullptr) return any(e->arguments);
    }
  }
  return outer_name(binding, id);
}

// A variable of the module or a global: what the evaluator says of it.
Any Machine::outer_name(BindingId binding, NodeId id) {
  if (const auto global = globals_.find(binding); global != globals_.end()) {
    return eval_.tainted_.contains(binding) ? Any() : global->second;
  }
  if (eval_.tainted_.contains(binding)) return {};
  if (const auto known = constants_.find(binding); known != constants_.end()) return known->second;
  const Binding& about = scopes_[binding];
  if (about.kind == Binding::Kind::kClass && !about.definitions.empty() &&
      home_of_[binding] == module_.root) {
    return any(function_object(about.definitions[0]));
  }
  Ref value = eval_.static_name(binding, kNoNode);
  if (value->known()) {
    const Any constant = from_value(*value, true);
    if (!rotating_) constants_.emplace(binding, constant);
    return constant;
  }
  // A Map, say, which the evaluator does not know.
  const NodeId made = scopes_.single_value(module_, binding);
  if (kind(made) == NodeKind::kNew && home_of_[binding] == module_.root && !rotating_) {
    constants_[binding] = {};  // while it is being made
    const Lasting lasting(*this);
    Environment* env = make_environment(kNoNode, nullptr);
    const Any object = env == nullptr ? Any() : eval(made, *env);
    if (object.is(Tag::kObject)) {
      object.object->constant = true;
      return constants_[binding] = object;
    }
    return {};
  }
  // Built in several steps: depends on where it is used.
  if (const auto known = name_constants_.find(id); known != name_constants_.end()) {
    return known->second;
  }
  value = eval_.static_name(binding, id);
  const Any constant = from_value(*value, true);
  if (!rotating_) name_constants_.emplace(id, constant);
  return constant;
}

// --- operators

Any Machine::unary(NodeId id, Environment& env) {
  const Op op = op_at(id);
  const NodeId operand_node = module_[id].first_child;
  if (op == Op::kIncrement || op == Op::kDecrement) return step(id, env);
  if (op == Op::kDelete) {
    const NodeKind form = kind(operand_node);
    if (form != NodeKind::kMember && form != NodeKind::kIndex) return any(true);
    const Any base = eval(module_[operand_node].first_child, env);
    if (!base.is(Tag::kObject)) return base.known() ? any(true) : Any();
    const auto key = member_key(operand_node, env, nullptr);
    if (!key || !change(*base.object)) return stopped() ? Any() : fail();
    if (!spend(base.object->properties.rows().size() / 4)) return {};
    base.object->properties.erase(*key);
    return any(true);
  }
  const Any operand = eval(operand_node, env);
  if (stopped()) return {};
  switch (op) {
    case Op::kNot: {
      const auto truth = to_bool(operand);
      return truth ? any(!*truth) : Any();
    }
    case Op::kVoid:
      return undefined_any();
    case Op::kTypeOf:
      return type_of(operand);
    case Op::kAwait:
      return operand;
    case Op::kBitNot: {
      const auto bits = to_int32(operand);
      return bits ? any(static_cast<double>(~*bits)) : Any();
    }
    case Op::kSubtract:
    case Op::kAdd: {
      const auto number = to_number(operand);
      return number ? any(op == Op::kAdd ? *number : -*number) : Any();
    }
    case Op::kYield:
      if (env.yielded == nullptr) return fail();
      env.yielded->push_back(operand_node == kNoNode ? undefined_any() : operand);
      if (!charge(sizeof(Any))) return {};
      return {};  // what next() is given is not known
    case Op::kYieldAll: {
      if (env.yielded == nullptr) return fail();
      const auto items = iterate(operand);
      if (!items || !charge(items->size() * sizeof(Any))) return fail();
      env.yielded->insert(env.yielded->end(), items->begin(), items->end());
      return {};
    }
    default:
      return {};
  }
}

Any Machine::type_of(const Any& value) {
  const auto name = [&](std::u16string_view type) { return text(Units(type)); };
  switch (value.tag) {
    case Tag::kUndefined:
    case Tag::kUnset:
      return name(u"undefined");
    case Tag::kBool:
      return name(u"boolean");
    case Tag::kNumber:
      return name(u"number");
    case Tag::kText:
      return name(u"string");
    case Tag::kNull:
      return name(u"object");
    case Tag::kObject:
      return name(value.object->kind == Object::Kind::kFunction ? u"function" : u"object");
    default:
      return {};
  }
}

// Sums and the like lean to the left, thousands of them.
Any Machine::chain(NodeId id, Environment& env) {
  const Op op = op_at(id);
  if (is_shortcut(op)) return shortcut(id, op, env);
  const NodeId left_node = module_[id].first_child;
  if (kind(left_node) != NodeKind::kBinary) {
    const Any left = eval(left_node, env);
    if (stopped()) return {};
    if (absorbs(op, left, module_.child(id, 1))) return left;
    const Any right = eval(module_[left_node].next_sibling, env);
    return stopped() ? Any() : binary(op, left, right);
  }
  std::vector<NodeId> links;
  NodeId at = id;
  while (kind(at) == NodeKind::kBinary && !is_shortcut(op_at(at))) {
    links.push_back(at);
    at = module_[at].first_child;
  }
  Any left = eval(at, env);
  for (size_t i = links.size(); i-- > 0 && !stopped();) {
    const NodeId right_node = module_.child(links[i], 1);
    if (absorbs(op_at(links[i]), left, right_node)) continue;
    const Any right = eval(right_node, env);
    if (stopped() || !spend(1)) return {};
    left = binary(op_at(links[i]), left, right);
  }
  return left;
}

// While an obfuscator's set-up looks for the right rotation it adds parseInt(...) of what it has
// decoded, and nearly always the first is NaN already: no number makes another sum of that, so the
// others need not be decoded.
bool Machine::absorbs(Op op, const Any& left, NodeId right) const {
  if (!rotating_ || !left.is(Tag::kNumber) || !std::isnan(left.number) || !is_arithmetic(op)) {
    return false;
  }
  for (int depth = 0; depth < 16 && right != kNoNode; ++depth) {
    const Node& node = module_[right];
    if (node.kind == NodeKind::kNumber) return true;
    if (node.kind == NodeKind::kCall) {
      return kind(node.first_child) == NodeKind::kName && text_at(node.first_child) == "parseInt";
    }
    const bool numeric = node.kind == NodeKind::kUnary
                             ? text_at(right) == "-"
                             : node.kind == NodeKind::kBinary && text_at(right) != "+" &&
                                   is_arithmetic(operator_named(text_at(right)));
    if (!numeric) return false;
    right = node.first_child;
  }
  return false;
}

Any Machine::shortcut(NodeId id, Op op, Environment& env) {
  const Any left = eval(module_[id].first_child, env);
  if (stopped()) return {};
  if (op == Op::kCoalesce) {
    if (!left.known() || left.is(Tag::kPath)) return {};
    return left.is_nullish() ? eval(module_.child(id, 1), env) : left;
  }
  const auto truth = to_bool(left);
  if (!truth) {
    // The right side may or may not run.
    return eval_.has_effects(module_.child(id, 1)) ? fail() : Any();
  }
  return *truth == (op == Op::kOr) ? left : eval(module_.child(id, 1), env);
}

Any Machine::sum(const Any& left, const Any& right) {
  if (left.is(Tag::kNumber) && right.is(Tag::kNumber)) return any(left.number + right.number);
  const auto textual = [](const Any& a) { return a.is(Tag::kText) || a.is(Tag::kObject); };
  if (!textual(left) && !textual(right)) {
    const auto a = to_number(left), b = to_number(right);
    return a && b ? any(*a + *b) : Any();
  }
  const auto piece = [&](const Any& value, bool& partial, bool& is_decoded) {
    if (value.is(Tag::kText)) {
      partial |= value.text->partial;
      is_decoded |= value.text->decoded;
      return std::optional<Units>();
    }
    auto units = to_units(value);
    if (units) return units;
    partial = true;
    return std::optional<Units>(u"\uFFFC");
  };
  bool partial = false, is_decoded = false;
  const auto made_left = piece(left, partial, is_decoded);
  const auto made_right = piece(right, partial, is_decoded);
  if (stopped()) return {};
  const std::u16string_view b = made_right ? std::u16string_view(*made_right) : right.text->view();
  if (!made_left && left.text->units->size() == left.text->size && !left.text->fixed) {
    // Nobody else has appended to it: it grows in place.
    Units& units = *left.text->units;
    if (!charge(2 * (units.size() + b.size()))) return {};  // may it be that large?
    bytes_ -= 2 * units.size();
    units.append(b);
    arena_->texts.push_back({&units, units.size(), is_decoded, partial, maker() == 0});
    return any(&arena_->texts.back());
  }
  Units units(made_left ? std::u16string_view(*made_left) : left.text->view());
  units.append(b);
  if (partial && std::count(units.begin(), units.end(), u'\uFFFC') + 3 >
                     static_cast<std::ptrdiff_t>(units.size()) + 1) {
    return {};  // nearly nothing is known
  }
  const Any made = text(std::move(units), is_decoded);
  if (made.is(Tag::kText)) const_cast<Text*>(made.text)->partial = partial;
  return made;
}

Any Machine::compare(Op op, const Any& left, const Any& right) {
  if (left.is(Tag::kText) && right.is(Tag::kText)) {
    if (left.text->partial || right.text->partial) return {};
    if (!spend(std::min(left.text->size, right.text->size) / 64)) return {};
    const int order = left.text->view().compare(right.text->view());
    return any(op == Op::kLess      ? order < 0
               : op == Op::kMost    ? order <= 0
               : op == Op::kGreater ? order > 0
                                    : order >= 0);
  }
  const auto a = to_number(left), b = to_number(right);
  if (!a || !b) return {};
  return any(op == Op::kLess      ? *a < *b
             : op == Op::kMost    ? *a <= *b
             : op == Op::kGreater ? *a > *b
                                  : *a >= *b);
}

Any Machine::binary(Op op, const Any& left, const Any& right) {
  switch (op) {
    case Op::kAdd:
      return sum(left, right);
    case Op::kSame:
    case Op::kDifferent: {
      if (!left.known() || !right.known()) return {};
      if (left.is(Tag::kPath) != right.is(Tag::kPath)) {
        // An API is no literal, but may well be another name of another API.
        const Any& other = left.is(Tag::kPath) ? right : left;
        if (other.is(Tag::kObject)) return {};
      } else if (left.is(Tag::kPath) && left.path != right.path) {
        return {};
      }
      if ((left.is(Tag::kText) && left.text->partial) ||
          (right.is(Tag::kText) && right.text->partial)) {
        return {};
      }
      return left.is(Tag::kPath) != right.is(Tag::kPath)
                 ? Any()
                 : any(same(left, right) == (op == Op::kSame));
    }
    case Op::kEqual:
    case Op::kUnequal: {
      bool is_known = true;
      const bool truth = same_loosely(left, right, is_known);
      return is_known ? any(truth == (op == Op::kEqual)) : Any();
    }
    case Op::kLess:
    case Op::kMost:
    case Op::kGreater:
    case Op::kLeast:
      return compare(op, left, right);
    case Op::kIn: {
      if (!right.is(Tag::kObject)) return {};
      const auto name_units = to_units(left);
      if (!name_units) return {};
      if (right.object->kind == Object::Kind::kList) {
        const auto index = to_number(left);
        if (index && *index == std::floor(*index)) {
          return any(*index >= 0 && *index < static_cast<double>(right.object->items.size()));
        }
      }
      const Key name_key = key(*name_units);
      Object* o = right.object;
      for (int links = 0; o != nullptr && links < kPrototypes; o = o->prototype, ++links) {
        if (o->properties.find(name_key) != nullptr) return any(true);
      }
      return any(false);
    }
    case Op::kInstanceOf: {
      if (!left.is(Tag::kObject) || !right.is(Tag::kObject)) return {};
      const Any wanted = get(right, prototype_);
      Object* o = left.object->prototype;
      for (int links = 0; o != nullptr && links < kPrototypes; o = o->prototype, ++links) {
        if (wanted.is(Tag::kObject) && o == wanted.object) return any(true);
      }
      return any(false);
    }
    default:
      break;
  }
  if (is_bitwise(op)) {
    const auto a = to_int32(left), b = to_int32(right);
    if (!a || !b) return {};
    const auto bits = static_cast<uint32_t>(*a);
    const unsigned count = static_cast<unsigned>(*b) & 31;
    switch (op) {
      case Op::kBitAnd:
        return any(static_cast<double>(*a & *b));
      case Op::kBitOr:
        return any(static_cast<double>(*a | *b));
      case Op::kBitXor:
        return any(static_cast<double>(*a ^ *b));
      case Op::kLeft:
        return any(static_cast<double>(static_cast<int32_t>(bits << count)));
      case Op::kRight:
        return any(static_cast<double>(*a >> count));
      default:
        return any(static_cast<double>(bits >> count));
    }
  }
  const auto a = to_number(left), b = to_number(right);
  if (!a || !b) return {};
  switch (op) {
    case Op::kSubtract:
      return any(*a - *b);
    case Op::kMultiply:
      return any(*a * *b);
    case Op::kDivide:
      return any(*a / *b);
    case Op::kRemainder: {
      const bool small =
          *a >= 0 && *b > 0 && *a < 4e9 && *b < 4e9 && *a == std::floor(*a) && *b == std::floor(*b);
      return any(small ? static_cast<double>(static_cast<uint32_t>(*a) % static_cast<uint32_t>(*b))
                       : std::fmod(*a, *b));
    }
    case Op::kPower:
      return any(std::pow(*a, *b));
    default:
      return {};
  }
}

// --- literals

Any Machine::array(NodeId id, Environment& env) {
  std::vector<Any> items;
  for (const NodeId item : children(module_, id)) {
    const NodeKind form = kind(item);
    if (form == NodeKind::kSpread) {
      const auto spread = iterate(eval(module_[item].first_child, env));
      if (!spread) return stopped() ? Any() : fail();
      items.insert(items.end(), spread->begin(), spread->end());
    } else {
      items.push_back(form == NodeKind::kEmpty ? undefined_any() : eval(item, env));
    }
    if (stopped()) return {};
  }
  return list(std::move(items));
}

Any Machine::object(NodeId id, Environment& env) {
  Object* made = make(Object::Kind::kPlain);
  for (const NodeId row : children(module_, id)) {
    if (kind(row) == NodeKind::kSpread) {
      const Any spread = eval(module_[row].first_child, env);
      if (spread.is_nullish()) continue;
      if (!spread.is(Tag::kObject)) return stopped() ? Any() : fail();
      for (const Key name_key : own_keys(*spread.object)) {
        put(any(made), name_key, get(spread, name_key));
      }
      continue;
    }
    if (kind(row) != NodeKind::kProperty) return fail();
    const NodeId key_node = module_[row].first_child;
    Key name_key = 0;
    if (kind(key_node) == NodeKind::kString) {
      name_key = key_at(key_node);
    } else {
      const auto name_units = to_units(eval(key_node, env));
      if (!name_units) return stopped() ? Any() : fail();
      name_key = key(*name_units);
    }
    const NodeId value_node = module_.child(row, 1);
    const Any value = eval(value_node, env);
    if (stopped() || !charge(sizeof(Property))) return {};
    Property& property = made->properties.add(name_key);
    const uint16_t accessor = module_[row].flags & (kGetter | kSetter);
    if (accessor == 0) {
      property.value = value;
    } else if (value.is(Tag::kObject)) {
      ((accessor & kGetter) != 0 ? property.getter : property.setter) = value.object;
    }
  }
  return any(made);
}

Any Machine::template_text(NodeId id, Environment& env) {
  Any whole = latin1_[0];
  bool first = true;
  for (const NodeId part : children(module_, id)) {
    const Any value = eval(part, env);
    if (stopped()) return {};
    if (first && value.is(Tag::kText)) {
      whole = value;
    } else {
      whole = sum(first ? text({}) : whole, value);
      if (!whole.known()) return {};
    }
    first = false;
  }
  return first ? text({}) : whole;
}

// --- members

// The property that the node names; of an index that is a number the number is in `index`.
std::optional<Key> Machine::member_key(NodeId id, Environment& env, Any* index) {
  if (kind(id) == NodeKind::kMember) return key_at(id);
  const NodeId key_node = module_.child(id, 1);
  if (kind(key_node) == NodeKind::kString) return key_at(key_node);
  const Any value = eval(key_node, env);
  if (index != nullptr) *index = value;
  if (index != nullptr && value.is(Tag::kNumber)) return std::nullopt;
  const auto name_units = to_units(value);
  return name_units ? std::optional(key(*name_units)) : std::nullopt;
}

Any Machine::member(NodeId id, const Any& object, Environment& env) {
  if (stopped()) return {};
  Any index;
  const auto name_key = member_key(id, env, &index);
  if (stopped()) return {};
  if (object.is_nullish()) {
    const Node& base = module_[module_[id].first_child];
    const bool optional = std::string_view(module_.source)
                              .substr(std::min<size_t>(base.end, module_.source.size()))
                              .starts_with("?.");
    return optional ? undefined_any() : raise({});
  }
  if (name_key) return get(object, *name_key);
  return index.is(Tag::kNumber) ? element(object, index) : Any();
}

// --- calls

namespace {

bool is_call_method(std::u16string_view name) {
  return name == u"call" || name == u"apply" || name == u"bind";
}

}  // namespace

bool Machine::arguments(NodeId first, Environment& env, std::vector<Any>& out) {
  for (NodeId arg = first; arg != kNoNode; arg = module_[arg].next_sibling) {
    if (kind(arg) == NodeKind::kSpread) {
      const auto items = iterate(eval(module_[arg].first_child, env));
      if (!items) return stopped() ? false : (failed_ = true, false);
      out.insert(out.end(), items->begin(), items->end());
    } else {
      out.push_back(eval(arg, env));
    }
    if (stopped()) return false;
  }
  return true;
}

Any Machine::call_node(NodeId id, Environment& env) {
  const NodeId callee_node = module_[id].first_child;
  if (callee_node == kNoNode || (module_[id].flags & kTagged) != 0) return {};
  const NodeId first = module_[callee_node].next_sibling;
  const NodeKind form = kind(callee_node);
  Any self = undefined_any(), callee;
  std::vector<Any> args;
  if (form == NodeKind::kMember || form == NodeKind::kIndex) {
    const NodeId base = module_[callee_node].first_child;
    if (kind(base) == NodeKind::kName && module_[base].text == super_) {
      callee = super_member(callee_node, env, self);
    } else {
      self = eval(base, env);
      if (stopped()) return {};
      Any index;
      const auto name_key = member_key(callee_node, env, &index);
      if (stopped()) return {};
      if (self.is_nullish()) {
        const bool optional =
            std::string_view(module_.source)
                .substr(std::min<size_t>(module_[base].end, module_.source.size()))
                .starts_with("?.");
        return optional ? undefined_any() : raise({});
      }
      if (name_key) {
        args.reserve(4);
        if (!arguments(first, env, args)) return {};
        return method(self, *name_key, args);
      }
      callee = index.is(Tag::kNumber) ? element(self, index) : Any();
    }
  } else if (form == NodeKind::kName && module_[callee_node].text == super_) {
    return super_call(id, env);
  } else {
    callee = eval(callee_node, env);
  }
  if (stopped() || !arguments(first, env, args)) return {};
  return apply(callee, self, args);
}

Any Machine::apply(const Any& function_value, const Any& self, std::span<const Any> args) {
  if (stopped() || !spend(1)) return {};
  if (Object* callee = object_of(function_value, Object::Kind::kFunction)) {
    if (callee->target != nullptr) {  // bound
      const size_t bytes = (callee->items.size() + args.size()) * sizeof(Any);
      if (!charge(bytes) || !spend(bytes / 256)) return {};
      std::vector<Any> all = callee->items;
      all.insert(all.end(), args.begin(), args.end());
      const Any value = run_function(*callee->target, callee->self, all);
      bytes_ -= bytes;
      return value;
    }
    if (callee->node == kNoNode) return undefined_any();  // Function.prototype
    return run_function(*callee, self, args);
  }
  if (function_value.is(Tag::kPath)) return call_path(*function_value.path, self, args);
  if (function_value.known()) return raise({});  // no function
  // Something of the outside: it may change what it is given.
  for (const Any& arg : args) {
    if (arg.is(Tag::kObject) && arg.object->kind != Object::Kind::kFunction &&
        !arg.object->constant) {
      return fail();
    }
  }
  return {};
}

// f.call(), f.apply() and f.bind()
Any Machine::call_method(const Any& callee, std::u16string_view how, std::span<const Any> args) {
  const Any self = args.empty() ? undefined_any() : args[0];
  const std::span<const Any> rest = args.empty() ? args : args.subspan(1);
  if (how == u"call") return apply(callee, self, rest);
  if (how == u"bind") {
    if (!callee.is(Tag::kObject)) return rest.empty() ? callee : Any();
    Object* bound = make(Object::Kind::kFunction);
    bound->target = callee.object;
    bound->node = callee.object->node;
    bound->self = self;
    if (!charge(rest.size() * sizeof(Any))) return {};
    bound->items.assign(rest.begin(), rest.end());
    return any(bound);
  }
  if (rest.empty() || rest[0].is_nullish()) return apply(callee, self, {});
  const auto items = iterate(rest[0]);
  return items ? apply(callee, self, *items) : fail();
}

Any Machine::method(const Any& self, Key name_key, std::span<const Any> args) {
  if (!self.known()) return apply({}, self, args);
  const std::u16string& name_units = key_names_[name_key];
  if (self.is(Tag::kPath)) {
    if (is_call_method(name_units)) return call_method(self, name_units, args);
    const Any callee = get(self, name_key);
    return callee.known() ? apply(callee, self, args) : apply({}, self, args);
  }
  if (self.is(Tag::kObject)) {
    Object& object = *self.object;
    const Any own = own_or_inherited(object, name_key, self);
    if (stopped()) return {};
    if (own.known() && !own.is(Tag::kUndefined)) return apply(own, self, args);
    if (object.kind == Object::Kind::kFunction && is_call_method(name_units)) {
      return call_method(self, name_units, args);
    }
    if (object.kind == Object::Kind::kFunction && name_units == u"toString") {
      auto source = to_units(self);  // obfuscators look whether their code was made pretty
      return source ? text(std::move(*source)) : Any();
    }
    const std::string name_text = utf8_of_units(name_units);
    if (const Native found = native(object.kind, name_text)) {
      return spend(1) ? found(*this, self, args) : Any();
    }
  } else if (self.is(Tag::kText)) {
    if (self.text->partial) return {};
    const std::string name_text = utf8_of_units(name_units);
    const bool pattern = !args.empty() && args[0].is(Tag::kPath);
    if (const Native found = pattern ? nullptr : text_native(name_text)) {
      return spend(1) ? found(*this, self, args) : Any();
    }
  }
  // The tables have it, or nobody.
  const Value value = to_value(self);
  if (stopped()) return {};
  const Ref callee = eval_.method(share(value), utf8_of_units(name_units));
  if (callee->kind != Value::Kind::kPath) {
    return callee->known() ? Any() : apply({}, self, args);
  }
  return call_path(callee->text, self, args);
}

Any Machine::call_path(const std::string& path, const Any& self, std::span<const Any> args) {
  const Row* row = find_row(false, path);
  if (row == nullptr) {
    if (const Ref named = eval_.returned_name(path)) return from_value(*named, false);
    return apply({}, self, args);
  }
  // [].push.call(list, ...) and the like change a list of ours.
  const size_t dot = path.rfind('.');
  if (self.is(Tag::kObject) && path.starts_with("Array.")) {
    if (const Native found = native(self.object->kind, std::string_view(path).substr(dot + 1))) {
      return found(*this, self, args);
    }
  }
  if (path == "globalThis.String.fromCharCode") {  // the commonest of all
    Units units;
    for (const Any& arg : args) {
      const auto code = to_int32(arg);
      if (!code) return {};
      units += static_cast<char16_t>(*code);
    }
    return units.size() == 1 ? text_of_unit(units[0], true) : text(std::move(units), true);
  }
  std::vector<Ref> values;
  size_t bytes = 0;
  for (const Any& arg : args) {
    values.push_back(share(to_value(arg)));
    bytes += values.back()->text.size();
  }
  const Ref receiver = self.is(Tag::kUndefined) ? unknown() : share(to_value(self));
  if (stopped() || !spend(bytes / 64)) return {};
  const bool failed = eval_.failed_, raised = eval_.raised_;
  eval_.failed_ = eval_.raised_ = false;
  const Ref value = eval_.call_row(*row, receiver, values, {});
  failed_ |= eval_.failed_;
  if (eval_.raised_) raise({});
  eval_.failed_ = failed;
  eval_.raised_ = raised;
  return stopped() ? Any() : from_value(*value, false);
}

Any Machine::new_node(NodeId id, Environment& env) {
  const NodeId callee_node = module_[id].first_child;
  const Any callee = eval(callee_node, env);
  std::vector<Any> args;
  if (stopped() || !arguments(module_[callee_node].next_sibling, env, args)) return {};
  return construct(callee, args);
}

Any Machine::function(NodeId node, Environment* scope, const Any& self) {
  Object* made = make(Object::Kind::kFunction);
  made->node = node;
  made->scope = scope;
  if ((module_[node].flags & kArrow) != 0) made->self = self;
  for (Environment* e = scope; e != nullptr && !e->captured; e = e->parent) e->captured = true;
  return any(made);
}

Any Machine::run_function(Object& callee, const Any& self, std::span<const Any> args,
                          Object* new_target) {
  const NodeId node = callee.node;
  if (node == kNoNode) return fail();
  if (kind(node) == NodeKind::kClass && new_target == nullptr) return raise({});
  const NodeId body = module_.child(node, 1);
  const uint16_t flags = module_[node].flags;
  if (body == kNoNode || hopeless_.contains(node) || (flags & kAsync) != 0) return fail();
  Environment* env = make_environment(node, callee.scope);
  if (env == nullptr) return {};
  env->whole = true;
  env->function = &callee;
  env->self = (flags & kArrow) != 0 ? callee.self : self;
  std::vector<Any> yielded;
  if ((flags & kGenerator) != 0) env->yielded = &yielded;
  Any value = undefined_any();
  if (bind_parameters(node, *env, args)) {
    const Flow flow = block(body, *env);
    if (flow == Flow::kReturn) value = result_;
    if (flow == Flow::kBreak || flow == Flow::kContinue) fail();
  }
  result_ = {};
  env->yielded = nullptr;
  if (!env->captured && !arena_->environments.empty() && env == &arena_->environments.back()) {
    arena_->environments.pop_back();
  }
  if (stopped()) return {};
  return (flags & kGenerator) != 0 ? list(std::move(yielded)) : value;
}

}  // namespace cerebro::folding
