#include "base/limit_options.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <type_traits>

namespace cerebro {
namespace {

static_assert(std::is_same_v<uint64_t, size_t>);

constexpr LimitOption kOptions[] = {
    {"packed_bytes", &Limits::packed_bytes, "bytes of an archive that are read"},
    {"unpacked_bytes", &Limits::unpacked_bytes, "bytes of all files of a package"},
    {"file_bytes", &Limits::file_bytes, "bytes of one file; the rest is cut"},
    {"archive_entries", &Limits::archive_entries, "entries of a package, nested archives included"},
    {"ratio", &Limits::ratio, "unpacked bytes for each packed byte"},
    {"ratio_grace_bytes", &Limits::ratio_grace_bytes, "unpacked bytes before the ratio counts"},
    {"path_bytes", &Limits::path_bytes, "bytes of a path; the end is kept"},
    {"archive_nesting", &Limits::archive_nesting, "archives inside archives that are opened"},
    {"parse_bytes", &Limits::parse_bytes, "bytes of a source file that is parsed"},
    {"nodes_per_file", &Limits::nodes_per_file, "syntax nodes of a file"},
    {"syntax_depth", &Limits::syntax_depth, "nesting of expressions and statements"},
    {"parse_steps", &Limits::parse_steps, "steps of a parser; 0: bounded by bytes alone"},
    {"fold_steps", &Limits::fold_steps, "steps of constant folding, a file"},
    {"fold_machine_steps", &Limits::fold_machine_steps,
     "steps of code that is run to fold, a file"},
    {"fold_package_machine_steps", &Limits::fold_package_machine_steps,
     "steps of code that is run to fold, a package; each file has a million of its own"},
    {"fold_value_bytes", &Limits::fold_value_bytes, "bytes of one folded value"},
    {"fold_total_bytes", &Limits::fold_total_bytes, "bytes of all folded values of a file"},
    {"fold_depth", &Limits::fold_depth, "nesting of folded expressions and calls"},
    {"layers", &Limits::layers, "decoded payloads inside decoded payloads"},
    {"layer_bytes", &Limits::layer_bytes, "bytes of all decoded payloads of a package"},
    {"resolve_steps", &Limits::resolve_steps, "steps of name resolution, a package"},
    {"values_per_name", &Limits::values_per_name, "values that a name may have"},
    {"shortcuts", &Limits::shortcuts, "0: what cannot change the result is read, too"},
    {"events_per_package", &Limits::events_per_package, "behaviours of a package"},
    {"sequence_phrases", &Limits::sequence_phrases, "phrases of a sequence"},
    {"snippet_bytes", &Limits::snippet_bytes, "bytes of a quoted source line"},
    {"windows", &Limits::windows, "windows that the model judges"},
    {"package_memory_bytes", &Limits::package_memory_bytes,
     "bytes of memory that a worker may take"},
    {"package_cpu_ms", &Limits::package_cpu_ms,
     "milliseconds of processor time a package, in whole seconds"},
    {"package_ms", &Limits::package_ms, "milliseconds by the clock a package"},
    {"result_bytes", &Limits::result_bytes, "bytes that a worker may answer"},
    {"packages_per_worker", &Limits::packages_per_worker, "packages that one worker reads"},
};

}  // namespace

std::span<const LimitOption> limit_options() { return kOptions; }

uint64_t value(const LimitOption& option, const Limits& limits) {
  return std::visit([&](auto field) { return static_cast<uint64_t>(limits.*field); }, option.field);
}

Result<int> set_limit(std::string_view text, Limits& limits) {
  const std::string whole(text);
  const size_t equals = text.find('=');
  if (equals == text.npos) return fail(Code::kUsage, "it is not of the form NAME=NUMBER", whole);
  const std::string_view name = text.substr(0, equals), digits = text.substr(equals + 1);
  const auto* option = std::find_if(std::begin(kOptions), std::end(kOptions),
                                    [&](const LimitOption& row) { return row.name == name; });
  if (option == std::end(kOptions)) {
    return fail(Code::kUsage, "there is no limit of this name (docs/limits.md)", whole);
  }
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool fits = std::visit(
      [&](auto field) {
        using Field = std::remove_reference_t<decltype(limits.*field)>;
        if (number > static_cast<uint64_t>(std::numeric_limits<Field>::max()) / 2) return false;
        limits.*field = static_cast<Field>(number);
        return true;
      },
      option->field);
  if (error != std::errc() || end != digits.data() + digits.size() || !fits) {
    return fail(Code::kUsage, "the value is not a whole number, or too big", whole);
  }
  return 0;
}

std::string limits_table() {
  std::string table = "| name | value | bounds |\n|---|---|---|\n";
  for (const LimitOption& option : kOptions) {
    table += "| `" + std::string(option.name) + "` | " + std::to_string(value(option, Limits{})) +
             " | " + std::string(option.doc) + " |\n";
  }
  return table;
}

}  // namespace cerebro
