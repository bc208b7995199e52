#pragma once

// Versions and specifiers of Python packages: PEP 440.
//
//   Pep440Specifiers::parse(">=3,<4,!=3.1.*")->matches(*parse_pep440("3.2"))

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

struct Pep440 {
  uint64_t epoch = 0;
  std::vector<uint64_t> release;  // at least one number
  int pre_kind = -1;              // 0 alpha, 1 beta, 2 candidate; -1 none
  uint64_t pre = 0;
  std::optional<uint64_t> post, dev;
  std::vector<std::string> local;

  bool is_prerelease() const { return pre_kind >= 0 || dev.has_value(); }
};

// Takes every spelling that PEP 440 normalises ("v1.0-RC1" is 1.0rc1).
std::optional<Pep440> parse_pep440(std::string_view text);

int compare(const Pep440& a, const Pep440& b);  // below 0, 0, above 0

class Pep440Specifiers {
 public:
  // A comma-separated list; "" is every version.
  static std::optional<Pep440Specifiers> parse(std::string_view text);

  // `text` is the version as spelled, for "===". Says nothing about pre-releases and yanking:
  // those are the choice of who looks for a version.
  bool matches(const Pep440& version, std::string_view text) const;

  bool names_prerelease() const;  // then pre-releases are wanted
  bool is_exact() const;          // "==1.0" or "===1.0": then a yanked release is meant

 private:
  enum class Op : uint8_t {
    kCompatible,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kSame
  };
  struct Specifier {
    Op op = Op::kEqual;
    bool prefix = false;  // "== 1.2.*"
    Pep440 version;
    std::string text;  // kSame
  };
  static bool holds(const Specifier& specifier, const Pep440& version, std::string_view text);

  std::vector<Specifier> specifiers_;
};

}  // namespace cerebro
