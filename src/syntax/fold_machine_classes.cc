// Classes, and what `new` makes.

#include <algorithm>

#include "syntax/fold_machine_internal.h"
#include "syntax/fold_text.h"

namespace cerebro::folding {
namespace {

// The running method: arrow functions stand in it.
Environment* method_around(Environment& env) {
  for (Environment* e = &env; e != nullptr; e = e->parent) {
    if (e->function != nullptr && e->function->home != nullptr) return e;
  }
  return nullptr;
}

}  // namespace

NodeId Machine::constructor_of(NodeId class_node) const {
  for (const NodeId member : children(module_, module_.child(class_node, 1))) {
    if (kind(member) == NodeKind::kFunction && text_at(member) == "constructor" &&
        (module_[member].flags & (kStatic | kComputed)) == 0) {
      return member;
    }
  }
  return kNoNode;
}

// The name of a method or field.
Any Machine::class_key(NodeId member, Environment& env) {
  const bool computed = (module_[member].flags & kComputed) != 0;
  if (kind(member) == NodeKind::kFunction) {
    if (!computed) return text(units_of_utf8(text_at(member)));
    return eval(module_.child(member, 2), env);
  }
  const NodeId target = module_[member].first_child;
  if (computed) return eval(target, env);
  if (kind(target) == NodeKind::kName || kind(target) == NodeKind::kString) {
    return text(units_of_utf8(text_at(target)));
  }
  return eval(target, env);
}

Any Machine::class_value(NodeId node, Environment* scope) {
  const NodeId bases = module_[node].first_child, body = module_.child(node, 1);
  if (body == kNoNode) return fail();
  Environment* env = make_environment(node, scope);
  if (env == nullptr) return {};
  env->whole = true;
  for (Environment* e = env; e != nullptr && !e->captured; e = e->parent) e->captured = true;
  Object* made = make(Object::Kind::kFunction);
  Object* instances = make(Object::Kind::kPlain);
  made->node = node;
  made->scope = env;
  env->self = any(made);
  if (const BindingId binding = scopes_.binding(node);
      binding != kNone32 && home_of_[binding] == node) {
    set(*env, binding, any(made));
  }
  made->properties.add(prototype_).value = any(instances);
  instances->properties.add(constructor_).value = any(made);
  if (module_[bases].first_child != kNoNode) {
    const Any base = eval(module_[bases].first_child, *env);
    if (stopped()) return {};
    if (Object* base_class = object_of(base, Object::Kind::kFunction)) {
      made->prototype = base_class;
      const Any base_instances = get(base, prototype_);
      if (base_instances.is(Tag::kObject)) instances->prototype = base_instances.object;
    } else {
      return fail();  // of the outside
    }
  }
  for (const NodeId member : children(module_, body)) {
    const uint16_t flags = module_[member].flags;
    Object* owner = (flags & kStatic) != 0 ? made : instances;
    if (kind(member) == NodeKind::kFunction) {
      if (owner == instances && text_at(member) == "constructor") continue;
      const auto name_units = to_units(class_key(member, *env));
      if (!name_units) return stopped() ? Any() : fail();
      const Any method_value = function(member, env, {});
      method_value.object->home = owner;
      Property& property = owner->properties.add(key(*name_units));
      if ((flags & kGetter) != 0) {
        property.getter = method_value.object;
      } else if ((flags & kSetter) != 0) {
        property.setter = method_value.object;
      } else {
        property.value = method_value;
      }
    } else if ((flags & kStatic) == 0) {
      continue;
    } else if (kind(member) == NodeKind::kAssign) {
      const auto name_units = to_units(class_key(member, *env));
      if (!name_units) return stopped() ? Any() : fail();
      const NodeId value = module_.child(member, 1);
      made->properties.add(key(*name_units)).value =
          kind(value) == NodeKind::kEmpty ? undefined_any() : eval(value, *env);
    } else if (block(member, *env) != Flow::kNormal) {
      return stopped() ? Any() : fail();
    }
    if (stopped()) return {};
  }
  return any(made);
}

bool Machine::fields(Object& made, Object& class_object) {
  const NodeId body = module_.child(class_object.node, 1);
  Environment* env = make_environment(kNoNode, class_object.scope);
  if (env == nullptr) return false;
  env->self = any(&made);
  for (const NodeId member : children(module_, body)) {
    if (kind(member) != NodeKind::kAssign || (module_[member].flags & kStatic) != 0) continue;
    const auto name_units = to_units(class_key(member, *env));
    if (!name_units) return fail(), false;
    const NodeId value = module_.child(member, 1);
    const Any initial = kind(value) == NodeKind::kEmpty ? undefined_any() : eval(value, *env);
    if (stopped() || !charge(sizeof(Property))) return false;
    made.properties.add(key(*name_units)).value = initial;
  }
  return true;
}

bool Machine::initialise(Object& made, Object& class_object, std::span<const Any> args,
                         Object* new_target) {
  if (depth_ >= kMachineDepth || stopped() || !spend(1)) return fail(), false;
  if (class_object.node == kNoNode) return fail(), false;  // a bound or built-in base
  ++depth_;
  bool ok = false;
  if (kind(class_object.node) != NodeKind::kClass) {
    run_function(class_object, any(&made), args, new_target);
    ok = !stopped();
  } else if (const NodeId node = constructor_of(class_object.node); node != kNoNode) {
    if (class_object.prototype == nullptr) fields(made, class_object);
    const Any constructor = function(node, class_object.scope, {});
    const Property* instances = class_object.properties.find(prototype_);
    if (constructor.is(Tag::kObject)) {
      if (instances != nullptr && instances->value.is(Tag::kObject)) {
        constructor.object->home = instances->value.object;
      }
      run_function(*constructor.object, any(&made), args, new_target);
    }
    ok = constructor.is(Tag::kObject) && !stopped();
  } else {
    ok = class_object.prototype == nullptr ||
         initialise(made, *class_object.prototype, args, new_target);
    ok = ok && fields(made, class_object);
  }
  --depth_;
  return ok;
}

Any Machine::super_call(NodeId id, Environment& env) {
  Environment* around = method_around(env);
  std::vector<Any> args;
  if (!arguments(module_[module_[id].first_child].next_sibling, env, args)) return {};
  if (around == nullptr || !around->self.is(Tag::kObject)) return fail();
  const Property* own = around->function->home->properties.find(constructor_);
  Object* class_object = own == nullptr ? nullptr : object_of(own->value, Object::Kind::kFunction);
  if (class_object == nullptr || class_object->prototype == nullptr) return fail();
  Object& made = *around->self.object;
  if (initialise(made, *class_object->prototype, args, class_object)) fields(made, *class_object);
  return undefined_any();
}

Any Machine::super_member(NodeId id, Environment& env, Any& self) {
  Environment* around = method_around(env);
  if (around == nullptr || around->function->home->prototype == nullptr) return fail();
  self = around->self;
  const auto name_key = member_key(id, env, nullptr);
  if (!name_key) return fail();
  return own_or_inherited(*around->function->home->prototype, *name_key, self);
}

Any Machine::construct(const Any& callee, std::span<const Any> args) {
  if (stopped() || !spend(1)) return {};
  if (callee.is(Tag::kPath)) {
    const std::string& path = *callee.path;
    const bool is_map = path == "globalThis.Map", is_set = path == "globalThis.Set";
    if (is_map || is_set) {
      Object* made = make(is_map ? Object::Kind::kMap : Object::Kind::kSet);
      if (args.empty() || args[0].is_nullish()) return any(made);
      const auto items = iterate(args[0]);
      if (!items) return fail();
      const Native add = native(made->kind, is_map ? "set" : "add");
      for (const Any& item : *items) {
        const Any pair[] = {is_map ? element(item, any(0.0)) : item,
                            is_map ? element(item, any(1.0)) : item};
        add(*this, any(made), {pair, is_map ? 2U : 1U});
      }
      return any(made);
    }
    if (path == "globalThis.Error" || path == "globalThis.TypeError") {
      Object* made = make(Object::Kind::kPlain);
      made->properties.add(key(u"message")).value = args.empty() ? text({}) : args[0];
      return any(made);
    }
    return call_path(path, undefined_any(), args);
  }
  Object* made_by = object_of(callee, Object::Kind::kFunction);
  if (made_by == nullptr) return apply({}, undefined_any(), args);
  if (made_by->target != nullptr || made_by->node == kNoNode) return fail();
  Object* made = make(Object::Kind::kPlain);
  const Any instances = get(callee, prototype_);
  if (instances.is(Tag::kObject)) made->prototype = instances.object;
  if (kind(made_by->node) == NodeKind::kClass) {
    initialise(*made, *made_by, args, made_by);
    return stopped() ? Any() : any(made);
  }
  const Any returned = run_function(*made_by, any(made), args, made_by);
  if (stopped()) return {};
  return returned.is(Tag::kObject) ? returned : any(made);
}

}  // namespace cerebro::folding
