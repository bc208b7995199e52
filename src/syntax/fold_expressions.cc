// Expressions. `frame` is the running function of the interpreter, or null: then values depend on
// the module alone and are remembered by node.

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "syntax/fold_internal.h"
#include "syntax/fold_machine.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

constexpr size_t kLongChain = 64;
constexpr size_t kPathBytes = 512;
constexpr size_t kBytesPerStep = 256;

using Table = std::unordered_map<std::string_view, const Row*>;

Table index_rows(std::initializer_list<std::span<const Row>> tables) {
  Table table;
  for (const std::span<const Row> rows : tables) {
    for (const Row& row : rows) table.emplace(row.path, &row);
  }
  return table;
}

// Whose methods a value has, as the tables name it.
std::string_view type_name(const Value& value, bool python) {
  switch (value.kind) {
    case Kind::kString:
      return python ? "str" : "String";
    case Kind::kBytes:
      return python ? "bytes" : "Buffer";
    case Kind::kList:
      return python ? "list" : "Array";
    case Kind::kMap:
      return python ? "dict" : "Object";
    case Kind::kInt:
    case Kind::kReal:
      return python ? "int" : "Number";
    case Kind::kBool:
      return python ? "int" : "Boolean";
    case Kind::kFunction:
      return "Function";
    default:
      return {};
  }
}

// Rows of these begin with a receiver; a Function may also be a path.
bool is_type(std::string_view name) {
  constexpr std::string_view kTypes[] = {"str",    "bytes", "list",   "dict",   "String",
                                         "Buffer", "Array", "Object", "Number", "Boolean"};
  return std::find(std::begin(kTypes), std::end(kTypes), name) != std::end(kTypes);
}

// The same thing under one path.
struct Alias {
  std::string_view path, same;
};
constexpr Alias kAliases[] = {
    {"globalThis.globalThis", "globalThis"},
    {"globalThis.window", "globalThis"},
    {"globalThis.self", "globalThis"},
    {"globalThis.global", "globalThis"},
    {"globalThis.frames", "globalThis"},
    {"buffer.Buffer", "globalThis.Buffer"},
    {"buffer.atob", "globalThis.atob"},
    {"globalThis.module.require", "globalThis.require"},
    {"globalThis.process.mainModule.require", "globalThis.require"},
    {"globalThis.String.prototype", "String"},
    {"globalThis.Array.prototype", "Array"},
    {"globalThis.Function.prototype", "Function"},
    {"builtins.__builtins__", "builtins"},
    {"builtins.__import__.__self__", "builtins"},
    {"builtins.print.__self__", "builtins"},
    {"builtins.len.__self__", "builtins"},
    {"builtins.eval.__self__", "builtins"},
    {"builtins.exec.__call__", "builtins.exec"},
    {"builtins.eval.__call__", "builtins.eval"},
    {"__builtin__", "builtins"},
};

std::string_view canonical(std::string_view path) {
  for (const Alias& alias : kAliases) {
    if (alias.path == path) return alias.same;
  }
  return path;
}

// Python does not add other things to texts; of a path the value is not known.
bool raises_in_sum(const Value& value) {
  return value.known() && !value.is_text() && value.kind != Kind::kPartial &&
         value.kind != Kind::kPath;
}

// The same whatever function runs.
bool is_lasting(const Value& value, int depth) {
  constexpr int kDepth = 4;
  const auto part = [&](const Value& v) { return is_lasting(v, depth + 1); };
  switch (value.kind) {
    case Kind::kUnknown:
    case Kind::kPartial:
    case Kind::kFunction:
      return false;
    case Kind::kList:
      return depth < kDepth && std::all_of(value.list->begin(), value.list->end(), part);
    case Kind::kMap:
      return depth < kDepth && std::all_of(value.map->begin(), value.map->end(),
                                           [&](const auto& row) { return part(row.second); });
    default:
      return true;
  }
}

bool is_literal(NodeKind kind) {
  return kind == NodeKind::kString || kind == NodeKind::kNumber || kind == NodeKind::kConstant ||
         kind == NodeKind::kRegex;
}

bool is_spine(NodeKind kind) {
  return kind == NodeKind::kMember || kind == NodeKind::kIndex || kind == NodeKind::kCall;
}

}  // namespace

const Row* find_row(bool python, std::string_view path) {
  static const Table python_table =
      index_rows({python_builtin_rows(), python_text_rows(), python_container_rows(),
                  python_module_rows(), python_object_rows()});
  static const Table javascript_table =
      index_rows({javascript_rows(), javascript_regex_rows(), javascript_crypto_rows()});
  const Table& table = python ? python_table : javascript_table;
  const auto row = table.find(path);
  return row == table.end() ? nullptr : row->second;
}

Evaluator::Evaluator(const Module& module, const Scopes& scopes, const StringPool& pool,
                     const Limits& limits, FoldBudget* budget)
    : module_(module),
      scopes_(scopes),
      pool_(pool),
      limits_(limits),
      python_(module.language == Language::kPython),
      budget_(budget),
      run_limit_(limits.fold_steps) {}

Evaluator::~Evaluator() = default;

Machine& Evaluator::machine() {
  if (!machine_) machine_ = std::make_unique<Machine>(*this);
  return *machine_;
}

const Value& Evaluator::fold(NodeId expression) {
  if (expression == kNoNode || expression >= module_.nodes.size()) return *unknown();
  if (memo_.empty()) memo_.assign(module_.nodes.size(), kNotYet);
  if (memo_[expression] == kNotYet) {
    Timed timed(Stage::kFold);
    eval(expression, nullptr);
  }
  const uint32_t state = memo_[expression];
  return state > kInProgress ? *values_[state - kInProgress - 1].value : *unknown();
}

bool Evaluator::spend(size_t steps) {
  steps_ += steps;
  if (steps_ >= run_limit_) exhausted_ = true;
  return steps_ < run_limit_;
}

bool Evaluator::spend_bytes(size_t count) {
  bytes_ += count;
  if (count <= limits_.fold_value_bytes && bytes_ <= limits_.fold_total_bytes) {
    return spend(count / kBytesPerStep);
  }
  if (count > limits_.fold_value_bytes) bytes_ -= count;  // refused, so not made
  exhausted_ = true;
  return false;
}

const std::u32string& Evaluator::units(const Ref& text) {
  for (const Units& known : units_) {
    if (known.text == text) return known.units;
  }
  Units& units = units_[next_units_];
  next_units_ = 1 - next_units_;
  units.text = text;
  units.units = python_ ? code_points(text->text) : utf16_units(text->text);
  spend_bytes(4 * text->text.size());
  return units.units;
}

Ref Evaluator::remember(NodeId id, const Ref& value) {
  if (!value->known()) {
    memo_[id] = kIsUnknown;
    return value;
  }
  // What later runs may change is copied.
  const bool container = value->kind == Kind::kList || value->kind == Kind::kMap;
  Ref kept = value;
  if (container && is_mutable(*value)) {
    Value copy = mutable_copy(*value);
    copy.integer = 0;
    kept = share(std::move(copy));
  }
  // While an array is being rotated, what is read from it does not last.
  if (bootstrapping_ && !is_literal(module_[id].kind)) {
    memo_[id] = kNotYet;
    return kept;
  }
  kept_bytes_ += total_bytes(*kept);
  const bool lasting = is_lasting(*kept, 0);
  values_.push_back({std::move(kept), lasting});
  memo_[id] = static_cast<uint32_t>(values_.size()) + kInProgress;
  return values_.back().value;
}

// The remembered value of a node, if it holds for the running function, too.
const Ref* Evaluator::recall(NodeId id, const Frame* frame) const {
  if (memo_[id] <= kInProgress) return nullptr;
  const Memo& memo = values_[memo_[id] - kInProgress - 1];
  const bool lives =
      frame != nullptr && (kind(id) == NodeKind::kName || !memo.lasting || has_effects(id));
  return lives ? nullptr : &memo.value;
}

// Whether evaluating the node gives a variable of the running function a value: then it must be
// done again and again, whatever is remembered of it.
bool Evaluator::has_effects(NodeId id) const {
  if (effects_.empty()) effects_.assign(module_.nodes.size(), Effects::kNotAsked);
  if (effects_[id] != Effects::kNotAsked) return effects_[id] == Effects::kSome;
  // Only what lies below the node. Parents come before their children, so they are told in reverse.
  std::vector<std::pair<NodeId, NodeId>> order{{id, kNoNode}};
  for (size_t i = 0; i < order.size(); ++i) {
    const NodeId node = order[i].first;
    if (effects_[node] != Effects::kNotAsked) continue;
    const std::string_view op = kind(node) == NodeKind::kUnary ? text(node) : std::string_view();
    const bool writes =
        kind(node) == NodeKind::kAssign || op == "++" || op == "--" || op == "delete";
    effects_[node] = writes ? Effects::kSome : Effects::kNone;
    if (kind(node) == NodeKind::kFunction) continue;  // what it does when it is called is no effect
    for (const NodeId child : children(module_, node)) order.emplace_back(child, node);
  }
  for (size_t i = order.size(); i-- > 1;) {
    const auto [node, parent] = order[i];
    if (effects_[node] == Effects::kSome) effects_[parent] = Effects::kSome;
  }
  return effects_[id] == Effects::kSome;
}

Ref Evaluator::eval(NodeId id, Frame* frame) {
  if (id == kNoNode) return unknown();
  // A literal in a function may be asked for again and again.
  const bool container = kind(id) == NodeKind::kArray || kind(id) == NodeKind::kObject;
  if (frame != nullptr && container && memo_[id] == kNotYet) eval(id, nullptr);
  if (const Ref* known = recall(id, frame)) return *known;
  if (frame == nullptr && memo_[id] != kNotYet) return unknown();
  if (depth_ >= limits_.fold_depth) exhausted_ = true;
  if (depth_ >= limits_.fold_depth || !spend(1)) return unknown();
  ++depth_;
  Ref value;
  if (frame != nullptr) {
    value = compute(id, frame);
  } else {
    // A failure here is no failure of the function that happens to be running.
    const bool failed = std::exchange(failed_, false), raised = std::exchange(raised_, false);
    memo_[id] = kInProgress;
    value = compute(id, nullptr);
    value = remember(id, failed_ || raised_ ? unknown() : value);
    failed_ = failed;
    raised_ = raised;
  }
  --depth_;
  return value;
}

Ref Evaluator::compute(NodeId id, Frame* frame) {
  const Node& node = module_[id];
  switch (node.kind) {
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kConstant:
    case NodeKind::kRegex:
      return constant(id);
    case NodeKind::kTemplate: {
      std::vector<Ref> parts;
      for (const NodeId part : children(module_, id)) parts.push_back(eval(part, frame));
      return join_parts(parts);
    }
    case NodeKind::kArray:
      return array_literal(id, frame);
    case NodeKind::kObject:
      return object_literal(id, frame);
    case NodeKind::kName:
      return name(id, frame, true);
    case NodeKind::kMember:
    case NodeKind::kIndex:
    case NodeKind::kCall:
      return spine(id, frame);
    case NodeKind::kNew: {
      const Ref callee = eval(node.first_child, frame);
      if (callee->kind != Kind::kPath && (python_ || callee->kind != Kind::kFunction)) {
        return unknown();
      }
      return call_node(id, callee, unknown(), frame);
    }
    case NodeKind::kUnary: {
      const std::string_view op = text(id);
      if (op == "++" || op == "--") return frame == nullptr ? unknown() : step_node(id, frame);
      const Ref operand = eval(node.first_child, frame);
      if (!whole(*operand) && op != "void") return unknown();
      return share(unary(*this, op, *operand));
    }
    case NodeKind::kBinary: {
      const std::string_view op = text(id);
      if (op == "+") return concatenate(id, frame);
      return logical(id, frame);
    }
    case NodeKind::kConditional: {
      const Ref test = eval(node.first_child, frame);
      if (!whole(*test) || test->kind == Kind::kPath) return unknown();
      return eval(module_.child(id, truthy(*test, python_) ? 1 : 2), frame);
    }
    case NodeKind::kSequence: {
      Ref last = unknown();
      for (const NodeId part : children(module_, id)) {
        if (frame != nullptr || module_[part].next_sibling == kNoNode) last = eval(part, frame);
        if (failed_ || raised_) return unknown();
      }
      return last;
    }
    case NodeKind::kAssign:
      if (frame != nullptr) return assign_node(id, frame);
      return text(id) == "=" ? eval(module_.child(id, 1), frame) : unknown();
    case NodeKind::kComprehension:
      return comprehension(id, frame);
    case NodeKind::kClass:
      if (python_) return unknown();
      [[fallthrough]];
    case NodeKind::kFunction:
      return function_value(id, frame);
    default:
      return unknown();
  }
}

Ref Evaluator::constant(NodeId id) {
  const Node& node = module_[id];
  const std::string_view content = text(id);
  if (!spend_bytes(content.size())) return unknown();
  switch (node.kind) {
    case NodeKind::kString:
      return share((node.flags & kBytes) != 0 ? bytes(std::string(content))
                                              : string(std::string(content)));
    case NodeKind::kNumber: {
      const auto literal = number_literal(content);
      if (!literal) return unknown();
      // An integer of more than 63 bits would lose its last digits.
      const bool is_integer = content.find_first_not_of("0123456789") == content.npos;
      if (python_ && is_integer && literal->kind == Kind::kReal) return unknown();
      return share(literal->kind == Kind::kReal && !python_ ? number(literal->real) : *literal);
    }
    case NodeKind::kRegex: {
      // "regex/FLAGS/PATTERN": the flags are only in the source.
      const std::string_view source =
          std::string_view(module_.source).substr(node.begin, node.end - node.begin);
      return share(path("regex/" + std::string(source.substr(source.rfind('/') + 1)) + "/" +
                        std::string(content)));
    }
    default:
      if (content == "null") return share(null());
      if (content == "undefined") return share(undefined());
      return share(boolean(content == "true"));
  }
}

// A text with holes for what is not known; unknown when nearly nothing is.
Ref Evaluator::join_parts(std::span<const Ref> parts) {
  constexpr size_t kWorthKeeping = 3;
  std::string out;
  bool partial = false, raw = false, is_decoded = false;
  size_t known_run = 0, longest_run = 0;
  for (const Ref& part : parts) {
    const auto piece = part->kind == Kind::kPartial            ? part->text
                       : part->kind == Kind::kBytes && python_ ? std::optional(part->text)
                                                               : to_text(*part, python_);
    is_decoded |= part->decoded;
    raw |= part->kind == Kind::kBytes && python_;
    if (piece && part->kind != Kind::kPartial) {
      known_run += piece->size();
      if (!spend_bytes(piece->size())) return unknown();
      out += *piece;
    } else {
      partial = true;
      if (part->kind == Kind::kPartial) longest_run = std::max(longest_run, kWorthKeeping);
      known_run = 0;
      if (piece) {
        if (!spend_bytes(piece->size())) return unknown();
        out += *piece;
      } else if (!out.ends_with(kHole)) {
        out += kHole;
      }
    }
    longest_run = std::max(longest_run, known_run);
  }
  if (out.size() > limits_.fold_value_bytes) {
    exhausted_ = true;
    return unknown();
  }
  if (partial && longest_run < kWorthKeeping) return unknown();
  Value value = raw && !partial ? bytes(std::move(out)) : string(std::move(out));
  if (partial) value.kind = Kind::kPartial;
  value.decoded = is_decoded;
  return share(std::move(value));
}

// A function becomes its source when JavaScript adds it to a text: obfuscators look whether it was
// changed.
Ref Evaluator::printable(const Ref& value) {
  if (python_ || value->kind != Kind::kFunction) return value;
  const Node& node = module_[value->node];
  if (!spend_bytes(node.end - node.begin)) return unknown();
  return share(string(module_.source.substr(node.begin, node.end - node.begin)));
}

// a + b + c + ...: thousands of operands lean to the left, so they are gathered, not recursed into.
Ref Evaluator::concatenate(NodeId id, Frame* frame) {
  std::vector<NodeId> chain;
  NodeId leftmost = id;
  while (kind(leftmost) == NodeKind::kBinary && text(leftmost) == "+" &&
         (leftmost == id || recall(leftmost, frame) == nullptr)) {
    chain.push_back(leftmost);
    leftmost = module_[leftmost].first_child;
  }
  std::vector<Ref> parts{printable(eval(leftmost, frame))};
  bool texts = parts[0]->is_text() || parts[0]->kind == Kind::kPartial;
  for (size_t i = chain.size(); i-- > 0;) {
    const Ref right = printable(eval(module_.child(chain[i], 1), frame));
    if (failed_ || raised_) return unknown();
    const bool right_text = right->is_text() || right->kind == Kind::kPartial;
    if (texts) {
      if (python_ && raises_in_sum(*right)) return unknown();
      parts.push_back(right);
    } else if (right_text) {
      if (python_ && raises_in_sum(*parts[0])) return unknown();
      parts.push_back(right);
      texts = true;
    } else {
      parts[0] = whole(*parts[0]) && whole(*right) ? share(binary(*this, "+", parts[0], right))
                                                   : unknown();
      texts = parts[0]->is_text();  // JavaScript's [] + []
    }
  }
  // The inner sums of a long chain are nobody's arguments: asking for each would cost its square.
  if (frame == nullptr && chain.size() > kLongChain) {
    for (size_t i = 1; i < chain.size(); ++i) memo_[chain[i]] = kIsUnknown;
  }
  return parts.size() == 1 ? parts[0] : join_parts(parts);
}

// All binary operators but +, left-deep as well; && || ?? do not always see their right side.
Ref Evaluator::logical(NodeId id, Frame* frame) {
  std::vector<NodeId> chain;
  NodeId leftmost = id;
  while (kind(leftmost) == NodeKind::kBinary && text(leftmost) != "+" &&
         (leftmost == id || !is_done(leftmost, frame))) {
    chain.push_back(leftmost);
    leftmost = module_[leftmost].first_child;
  }
  Ref left = eval(leftmost, frame);
  for (size_t i = chain.size(); i-- > 0;) {
    const std::string_view op = text(chain[i]);
    const NodeId right = module_.child(chain[i], 1);
    if (!whole(*left) || !spend(1)) {
      left = unknown();
    } else if (op == "&&" || op == "||" || op == "??") {
      const bool opaque = left->kind == Kind::kPath && op == "&&";
      const bool keeps = op == "??"   ? left->kind != Kind::kNull
                         : op == "||" ? truthy(*left, python_)
                                      : !truthy(*left, python_);
      left = opaque ? unknown() : keeps ? left : eval(right, frame);
    } else {
      const Ref value = eval(right, frame);
      if (failed_ || raised_) return unknown();
      left = whole(*value) ? share(binary(*this, op, left, value)) : unknown();
    }
    if (frame == nullptr && i > 0) remember(chain[i], left);
  }
  return left;
}

Ref Evaluator::array_literal(NodeId id, Frame* frame) {
  ValueList values;
  bool known_any = false, any = false;
  for (const NodeId item : children(module_, id)) {
    if (!spend_bytes(sizeof(Value))) return unknown();
    any = true;
    if (module_[item].kind == NodeKind::kSpread) {
      const auto spread = iterate(*this, eval(module_[item].first_child, frame));
      if (!spread) return unknown();
      values.insert(values.end(), spread->begin(), spread->end());
      known_any = true;
      continue;
    }
    const Ref value =
        module_[item].kind == NodeKind::kEmpty ? share(undefined()) : eval(item, frame);
    if (!spend_bytes(value->text.size())) return unknown();
    known_any |= value->known();
    values.push_back(*value);
  }
  if (any && !known_any) return unknown();
  return share(list(std::move(values)));
}

Ref Evaluator::object_literal(NodeId id, Frame* frame) {
  ValueMap rows;
  for (const NodeId item : children(module_, id)) {
    if (!spend_bytes(2 * sizeof(Value))) return unknown();
    if (module_[item].kind == NodeKind::kSpread) {
      const Ref spread = eval(module_[item].first_child, frame);
      if (spread->kind != Kind::kMap) return unknown();
      rows.insert(rows.end(), spread->map->begin(), spread->map->end());
      continue;
    }
    if (module_[item].kind != NodeKind::kProperty) return unknown();
    const Ref key = eval(module_[item].first_child, frame);
    if (!whole(*key)) return unknown();
    const bool accessor = (module_[item].flags & (kGetter | kSetter)) != 0;
    const Ref value = accessor ? unknown() : eval(module_.child(item, 1), frame);
    if (!spend_bytes(value->text.size())) return unknown();
    const auto name_text = python_ ? std::nullopt : to_text(*key, false);
    rows.emplace_back(name_text ? string(*name_text) : *key, *value);
  }
  return share(map(std::move(rows)));
}

Ref Evaluator::comprehension(NodeId id, Frame* frame) {
  const auto inner = std::make_shared<Frame>();
  inner->home = id;
  if (frame != nullptr) inner->parent = frame->shared_from_this();
  const NodeId element = module_[id].first_child;
  if (element == kNoNode) return unknown();
  // In a run of its own: element expressions depend on the loop variable.
  const Run run(*this);
  ValueList values;
  ValueMap rows;
  const bool done = clauses(module_[element].next_sibling, element, inner.get(), values, rows);
  if (!done) return unknown();
  if (module_[element].kind == NodeKind::kProperty) return share(map(std::move(rows)));
  return share(list(std::move(values)));
}

bool Evaluator::clauses(NodeId clause, NodeId element, Frame* frame, ValueList& values,
                        ValueMap& rows) {
  if (!spend(1) || failed_ || raised_) return false;
  if (clause == kNoNode) {
    const bool pair = module_[element].kind == NodeKind::kProperty;
    const Ref first = eval(pair ? module_[element].first_child : element, frame);
    if (!first->known() || !spend_bytes(size_bytes(*first))) return false;
    if (!pair) {
      values.push_back(*first);
      return true;
    }
    const Ref second = eval(module_.child(element, 1), frame);
    if (!second->known() || !spend_bytes(size_bytes(*second))) return false;
    rows.emplace_back(*first, *second);
    return true;
  }
  const NodeId next = module_[clause].next_sibling;
  if (module_[clause].kind == NodeKind::kIf) {
    const Ref test = eval(module_[clause].first_child, frame);
    if (!whole(*test) || test->kind == Kind::kPath) return false;
    return !truthy(*test, python_) || clauses(next, element, frame, values, rows);
  }
  if (module_[clause].kind != NodeKind::kForIn || depth_ >= limits_.fold_depth) return false;
  ++depth_;
  bool ok = true;
  const auto take = [&](const Value& item) {
    ok = assign(module_[clause].first_child, share(item), false, frame) &&
         clauses(next, element, frame, values, rows);
  };
  const NodeId iterable = module_.child(clause, 1);
  if (const std::optional<Range> range = long_range(iterable, frame)) {
    for (size_t i = 0; ok && i < range->count; ++i) take(range->item(i));
  } else {
    const auto items = iterate(*this, eval(iterable, frame));
    ok = items.has_value();
    for (size_t i = 0; ok && i < items->size(); ++i) take((*items)[i]);
  }
  --depth_;
  return ok;
}

// A loop over range(0x110000) needs no list of a million numbers, and mostly ends at the first
// thing that is not known.
std::optional<Range> Evaluator::long_range(NodeId iterable, Frame* frame) {
  constexpr size_t kLong = 4096;
  if (!python_ || kind(iterable) != NodeKind::kCall) return std::nullopt;
  const NodeId callee = module_[iterable].first_child;
  if (kind(callee) != NodeKind::kName) return std::nullopt;
  const Ref function = eval(callee, frame);
  if (function->kind != Kind::kPath || !is_range(function->text)) return std::nullopt;
  std::vector<int64_t> numbers;
  for (NodeId arg = module_[callee].next_sibling; arg != kNoNode; arg = module_[arg].next_sibling) {
    const Ref value = eval(arg, frame);
    if (value->kind != Kind::kInt) return std::nullopt;
    numbers.push_back(value->integer);
  }
  const std::optional<Range> range = make_range(numbers);
  return range && range->count > kLong ? range : std::nullopt;
}

// a.b(c)[d].e()...: chains lean to the left too. Every link is remembered, and an unknown start
// makes the whole chain unknown at once.
Ref Evaluator::spine(NodeId id, Frame* frame) {
  std::vector<NodeId> chain;
  NodeId leaf = id;
  while (is_spine(kind(leaf))) {
    // What is remembered of a method by itself has lost its receiver.
    const bool is_callee =
        !chain.empty() && kind(chain.back()) == NodeKind::kCall && kind(leaf) != NodeKind::kCall;
    if (leaf != id && !is_callee && is_done(leaf, frame)) break;
    chain.push_back(leaf);
    leaf = module_[leaf].first_child;
  }
  const bool owned = frame != nullptr && kind(leaf) == NodeKind::kName;
  Ref value = owned ? name(leaf, frame, false) : eval(leaf, frame);
  if (owned && python_ && value->kind == Kind::kBytes && chain.size() == 2 &&
      kind(chain[1]) == NodeKind::kMember && kind(chain[0]) == NodeKind::kCall) {
    const NodeId argument = module_.child(chain[0], 1);
    value.reset();  // the variable's is to be the only one
    if (grow_bytes(leaf, text(chain[1]), argument, frame)) return share(null());
    value = name(leaf, frame, false);
  }
  for (size_t i = chain.size(); i-- > 0;) {
    const NodeId link = chain[i];
    const NodeKind link_kind = module_[link].kind;
    if (!value->known() || failed_ || raised_ || !spend(1)) {
      value = unknown();
    } else if (link_kind == NodeKind::kCall) {
      value = call_node(link, value, unknown(), frame);
    } else if (i > 0 && module_[chain[i - 1]].kind == NodeKind::kCall &&
               kind(module_.child(link, 1)) != NodeKind::kSlice) {
      // A method call: the receiver goes along, and is the variable's own when it may be changed.
      if (owned && i + 1 == chain.size()) value = name(leaf, frame, true);
      const Ref key =
          link_kind == NodeKind::kIndex ? eval(module_.child(link, 1), frame) : unknown();
      if (link_kind == NodeKind::kIndex && (python_ || key->kind != Kind::kString)) {
        // table[3](...) calls an element.
        const Ref callee = whole(*key) ? element(*this, value, *key) : unknown();
        value = callee->known() ? call_node(chain[--i], callee, unknown(), frame) : unknown();
        if (frame == nullptr && i > 0 && memo_[chain[i]] == kNotYet) remember(chain[i], value);
        continue;
      }
      const std::string_view method_name = link_kind == NodeKind::kIndex ? key->text : text(link);
      const bool container = value->kind == Kind::kList || value->kind == Kind::kMap;
      if (owned && i + 1 == chain.size() && container && !is_mutable(*value) &&
          is_mutator(method_name)) {
        failed_ = true;  // a constant that others may name
      }
      const Ref callee = method_name.empty() ? unknown() : method(value, method_name);
      value = callee->known() ? call_node(chain[--i], callee, value, frame) : unknown();
    } else {
      value = link_kind == NodeKind::kMember ? member(value, text(link))
                                             : index(module_.child(link, 1), value, frame);
    }
    if (frame == nullptr && i > 0 && memo_[chain[i]] == kNotYet) remember(chain[i], value);
  }
  return value;
}

// What calling the member `name` of a value runs: a path of the tables, or a function of ours.
Ref Evaluator::method(const Ref& self, std::string_view method_name) {
  if (self->kind == Kind::kPath) return member(self, method_name);
  if (self->kind == Kind::kMap || self->kind == Kind::kFunction) {
    const Ref own = member(self, method_name);
    if (own->kind == Kind::kFunction || own->kind == Kind::kPath) return own;
  }
  if (self->kind == Kind::kMap && self->boolean && python_) return unknown();  // an object
  if (!python_ && method_name == "constructor") return member(self, method_name);
  const std::string_view type = type_name(*self, python_);
  if (type.empty()) return unknown();
  std::string full(type);
  full.append(".").append(method_name);
  const Row* row = find_row(python_, full);
  return row == nullptr ? unknown() : share(path(std::string(row->path)));
}

Ref Evaluator::member(const Ref& object, std::string_view key) {
  switch (object->kind) {
    case Kind::kPath: {
      if (object->text == "globals()") return variable(key);
      if (object->text.starts_with("regex/")) return share(path("RegExp." + std::string(key)));
      if (python_ && key == "__dict__") return object;
      if (is_instance(*object) && key == "name" && !object->list->empty()) {
        return share(object->list->front());  // of a file: open() and NamedTemporaryFile()
      }
      if (object->text.size() + key.size() > kPathBytes) return unknown();
      std::string full = object->text;
      full.append(".").append(key);
      if (python_) {
        if (const Ref known = python_constant(full); known->known()) return known;
      }
      if (full == "globalThis.NaN") return share(real(std::nan("")));
      if (full == "globalThis.Infinity") return share(real(HUGE_VAL));
      if (full == "globalThis.module.constructor") return share(path("module"));
      // Array, String, Object and functions themselves are made by Function.
      if (!python_ && key == "constructor") return share(path("globalThis.Function"));
      if (!python_ && (key == "apply" || key == "call" || key == "bind")) {
        return share(path("Function." + std::string(key)));
      }
      return share(path(std::string(canonical(full))));
    }
    case Kind::kMap: {
      if (!python_) return element(*this, object, string(std::string(key)));
      if (!object->boolean) return unknown();
      const Ref own = element(*this, object, string(std::string(key)));
      if (own->known() || object->node == kNoNode) return own;
      return class_member(object->node, key, object);
    }
    case Kind::kFunction: {
      if (python_ && is_class(*object)) return class_member(object->node, key, unknown());
      if (!python_ && kind(object->node) == NodeKind::kClass) {
        return machine().static_member(*object, key);
      }
      if (python_ && key == "__globals__") return share(path("globals()"));
      const auto members = function_members_.find(object->node);
      if (members != function_members_.end()) {
        for (const auto& [row_key, value] : members->second) {
          if (row_key.text == key) return share(value);
        }
      }
      if (!python_ && key == "constructor") return share(path("globalThis.Function"));
      if (!python_ && key == "prototype") return share(path("Function.prototype"));
      return runs_ > 0 && !python_ ? share(undefined()) : unknown();
    }
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kList: {
      if (python_) return bound_method(object, key);
      if (key == "length") return element(*this, object, string("length"));
      if (key == "constructor") {
        return share(path("globalThis." + std::string(type_name(*object, false))));
      }
      if (runs_ > 0 && is_cache_key(string(std::string(key)))) return share(undefined());
      return method(object, key);  // []["filter"]
    }
    default:
      return unknown();
  }
}

// "".join as a value: the path of the method with its receiver.
Ref Evaluator::bound_method(const Ref& object, std::string_view key) {
  if (object->kind == Kind::kList && is_mutable(*object)) return unknown();
  const Ref found = method(object, key);
  if (!found->known() || !spend_bytes(size_bytes(*object))) return unknown();
  return share(instance(found->text, {*object}, {}, kNoNode));
}

Ref Evaluator::variable(std::string_view variable_name) {
  if (module_variables_.empty()) {
    module_variables_.emplace(std::string_view(), kNone32);
    for (BindingId id = 0; id < scopes_.bindings().size(); ++id) {
      const Binding& binding = scopes_[id];
      if (binding.scope == scopes_.module_scope()) {
        module_variables_.emplace(pool_.text(binding.name), id);
      }
    }
  }
  const auto row = module_variables_.find(variable_name);
  if (row == module_variables_.end() || row->second == kNone32) {
    return variable_name == "__builtins__" ? share(path("builtins")) : unknown();
  }
  return static_name(row->second, kNoNode);
}

Ref Evaluator::index(NodeId key, const Ref& object, Frame* frame) {
  if (key == kNoNode) return unknown();
  if (module_[key].kind == NodeKind::kSlice) {
    Ref bounds[3];
    for (size_t i = 0; i < 3; ++i) {
      const NodeId bound = module_.child(key, i);
      const bool absent = bound == kNoNode || module_[bound].kind == NodeKind::kEmpty;
      bounds[i] = absent ? share(null()) : eval(bound, frame);
      if (!whole(*bounds[i])) return unknown();
    }
    return share(slice(*this, object, *bounds[0], *bounds[1], *bounds[2]));
  }
  const Ref value = eval(key, frame);
  if (!whole(*value)) return unknown();
  if (value->kind == Kind::kString &&
      (object->kind == Kind::kPath || (!python_ && object->kind != Kind::kMap))) {
    if (python_ && object->text == "sys.modules") return share(path(value->text));
    if (python_ && is_instance(*object)) return unknown();  // not an attribute
    const auto number_index = python_ ? std::nullopt : to_number(*value);
    if (!number_index || std::isnan(*number_index)) return member(object, value->text);
    return element(*this, object, number(*number_index));
  }
  return element(*this, object, *value);
}

// What a callable knows of what it is called on: of a bound method its object, of an instance
// itself.
static Ref receiver_of(const Ref& callee) {
  if (!is_instance(*callee)) return unknown();
  return callee->text.ends_with("()") ? callee : Ref(callee->list, &callee->list->front());
}

Ref Evaluator::call_node(NodeId id, const Ref& callee, const Ref& self, Frame* frame) {
  const Row* row = nullptr;
  bool unbound = false;  // str.join(", ", list)
  if (callee->kind == Kind::kPath) {
    row = find_row(python_, callee->text);
    constexpr std::string_view kBuiltins = "builtins.";
    if (row == nullptr && python_ && callee->text.starts_with(kBuiltins)) {
      row = find_row(true, std::string_view(callee->text).substr(kBuiltins.size()));
      unbound = row != nullptr;
    }
    if (row == nullptr && !python_) {
      if (Ref named = returned_name(callee->text)) return named;
    }
    // Most calls of ordinary code end here. A call that might change our containers must not.
    if (row == nullptr && frame == nullptr) return unknown();
  } else if (callee->kind != Kind::kFunction) {
    return unknown();
  }
  if ((module_[id].flags & kTagged) != 0 && module_[id].kind == NodeKind::kCall) return unknown();
  if (callee->kind == Kind::kFunction && frame == nullptr) bootstrap();
  std::vector<Ref> args;
  std::vector<Keyword> keywords;
  const NodeId first = module_[module_[id].first_child].next_sibling;
  for (NodeId arg = first; arg != kNoNode; arg = module_[arg].next_sibling) {
    if (module_[arg].kind == NodeKind::kKeyword) {
      keywords.push_back({text(arg), eval(module_[arg].first_child, frame)});
    } else if (module_[arg].kind == NodeKind::kSpread) {
      const auto items = iterate(*this, eval(module_[arg].first_child, frame));
      if (!items || (module_[arg].flags & kMapping) != 0) return unknown();
      for (const Value& item : *items) args.push_back(share(item));
    } else {
      const Ref value = eval(arg, frame);
      const NodeKind kind = module_[arg].kind;
      const bool literal = kind == NodeKind::kArray || kind == NodeKind::kObject;
      const bool own = literal && callee->kind == Kind::kFunction && value->known();
      args.push_back(own ? share(mutable_copy(*value)) : value);
    }
    if (failed_ || raised_) return unknown();
  }
  if (unbound && args.empty()) return unknown();
  if (unbound) return call_row(*row, args[0], std::span(args).subspan(1), keywords);
  if (row != nullptr) {
    return call_row(*row, self->known() ? self : receiver_of(callee), args, keywords, id);
  }
  if (callee->kind == Kind::kFunction && !python_) {
    return module_[id].kind == NodeKind::kNew ? machine().construct(*callee, args)
                                              : machine().call(*callee, self, args);
  }
  if (callee->kind == Kind::kFunction) return call_function(*callee, args, keywords);
  for (const Ref& arg : args) {
    const bool container = arg->kind == Kind::kList || arg->kind == Kind::kMap;
    if (container && is_mutable(*arg)) failed_ = true;
  }
  return unknown();
}

// Function("return process")(): the global of that name; null when it is no such thing.
Ref Evaluator::returned_name(std::string_view path_text) const {
  constexpr std::string_view kFunction = "Function(return ";
  if (!path_text.starts_with(kFunction) || !path_text.ends_with(')')) return nullptr;
  std::string full = "globalThis.";
  full += path_text.substr(kFunction.size(), path_text.size() - kFunction.size() - 1);
  return share(path(std::string(canonical(full))));
}

Ref Evaluator::call_row(const Row& row, const Ref& self, std::span<const Ref> args,
                        std::span<const Keyword> keywords, NodeId site) {
  // Array.prototype.join() without an array, and the like.
  const std::string_view type = row.path.substr(0, row.path.find('.'));
  if (is_type(type) && type != type_name(*self, python_)) return unknown();
  // Rows of what a call gave, and of its methods, read what it was made from.
  if (python_ && row.path.find("()") != row.path.npos && !is_instance(*self)) return unknown();
  bool is_decoded = (row.flags & kDecodes) != 0 || self->decoded;
  for (const Ref& arg : args) {
    if ((row.flags & kTakesUnknown) == 0 && !whole(*arg)) return unknown();
    is_decoded |= arg->decoded;
  }
  if ((row.flags & kTakesUnknown) == 0 && self->kind == Kind::kPartial) return unknown();
  if (!spend(1)) return unknown();
  Value value = row.function({*this, row.path, self, args, keywords, site});
  if (value.known() && !spend_bytes(total_bytes(value))) return unknown();
  const bool made = value.is_text() || value.kind == Kind::kPartial || value.kind == Kind::kList;
  value.decoded |= is_decoded && made;
  return share(std::move(value));
}

// [].indexOf.call(x, ...): a method's row reads its receiver, so that must be of the method's type.
static bool receiver_fits(std::string_view row_path, const Value& self) {
  const std::string_view type = row_path.substr(0, row_path.find('.'));
  if (type == "Array" || type == "list") return self.kind == Value::Kind::kList;
  if (type == "dict") return self.kind == Value::Kind::kMap;
  if (type == "String" || type == "str") return self.kind == Value::Kind::kString;
  if (type == "Buffer" || type == "bytes") return self.kind == Value::Kind::kBytes;
  return true;
}

// A call from a builtin: map(chr, ...), list.map(x => ...), f.apply(...).
Ref Evaluator::call(const Ref& callee, const Ref& self, std::span<const Ref> args,
                    std::span<const Keyword> keywords) {
  if (!spend(1) || failed_ || raised_) return unknown();
  if (callee->kind == Kind::kFunction) {
    return python_ ? call_function(*callee, args, keywords) : machine().call(*callee, self, args);
  }
  if (callee->kind != Kind::kPath) return unknown();
  const Row* row = find_row(python_, callee->text);
  if (row == nullptr) return unknown();
  const Ref receiver_value = self->known() ? self : receiver_of(callee);
  if (!receiver_fits(row->path, *receiver_value)) return unknown();
  return call_row(*row, receiver_value, args, keywords);
}

}  // namespace cerebro::folding
