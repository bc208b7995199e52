#include "callgraph/names.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace cerebro {
namespace {

constexpr std::string_view kExtensions[] = {".py",  ".pyw", ".js",  ".mjs", ".cjs",
                                            ".jsx", ".ts",  ".mts", ".cts", ".tsx"};

// "pkg/mod.py" -> "pkg.mod", "pkg/__init__.py" -> "pkg".
std::string module_name(std::string_view file) {
  for (std::string_view extension : kExtensions) {
    if (!file.ends_with(extension)) continue;
    file.remove_suffix(extension.size());
    break;
  }
  if (file.ends_with("/__init__")) file.remove_suffix(std::string_view("/__init__").size());
  std::string dotted(file);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  return dotted;
}

}  // namespace

FunctionNames::FunctionNames(const Resolver& resolver, const Package& package)
    : resolver_(resolver), root_(package.root) {
  std::map<UnitId, int> layers;
  for (UnitId id = 0; id < resolver.unit_count(); ++id) {
    const Unit& unit = resolver.unit(id);
    units_.push_back(unit.outer == kNoId ? module_name(file(id))
                                         : units_[unit.outer] + ".<layer" +
                                               std::to_string(++layers[unit.outer]) + ">");
  }
  // A function comes after the one around it.
  std::map<std::string, int> lambdas;
  for (const Function& function : resolver.functions()) {
    if (function.node == kNoNode) {
      names_.push_back(units_[function.unit]);
      continue;
    }
    std::string around = scope(function);
    const std::string_view own = resolver.pool().text(function.name);
    names_.push_back(own.empty() ? around + ".<lambda" + std::to_string(++lambdas[around]) + ">"
                                 : around + "." + std::string(own));
  }
}

std::string FunctionNames::file(UnitId unit) const {
  std::string_view path = resolver_.unit(unit).module.path;
  if (path.starts_with(root_)) path.remove_prefix(root_.size());
  return std::string(path);
}

std::string FunctionNames::scope(const Function& function) const {
  // Classes around it, innermost first, up to the function that holds them.
  std::string classes;
  FunctionId parent = function.parent;
  for (ClassId id = function.cls; id != kNoId; id = resolver_.classes()[id].outer) {
    const ClassInfo& cls = resolver_.classes()[id];
    const std::string_view own = resolver_.pool().text(cls.name);
    classes = "." + std::string(own.empty() ? "<class>" : own) + classes;
    parent = cls.parent;
  }
  return (parent < names_.size() ? names_[parent] : units_[function.unit]) + classes;
}

std::string external_name(std::string_view path) {
  if (path.find('[') != std::string_view::npos || path.ends_with(')') || path.ends_with('}') ||
      path.find(")(") != std::string_view::npos)
    return {};
  std::string name;
  for (std::string_view prefix : {"builtins.", "globalThis."}) {
    if (!path.starts_with(prefix)) continue;
    path.remove_prefix(prefix.size());
    name = "<builtin>.";
    break;
  }
  std::copy_if(path.begin(), path.end(), std::back_inserter(name),
               [](char c) { return c != '(' && c != ')'; });
  return name;
}

}  // namespace cerebro
