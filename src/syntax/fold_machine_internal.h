#pragma once

// The machine's operators.

#include "syntax/fold_machine.h"

namespace cerebro::folding {

// Nesting of expressions and statements that are run, calls included.
constexpr int kMachineDepth = 1200;

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

inline bool is_shortcut(Op op) { return op == Op::kAnd || op == Op::kOr || op == Op::kCoalesce; }
inline bool is_bitwise(Op op) { return op >= Op::kBitAnd && op <= Op::kRightUnsigned; }
inline bool is_arithmetic(Op op) { return op >= Op::kAdd && op <= Op::kPower; }
Op operator_named(std::string_view text);

}  // namespace cerebro::folding
