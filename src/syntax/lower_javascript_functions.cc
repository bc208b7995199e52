// Functions, methods and classes.

#include <algorithm>

#include "syntax/lower_javascript.h"

namespace cerebro {

JavaScriptLowering::FunctionParts JavaScriptLowering::function_parts(const Part& part) {
  const Parts parts(*this, part.node, kTokens);
  FunctionParts found;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& item = parts[i];
    switch (item.syntax) {
      case Syntax::kAsync:
        found.flags |= kAsync;
        break;
      case Syntax::kStar:
        found.flags |= kGenerator;
        break;
      case Syntax::kStatic:
        found.flags |= kStatic;
        break;
      case Syntax::kStaticGet:
        found.flags |= kStatic | kGetter;
        break;
      case Syntax::kGet:
        found.flags |= kGetter;
        break;
      case Syntax::kSet:
        found.flags |= kSetter;
        break;
      case Syntax::kDecorator:
        found.decorators.push_back(expression(item));
        break;
      case Syntax::kParameters:
        found.parameters = item;
        break;
      case Syntax::kBlock:
        found.body = item;
        break;
      default:
        if (is_token(item.syntax)) break;
        (found.name || found.parameters ? found.body : found.name) = item;
    }
  }
  if (part.syntax == Syntax::kArrow && !found.parameters) std::swap(found.parameters, found.name);
  return found;
}

NodeId JavaScriptLowering::function(const Part& part, const FunctionParts& parts,
                                    std::string_view name, NodeId computed_key) {
  List extra;
  if (computed_key != kNoNode) extra.push_back(computed_key);
  extra.insert(extra.end(), parts.decorators.begin(), parts.decorators.end());
  List properties;
  const NodeId params = parts.parameters ? parameters(parts.parameters, extra, properties)
                                         : add(NodeKind::kParams, part);
  List children{params, function_body(parts.body, properties)};
  children.insert(children.end(), extra.begin(), extra.end());
  const uint16_t computed = computed_key == kNoNode ? 0 : kComputed;
  return add(NodeKind::kFunction, part, name, children,
             static_cast<uint16_t>(parts.flags | computed));
}

NodeId JavaScriptLowering::plain_function(const Part& part, uint16_t flags) {
  FunctionParts parts = function_parts(part);
  parts.flags |= flags;
  return function(part, parts, identifier(parts.name));
}

NodeId JavaScriptLowering::parameters(const Part& part, List& decorators, List& properties) {
  List list;
  if (part.syntax != Syntax::kParameters) {  // x => ...
    list.push_back(parameter(part, decorators, properties));
  } else {
    const Parts parts(*this, part.node);
    for (size_t i = 0; i < parts.size(); ++i) {
      const bool typed_this =
          parts[i].syntax == Syntax::kParameter && Parts(*this, parts[i].node).has(Syntax::kThis);
      if (!typed_this) list.push_back(parameter(parts[i], decorators, properties));
    }
  }
  return add(NodeKind::kParams, part, {}, list);
}

NodeId JavaScriptLowering::parameter(const Part& part, List& decorators, List& properties) {
  if (part.syntax == Syntax::kSpread) {
    const Parts parts(*this, part.node);
    return add(NodeKind::kParam, part, {}, {expression(parts[0])}, kRest);
  }
  if (part.syntax == Syntax::kDefaulted) {
    const Parts parts(*this, part.node);
    const NodeId target = expression(parts[0]);
    return add(NodeKind::kParam, part, {}, {target, expression(parts[1])});
  }
  if (part.syntax != Syntax::kParameter) return add(NodeKind::kParam, part, {}, {expression(part)});

  const Parts parts(*this, part.node, kTokens);
  Part pattern;
  List children;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].syntax == Syntax::kDecorator) {
      decorators.push_back(expression(parts[i]));
    } else if (!is_token(parts[i].syntax)) {
      if (!pattern) pattern = parts[i];
      const bool rest = parts[i].syntax == Syntax::kSpread;
      children.push_back(expression(rest ? Parts(*this, parts[i].node)[0] : parts[i]));
    }
  }
  if (parts.has(Syntax::kModifier) && pattern.syntax == Syntax::kIdentifier) {
    const NodeId self = add(NodeKind::kName, pattern, "this");
    const NodeId member = add(NodeKind::kMember, pattern, identifier(pattern), {self});
    properties.push_back(add(NodeKind::kAssign, pattern, "=", {member, expression(pattern)}));
  }
  return add(NodeKind::kParam, part, {}, children, pattern.syntax == Syntax::kSpread ? kRest : 0);
}

// `first` are the assignments that parameter properties stand for.
NodeId JavaScriptLowering::function_body(const Part& part, const List& first) {
  if (!part) return builder_.add(NodeKind::kBlock, 0, 0);
  List list = first;
  if (part.syntax == Syntax::kBlock) {
    statements(part.node, list);
  } else {
    list.push_back(add(NodeKind::kReturn, part, {}, {expression(part)}));
  }
  return add(NodeKind::kBlock, part, {}, list);
}

// A member of a class.
NodeId JavaScriptLowering::method(const Part& part, List decorators) {
  FunctionParts parts = function_parts(part);
  parts.decorators.insert(parts.decorators.begin(), decorators.begin(), decorators.end());
  if (parts.name.syntax == Syntax::kComputedName) {
    return function(part, parts, {}, expression(parts.name));
  }
  const bool quoted = parts.name.syntax == Syntax::kString;
  return function(part, parts, quoted ? string_value(parts.name) : identifier(parts.name));
}

// A member of an object: {f() {}}, {get x() {}}.
NodeId JavaScriptLowering::method_property(const Part& part) {
  FunctionParts parts = function_parts(part);
  const auto accessor = static_cast<uint16_t>(parts.flags & (kGetter | kSetter));
  parts.flags = static_cast<uint16_t>(parts.flags & ~(kGetter | kSetter));
  const NodeId name = key(parts.name);
  const Node& named = builder_.module()[name];
  const Symbol text = named.kind == NodeKind::kString ? named.text : 0;
  const NodeId value = function(part, parts, builder_.pool().text(text));
  return add(NodeKind::kProperty, part, {}, {name, value}, accessor);
}

NodeId JavaScriptLowering::class_like(const Part& part, uint16_t flags, List decorators) {
  const Parts parts(*this, part.node);
  List base_list;
  Part name;
  NodeId body = kNoNode;
  for (size_t i = 0; i < parts.size(); ++i) {
    switch (parts[i].syntax) {
      case Syntax::kIdentifier:
        name = parts[i];
        break;
      case Syntax::kClassHeritage:
        bases(parts[i], base_list);
        break;
      case Syntax::kClassBody:
        body = class_body(parts[i]);
        break;
      case Syntax::kDecorator:
        decorators.push_back(expression(parts[i]));
        break;
      default:
        break;
    }
  }
  if (body == kNoNode) body = add(NodeKind::kBlock, part);
  List children{add(NodeKind::kArray, part, {}, base_list), body};
  children.insert(children.end(), decorators.begin(), decorators.end());
  return add(NodeKind::kClass, part, identifier(name), children, flags);
}

void JavaScriptLowering::bases(const Part& part, List& out) {
  const Parts parts(*this, part.node);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].syntax == Syntax::kClassHeritage) {  // TypeScript's extends_clause within
      bases(parts[i], out);
    } else {
      out.push_back(expression(parts[i]));
    }
  }
}

NodeId JavaScriptLowering::class_body(const Part& part) {
  const Parts parts(*this, part.node);
  List list;
  List decorators;  // TypeScript has them before the method, as siblings
  for (size_t i = 0; i < parts.size() && !builder_.exhausted(); ++i) {
    const Part& member = parts[i];
    switch (member.syntax) {
      case Syntax::kDecorator:
        decorators.push_back(expression(member));
        continue;
      case Syntax::kMethod:
        list.push_back(method(member, decorators));
        break;
      case Syntax::kField: {
        const NodeId id = field(member, decorators);
        if (id != kNoNode) list.push_back(id);
        break;
      }
      case Syntax::kStaticBlock: {
        const NodeId id = body(Parts(*this, member.node).back());
        builder_.module().nodes[id].flags |= kStatic;
        list.push_back(id);
        break;
      }
      default:
        list.push_back(expression(member));
    }
    decorators.clear();
  }
  return add(NodeKind::kBlock, part, {}, list);
}

// kNoNode for members that only declare.
NodeId JavaScriptLowering::field(const Part& part, List decorators) {
  const Parts parts(*this, part.node, kTokens);
  if (parts.has(Syntax::kDropped)) return kNoNode;
  uint16_t flags = kField;
  Part sides[2];
  size_t found = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].syntax == Syntax::kStatic) flags |= kStatic;
    if (parts[i].syntax == Syntax::kDecorator) {
      decorators.push_back(expression(parts[i]));
    } else if (!is_token(parts[i].syntax) && found < 2) {
      sides[found++] = parts[i];
    }
  }
  const bool is_private = text(sides[0]).starts_with('#');
  if (sides[0].syntax == Syntax::kComputedName) flags |= kComputed;
  const NodeId target = is_private ? key(sides[0]) : expression(sides[0]);
  const NodeId value = sides[1] ? expression(sides[1]) : empty(part);
  List children{target, value};
  children.insert(children.end(), decorators.begin(), decorators.end());
  return add(NodeKind::kAssign, part, "=", children, flags);
}

}  // namespace cerebro
