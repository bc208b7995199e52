#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "package/package.h"
#include "resolve/resolver.h"

namespace cerebro {

// What the functions of a package are called from outside: "pkg.mod.Class.method",
// "mod.f.<lambda1>" (numbered in each scope as PyCG does), "mod.<layer1>" for code that was
// decoded.
class FunctionNames {
 public:
  FunctionNames(const Resolver& resolver, const Package& package);

  const std::string& name(FunctionId function) const { return names_[function]; }
  std::string file(UnitId unit) const;  // relative to the package's root

 private:
  std::string scope(const Function& function) const;

  const Resolver& resolver_;
  const std::string& root_;
  std::vector<std::string> units_;  // by UnitId
  std::vector<std::string> names_;  // by FunctionId
};

// "builtins.len" as "<builtin>.len", "globalThis.eval" as "<builtin>.eval", a method of what a call
// gives ("ext.Cls().fun") as "ext.Cls.fun"; "" for an element of something and for what a call
// gives, which have no name.
std::string external_name(std::string_view path);

}  // namespace cerebro
