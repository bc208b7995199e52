#pragma once

// The machine's operators, and what its files share.

#include <utility>

#include "syntax/fold_machine.h"

namespace cerebro::folding {

// Nesting of expressions and statements that are run, calls included.
constexpr int kMachineDepth = 1200;

// Prototypes that are looked through for a property. A class may well be its own prototype here.
constexpr int kPrototypes = 64;

enum class Op : uint8_t {
  kNone,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kPower,
  kBitAnd,
  kBitOr,
  kBitXor,
  kLeft,
  kRight,
  kRightUnsigned,
  kEqual,
  kUnequal,
  kSame,
  kDifferent,
  kLess,
  kMost,
  kGreater,
  kLeast,
  kIn,
  kInstanceOf,
  kAnd,
  kOr,
  kCoalesce,
  kNot,
  kBitNot,
  kTypeOf,
  kVoid,
  kDelete,
  kIncrement,
  kDecrement,
  kAwait,
  kYield,
  kYieldAll,
};

// What is made while there is one of these lasts as long as the machine.
class Machine::Lasting {
 public:
  explicit Lasting(Machine& machine)
      : machine_(machine), before_(std::exchange(machine.arena_, &machine.lasting_)) {}
  ~Lasting() { machine_.arena_ = before_; }
  Lasting(const Lasting&) = delete;
  Lasting& operator=(const Lasting&) = delete;

 private:
  Machine& machine_;
  Arena* before_;
};

inline bool is_shortcut(Op op) { return op == Op::kAnd || op == Op::kOr || op == Op::kCoalesce; }
inline bool is_bitwise(Op op) { return op >= Op::kBitAnd && op <= Op::kRightUnsigned; }
inline bool is_arithmetic(Op op) { return op >= Op::kAdd && op <= Op::kPower; }
Op operator_named(std::string_view text);

}  // namespace cerebro::folding
