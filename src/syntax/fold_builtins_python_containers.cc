// Python: methods of list and dict.

#include "syntax/decode.h"
#include "syntax/fold_builtins.h"

namespace cerebro::folding {
namespace {

using Kind = Value::Kind;

Value fold_append(const Call& call) {
  ValueList* items = elements(*call.self);
  if (items == nullptr || call.size() < 1 || !storable(call.arg(0)) ||
      !call.eval.spend_bytes(size_bytes(call.arg(0)))) {
    call.eval.fail();
    return {};
  }
  if (call.member() == "append") {
    items->push_back(call.arg(0));
  } else if (call.member() == "extend") {
    const auto more = items_of(call, 0);
    if (!more) return call.eval.fail(), Value();
    items->insert(items->end(), more->begin(), more->end());
  } else {
    const auto at = call.index(0);
    if (!at || *at < 0 || static_cast<size_t>(*at) > items->size() || !storable(call.arg(1)) ||
        !call.eval.spend(items->size())) {
      return call.eval.fail(), Value();
    }
    items->insert(items->begin() + *at, call.arg(1));
  }
  return null();
}

Value fold_list_reverse(const Call& call) {
  ValueList* items = elements(*call.self);
  if (items == nullptr) return call.eval.fail(), Value();
  std::reverse(items->begin(), items->end());
  return null();
}

Value fold_list_pop(const Call& call) {
  ValueList* items = elements(*call.self);
  if (items == nullptr || items->empty()) return call.eval.fail(), Value();
  const auto size = static_cast<int64_t>(items->size());
  const int64_t given = call.index(0).value_or(-1), at = given < 0 ? given + size : given;
  if (at < 0 || at >= size || !call.eval.spend(items->size() / 8)) return call.eval.fail(), Value();
  Value out = (*items)[static_cast<size_t>(at)];
  items->erase(items->begin() + at);
  return out;
}

Value fold_list_index(const Call& call) {
  if (!call.eval.spend(call.self->list->size())) return {};
  const auto hit = std::find_if(call.self->list->begin(), call.self->list->end(),
                                [&](const Value& item) { return equal(item, call.arg(0)); });
  if (hit == call.self->list->end()) return {};
  return length_of(static_cast<size_t>(hit - call.self->list->begin()));
}

Value fold_dict_get(const Call& call) {
  if (!call.eval.spend(call.self->map->size() / 8)) return {};
  for (auto row = call.self->map->rbegin(); row != call.self->map->rend(); ++row) {
    if (equal(row->first, call.arg(0))) return row->second;
  }
  return call.size() > 1 ? call.arg(1) : null();
}

Value fold_dict_rows(const Call& call) {
  ValueList out;
  if (!can_make(call, 3 * call.self->map->size())) return {};
  for (const auto& [key, value] : *call.self->map) {
    out.push_back(call.member() == "keys"     ? key
                  : call.member() == "values" ? value
                                              : list({key, value}));
  }
  return list(std::move(out));
}

constexpr Row kRows[] = {
    {"list.append", fold_append},    {"list.extend", fold_append},
    {"list.insert", fold_append},    {"list.reverse", fold_list_reverse},
    {"list.pop", fold_list_pop},     {"list.index", fold_list_index},
    {"dict.get", fold_dict_get},     {"dict.keys", fold_dict_rows},
    {"dict.values", fold_dict_rows}, {"dict.items", fold_dict_rows},
};

}  // namespace

std::span<const Row> python_container_rows() { return kRows; }

}  // namespace cerebro::folding
