#include "resolve/builtins.h"

#include <string>
#include <unordered_map>

namespace cerebro {
namespace {

using Names = std::unordered_map<std::string_view, Builtin>;
using B = Builtin;

// The key of Symbol.iterator and its like is their name after "@@" (Generator::key_of).
const Names kListMethods = {
    {"forEach", B::kEach},     {"some", B::kEach},          {"every", B::kEach},
    {"findIndex", B::kEach},   {"findLastIndex", B::kEach}, {"filter", B::kFilter},
    {"find", B::kFind},        {"findLast", B::kFind},      {"map", B::kMap},
    {"flatMap", B::kFlatMap},  {"reduce", B::kReduce},      {"reduceRight", B::kReduce},
    {"sort", B::kSort},        {"toSorted", B::kSort},      {"push", B::kAdd},
    {"unshift", B::kAdd},      {"fill", B::kAdd},           {"splice", B::kSplice},
    {"toSpliced", B::kSplice}, {"pop", B::kTake},           {"shift", B::kTake},
    {"at", B::kTake},          {"slice", B::kList},         {"reverse", B::kSort},
    {"toReversed", B::kList},  {"flat", B::kConcat},        {"concat", B::kConcat},
    {"copyWithin", B::kSort},  {"values", B::kList},        {"@@iterator", B::kList},
    {"entries", B::kEntries},  {"with", B::kList},
};
const Names kSetMethods = {
    {"forEach", B::kEach}, {"add", B::kAdd},         {"values", B::kList},
    {"keys", B::kList},    {"@@iterator", B::kList}, {"entries", B::kEntries},
    {"union", B::kConcat}, {"difference", B::kList},
};
const Names kMapMethods = {
    {"forEach", B::kEach}, {"get", B::kTake},        {"set", B::kMapSet},
    {"values", B::kList},  {"entries", B::kEntries}, {"@@iterator", B::kEntries},
};
const Names kGeneratorMethods = {
    {"next", B::kNext},       {"return", B::kNext},          {"throw", B::kNext},
    {"@@iterator", B::kSelf}, {"@@asyncIterator", B::kSelf}, {"forEach", B::kEach},
    {"map", B::kMap},         {"filter", B::kFilter},        {"toArray", B::kList},
};
const Names kPromiseMethods = {{"then", B::kThen}, {"catch", B::kCatch}, {"finally", B::kFinally}};

// Below globalThis.
const Names kGlobals = {
    {"Array.from", B::kArrayFrom},
    {"Array.of", B::kArrayOf},
    {"Object.assign", B::kAssign},
    {"Object.create", B::kCreate},
    {"Object.defineProperty", B::kDefineProperty},
    {"Object.defineProperties", B::kDefineProperties},
    {"Object.setPrototypeOf", B::kSetPrototype},
    {"Object.getPrototypeOf", B::kGetPrototype},
    {"Object.values", B::kValues},
    {"Object.entries", B::kObjectEntries},
    {"Object.fromEntries", B::kFromEntries},
    {"Object.freeze", B::kIdentity},
    {"Object.seal", B::kIdentity},
    {"Object.preventExtensions", B::kIdentity},
    {"Object", B::kIdentity},
    {"structuredClone", B::kIdentity},
    {"Promise", B::kNewPromise},
    {"Promise.resolve", B::kPromiseResolve},
    {"Promise.reject", B::kPromiseReject},
    {"Promise.all", B::kPromiseAll},
    {"Promise.allSettled", B::kPromiseAll},
    {"Promise.race", B::kPromiseRace},
    {"Promise.any", B::kPromiseRace},
    {"Map", B::kNewMap},
    {"WeakMap", B::kNewMap},
    {"Set", B::kNewSet},
    {"WeakSet", B::kNewSet},
    {"Proxy", B::kNewProxy},
    {"Reflect.apply", B::kReflectApply},
    {"Reflect.construct", B::kReflectConstruct},
    {"Reflect.get", B::kReflectGet},
    {"Reflect.set", B::kReflectSet},
    {"Reflect.defineProperty", B::kDefineProperty},
    {"Reflect.setPrototypeOf", B::kSetPrototype},
    {"Reflect.getPrototypeOf", B::kGetPrototype},
    {"setTimeout", B::kTimer},
    {"setInterval", B::kTimer},
    {"define", B::kDefineModule},
};

std::optional<Builtin> find(const Names& names, std::string_view name) {
  const auto found = names.find(name);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<Builtin> builtin_method(ObjectKind kind, std::string_view name) {
  switch (kind) {
    case ObjectKind::kArray:
      return find(kListMethods, name);
    case ObjectKind::kSet:
      return find(kSetMethods, name);
    case ObjectKind::kMap:
      return find(kMapMethods, name);
    case ObjectKind::kGenerator:
      return find(kGeneratorMethods, name);
    case ObjectKind::kPromise:
      return find(kPromiseMethods, name);
    default:
      return std::nullopt;
  }
}

std::optional<Builtin> builtin_function(std::string_view path) {
  constexpr std::string_view kGlobal = "globalThis.", kArray = "Array.prototype.";
  if (path == "util.inherits") return B::kInherits;
  if (path == "amdefine()") return B::kDefineModule;
  if (!path.starts_with(kGlobal)) return std::nullopt;
  path.remove_prefix(kGlobal.size());
  if (path.starts_with(kArray)) return find(kListMethods, path.substr(kArray.size()));
  return find(kGlobals, path);
}

}  // namespace cerebro
