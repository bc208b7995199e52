// Calls of APIs. Most only get a longer path; some have a meaning of their own.

#include <algorithm>
#include <array>

#include "resolve/resolver.h"

namespace cerebro {
namespace {

// APIs that hand back (one of) their arguments or what these hold.
constexpr std::array kTransparent = {
    std::string_view{"functools.wraps()"}, std::string_view{"util.promisify"},
    std::string_view{"builtins.dict"}, std::string_view{"copy.copy"},
    std::string_view{"copy.deepcopy"}};

constexpr std::array kImporters = {
    std::string_view{"globalThis.require"},
    std::string_view{"globalThis.require.main.require"},
    std::string_view{"globalThis.import"},
    std::string_view{"globalThis.module.require"},
    std::string_view{"globalThis.process.mainModule.require"},
    std::string_view{"globalThis.process.mainModule.constructor._load"},
    std::string_view{"globalThis.process.getBuiltinModule"},
    std::string_view{"process.mainModule.require"},
    std::string_view{"process.getBuiltinModule"},
    std::string_view{"module._load"},
    std::string_view{"module.prototype.require"},
    std::string_view{"module.createRequire()"},
    std::string_view{"builtins.__import__"},
    std::string_view{"importlib.import_module"}};

template <size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool Resolver::call_special_api(const CallSite& site, std::string_view path) {
  const bool python = units_[site.unit]->module.language == Language::kPython;
  if (python && call_python_api(site, path)) return true;
  if (contains(kImporters, path)) {
    const Value* specifier = constant(site, 0);
    if (specifier == nullptr) return false;
    SlotId loaded = site.result;
    if (path == "globalThis.import") loaded = give(site, ObjectKind::kPromise);
    load_module(site.unit, specifier->text, 0, loaded);
    if (const UnitId found = resolve_import(*units_[site.unit], specifier->text, 0);
        found != kNoId) {
      add_call_edge(site.unit, site.node, units_[found]->top);
    }
    return true;
  }
  if (path == "builtins.getattr" && site.arguments.size() >= 2) {
    const Value* name = constant(site, 1);
    if (name == nullptr) return false;
    graph_.add_load(site.arguments[0].slot, pool_.intern(name->text), site.result, site.unit,
                    site.node);
    return true;
  }
  if (path == "builtins.setattr" && site.arguments.size() >= 3) {
    const Value* name = constant(site, 1);
    if (name == nullptr) return false;
    graph_.add_store(site.arguments[2].slot, site.arguments[0].slot, pool_.intern(name->text));
    return true;
  }
  if (contains(kTransparent, path)) {
    for (const CallSite::Argument& argument : site.arguments) {
      graph_.add_copy(argument.slot, site.result);
    }
  }
  return false;
}

void Resolver::call_api(const CallSite& site, Symbol path) {
  std::string_view text = pool_.text(path);
  constexpr std::string_view kBind = ".bind";
  if (text.ends_with(kBind)) {  // f.bind(o) is f
    graph_.add_api(site.result, pool_.intern(text.substr(0, text.size() - kBind.size())));
    return;
  }
  if (call_special_api(site, text)) return;
  if (const auto builtin = builtin_function(text);
      builtin && has_default_exports(site.unit) && call_builtin(site, *builtin, kNoId, path)) {
    return;
  }
  if (site.is_decorator) {
    for (const CallSite::Argument& argument : site.arguments)
      graph_.add_copy(argument.slot, site.result);
  }
  const bool python = units_[site.unit]->module.language == Language::kPython;
  const SlotId callback = python ? run_callback(site, text) : kNoId;
  graph_.add_api(site.result, graph_.join(path, "()"));
  for (uint32_t i = 0; i < site.arguments.size(); ++i) {
    if (callback == kNoId && !(python && calls_nothing(text))) {
      graph_.add_escape(site.arguments[i].slot, site, path, i);
    }
    graph_.add_taint_copy(site.arguments[i].slot, site.result);
  }
  graph_.add_taint_copy(site.receiver, site.result);
}

}  // namespace cerebro
