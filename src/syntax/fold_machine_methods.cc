// Methods of texts, lists, maps and sets that decoders call all the time, or that change their
// receiver. Arguments that are not known make the result unknown; a change that is not known is a
// failure.

#include <algorithm>
#include <cmath>

#include "syntax/fold_machine.h"

namespace cerebro::folding {
namespace {

using Args = std::span<const Any>;
using Kind = Object::Kind;
using Tag = Any::Tag;

Any arg(Args args, size_t i) { return i < args.size() ? args[i] : undefined_any(); }

// An argument as a whole number; `otherwise` when it is missing.
std::optional<double> whole(Machine& machine, Args args, size_t i, double otherwise) {
  if (i >= args.size() || args[i].is(Tag::kUndefined)) return otherwise;
  const auto number = machine.to_number(args[i]);
  if (!number) return std::nullopt;
  return std::isnan(*number) ? 0 : std::trunc(*number);
}

// A place counted from the end when negative, within [0, size].
size_t place(double at, size_t size) {
  const double length = static_cast<double>(size);
  return static_cast<size_t>(std::clamp(at < 0 ? at + length : at, 0.0, length));
}

std::u16string_view units_of(const Any& self) { return self.text->view(); }

Any part(Machine& machine, const Any& self, size_t from, size_t to) {
  if (from >= to) return machine.text({});
  return machine.text(Units(units_of(self).substr(from, to - from)), self.text->decoded);
}

// --- texts

Any char_code_at(Machine& machine, const Any& self, Args args) {
  const auto at = whole(machine, args, 0, 0);
  if (!at) return {};
  const auto units = units_of(self);
  if (*at < 0 || *at >= static_cast<double>(units.size())) return any(std::nan(""));
  return any(static_cast<double>(units[static_cast<size_t>(*at)]));
}

Any code_point_at(Machine& machine, const Any& self, Args args) {
  const auto at = whole(machine, args, 0, 0);
  const auto units = units_of(self);
  if (!at) return {};
  if (*at < 0 || *at >= static_cast<double>(units.size())) return undefined_any();
  const auto i = static_cast<size_t>(*at);
  const bool pair = units[i] >= 0xD800 && units[i] < 0xDC00 && i + 1 < units.size() &&
                    units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
  const uint32_t code =
      pair ? 0x10000U + ((units[i] - 0xD800U) << 10) + (units[i + 1] - 0xDC00U) : units[i];
  return any(static_cast<double>(code));
}

Any char_at(Machine& machine, const Any& self, Args args) {
  const auto at = whole(machine, args, 0, 0);
  const auto units = units_of(self);
  if (!at) return {};
  if (*at < 0 || *at >= static_cast<double>(units.size())) return machine.text({});
  return machine.text_of_unit(units[static_cast<size_t>(*at)], self.text->decoded);
}

Any text_index_of(Machine& machine, const Any& self, Args args) {
  const auto needle = machine.to_units(arg(args, 0));
  const auto from = whole(machine, args, 1, 0);
  const auto units = units_of(self);
  if (!needle || !from || !machine.spend(units.size() / 64)) return {};
  const size_t at = units.find(*needle, static_cast<size_t>(std::max(*from, 0.0)));
  return any(at == units.npos ? -1.0 : static_cast<double>(at));
}

Any text_slice(Machine& machine, const Any& self, Args args) {
  const size_t size = self.text->size;
  const auto from = whole(machine, args, 0, 0);
  const auto to = whole(machine, args, 1, static_cast<double>(size));
  return from && to ? part(machine, self, place(*from, size), place(*to, size)) : Any();
}

Any text_substring(Machine& machine, const Any& self, Args args) {
  const double size = static_cast<double>(self.text->size);
  const auto a = whole(machine, args, 0, 0), b = whole(machine, args, 1, size);
  if (!a || !b) return {};
  const double from = std::clamp(*a, 0.0, size), to = std::clamp(*b, 0.0, size);
  return part(machine, self, static_cast<size_t>(std::min(from, to)),
              static_cast<size_t>(std::max(from, to)));
}

Any text_substr(Machine& machine, const Any& self, Args args) {
  const size_t size = self.text->size;
  const auto from = whole(machine, args, 0, 0);
  const auto length = whole(machine, args, 1, static_cast<double>(size));
  if (!from || !length) return {};
  const size_t start = place(*from, size);
  const double left = static_cast<double>(size - start);
  return part(machine, self, start, start + static_cast<size_t>(std::clamp(*length, 0.0, left)));
}

Any text_split(Machine& machine, const Any& self, Args args) {
  // A regular expression and a limit are for the tables.
  const bool whole_text = args.empty() || args[0].is(Tag::kUndefined);
  if (whole_text) return machine.list({self});
  const auto separator = machine.to_units(args[0]);
  const auto limit = whole(machine, args, 1, 4294967295.0);
  if (!separator || !limit) return {};
  const auto units = units_of(self);
  std::vector<Any> parts;
  const auto full = [&] { return static_cast<double>(parts.size()) >= *limit; };
  if (separator->empty()) {
    for (size_t i = 0; i < units.size() && !full() && !machine.stopped(); ++i) {
      parts.push_back(machine.text_of_unit(units[i], self.text->decoded));
    }
    return machine.list(std::move(parts));
  }
  for (size_t at = 0; !full() && !machine.stopped();) {
    const size_t hit = units.find(*separator, at);
    parts.push_back(part(machine, self, at, std::min(hit, units.size())));
    if (hit == units.npos) break;
    at = hit + separator->size();
  }
  return machine.list(std::move(parts));
}

// --- lists

std::vector<Any>& items_of(const Any& self) { return self.object->items; }

Any push(Machine& machine, const Any& self, Args args) {
  if (!machine.change(*self.object) || !machine.charge(args.size() * sizeof(Any))) return {};
  items_of(self).insert(items_of(self).end(), args.begin(), args.end());
  return any(static_cast<double>(items_of(self).size()));
}

Any unshift(Machine& machine, const Any& self, Args args) {
  std::vector<Any>& items = items_of(self);
  if (!machine.change(*self.object) || !machine.charge(args.size() * sizeof(Any)) ||
      !machine.spend(items.size() / 16)) {
    return {};
  }
  items.insert(items.begin(), args.begin(), args.end());
  return any(static_cast<double>(items.size()));
}

Any pop(Machine& machine, const Any& self, Args) {
  std::vector<Any>& items = items_of(self);
  if (!machine.change(*self.object)) return {};
  if (items.empty()) return undefined_any();
  const Any last = items.back();
  items.pop_back();
  return last;
}

Any shift(Machine& machine, const Any& self, Args) {
  std::vector<Any>& items = items_of(self);
  if (!machine.change(*self.object) || !machine.spend(items.size() / 16)) return {};
  if (items.empty()) return undefined_any();
  const Any first = items.front();
  items.erase(items.begin());
  return first;
}

Any splice(Machine& machine, const Any& self, Args args) {
  std::vector<Any>& items = items_of(self);
  const double all = static_cast<double>(items.size());
  const auto from = whole(machine, args, 0, 0);
  const auto count = whole(machine, args, 1, args.empty() ? 0 : all);
  if (!from || !count) return machine.fail();
  if (!machine.change(*self.object) || !machine.spend(items.size() / 16)) return {};
  // Not before: what the arguments are made from may change the list.
  const size_t start = place(*from, items.size());
  const double left = static_cast<double>(items.size() - start);
  const auto first = items.begin() + static_cast<long>(start);
  const auto last = first + static_cast<long>(std::clamp(*count, 0.0, left));
  std::vector<Any> removed(first, last);
  items.erase(first, last);
  if (args.size() > 2 && machine.charge((args.size() - 2) * sizeof(Any))) {
    items.insert(items.begin() + static_cast<long>(start), args.begin() + 2, args.end());
  }
  return machine.list(std::move(removed));
}

Any reverse(Machine& machine, const Any& self, Args) {
  if (!machine.change(*self.object) || !machine.spend(items_of(self).size() / 16)) return {};
  std::reverse(items_of(self).begin(), items_of(self).end());
  return self;
}

Any list_slice(Machine& machine, const Any& self, Args args) {
  const std::vector<Any>& items = items_of(self);
  const auto from = whole(machine, args, 0, 0);
  const auto to = whole(machine, args, 1, static_cast<double>(items.size()));
  if (!from || !to) return {};
  const size_t a = place(*from, items.size()), b = std::max(a, place(*to, items.size()));
  return machine.list({items.begin() + static_cast<long>(a), items.begin() + static_cast<long>(b)});
}

// The items of a list, or the value; false when that is too much.
bool append(Machine& machine, std::vector<Any>& out, const Any& more) {
  const Object* list = object_of(more, Kind::kList);
  if (!machine.charge((list == nullptr ? 1 : list->items.size()) * sizeof(Any))) return false;
  if (list == nullptr) {
    out.push_back(more);
  } else {
    out.insert(out.end(), list->items.begin(), list->items.end());
  }
  return true;
}

// A list of items that are paid for.
Any listed(Machine& machine, std::vector<Any> items) {
  Object* made = machine.make(Kind::kList);
  made->items = std::move(items);
  return any(made);
}

Any concat(Machine& machine, const Any& self, Args args) {
  if (!machine.charge(items_of(self).size() * sizeof(Any))) return {};
  std::vector<Any> out = items_of(self);
  for (const Any& more : args) {
    if (!more.known() || !append(machine, out, more)) return {};
  }
  return listed(machine, std::move(out));
}

Any list_join(Machine& machine, const Any& self, Args args) {
  const bool comma = args.empty() || args[0].is(Tag::kUndefined);
  const auto separator = comma ? std::optional<Units>(u",") : machine.to_units(args[0]);
  return separator ? machine.join(*self.object, *separator) : Any();
}

Any list_index_of(Machine& machine, const Any& self, Args args) {
  const std::vector<Any>& items = items_of(self);
  if (!arg(args, 0).known() || !machine.spend(items.size() / 4)) return {};
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i].known()) return {};
    if (machine.same(items[i], args[0])) return any(static_cast<double>(i));
  }
  return any(-1.0);
}

Any list_includes(Machine& machine, const Any& self, Args args) {
  const Any at = list_index_of(machine, self, args);
  return at.known() ? any(at.number >= 0) : Any();
}

Any fill(Machine& machine, const Any& self, Args args) {
  std::vector<Any>& items = items_of(self);
  const auto from = whole(machine, args, 1, 0);
  const auto to = whole(machine, args, 2, static_cast<double>(items.size()));
  if (!from || !to || !machine.change(*self.object) || !machine.spend(items.size() / 16)) {
    return machine.fail();
  }
  const size_t a = place(*from, items.size()), b = std::max(a, place(*to, items.size()));
  std::fill(items.begin() + static_cast<long>(a), items.begin() + static_cast<long>(b),
            arg(args, 0));
  return self;
}

// Calls of callbacks (item, index, list).
enum class Each { kMap, kForEach, kFilter, kFind, kFindIndex, kSome, kEvery, kFlatMap };

template <Each how>
Any each(Machine& machine, const Any& self, Args args) {
  const auto items = machine.iterate(self);
  if (!items || args.empty()) return {};
  std::vector<Any> out;
  for (size_t i = 0; i < items->size(); ++i) {
    const Any given[] = {(*items)[i], any(static_cast<double>(i)), self};
    const Any value = machine.apply(args[0], arg(args, 1), given);
    if (machine.stopped()) return {};
    if constexpr (how == Each::kForEach) continue;
    if constexpr (how == Each::kMap) {
      out.push_back(value);
      continue;
    }
    if constexpr (how == Each::kFlatMap) {
      if (!append(machine, out, value)) return {};
      continue;
    }
    const auto yes = machine.to_bool(value);
    if (!yes) return {};
    if (how == Each::kFilter && *yes) out.push_back((*items)[i]);
    if (how == Each::kFind && *yes) return (*items)[i];
    if (how == Each::kFindIndex && *yes) return any(static_cast<double>(i));
    if (how == Each::kSome && *yes) return any(true);
    if (how == Each::kEvery && !*yes) return any(false);
  }
  if (how == Each::kForEach || how == Each::kFind) return undefined_any();
  if (how == Each::kFindIndex) return any(-1.0);
  if (how == Each::kSome || how == Each::kEvery) return any(how == Each::kEvery);
  if constexpr (how == Each::kFlatMap) return listed(machine, std::move(out));
  if (self.object->kind != Kind::kBytes) {
    return machine.list(std::move(out));
  }
  Object* made = machine.make(Kind::kBytes);  // a typed array stays one
  for (const Any& item : out) {
    const auto byte = machine.to_int32(item);
    if (!byte) return {};
    made->bytes += static_cast<char>(*byte & 0xFF);
  }
  return machine.charge(out.size()) ? any(made) : Any();
}

template <bool from_right>
Any reduce(Machine& machine, const Any& self, Args args) {
  auto items = machine.iterate(self);
  if (!items || args.empty()) return {};
  const size_t size = items->size();
  size_t i = 0;
  const auto at = [&](size_t n) { return from_right ? size - 1 - n : n; };
  if (args.size() < 2 && size == 0) return machine.raise({});
  Any total = args.size() > 1 ? args[1] : (*items)[at(i++)];
  for (; i < size && !machine.stopped(); ++i) {
    const Any given[] = {total, (*items)[at(i)], any(static_cast<double>(at(i))), self};
    total = machine.apply(args[0], undefined_any(), given);
  }
  return total;
}

// Merge sort: stable, and unharmed by a comparison that contradicts itself.
bool merge_sort(Machine& machine, std::vector<Any>& items, const Any& order) {
  std::vector<Any> other(items.size());
  for (size_t width = 1; width < items.size(); width *= 2) {
    for (size_t from = 0; from < items.size(); from += 2 * width) {
      const size_t middle = std::min(from + width, items.size());
      const size_t end = std::min(from + 2 * width, items.size());
      size_t a = from, b = middle;
      for (size_t to = from; to < end; ++to) {
        bool right = a >= middle;
        if (a < middle && b < end) {
          if (order.is(Tag::kUndefined)) {
            const auto x = machine.to_units(items[a]), y = machine.to_units(items[b]);
            if (!x || !y) return false;
            right = *y < *x;
          } else {
            const Any pair[] = {items[a], items[b]};
            const auto sign = machine.to_number(machine.apply(order, undefined_any(), pair));
            if (!sign || machine.stopped()) return false;
            right = *sign > 0;
          }
        }
        other[to] = right ? items[b++] : items[a++];
      }
    }
    items.swap(other);
  }
  return true;
}

Any sort(Machine& machine, const Any& self, Args args) {
  if (!machine.change(*self.object) || !machine.charge(items_of(self).size() * sizeof(Any))) {
    return {};
  }
  std::vector<Any> items = items_of(self);
  if (!merge_sort(machine, items, arg(args, 0))) return machine.fail();
  items_of(self) = std::move(items);
  return self;
}

// --- bytes

Any bytes_set(Machine& machine, const Any& self, Args args) {
  const auto items = machine.iterate(arg(args, 0));
  const auto from = whole(machine, args, 1, 0);
  std::string& bytes = self.object->bytes;
  if (!items || !from || *from < 0 ||
      *from + static_cast<double>(items->size()) > static_cast<double>(bytes.size()) ||
      !machine.change(*self.object)) {
    return machine.fail();
  }
  auto at = static_cast<size_t>(*from);
  for (const Any& item : *items) {
    const auto byte = machine.to_int32(item);
    if (!byte) return machine.fail();
    bytes[at++] = static_cast<char>(*byte & 0xFF);
  }
  return undefined_any();
}

Any bytes_reverse(Machine& machine, const Any& self, Args) {
  if (!machine.change(*self.object)) return {};
  std::reverse(self.object->bytes.begin(), self.object->bytes.end());
  return self;
}

// --- maps and sets: keys and values in turn

std::optional<size_t> row_of(Machine& machine, const Any& self, const Any& wanted) {
  const std::vector<Any>& rows = self.object->items;
  if (!wanted.known() || !machine.spend(rows.size() / 4)) {
    machine.fail();
    return std::nullopt;
  }
  size_t i = 0;
  while (i < rows.size() && !machine.same(rows[i], wanted)) i += 2;
  return i;
}

Any map_set(Machine& machine, const Any& self, Args args) {
  std::vector<Any>& rows = self.object->items;
  const auto row = row_of(machine, self, arg(args, 0));
  if (!row || !machine.change(*self.object) || !machine.charge(2 * sizeof(Any))) return {};
  if (*row == rows.size()) {
    rows.push_back(args[0]);
    rows.push_back(arg(args, 1));
  } else {
    rows[*row + 1] = arg(args, 1);
  }
  return self;
}

Any map_get(Machine& machine, const Any& self, Args args) {
  const auto row = row_of(machine, self, arg(args, 0));
  if (!row) return {};
  return *row < self.object->items.size() ? self.object->items[*row + 1] : undefined_any();
}

Any map_has(Machine& machine, const Any& self, Args args) {
  const auto row = row_of(machine, self, arg(args, 0));
  return row ? any(*row < self.object->items.size()) : Any();
}

Any map_keys(Machine& machine, const Any& self, Args) {
  std::vector<Any> out;
  for (size_t i = 0; i < self.object->items.size(); i += 2) out.push_back(self.object->items[i]);
  return machine.list(std::move(out));
}

Any map_values(Machine& machine, const Any& self, Args) {
  std::vector<Any> out;
  for (size_t i = 1; i < self.object->items.size(); i += 2) out.push_back(self.object->items[i]);
  return machine.list(std::move(out));
}

// --- objects

Any has_own(Machine& machine, const Any& self, Args args) {
  const auto name = machine.to_units(arg(args, 0));
  return name ? any(self.object->properties.find(machine.key(*name)) != nullptr) : Any();
}

using Methods = std::unordered_map<std::string_view, Native>;

const Methods& methods_of(Kind kind) {
  static const Methods lists = {
      {"push", push},
      {"unshift", unshift},
      {"pop", pop},
      {"shift", shift},
      {"splice", splice},
      {"reverse", reverse},
      {"slice", list_slice},
      {"concat", concat},
      {"join", list_join},
      {"indexOf", list_index_of},
      {"includes", list_includes},
      {"fill", fill},
      {"sort", sort},
      {"map", each<Each::kMap>},
      {"forEach", each<Each::kForEach>},
      {"filter", each<Each::kFilter>},
      {"find", each<Each::kFind>},
      {"findIndex", each<Each::kFindIndex>},
      {"some", each<Each::kSome>},
      {"every", each<Each::kEvery>},
      {"flatMap", each<Each::kFlatMap>},
      {"reduce", reduce<false>},
      {"reduceRight", reduce<true>},
      {"hasOwnProperty", has_own},
  };
  static const Methods bytes = {
      {"set", bytes_set},        {"reverse", bytes_reverse},
      {"map", each<Each::kMap>}, {"forEach", each<Each::kForEach>},
      {"reduce", reduce<false>},
  };
  static const Methods maps = {
      {"set", map_set},   {"get", map_get},       {"has", map_has},
      {"keys", map_keys}, {"values", map_values},
  };
  static const Methods sets = {
      {"add", map_set},
      {"has", map_has},
      {"values", map_keys},
  };
  static const Methods objects = {{"hasOwnProperty", has_own}};
  switch (kind) {
    case Kind::kList:
      return lists;
    case Kind::kBytes:
      return bytes;
    case Kind::kMap:
      return maps;
    case Kind::kSet:
      return sets;
    default:
      return objects;
  }
}

}  // namespace

Native native(Object::Kind kind, std::string_view name) {
  const Methods& methods = methods_of(kind);
  const auto row = methods.find(name);
  return row == methods.end() ? nullptr : row->second;
}

Native text_native(std::string_view name) {
  static const Methods texts = {
      {"charCodeAt", char_code_at}, {"codePointAt", code_point_at}, {"charAt", char_at},
      {"indexOf", text_index_of},   {"slice", text_slice},          {"substring", text_substring},
      {"substr", text_substr},      {"split", text_split},
  };
  const auto row = texts.find(name);
  return row == texts.end() ? nullptr : row->second;
}

}  // namespace cerebro::folding
