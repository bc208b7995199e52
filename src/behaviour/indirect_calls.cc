#include "behaviour/indirect_calls.h"

#include <algorithm>
#include <string_view>

namespace cerebro {
namespace {

constexpr int kNowhere = -1;
constexpr size_t kMostCalls = 64;

// How the arguments are handed over.
enum class How : uint8_t {
  kRest,      // f(a, b) by hand(f, a, b): from `position` on
  kList,      // hand(f, (a, b)): the elements of the argument
  kEach,      // map(f, [a, b]): one call an element
  kElements,  // reduce(f, [a, b]): a call with the first two
};

struct Row {
  std::string_view path;
  int callee;                       // its position, or kNowhere
  std::string_view callee_keyword;  // its keyword
  How how;
  int position;  // of the arguments
  std::string_view keyword;
};

constexpr Row kRows[] = {
    {"builtins.map", 0, "", How::kEach, 1, ""},
    {"builtins.filter", 0, "", How::kEach, 1, ""},
    {"itertools.starmap", 0, "", How::kEach, 1, ""},
    {"builtins.sorted", kNowhere, "key", How::kEach, 0, ""},
    {"builtins.min", kNowhere, "key", How::kEach, 0, ""},
    {"builtins.max", kNowhere, "key", How::kEach, 0, ""},
    {"functools.reduce", 0, "", How::kElements, 1, ""},
    {"functools.partial", 0, "", How::kRest, 1, ""},
    {"operator.call", 0, "", How::kRest, 1, ""},
    {"threading.Thread", 1, "target", How::kList, 3, "args"},
    {"threading.Timer", 1, "function", How::kList, 2, "args"},
    {"multiprocessing.Process", 1, "target", How::kList, 3, "args"},
    {"multiprocessing.Pool().apply", 0, "", How::kList, 1, "args"},
    {"multiprocessing.Pool().apply_async", 0, "", How::kList, 1, "args"},
    {"multiprocessing.Pool().map", 0, "", How::kEach, 1, ""},
    {"_thread.start_new_thread", 0, "", How::kList, 1, ""},
    {"thread.start_new_thread", 0, "", How::kList, 1, ""},
    {"concurrent.futures.ThreadPoolExecutor().submit", 0, "", How::kRest, 1, ""},
    {"concurrent.futures.ProcessPoolExecutor().submit", 0, "", How::kRest, 1, ""},
    {"concurrent.futures.ThreadPoolExecutor().map", 0, "", How::kEach, 1, ""},
    {"asyncio.to_thread", 0, "", How::kRest, 1, ""},
    {"asyncio.get_event_loop().run_in_executor", 1, "", How::kRest, 2, ""},
    {"asyncio.get_running_loop().run_in_executor", 1, "", How::kRest, 2, ""},
    {"asyncio.get_event_loop().call_soon", 0, "", How::kRest, 1, ""},
    {"asyncio.get_event_loop().call_later", 1, "", How::kRest, 2, ""},
    {"atexit.register", 0, "", How::kRest, 1, ""},
    {"weakref.finalize", 1, "", How::kRest, 2, ""},
    {"sched.scheduler().enter", 2, "", How::kList, 3, "argument"},
    {"globalThis.setTimeout", 0, "", How::kRest, 2, ""},
    {"globalThis.setInterval", 0, "", How::kRest, 2, ""},
    {"globalThis.setImmediate", 0, "", How::kRest, 1, ""},
    {"globalThis.process.nextTick", 0, "", How::kRest, 1, ""},
    {"globalThis.Reflect.apply", 0, "", How::kList, 2, ""},
};

const Row* find_row(std::string_view path) {
  const auto row = std::find_if(std::begin(kRows), std::end(kRows),
                                [&](const Row& known) { return known.path == path; });
  return row == std::end(kRows) ? nullptr : row;
}

class Reader {
 public:
  Reader(const Unit& unit, const StringPool& pool, NodeId call)
      : module_(unit.module), scopes_(unit.scopes), pool_(pool), call_(call) {}

  std::vector<IndirectCall> read(const Row& row) const {
    std::vector<IndirectCall> found;
    const NodeId callee = argument(row.callee, row.callee_keyword);
    if (callee == kNoNode) return found;
    if (row.how == How::kRest) {
      found.push_back({callee, from(row.position)});
      return found;
    }
    const std::vector<NodeId> elements = elements_of(argument(row.position, row.keyword));
    if (row.how != How::kEach) {
      found.push_back({callee, elements});
      return found;
    }
    for (const NodeId element : elements) {
      if (found.size() == kMostCalls) break;
      found.push_back({callee, {element}});
    }
    if (found.empty()) found.push_back({callee, {}});
    return found;
  }

 private:
  std::vector<NodeId> from(int position) const {
    std::vector<NodeId> rest;
    int at = 0;
    for (NodeId c = first(); c != kNoNode; c = module_[c].next_sibling) {
      if (module_[c].kind == NodeKind::kKeyword) continue;
      if (at++ >= position) rest.push_back(c);
    }
    return rest;
  }

  NodeId first() const { return module_[module_[call_].first_child].next_sibling; }

  NodeId argument(int position, std::string_view keyword) const {
    int at = 0;
    for (NodeId c = first(); c != kNoNode; c = module_[c].next_sibling) {
      if (module_[c].kind == NodeKind::kKeyword) {
        if (!keyword.empty() && pool_.text(module_[c].text) == keyword) return module_.child(c, 0);
      } else if (at++ == position) {
        return c;
      }
    }
    return kNoNode;
  }

  // Of a list or tuple, in place or behind a name that is assigned once.
  std::vector<NodeId> elements_of(NodeId list) const {
    std::vector<NodeId> elements;
    if (list != kNoNode && module_[list].kind == NodeKind::kName) {
      const BindingId binding = scopes_.binding(list);
      list = binding == kNone32 ? kNoNode : scopes_.single_value(module_, binding);
    }
    if (list == kNoNode || module_[list].kind != NodeKind::kArray) return elements;
    for (const NodeId element : children(module_, list)) {
      if (elements.size() == kMostCalls) break;
      elements.push_back(element);
    }
    return elements;
  }

  const Module& module_;
  const Scopes& scopes_;
  const StringPool& pool_;
  const NodeId call_;
};

}  // namespace

std::vector<IndirectCall> indirect_calls(const Resolver& resolver, UnitId unit, NodeId call) {
  const Module& module = resolver.unit(unit).module;
  const NodeId callee = module.child(call, 0);
  if (callee == kNoNode || module[callee].next_sibling == kNoNode) return {};
  for (const Symbol symbol : resolver.paths(unit, callee)) {
    if (const Row* row = find_row(resolver.pool().text(symbol))) {
      return Reader(resolver.unit(unit), resolver.pool(), call).read(*row);
    }
  }
  // array.forEach(eval), array.map(eval)
  if (module[callee].kind == NodeKind::kMember && module.language != Language::kPython) {
    const std::string_view method = resolver.pool().text(module[callee].text);
    const NodeId array = module.child(callee, 0);
    if ((method == "forEach" || method == "map") && array != kNoNode &&
        module[array].kind == NodeKind::kArray) {
      std::vector<IndirectCall> found;
      for (const NodeId element : children(module, array)) {
        if (found.size() < kMostCalls) {
          found.push_back({module[callee].next_sibling, {element}});
        }
      }
      return found;
    }
  }
  return {};
}

}  // namespace cerebro
