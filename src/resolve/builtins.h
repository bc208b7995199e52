#pragma once

// Functions of JavaScript that move values: methods of arrays, maps and promises, and what hangs
// off Object, Reflect and Promise. builtins.cc has the table of their names,
// resolve_builtins.cc what they do.

#include <optional>
#include <string_view>

#include "resolve/value_graph.h"

namespace cerebro {

enum class Builtin : uint32_t {
  kNothing,  // known to move no values: bind, call and apply are read where they are called
  // With ValueKey::extra
  kBoundFunction,  // an index into the resolver's bound functions
  kResolve,        // the promise
  kReject,
  kResolved,  // the promise: what its then() calls
  // Methods of arrays, sets, maps
  kEach,     // callback(element); gives nothing
  kFilter,   // callback(element); gives a list of elements
  kFind,     // callback(element); gives an element
  kMap,      // callback(element); gives a list of results
  kFlatMap,  // callback(element); gives a list of the results' elements
  kReduce,   // callback(result so far, element)
  kSort,     // callback(element, element); gives the list
  kAdd,      // the arguments become elements
  kSplice,   // the arguments behind the second become elements; gives a list of elements
  kTake,     // gives an element
  kList,     // gives a list of elements
  kConcat,   // the same, and of the arguments' elements
  kEntries,  // gives a list of pairs
  kMapSet,   // the second argument becomes an element; gives the map
  // Methods of generators and promises
  kNext,
  kSelf,  // gives what it is called on
  kThen,
  kCatch,
  kFinally,
  // Functions of the language, by their path
  kArrayFrom,
  kArrayOf,
  kAssign,
  kCreate,
  kDefineProperty,
  kDefineProperties,
  kDefineGetter,
  kDefineSetter,
  kSetPrototype,
  kGetPrototype,
  kInherits,
  kValues,
  kObjectEntries,
  kFromEntries,
  kIdentity,
  kNewPromise,
  kPromiseResolve,
  kPromiseReject,
  kPromiseAll,
  kPromiseRace,
  kNewMap,
  kNewSet,
  kNewProxy,
  kReflectApply,
  kReflectConstruct,
  kReflectGet,
  kReflectSet,
  kTimer,
  kDefineModule,  // AMD
};

// The method `name` of an object of that kind.
std::optional<Builtin> builtin_method(ObjectKind kind, std::string_view name);
// The function of that path: "globalThis.Object.assign", "util.inherits".
std::optional<Builtin> builtin_function(std::string_view path);

}  // namespace cerebro
