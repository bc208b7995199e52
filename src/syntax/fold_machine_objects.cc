// Objects and texts, coercions, and what passes between the machine and the evaluator.

#include <algorithm>
#include <cmath>

#include "syntax/fold_machine_internal.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {

Op operator_named(std::string_view text) {
  static const std::unordered_map<std::string_view, Op> table = {
      {"+", Op::kAdd},
      {"-", Op::kSubtract},
      {"*", Op::kMultiply},
      {"/", Op::kDivide},
      {"%", Op::kRemainder},
      {"**", Op::kPower},
      {"&", Op::kBitAnd},
      {"|", Op::kBitOr},
      {"^", Op::kBitXor},
      {"<<", Op::kLeft},
      {">>", Op::kRight},
      {">>>", Op::kRightUnsigned},
      {"==", Op::kEqual},
      {"!=", Op::kUnequal},
      {"===", Op::kSame},
      {"!==", Op::kDifferent},
      {"<", Op::kLess},
      {"<=", Op::kMost},
      {">", Op::kGreater},
      {">=", Op::kLeast},
      {"in", Op::kIn},
      {"&&", Op::kAnd},
      {"||", Op::kOr},
      {"??", Op::kCoalesce},
      {"!", Op::kNot},
      {"~", Op::kBitNot},
      {"typeof", Op::kTypeOf},
      {"void", Op::kVoid},
      {"delete", Op::kDelete},
      {"++", Op::kIncrement},
      {"--", Op::kDecrement},
      {"await", Op::kAwait},
      {"yield", Op::kYield},
      {"yield*", Op::kYieldAll},
      {"instanceof", Op::kInstanceOf},
  };
  const auto row = table.find(text);
  return row == table.end() ? Op::kNone : row->second;
}

std::u16string units_of_utf8(std::string_view utf8) {
  if (is_ascii(utf8)) return Units(utf8.begin(), utf8.end());
  const std::u32string wide = utf16_units(utf8);
  return Units(wide.begin(), wide.end());
}

std::string utf8_of_units(std::u16string_view units) {
  if (std::all_of(units.begin(), units.end(), [](char16_t c) { return c < 0x80; })) {
    std::string out(units.size(), '\0');
    std::transform(units.begin(), units.end(), out.begin(),
                   [](char16_t c) { return static_cast<char>(c); });
    return out;
  }
  return utf8_of(std::u32string(units.begin(), units.end()));
}

// --- properties

Property* Properties::find(Key key) {
  if (rows_.size() > kFew) {
    const auto place = places_.find(key);
    return place == places_.end() ? nullptr : &rows_[place->second];
  }
  for (Property& row : rows_) {
    if (row.key == key) return &row;
  }
  return nullptr;
}

Property& Properties::add(Key key) {
  if (Property* known = find(key)) return *known;
  rows_.push_back({key, {}, nullptr, nullptr});
  if (rows_.size() == kFew + 1) {
    for (uint32_t i = 0; i < rows_.size(); ++i) places_[rows_[i].key] = i;
  } else if (rows_.size() > kFew) {
    places_[key] = static_cast<uint32_t>(rows_.size() - 1);
  }
  return rows_.back();
}

bool Properties::erase(Key key) {
  const Property* row = find(key);
  if (row == nullptr) return false;
  rows_.erase(rows_.begin() + (row - rows_.data()));
  places_.clear();
  for (uint32_t i = 0; rows_.size() > kFew && i < rows_.size(); ++i) places_[rows_[i].key] = i;
  return true;
}

Key Machine::key(std::u16string_view name) {
  if (const auto known = keys_.find(name); known != keys_.end()) return known->second;
  if (!charge_lasting(sizeof(std::u16string) + 2 * name.size()) && !key_names_.empty()) return 0;
  const Key made = static_cast<Key>(key_names_.size());
  key_names_.emplace_back(name);
  keys_.emplace(key_names_.back(), made);
  return made;
}

// In the language's order: whole numbers first.
std::vector<Key> Machine::own_keys(const Object& object) const {
  std::vector<Key> keys;
  std::vector<std::pair<uint64_t, Key>> numbers;
  for (const Property& row : object.properties.rows()) {
    const std::u16string& name_units = key_names_[row.key];
    const bool number = !name_units.empty() && name_units.size() < 10 &&
                        (name_units[0] != u'0' || name_units.size() == 1) &&
                        std::all_of(name_units.begin(), name_units.end(),
                                    [](char16_t c) { return c >= u'0' && c <= u'9'; });
    if (number) {
      uint64_t value = 0;
      for (const char16_t c : name_units) value = value * 10 + (c - u'0');
      numbers.emplace_back(value, row.key);
    } else {
      keys.push_back(row.key);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<Key> out;
  for (const auto& [value, number_key] : numbers) out.push_back(number_key);
  out.insert(out.end(), keys.begin(), keys.end());
  return out;
}

Object* Machine::make(Object::Kind kind) {
  charge(sizeof(Object));
  Object& made = arena_->objects.emplace_back();
  made.kind = kind;
  made.run = maker();
  return &made;
}

Environment* Machine::make_environment(NodeId home, Environment* parent) {
  const auto slots = slots_in_.find(home);
  const size_t count = slots == slots_in_.end() ? 0 : slots->second;
  if (!charge(sizeof(Environment) + count * sizeof(Any))) return nullptr;
  bytes_ -= sizeof(Environment);  // given back when the function returns, unless captured
  Environment& made = arena_->environments.emplace_back();
  made.home = home;
  made.parent = parent;
  made.run = maker();
  Any unset;
  unset.tag = Tag::kUnset;
  made.slots.assign(count, unset);
  return &made;
}

Any Machine::text(Units units, bool decoded) {
  if (units.size() == 1 && !decoded && units[0] < latin1_.size() && latin1_[units[0]].known()) {
    return latin1_[units[0]];
  }
  if (!charge(sizeof(Units) + sizeof(Text) + 2 * units.size())) return {};
  Units& kept = arena_->units.emplace_back(std::move(units));
  arena_->texts.push_back({&kept, kept.size(), decoded, false, maker() == 0});
  return any(&arena_->texts.back());
}

Any Machine::text_of_unit(char16_t unit, bool decoded) { return text(Units(1, unit), decoded); }

Any Machine::list(std::vector<Any> items) {
  if (!charge(items.size() * sizeof(Any))) return {};
  Object* made = make(Object::Kind::kList);
  made->items = std::move(items);
  return any(made);
}

bool Machine::change(Object& object) {
  if (object.constant) {
    fail();
    return false;
  }
  holds(object.run);
  return !stopped();
}

// --- properties of values

Any Machine::own_or_inherited(Object& object, Key name_key, const Any& self) {
  int links = 0;
  for (Object* o = &object; o != nullptr && links < kPrototypes; o = o->prototype, ++links) {
    Property* property = o->properties.find(name_key);
    if (property == nullptr) continue;
    if (property->getter != nullptr) return apply(any(property->getter), self, {});
    if (property->setter != nullptr) return undefined_any();
    return property->value;
  }
  return undefined_any();
}

Any Machine::get(const Any& object, Key name_key) {
  switch (object.tag) {
    case Tag::kObject: {
      Object& own = *object.object;
      if (name_key == length_) {
        if (own.kind == Object::Kind::kList) return any(static_cast<double>(own.items.size()));
        if (own.kind == Object::Kind::kBytes) return any(static_cast<double>(own.bytes.size()));
      }
      const Any value = own_or_inherited(own, name_key, object);
      if (stopped() || !value.is(Tag::kUndefined)) return value;
      if (own.properties.find(name_key) != nullptr) return value;
      if (own.kind == Object::Kind::kFunction && name_key == prototype_ &&
          kind(own.node) == NodeKind::kFunction && (module_[own.node].flags & kArrow) == 0) {
        Object* made = make(Object::Kind::kPlain);
        made->properties.add(constructor_).value = object;
        own.properties.add(prototype_).value = any(made);
        holds(own.run);
        return any(made);
      }
      if (own.kind == Object::Kind::kFunction && name_key == length_) {
        if (kind(own.node) != NodeKind::kFunction) return {};
        double count = 0;
        for (const NodeId param : children(module_, module_[own.node].first_child)) {
          if (module_.child(param, 1) != kNoNode || (module_[param].flags & kRest) != 0) break;
          ++count;
        }
        return any(count);
      }
      if (own.kind == Object::Kind::kMap || own.kind == Object::Kind::kSet) {
        if (key_names_[name_key] == u"size") {
          return any(static_cast<double>(own.items.size() / 2));
        }
      }
      const std::u16string& name_units = key_names_[name_key];
      if (own.kind == Object::Kind::kList && !name_units.empty() && name_units[0] >= u'0' &&
          name_units[0] <= u'9') {
        const auto index = to_number(text(name_units));
        return index ? element(object, any(*index)) : Any();
      }
      // The evaluator asks here for the statics of a class, so it is not asked in return.
      if (own.kind == Object::Kind::kFunction && kind(own.node) == NodeKind::kClass) {
        if (name_key != constructor_) return value;
        Value function;
        function.kind = Value::Kind::kPath;
        function.text = "globalThis.Function";
        return from_value(function, false);
      }
      // What every object has, as the evaluator names it: [].constructor, {}.toString, f.name
      if (own.kind == Object::Kind::kPlain && name_key != constructor_) return value;
      const Ref found = eval_.member(share(to_value(object)), utf8_of_units(name_units));
      return found->kind == Value::Kind::kPath ? from_value(*found, false) : value;
    }
    case Tag::kText: {
      if (object.text->partial) return {};
      if (name_key == length_) return any(static_cast<double>(object.text->size));
      const std::u16string& name_units = key_names_[name_key];
      if (!name_units.empty() && name_units[0] >= u'0' && name_units[0] <= u'9') {
        const auto index = to_number(text(name_units));
        return index ? element(object, any(*index)) : Any();
      }
      const Ref found = eval_.member(share(to_value(object)), utf8_of_units(name_units));
      return found->known() ? from_value(*found, false) : undefined_any();
    }
    case Tag::kPath: {
      Value path_value;
      path_value.kind = Value::Kind::kPath;
      path_value.text = *object.path;
      return from_value(*eval_.member(share(path_value), utf8_of_units(key_names_[name_key])),
                        false);
    }
    case Tag::kNumber:
    case Tag::kBool: {
      const Ref found = eval_.member(share(to_value(object)), utf8_of_units(key_names_[name_key]));
      return found->known() ? from_value(*found, false) : undefined_any();
    }
    case Tag::kNull:
    case Tag::kUndefined:
      return raise({});
    default:
      return {};
  }
}

Any Machine::element(const Any& object, const Any& index) {
  const double number = index.is(Tag::kNumber) ? index.number : -1;
  const bool whole = number >= 0 && number < 4294967295.0 && number == std::floor(number);
  if (object.is(Tag::kText)) {
    if (object.text->partial) return {};
    if (!whole || number >= static_cast<double>(object.text->size)) return undefined_any();
    return text_of_unit((*object.text->units)[static_cast<size_t>(number)], object.text->decoded);
  }
  if (object.is(Tag::kObject) && whole) {
    const Object& own = *object.object;
    const auto at = static_cast<size_t>(number);
    if (own.kind == Object::Kind::kList) {
      return at < own.items.size() ? own.items[at] : undefined_any();
    }
    if (own.kind == Object::Kind::kBytes) {
      return at < own.bytes.size() ? any(static_cast<double>(static_cast<uint8_t>(own.bytes[at])))
                                   : undefined_any();
    }
  }
  const auto name_units = to_units(index);
  return name_units ? get(object, key(*name_units)) : Any();
}

bool Machine::put(const Any& object, Key name_key, const Any& value) {
  if (stopped()) return false;
  // Things of the outside are not ours: nothing is known about them before or after.
  if (!object.known() || object.is(Tag::kPath)) return true;
  if (object.is_nullish()) return raise({}), false;
  if (!object.is(Tag::kObject)) return true;
  Object& own = *object.object;
  if (!change(own)) return false;
  if (name_key == length_ && own.kind == Object::Kind::kList) {
    const auto size = to_number(value);
    if (!size || *size < 0 || *size > static_cast<double>(own.items.size())) return fail(), false;
    own.items.resize(static_cast<size_t>(*size));
    return true;
  }
  const std::u16string& name_units = key_names_[name_key];
  const bool indexed = own.kind == Object::Kind::kList || own.kind == Object::Kind::kBytes;
  if (indexed && !name_units.empty() && name_units[0] >= u'0' && name_units[0] <= u'9' &&
      std::all_of(name_units.begin(), name_units.end(),
                  [](char16_t c) { return c >= u'0' && c <= u'9'; })) {
    return put_element(object, any(*to_number(text(name_units))), value);
  }
  int links = 0;
  for (Object* o = &own; o != nullptr && links < kPrototypes; o = o->prototype, ++links) {
    Property* known = o->properties.find(name_key);
    if (known == nullptr) continue;
    if (known->setter != nullptr) {
      apply(any(known->setter), object, {&value, 1});
      return !stopped();
    }
    if (known->getter != nullptr) return true;
    break;
  }
  if (!charge(sizeof(Property))) return false;
  own.properties.add(name_key).value = value;
  return true;
}

bool Machine::put_element(const Any& object, const Any& index, const Any& value) {
  if (stopped()) return false;
  if (!object.known() || object.is(Tag::kPath)) return true;
  const double number = index.is(Tag::kNumber) ? index.number : -1;
  const bool whole = number >= 0 && number < 4294967295.0 && number == std::floor(number);
  if (object.is(Tag::kObject) && whole) {
    Object& own = *object.object;
    const auto at = static_cast<size_t>(number);
    if (own.kind == Object::Kind::kBytes || own.kind == Object::Kind::kList) {
      if (!change(own)) return false;
    }
    if (own.kind == Object::Kind::kBytes) {
      const auto byte = to_int32(value);
      if (!byte) return fail(), false;
      if (at < own.bytes.size()) own.bytes[at] = static_cast<char>(*byte & 0xFF);
      return true;
    }
    if (own.kind == Object::Kind::kList) {
      Any stored = value;
      if (own.bits != 0) {
        const auto bits = to_int32(value);
        if (!bits || at >= own.items.size()) return bits ? true : (fail(), false);
        const uint32_t mask = own.bits >= 32 ? 0xFFFFFFFF : (1U << own.bits) - 1;
        stored = any(static_cast<double>(static_cast<uint32_t>(*bits) & mask));
      }
      if (at >= own.items.size()) {
        if (!charge((at + 1 - own.items.size()) * sizeof(Any))) return false;
        own.items.resize(at + 1, undefined_any());
      }
      own.items[at] = stored;
      return true;
    }
  }
  const auto name_units = to_units(index);
  if (!name_units) return fail(), false;
  return put(object, key(*name_units), value);
}

// --- coercions

std::optional<bool> Machine::to_bool(const Any& value) const {
  switch (value.tag) {
    case Tag::kUndefined:
    case Tag::kNull:
      return false;
    case Tag::kBool:
      return value.boolean;
    case Tag::kNumber:
      return value.number != 0 && !std::isnan(value.number);
    case Tag::kText:
      return value.text->size > 0;
    case Tag::kObject:
      return true;
    default:
      return std::nullopt;
  }
}

std::optional<double> Machine::to_number(const Any& value) {
  switch (value.tag) {
    case Tag::kNumber:
      return value.number;
    case Tag::kBool:
      return value.boolean ? 1 : 0;
    case Tag::kNull:
      return 0;
    case Tag::kUndefined:
      return std::nan("");
    case Tag::kText: {
      if (value.text->partial) return std::nullopt;
      const auto units = value.text->view();
      if (!units.empty() && units.size() < 10 && units[0] != u'0' &&
          std::all_of(units.begin(), units.end(),
                      [](char16_t c) { return c >= u'0' && c <= u'9'; })) {
        double number = 0;
        for (const char16_t c : units) number = number * 10 + (c - u'0');
        return number;
      }
      if (!spend(units.size() / 16)) return std::nullopt;
      return folding::to_number(string(utf8_of_units(units)));
    }
    case Tag::kObject: {
      const auto units = to_units(value);
      return units ? folding::to_number(string(utf8_of_units(*units))) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::optional<int32_t> Machine::to_int32(const Any& value) {
  const auto number = to_number(value);
  if (!number) return std::nullopt;
  if (std::abs(*number) < 2147483648.0) return static_cast<int32_t>(*number);
  if (!std::isfinite(*number)) return 0;
  const double wrapped = std::fmod(std::trunc(*number), 4294967296.0);
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(wrapped)));
}

std::optional<Units> Machine::to_units(const Any& value) {
  switch (value.tag) {
    case Tag::kText:
      if (value.text->partial || !spend(value.text->size / 64)) return std::nullopt;
      return Units(value.text->view());
    case Tag::kNumber: {
      const double number = value.number;
      if (number == std::floor(number) && std::abs(number) < 1e15) {
        return units_of_utf8(std::to_string(static_cast<int64_t>(number)));
      }
      return units_of_utf8(number_text(number, false));
    }
    case Tag::kBool:
      return value.boolean ? u"true" : u"false";
    case Tag::kNull:
      return u"null";
    case Tag::kUndefined:
      return u"undefined";
    case Tag::kObject: {
      Object& object = *value.object;
      if (object.kind == Object::Kind::kBytes) {
        if (!spend(object.bytes.size() / 64)) return std::nullopt;
        return units_of_utf8(utf8_of_bytes(object.bytes));
      }
      if (object.kind == Object::Kind::kFunction) {
        if (object.node == kNoNode || object.target != nullptr) return std::nullopt;
        const Node& node = module_[object.node];
        if (!charge(node.end - node.begin)) return std::nullopt;
        return units_of_utf8(
            std::string_view(module_.source).substr(node.begin, node.end - node.begin));
      }
      if (object.kind == Object::Kind::kList) {
        if (depth_ >= kMachineDepth) return std::nullopt;
        ++depth_;
        const Any joined = join(object, u",");
        --depth_;
        return joined.is(Tag::kText) ? std::optional(Units(joined.text->view())) : std::nullopt;
      }
      // The object's own word.
      for (const char16_t* how : {u"toString", u"valueOf"}) {
        const Any own = own_or_inherited(object, key(how), value);
        if (stopped()) return std::nullopt;
        if (object_of(own, Object::Kind::kFunction) == nullptr) continue;
        if (depth_ >= kMachineDepth) return std::nullopt;
        ++depth_;
        const Any made = apply(own, value, {});
        --depth_;
        return made.is(Tag::kObject) ? std::nullopt : to_units(made);
      }
      return u"[object Object]";
    }
    default:
      return std::nullopt;
  }
}

bool Machine::same(const Any& a, const Any& b) {
  if (a.tag != b.tag) return false;
  switch (a.tag) {
    case Tag::kBool:
      return a.boolean == b.boolean;
    case Tag::kNumber:
      return a.number == b.number;
    case Tag::kText:
      if (a.text->size != b.text->size || !spend(a.text->size / 64)) return false;
      return a.text->view() == b.text->view();
    case Tag::kObject:
      return a.object == b.object;
    case Tag::kPath:
      return a.path == b.path;
    default:
      return true;
  }
}

bool Machine::same_loosely(const Any& a, const Any& b, bool& is_known) {
  const auto hazy = [](const Any& v) {
    return !v.known() || v.is(Tag::kPath) || (v.is(Tag::kText) && v.text->partial);
  };
  if (hazy(a) || hazy(b)) {
    is_known = false;
    return false;
  }
  if (a.is_nullish() || b.is_nullish()) return a.is_nullish() && b.is_nullish();
  if (a.tag == b.tag) return same(a, b);
  if (a.is(Tag::kText) || b.is(Tag::kText)) {
    const Any& other = a.is(Tag::kText) ? b : a;
    if (other.is(Tag::kObject)) {
      const auto x = to_units(a), y = to_units(b);
      is_known = x && y;
      return is_known && *x == *y;
    }
  }
  const auto x = to_number(a), y = to_number(b);
  is_known = x && y;
  return is_known && *x == *y;
}

std::optional<std::vector<Any>> Machine::iterate(const Any& value) {
  std::vector<Any> out;
  if (value.is(Tag::kText)) {
    if (value.text->partial || !charge(value.text->size * sizeof(Any))) return std::nullopt;
    const auto units = value.text->view();
    for (size_t i = 0; i < units.size() && !stopped(); ++i) {
      const bool pair = units[i] >= 0xD800 && units[i] < 0xDC00 && i + 1 < units.size() &&
                        units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
      out.push_back(text(Units(units.substr(i, pair ? 2 : 1)), value.text->decoded));
      if (pair) ++i;
    }
    return out;
  }
  if (!value.is(Tag::kObject)) return std::nullopt;
  const Object& object = *value.object;
  switch (object.kind) {
    case Object::Kind::kList:
      if (!charge(object.items.size() * sizeof(Any))) return std::nullopt;
      return object.items;
    case Object::Kind::kBytes:
      if (!charge(object.bytes.size() * sizeof(Any))) return std::nullopt;
      for (const char c : object.bytes) {
        out.push_back(any(static_cast<double>(static_cast<uint8_t>(c))));
      }
      return out;
    case Object::Kind::kMap:
    case Object::Kind::kSet:
      for (size_t i = 0; i + 1 < object.items.size() && !stopped(); i += 2) {
        out.push_back(object.kind == Object::Kind::kSet
                          ? object.items[i]
                          : list({object.items[i], object.items[i + 1]}));
      }
      return out;
    default:
      return std::nullopt;
  }
}

Any Machine::join(Object& own, std::u16string_view separator) {
  Units out;
  bool is_decoded = false;
  for (size_t i = 0; i < own.items.size(); ++i) {
    if (i > 0) out += separator;
    const Any item = own.items[i];
    if (item.is_nullish()) continue;
    if (item.is(Tag::kText) && !item.text->partial) {
      out += item.text->view();
      is_decoded |= item.text->decoded;
    } else {
      const auto units = to_units(item);
      if (!units) return {};
      out += *units;
    }
    if (2 * out.size() > limits_.fold_value_bytes) eval_.exhausted_ = failed_ = true;
    if (!spend(1) || stopped()) return {};
  }
  return text(std::move(out), is_decoded);
}

// --- to and from the evaluator

const std::string* Machine::path_text(std::string path) {
  auto& kept = paths_[path];
  if (!kept) {
    charge_lasting(2 * (sizeof(std::string) + path.size()));
    kept = std::make_unique<std::string>(std::move(path));
  }
  return kept.get();
}

Object* Machine::function_object(NodeId node) {
  Object*& known = functions_[node];
  if (known == nullptr) {
    const Lasting lasting(*this);
    if (kind(node) == NodeKind::kClass) {
      const Any made = class_value(node, nullptr);
      known = made.is(Tag::kObject) ? made.object : make(Object::Kind::kFunction);
    } else {
      known = function(node, nullptr, {}).object;
    }
  }
  return known;
}

Any Machine::from_value(const Value& value, bool constant, bool lasting) {
  using Kind = Value::Kind;
  std::optional<Lasting> lasts;
  if (lasting) lasts.emplace(*this);
  Any made;
  switch (value.kind) {
    case Kind::kNull:
      made = value.boolean ? undefined_any() : null_any();
      break;
    case Kind::kBool:
      made = any(value.boolean);
      break;
    case Kind::kInt:
      made = any(static_cast<double>(value.integer));
      break;
    case Kind::kReal:
      made = any(value.real);
      break;
    case Kind::kString:
    case Kind::kPartial:
      made = text(units_of_utf8(value.text), value.decoded);
      if (value.kind == Kind::kPartial && made.is(Tag::kText)) {
        const_cast<Text*>(made.text)->partial = true;
      }
      break;
    case Kind::kBytes:
      if (!charge(value.text.size())) break;
      made = any(make(Object::Kind::kBytes));
      made.object->bytes = value.text;
      break;
    case Kind::kList: {
      std::vector<Any> items;
      items.reserve(value.list->size());
      for (const Value& item : *value.list) {
        items.push_back(from_value(item, constant, lasting));
        if (stopped()) break;
      }
      made = list(std::move(items));
      break;
    }
    case Kind::kMap: {
      made = any(make(Object::Kind::kPlain));
      for (const auto& [row_key, row] : *value.map) {
        if (!row_key.is_text() || !charge(sizeof(Property))) break;
        made.object->properties.add(key(units_of_utf8(row_key.text))).value =
            from_value(row, constant, lasting);
      }
      break;
    }
    case Kind::kFunction:
      made = callee(value);
      break;
    case Kind::kPath:
      made.tag = Tag::kPath;
      made.path = path_text(value.text);
      break;
    default:
      break;
  }
  if (made.is(Tag::kObject) && value.kind != Kind::kFunction) made.object->constant = constant;
  return made;
}

// What to_value() makes of one value is counted until all of it is made: the same list may be in it
// many times.
bool Machine::charge_converted(size_t bytes) {
  const size_t before = bytes_, lasting_before = lasting_bytes_;
  const bool ok = charge(bytes);
  converted_bytes_ += bytes_ - before;
  lasting_bytes_ = lasting_before;
  return ok;
}

Value Machine::to_value(const Any& value) {
  const size_t before = std::exchange(converted_bytes_, 0);
  Value made = to_value(value, 0);
  bytes_ -= std::exchange(converted_bytes_, before);
  return made;
}

Value Machine::to_value(const Any& value, int depth) {
  constexpr int kNesting = 8;
  switch (value.tag) {
    case Tag::kUndefined:
      return undefined();
    case Tag::kNull:
      return null();
    case Tag::kBool:
      return boolean(value.boolean);
    case Tag::kNumber:
      return number(value.number);
    case Tag::kText: {
      if (!spend(value.text->size / 64) || !charge_converted(value.text->size)) return {};
      Value made = string(utf8_of_units(value.text->view()));
      made.decoded = value.text->decoded;
      if (value.text->partial) made.kind = Value::Kind::kPartial;
      return made;
    }
    case Tag::kPath:
      return path(*value.path);
    case Tag::kObject:
      break;
    default:
      return {};
  }
  Object& object = *value.object;
  if (depth > kNesting) return {};
  switch (object.kind) {
    case Object::Kind::kBytes:
      if (!spend(object.bytes.size() / 64) || !charge_converted(object.bytes.size())) return {};
      return bytes(object.bytes);
    case Object::Kind::kList: {
      if (!spend(object.items.size()) || !charge_converted(object.items.size() * sizeof(Value))) {
        return {};
      }
      const std::vector<Any> elements = object.items;  // a getter may change the list
      ValueList items;
      items.reserve(elements.size());
      for (const Any& item : elements) items.push_back(to_value(item, depth + 1));
      return folding::list(std::move(items));
    }
    case Object::Kind::kPlain: {
      ValueMap rows;
      std::unordered_set<Key> seen;
      int links = 0;
      for (Object* o = &object; o != nullptr && links < 8; o = o->prototype, ++links) {
        if (!spend(1 + o->properties.rows().size())) return {};
        for (const Key row_key : own_keys(*o)) {
          if ((o != &object && row_key == constructor_) || !seen.insert(row_key).second) continue;
          const Property* property = o->properties.find(row_key);
          if (property == nullptr) continue;  // a getter has deleted it
          Any row = property->value;
          if (property->getter != nullptr) row = apply(any(property->getter), value, {});
          if (stopped() || !charge_converted(sizeof(Value))) return {};
          rows.emplace_back(string(utf8_of_units(key_names_[row_key])), to_value(row, depth + 1));
        }
      }
      return map(std::move(rows));
    }
    case Object::Kind::kFunction: {
      if (object.target != nullptr || object.node == kNoNode) return {};
      Value made;
      made.kind = Value::Kind::kFunction;
      made.node = object.node;
      const auto own = functions_.find(object.node);
      if (own != functions_.end() && own->second == &object) return made;
      if (object.scope == nullptr && kind(object.node) == NodeKind::kFunction) return made;
      captured_.push_back(&object);
      leaves_state_ = true;
      made.integer = static_cast<int64_t>(captured_.size());
      return made;
    }
    default:
      return {};
  }
}

}  // namespace cerebro::folding
