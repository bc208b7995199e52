// Python's builtins and libraries that call what they are given, or give back what it holds.

#include <algorithm>
#include <array>
#include <string>

#include "resolve/resolver.h"

namespace cerebro {
namespace {

// What takes a function and the arguments for it. -1: not by position.
struct Runner {
  std::string_view path;  // a dot first: any path that ends so
  std::string_view function_keyword;
  int function;
  enum class Style : uint8_t { kRest, kTuple } style;  // f, a, b or f, (a, b), {...}
  int arguments;                                       // of kTuple; the mapping is behind it
};

constexpr Runner kRunners[] = {
    {"threading.Thread", "target", 1, Runner::Style::kTuple, 3},
    {"multiprocessing.Process", "target", 1, Runner::Style::kTuple, 3},
    {"threading.Timer", "function", 1, Runner::Style::kTuple, 2},
    {"_thread.start_new_thread", "", 0, Runner::Style::kTuple, 1},
    {"thread.start_new_thread", "", 0, Runner::Style::kTuple, 1},
    {".apply_async", "func", 0, Runner::Style::kTuple, 1},
    {"atexit.register", "", 0, Runner::Style::kRest, 0},
    {"asyncio.to_thread", "", 0, Runner::Style::kRest, 0},
    {".submit", "", 0, Runner::Style::kRest, 0},
    {".call_soon", "", 0, Runner::Style::kRest, 0},
    {".call_soon_threadsafe", "", 0, Runner::Style::kRest, 0},
    {".call_later", "", 1, Runner::Style::kRest, 0},
    {".call_at", "", 1, Runner::Style::kRest, 0},
    {".run_in_executor", "", 1, Runner::Style::kRest, 0},
    {".add_signal_handler", "", 1, Runner::Style::kRest, 0},
};

const Runner* runner_of(std::string_view path) {
  const auto row = std::find_if(std::begin(kRunners), std::end(kRunners), [&](const Runner& r) {
    return r.path[0] == '.' ? path.ends_with(r.path) : path == r.path;
  });
  return row == std::end(kRunners) ? nullptr : row;
}

// Methods of library classes that run a method of the subclass.
struct Starter {
  std::string_view path, method;
};
constexpr Starter kStarters[] = {{"threading.Thread().start", "run"},
                                 {"multiprocessing.Process().start", "run"}};

// Give a new collection of what their argument holds, or the argument itself.
constexpr std::array<std::string_view, 8> kCollectors = {
    "builtins.list", "builtins.tuple",  "builtins.set",      "builtins.frozenset",
    "builtins.iter", "builtins.sorted", "builtins.reversed", "collections.deque"};

const CallSite::Argument* find_argument(const CallSite& site, std::string_view keyword, int index,
                                        const StringPool& pool) {
  for (const CallSite::Argument& argument : site.arguments) {
    if (argument.keyword != 0 && pool.text(argument.keyword) == keyword) return &argument;
  }
  int at = 0;
  for (const CallSite::Argument& argument : site.arguments) {
    if (argument.keyword != 0 || argument.spread || argument.mapping) continue;
    if (at++ == index) return &argument;
  }
  return nullptr;
}

}  // namespace

// What only looks at a function or keeps it for a name's sake.
bool Resolver::calls_nothing(std::string_view path) {
  static constexpr std::array<std::string_view, 14> kQuiet = {"builtins.callable",
                                                              "builtins.delattr",
                                                              "builtins.getattr",
                                                              "builtins.hasattr",
                                                              "builtins.id",
                                                              "builtins.isinstance",
                                                              "builtins.print",
                                                              "builtins.repr",
                                                              "builtins.setattr",
                                                              "builtins.type",
                                                              "functools.update_wrapper",
                                                              "functools.wraps",
                                                              "functools.wraps()",
                                                              "contextlib.contextmanager"};
  return std::find(kQuiet.begin(), kQuiet.end(), path) != kQuiet.end();
}

// threading.Thread(target=f, args=(x,)) calls f(x). The function's slot, kNoId when there is none.
SlotId Resolver::run_callback(const CallSite& site, std::string_view path) {
  const Runner* runner = runner_of(path);
  if (runner == nullptr) return kNoId;
  const CallSite::Argument* function =
      find_argument(site, runner->function_keyword, runner->function, pool_);
  if (function == nullptr || function->slot == kNoId) return kNoId;
  CallSite call{.unit = site.unit, .node = site.node, .functions_only = true};
  if (runner->style == Runner::Style::kRest) {
    const auto after = static_cast<size_t>(function - site.arguments.data()) + 1;
    call.arguments.assign(site.arguments.begin() + static_cast<std::ptrdiff_t>(after),
                          site.arguments.end());
  } else {
    if (const auto* tuple = find_argument(site, "args", runner->arguments, pool_)) {
      call.arguments.push_back({.slot = tuple->slot, .spread = true});
    }
    if (const auto* mapping = find_argument(site, "kwargs", runner->arguments + 1, pool_)) {
      call.arguments.push_back({.slot = mapping->slot, .mapping = true});
    }
  }
  graph_.add_call(function->slot, std::move(call));
  return function->slot;
}

// True when nothing is left for the call of an API like any other to do.
bool Resolver::call_python_api(const CallSite& site, std::string_view path) {
  for (const Starter& starter : kStarters) {
    if (path == starter.path) {
      graph_.add_rule(site.receiver,
                      {Rule::kMethod, kNoId, site.unit, site.node, pool_.intern(starter.method)});
    }
  }
  const auto elements = [&](SlotId iterable) {
    const SlotId slot = graph_.new_slot();
    graph_.add_rule(iterable, {Rule::kIterate, slot, site.unit, site.node});
    return slot;
  };
  const auto collection = [&] {
    const ValueId object = graph_.new_object(ObjectKind::kArray);
    graph_.add_value(site.result, object);
    return object;
  };
  if (path == "functools.partial" || path == "functools.partialmethod") {
    if (site.arguments.empty() || site.arguments[0].slot == kNoId) return false;
    partials_.push_back(
        {site.arguments[0].slot, {site.arguments.begin() + 1, site.arguments.end()}});
    graph_.add_value(site.result, graph_.value(ValueKind::kPartial,
                                               static_cast<uint32_t>(partials_.size() - 1)));
    // An API keeps its name: partial(os.system, "id")() is os.system.
    graph_.add_rule(site.arguments[0].slot, {Rule::kApi, site.result});
    return true;
  }
  if (path == "builtins.staticmethod" || path == "builtins.classmethod") {
    if (!site.arguments.empty()) graph_.add_copy(site.arguments[0].slot, site.result);
    return true;
  }
  if (path == "builtins.next") {
    if (!site.arguments.empty()) {
      graph_.add_rule(site.arguments[0].slot, {Rule::kNext, site.result, site.unit, site.node});
      for (const auto& argument : site.arguments) graph_.add_copy(argument.slot, site.result);
    }
    return false;
  }
  if (path == "builtins.map" || path == "builtins.filter" || path == "functools.reduce" ||
      path == "builtins.reduce") {
    const bool reduces = path.ends_with("reduce");
    const SlotId results = graph_.new_slot();
    CallSite call{.unit = site.unit, .node = site.node, .result = results, .functions_only = true};
    if (reduces) call.arguments.push_back({.slot = results});
    for (size_t i = 1; i < site.arguments.size(); ++i) {
      if (site.arguments[i].slot == kNoId) {
        call.arguments.push_back({});
      } else if (reduces && i == 2) {
        graph_.add_copy(site.arguments[i].slot, results);
      } else {
        call.arguments.push_back({.slot = elements(site.arguments[i].slot)});
      }
    }
    if (!site.arguments.empty()) graph_.add_call(site.arguments[0].slot, call);
    if (reduces) {
      graph_.add_copy(results, site.result);
    } else {
      const SlotId element = graph_.element_slot(collection());
      if (path == "builtins.map") graph_.add_copy(results, element);
      for (size_t i = 1; i < site.arguments.size() && path == "builtins.filter"; ++i) {
        graph_.add_copy(elements(site.arguments[i].slot), element);
      }
    }
    return false;
  }
  if (path == "builtins.enumerate" || path == "builtins.zip") {
    const ValueId tuple = graph_.new_object(ObjectKind::kTuple);
    graph_.add_value(graph_.element_slot(collection()), tuple);
    size_t index = path == "builtins.zip" ? 0 : 1;
    for (const CallSite::Argument& argument : site.arguments) {
      graph_.add_copy(elements(argument.slot),
                      graph_.field_slot(tuple, pool_.intern(kIndexMark + std::to_string(index++))));
    }
    return false;
  }
  if (std::find(kCollectors.begin(), kCollectors.end(), path) != kCollectors.end() &&
      !site.arguments.empty()) {
    const SlotId iterable = site.arguments[0].slot;
    graph_.add_copy(iterable, site.result);
    if (iterable != kNoId) {
      graph_.add_rule(iterable,
                      {Rule::kUnpack, graph_.element_slot(collection()), site.unit, site.node});
    }
    return false;
  }
  if (path == "asyncio.run" || path == "asyncio.create_task" || path == "asyncio.ensure_future" ||
      path == "asyncio.wait_for" || path.ends_with(".run_until_complete")) {
    // The coroutine stands for its result.
    if (!site.arguments.empty()) graph_.add_copy(site.arguments[0].slot, site.result);
  }
  return false;
}

}  // namespace cerebro
