#pragma once

// The knowledge of catalogue/*.toml as tables: the closed vocabulary, which API shows which
// behaviour, and what strings mean. Generated at build time (tools/gen_catalogue.py); immutable,
// shared by all threads.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

using BehaviourId = uint16_t;
constexpr BehaviourId kNoBehaviour = 0xFFFF;

// The 16 features of the paper's Table 2, in its order.
enum class Root : uint8_t {
  kR1,
  kR2,
  kR3,
  kR4,
  kR5,
  kD1,
  kD2,
  kD3,
  kE1,
  kE2,
  kE3,
  kE4,
  kP1,
  kP2,
  kP3,
  kP4
};
std::string_view name(Root root);    // "R1"
std::string_view phrase(Root root);  // the paper's phrase

struct Behaviour {
  std::string_view id, phrase, sentence, attack;  // attack may be empty
  Root root;
};

std::span<const Behaviour> behaviours();
const Behaviour& behaviour(BehaviourId id);
BehaviourId find_behaviour(std::string_view id);  // kNoBehaviour when there is none

enum class Api : uint8_t { kJavaScript, kPython, kShell };  // which file of catalogue/apis
enum class Access : uint8_t { kCall, kImport, kRead, kWrite };

enum class ArgumentRole : uint8_t {
  kNone,
  kCode,
  kCodePython,
  kCodeJavaScript,
  kCommand,
  kProgram,
  kArgv,
  kScript,
  kPath,
  kUrl,
  kEnv,
  kModule,
  kData,
};

// Which argument: a position, a keyword, any of them, or none at all.
struct ArgumentKey {
  int position = -1;  // >= 0
  std::string_view
      keyword;  // Python keyword, or a property of a trailing JavaScript options object
  enum class Kind : uint8_t { kPosition, kKeyword, kAny, kNone } kind = Kind::kPosition;
};

struct ArgumentRow {
  ArgumentKey key;
  ArgumentRole role;
};
struct ConditionRow {
  ArgumentKey key;
  uint32_t pattern;
};  // index for Catalogue::matches

struct ApiRow {
  std::string_view id, doc, source;
  BehaviourId behaviour;
  Access access;
  std::span<const ArgumentRow> arguments;
  std::span<const ConditionRow> conditions;  // all must hold
};

enum class StringPlace : uint8_t { kAny, kPath, kUrl, kEnv, kCommand, kName };

struct StringRow {
  std::string_view id, doc, source;
  BehaviourId behaviour;
  StringPlace place;
};

class Catalogue {
 public:
  static const Catalogue& builtin();

  // The rows of the longest path that matches (README of catalogue/), in file order; conditions are
  // the caller's to check. `path` as in catalogue/README.md: "child_process.exec",
  // "builtins.open().read".
  std::span<const ApiRow* const> match(Api api, Access access, std::string_view path) const;

  // Rows of the module "*" for a method on a value that nothing is known of.
  std::span<const ApiRow* const> match_method(Api api, Access access,
                                              std::string_view method) const;

  // Whether the pattern of a condition is found in `text`.
  bool matches(uint32_t pattern, std::string_view text) const;

  // The string rows that hold for `text` in this place; kAny rows are tried at every place but
  // kName and kEnv. Appends in file order; of the url rows only the first. One pass over the text
  // (RE2::Set).
  void classify(StringPlace place, std::string_view text, std::vector<const StringRow*>& out) const;

  std::span<const ApiRow> api_rows() const;
  std::span<const StringRow> string_rows() const;

  std::string_view version() const;  // 12 hex digits of the SHA-256 of the catalogue files

 private:
  Catalogue();
};

}  // namespace cerebro
