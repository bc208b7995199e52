#pragma once

// The fields of Limits by name, for command lines: `--limit fold_steps=1000`.

#include <span>
#include <string_view>
#include <variant>

#include "base/limits.h"
#include "base/result.h"

namespace cerebro {

struct LimitOption {
  std::string_view name;  // of the field
  std::variant<uint64_t Limits::*, uint32_t Limits::*, int Limits::*> field;
  std::string_view doc;
};

std::span<const LimitOption> limit_options();

// The value of `option` in `limits`.
uint64_t value(const LimitOption& option, const Limits& limits);

// "fold_steps=1000". Error: kUsage, with what is wrong: an unknown name, no number, too big a one.
Result<int> set_limit(std::string_view text, Limits& limits);

// docs/limits.md, its table: one row a field, with the value it has unless it is set.
std::string limits_table();

}  // namespace cerebro
