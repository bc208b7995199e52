// Variables that are made in several steps: the statements that take part are picked out of their
// block and run by the interpreter. And the arrays of
// strings that an obfuscator's set-up rotates.

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "syntax/fold_internal.h"
#include "syntax/fold_machine.h"

namespace cerebro::folding {
namespace {

constexpr size_t kSliceStatements = 256;
constexpr size_t kDefinitions = 1024;

bool is_simple(NodeKind kind) {
  switch (kind) {
    case NodeKind::kIf:
    case NodeKind::kLoop:
    case NodeKind::kForIn:
    case NodeKind::kTry:
    case NodeKind::kWith:
    case NodeKind::kSwitch:
    case NodeKind::kBlock:
    case NodeKind::kFunction:
    case NodeKind::kClass:
      return false;
    default:
      return true;
  }
}

}  // namespace

const std::vector<NodeId>& Evaluator::statements_of(NodeId block) {
  const auto [row, is_new] = blocks_.try_emplace(block);
  if (is_new) {
    for (const NodeId statement : children(module_, block)) row->second.push_back(statement);
  }
  return row->second;
}

// The statement of the block that covers the offset.
NodeId Evaluator::statement_at(NodeId block, uint32_t offset) {
  const std::vector<NodeId>& statements = statements_of(block);
  const auto after = std::upper_bound(
      statements.begin(), statements.end(), offset,
      [&](uint32_t at, NodeId statement) { return at < module_[statement].begin; });
  if (after == statements.begin()) return kNoNode;
  const NodeId statement = *(after - 1);
  return offset < module_[statement].end ? statement : kNoNode;
}

// The block inside a compound statement that covers both offsets.
NodeId Evaluator::block_around(NodeId statement, uint32_t first, uint32_t second) {
  NodeId at = statement;
  while (at != kNoNode) {
    const NodeKind form = module_[at].kind;
    if (form == NodeKind::kBlock && at != statement) return at;
    if (form != NodeKind::kIf && form != NodeKind::kTry && form != NodeKind::kLoop &&
        form != NodeKind::kForIn && form != NodeKind::kWith && form != NodeKind::kCatch &&
        form != NodeKind::kBlock) {
      return kNoNode;
    }
    NodeId inside = kNoNode;
    for (const NodeId child : children(module_, at)) {
      if (!spend(1)) return kNoNode;
      const Node& node = module_[child];
      const bool covers =
          first >= node.begin && first < node.end && second >= node.begin && second < node.end;
      if (covers) inside = child;
    }
    at = inside;
  }
  return kNoNode;
}

bool Evaluator::in_nested_function(NodeId statement, uint32_t offset) {
  for (NodeId at = statement; at != kNoNode;) {
    if (module_[at].kind == NodeKind::kFunction) return true;
    NodeId inside = kNoNode;
    for (const NodeId child : children(module_, at)) {
      if (!spend(1)) return true;
      if (offset >= module_[child].begin && offset < module_[child].end) inside = child;
    }
    at = inside;
  }
  return false;
}

// The variables of the slice's function that the statement gives values to.
void Evaluator::written_in(NodeId statement, std::vector<BindingId>& out) {
  std::vector<NodeId> stack{statement};
  while (!stack.empty() && spend(1)) {
    const NodeId id = stack.back();
    stack.pop_back();
    const NodeKind kind = module_[id].kind;
    if (kind == NodeKind::kFunction || kind == NodeKind::kClass) continue;
    NodeId target = kNoNode;
    if (kind == NodeKind::kAssign || kind == NodeKind::kForIn || kind == NodeKind::kUnary) {
      target = module_[id].first_child;
    }
    if (target != kNoNode && module_[target].kind == NodeKind::kName) {
      out.push_back(scopes_.binding(target));
    }
    for (const NodeId child : children(module_, id)) stack.push_back(child);
  }
}

bool Evaluator::plan(Slice& slice) {
  std::vector<BindingId> pending{slice.binding};
  std::unordered_set<BindingId> seen{slice.binding};
  std::unordered_set<NodeId> chosen;
  while (!pending.empty()) {
    const BindingId id = pending.back();
    pending.pop_back();
    const Binding& binding = scopes_[id];
    std::vector<NodeId> writes = binding.definitions;
    if (const auto into = writes_.find(id); into != writes_.end()) {
      writes.insert(writes.end(), into->second.begin(), into->second.end());
    }
    if (binding.captured_write || writes.size() > kDefinitions) return false;
    for (const NodeId write : writes) {
      const NodeId statement = statement_at(slice.block, module_[write].begin);
      if (statement == kNoNode) return false;
      if (statement == slice.use_statement) {
        // A simple statement reads before it writes; a compound one may do both in turn.
        if (!is_simple(module_[statement].kind) || slice.used_later) return false;
        continue;
      }
      // A write in a function happens when that is called, if ever.
      if (in_nested_function(statement, module_[write].begin)) return false;
      const bool later = module_[statement].begin > module_[slice.use_statement].begin;
      if ((later && !slice.used_later) || !chosen.insert(statement).second) continue;
      if (chosen.size() > kSliceStatements || !spend(1)) return false;
      slice.statements.push_back(statement);
      std::vector<BindingId> others;
      written_in(statement, others);
      for (const BindingId other : others) {
        if (other == kNone32 || home(other) != slice.home) continue;
        const bool constant = scopes_[other].definitions.size() == 1 && !writes_.contains(other);
        if (!constant && seen.insert(other).second) pending.push_back(other);
      }
    }
  }
  std::sort(slice.statements.begin(), slice.statements.end(),
            [&](NodeId a, NodeId b) { return module_[a].begin < module_[b].begin; });
  return !slice.statements.empty();
}

Ref Evaluator::sliced(BindingId id, NodeId use) {
  survey();
  const Binding& binding = scopes_[id];
  if (binding.definitions.empty() || binding.captured_write) return unknown();
  if (binding.definitions.size() == 1 && !writes_.contains(id)) {
    // One loop variable, pattern or unknown value: running it tells nothing new.
    return unknown();
  }
  Slice slice;
  slice.binding = id;
  slice.home = home(id);
  slice.block = kind(slice.home) == NodeKind::kFunction ? module_.child(slice.home, 1) : slice.home;
  if (kind(slice.block) != NodeKind::kBlock) return unknown();
  const uint32_t use_at = module_[use].begin;
  uint32_t first = UINT32_MAX;
  for (const NodeId d : binding.definitions) first = std::min(first, module_[d].begin);
  for (;;) {
    slice.use_statement = statement_at(slice.block, use_at);
    if (slice.use_statement == kNoNode || !spend(1)) return unknown();
    if (statement_at(slice.block, first) != slice.use_statement) break;
    slice.block = block_around(slice.use_statement, first, use_at);
    if (slice.block == kNoNode) return unknown();
  }
  slice.used_later = in_nested_function(slice.use_statement, use_at);
  if (!plan(slice)) return unknown();
  const uint64_t key = uint64_t{id} << 32 | slice.statements.back();
  const auto [cached, is_new] = slices_.try_emplace(key, unknown());
  if (!is_new) return cached->second;

  if (!python_) return slices_[key] = machine().run_slice(slice);
  const bool failed = std::exchange(failed_, false), raised = std::exchange(raised_, false);
  const Run run(*this);
  const auto frame = std::make_shared<Frame>();
  frame->home = slice.home;
  Flow flow = Flow::kNormal;
  for (const NodeId statement_id : slice.statements) {
    flow = statement(statement_id, frame.get());
    if (flow != Flow::kNormal) break;
  }
  Ref value = unknown();
  const auto slot = frame->slots.find(id);
  if (flow == Flow::kNormal && !failed_ && !raised_ && slot != frame->slots.end()) {
    value = slot->second.value;
  }
  failed_ = failed;
  raised_ = raised;
  if ((value->kind == Value::Kind::kList || value->kind == Value::Kind::kMap) &&
      is_mutable(*value)) {
    Value constant = mutable_copy(*value);
    constant.integer = 0;
    value = share(std::move(constant));
  }
  kept_bytes_ += total_bytes(*value);
  return slices_[key] = value;
}

// Obfuscators keep strings in an array and rotate it when the program starts:
//   (function (a, n) { while (...) a.push(a.shift()); })(strings, 0x1b3)
// Such calls are run once, before anything is read from arrays and functions.
void Evaluator::bootstrap() {
  if (bootstrapped_ || python_) return;
  bootstrapped_ = true;
  survey();
  for (const NodeId call : rotations_) {
    const NodeId function = module_[call].first_child;
    const NodeId array = module_[function].next_sibling;
    const BindingId binding = scopes_.binding(array);
    const auto shift = std::lower_bound(shifts_.begin(), shifts_.end(), module_[function].begin);
    if (binding == kNone32 || shift == shifts_.end() || *shift >= module_[function].end) continue;
    const Ref before = static_name(binding, array);
    const bool is_list = before->kind == Value::Kind::kList;
    if (!is_list && before->kind != Value::Kind::kFunction) continue;

    bootstrapping_ = true;
    const bool followed = machine().rotate(call, binding, before);
    bootstrapping_ = false;
    if (!followed) {
      // What it has changed half-way is not known any more.
      tainted_.insert(binding);
      tainted_.insert(machine().rotated().begin(), machine().rotated().end());
    }
  }
}

}  // namespace cerebro::folding
