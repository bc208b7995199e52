// How the evaluator starts the machine, and what is left when it has stopped.

#include <algorithm>
#include <utility>

#include "syntax/fold_machine_internal.h"

namespace cerebro::folding {

// An interpretation may use up half of what is left: one endless loop does not blind the rest.
// What it made is freed at its end, unless something older came to hold some of it.
class Machine::Run {
 public:
  explicit Run(Machine& machine)
      : machine_(machine),
        failed_(std::exchange(machine.failed_, false)),
        raised_(std::exchange(machine.raised_, false)),
        outermost_(machine.runs_++ == 0),
        limit_(machine.run_limit_),
        bytes_(machine.bytes_),
        lasting_bytes_(machine.lasting_bytes_) {
    if (!outermost_) return;
    ++machine_.run_;
    machine_.leaves_state_ = false;
    started_ = machine_.steps_;
    machine_.run_limit_ = started_ + machine_.allowance();
    const Arena& arena = machine_.passing_;
    units_ = arena.units.size();
    texts_ = arena.texts.size();
    objects_ = arena.objects.size();
    environments_ = arena.environments.size();
  }
  ~Run() {
    --machine_.runs_;
    machine_.failed_ = failed_;
    machine_.raised_ = raised_;
    if (!outermost_) return;
    if (FoldBudget* const budget = machine_.eval_.budget_) {
      budget->machine_steps -= std::min(machine_.steps_ - started_, budget->machine_steps);
    }
    machine_.run_limit_ = limit_;
    machine_.thrown_ = machine_.result_ = {};
    if (machine_.leaves_state_) return;
    Arena& arena = machine_.passing_;
    arena.environments.resize(environments_);
    arena.objects.resize(objects_);
    arena.texts.resize(texts_);
    arena.units.resize(units_);
    machine_.bytes_ = bytes_ + (machine_.lasting_bytes_ - lasting_bytes_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

 private:
  Machine& machine_;
  bool failed_, raised_, outermost_;
  uint64_t limit_, started_ = 0;
  size_t bytes_, lasting_bytes_;
  size_t units_ = 0, texts_ = 0, objects_ = 0, environments_ = 0;
};

// Half of what is left to the file and of what is left to the package. The first steps of a file
// are its own, so that no other file can take them from it.
uint64_t Machine::allowance() const {
  constexpr uint64_t kOwn = 1'000'000;
  const uint64_t file = (run_limit_ - std::min(steps_, run_limit_)) / 2;
  if (eval_.budget_ == nullptr) return file;
  return std::min(file, std::max(eval_.budget_->machine_steps / 2, kOwn - std::min(steps_, kOwn)));
}

// What a run came to, for the evaluator.
Ref Machine::outcome_of(const Any& value, NodeId function) {
  const Value made = stopped() ? Value() : to_value(value);
  if (steps_ >= run_limit_ && function != kNoNode) hopeless_.insert(function);
  if (failed_) eval_.failed_ = true;
  if (raised_) eval_.raised_ = true;
  return stopped() ? unknown() : share(made);
}

Any Machine::callee(const Value& function) {
  if (function.integer > 0) return any(captured_[static_cast<size_t>(function.integer) - 1]);
  return any(function_object(function.node));
}

std::vector<Any> Machine::given(std::span<const Ref> args) {
  std::vector<Any> out;
  // A named container is a constant of the module; a literal belongs to the call alone.
  for (const Ref& arg : args) out.push_back(from_value(*arg, !is_mutable(*arg), false));
  return out;
}

Ref Machine::call(const Value& function, const Ref& self, std::span<const Ref> args) {
  const Run run(*this);
  const Any receiver = from_value(*self, true, false);
  const Any function_value = callee(function);
  return outcome_of(stopped() ? Any() : apply(function_value, receiver, given(args)),
                    function.node);
}

Ref Machine::construct(const Value& function, std::span<const Ref> args) {
  const Run run(*this);
  const Any function_value = callee(function);
  return outcome_of(stopped() ? Any() : construct(function_value, given(args)), function.node);
}

Ref Machine::call_native(const Ref& self, std::string_view name, std::span<const Ref> args) {
  const Run run(*this);
  const Any receiver = from_value(*self, false);
  const Native found = receiver.is(Tag::kObject) ? native(receiver.object->kind, name) : nullptr;
  if (found == nullptr || stopped()) return unknown();
  return outcome_of(found(*this, receiver, given(args)), kNoNode);
}

Ref Machine::static_member(const Value& function, std::string_view name) {
  const Run run(*this);
  const Any object = callee(function);
  return outcome_of(stopped() ? Any() : get(object, key(units_of_utf8(name))), kNoNode);
}

Ref Machine::run_slice(const Slice& slice) {
  const Run run(*this);
  Environment* env = make_environment(slice.home, nullptr);
  if (env == nullptr) return unknown();
  env->captured = true;
  for (const NodeId id : slice.statements) {
    if (statement(id, *env) != Flow::kNormal) return unknown();
  }
  const Any value = env->slots[slot_of_[slice.binding]];
  if (stopped() || value.is(Tag::kUnset)) return unknown();
  return share(to_value(value));
}

bool Machine::rotate(NodeId call, BindingId array, const Ref& before) {
  const Run run(*this);
  new_globals_.clear();
  rotating_ = true;
  if (before->kind == Value::Kind::kList) {
    globals_[array] = from_value(*before, false);
    new_globals_.insert(array);
  }
  // At home nowhere, so that what it sets goes to globals_ and stays.
  Environment* env = make_environment(kNoNode, nullptr);
  if (env != nullptr) eval(call, *env);
  leaves_state_ = true;
  rotating_ = false;
  global_values_.clear();
  return !stopped();
}

Ref Machine::global(BindingId id) {
  const auto known = globals_.find(id);
  if (known == globals_.end()) return nullptr;
  if (const auto value = global_values_.find(id); value != global_values_.end()) {
    return value->second;
  }
  const Run run(*this);
  const Ref value = share(to_value(known->second));
  if (!rotating_) global_values_.emplace(id, value);
  return value;
}

}  // namespace cerebro::folding
