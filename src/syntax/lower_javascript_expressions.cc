#include "syntax/javascript_text.h"
#include "syntax/lower_javascript.h"

namespace cerebro {
namespace {

// A chain of this many binary links becomes one operand of the next: `a + b + ...` in a bundle may
// have tens of thousands of terms, and the tree must not be as high. For +, && and || on text that
// changes nothing; for the others nobody writes so many.
constexpr size_t kChainLinks = 4096;

bool is_link(Syntax syntax) {
  return syntax == Syntax::kMember || syntax == Syntax::kCall || syntax == Syntax::kSubscript;
}

}  // namespace

NodeId JavaScriptLowering::expression(const Part& part) {
  const Builder::Depth depth(builder_);
  if (!depth || !part || part.begin() == part.end() || builder_.exhausted()) return empty(part);
  switch (part.syntax) {
    case Syntax::kMember:
    case Syntax::kCall:
    case Syntax::kSubscript:
      return chain(part);
    case Syntax::kBinary:
      return binary(part);
    case Syntax::kTernary:
      return ternary(part);
    case Syntax::kAssignment:
    case Syntax::kAugmentedAssignment:
      return assignment(part);
    case Syntax::kNew:
      return new_expression(part);
    case Syntax::kAwait:
    case Syntax::kYield:
    case Syntax::kUnary:
    case Syntax::kUpdate:
      return unary(part);
    case Syntax::kTemplate:
      return template_string(part);
    case Syntax::kArray:
      return array(part);
    case Syntax::kObject:
      return object(part);
    case Syntax::kPair:
      return property(part);
    case Syntax::kDefaulted:
      return defaulted(part);
    case Syntax::kFunction:
      return plain_function(part, 0);
    case Syntax::kArrow:
      return plain_function(part, kArrow);
    case Syntax::kFunctionDeclaration:
      return plain_function(part, kIsStatement);
    case Syntax::kMethod:
      return method(part, {});
    case Syntax::kField:
      return field(part, {});
    case Syntax::kClass:
      return class_like(part, 0, {});
    case Syntax::kClassDeclaration:
      return class_like(part, kIsStatement, {});
    case Syntax::kJsxElement:
    case Syntax::kJsxTag:
      return jsx_element(part);
    case Syntax::kJsxAttribute:
      return jsx_attribute(part);
    case Syntax::kJsxText:
      return jsx_text(part, text(part));
    case Syntax::kEnum:
      return enumeration(part);
    case Syntax::kNamespace:
      return name_space(part);
    case Syntax::kBlock:
      return block(part);
    case Syntax::kIf:
      return if_chain(part);
    case Syntax::kFor:
      return for_loop(part);
    case Syntax::kForIn:
      return for_in(part);
    case Syntax::kWhile:
    case Syntax::kDo:
    case Syntax::kWith: {
      const Parts parts(*this, part.node);
      List list;
      for (size_t i = 0; i < parts.size(); ++i) list.push_back(body(parts[i]));
      return add(part.syntax == Syntax::kWith ? NodeKind::kWith : NodeKind::kLoop, part, {}, list);
    }
    case Syntax::kTry:
      return try_statement(part);
    case Syntax::kSwitch:
      return switch_statement(part);
    case Syntax::kReturn:
      return leave(NodeKind::kReturn, part);
    case Syntax::kThrow:
      return leave(NodeKind::kThrow, part);
    default:
      return simple_expression(part);
  }
}

NodeId JavaScriptLowering::simple_expression(const Part& part) {
  switch (part.syntax) {
    case Syntax::kIdentifier:
    case Syntax::kShorthand:
    case Syntax::kThis:
      return add(NodeKind::kName, part, identifier(part));
    case Syntax::kImportWord:
    case Syntax::kMetaProperty:
      return add(NodeKind::kName, part, text(part));
    case Syntax::kConstant:
      return add(NodeKind::kConstant, part, text(part));
    case Syntax::kNumber:
      return add(NodeKind::kNumber, part, normalise_number(text(part)));
    case Syntax::kString:
      return add(NodeKind::kString, part, string_value(part));
    case Syntax::kJsxName:
      return add(NodeKind::kString, part, text(part));
    case Syntax::kRegex: {
      const Parts parts(*this, part.node);
      return add(NodeKind::kRegex, part, text(parts[0]));
    }
    case Syntax::kSpread: {
      const Parts parts(*this, part.node);
      return add(NodeKind::kSpread, part, {}, {expression(parts[0])});
    }
    case Syntax::kTransparent: {
      const Parts parts(*this, part.node);
      return expression(parts[0]);
    }
    case Syntax::kTypeAssertion: {
      const Parts parts(*this, part.node);
      return expression(parts.back());
    }
    case Syntax::kSequence: {
      const Parts parts(*this, part.node);
      List list;
      for (size_t i = 0; i < parts.size(); ++i) list.push_back(expression(parts[i]));
      return add(NodeKind::kSequence, part, {}, list);
    }
    case Syntax::kImportAlias: {
      const Parts parts(*this, part.node);
      const NodeId target = expression(parts[0]);
      return add(NodeKind::kAssign, part, "=", {target, expression(parts[1])}, kDeclaresConst);
    }
    default:
      return others(part);
  }
}

// What stands where it cannot stand: the pieces that an ERROR node holds, and constructs that lack
// a part. Nothing of them is lost.
NodeId JavaScriptLowering::others(const Part& part) {
  List list;
  statements(part.node, list);
  if (list.empty()) return empty(part);
  return list.size() == 1 ? list.front() : add(NodeKind::kSequence, part, {}, list);
}

void JavaScriptLowering::arguments(const Part& part, List& out) {
  if (part.syntax != Syntax::kArguments) {
    if (part) out.push_back(expression(part));  // tagged template
    return;
  }
  const Parts parts(*this, part.node);
  for (size_t i = 0; i < parts.size(); ++i) out.push_back(expression(parts[i]));
}

// a.b[c](d)...: down to the first object, then link by link.
NodeId JavaScriptLowering::chain(const Part& part) {
  Parts links(*this);
  Part base = part;
  while (is_link(base.syntax)) {
    links.push(base);
    base = first_child(base);
  }
  NodeId object = expression(base);
  for (size_t i = links.size(); i-- > 0;) object = link(links[i], object);
  return object;
}

NodeId JavaScriptLowering::link(const Part& part, NodeId object) {
  const Parts parts(*this, part.node);
  const Part last = parts.size() > 1 ? parts.back() : Part{};
  if (part.syntax == Syntax::kMember)
    return add(NodeKind::kMember, part, identifier(last), {object});
  if (part.syntax == Syntax::kSubscript) {
    return add(NodeKind::kIndex, part, {}, {object, expression(last)});
  }
  List list{object};
  arguments(last, list);
  return add(NodeKind::kCall, part, {}, list, last.syntax == Syntax::kTemplate ? kTagged : 0);
}

NodeId JavaScriptLowering::binary(const Part& part) {
  Parts links(*this);
  Part base = part;
  while (base.syntax == Syntax::kBinary) {
    links.push(base);
    base = first_child(base);
  }
  NodeId finished = kNoNode;  // the links before the current kChainLinks
  NodeId left = expression(base);
  size_t length = 0;
  for (size_t i = links.size(); i-- > 0;) {
    const Part link = links[i];
    const Parts parts(*this, link.node, kTokens);
    const std::string_view op = parts.size() > 1 ? text(parts[parts.size() - 2]) : "";
    const NodeId right = expression(parts.back());
    if (++length == kChainLinks) {
      finished = finished == kNoNode ? left : add(NodeKind::kBinary, link, op, {finished, left});
      left = right;
      length = 0;
    } else {
      left = add(NodeKind::kBinary, link, op, {left, right});
    }
    if (i == 0 && finished != kNoNode) left = add(NodeKind::kBinary, link, op, {finished, left});
  }
  return left;
}

// a ? b : c ? d : ...: what minifiers make of else-if chains.
NodeId JavaScriptLowering::ternary(const Part& part) {
  struct Branch {
    Part part;
    NodeId test, then;
  };
  std::vector<Branch> branches;
  Part rest = part;
  while (rest.syntax == Syntax::kTernary) {
    const Parts parts(*this, rest.node);
    const NodeId test = expression(parts[0]);
    branches.push_back({rest, test, expression(parts[1])});
    rest = parts[2];
  }
  NodeId otherwise = expression(rest);
  for (auto branch = branches.rbegin(); branch != branches.rend(); ++branch) {
    otherwise =
        add(NodeKind::kConditional, branch->part, {}, {branch->test, branch->then, otherwise});
  }
  return otherwise;
}

// exports.a = exports.b = ... = void 0: compilers write hundreds of these.
NodeId JavaScriptLowering::assignment(const Part& part) {
  struct Target {
    Part part;
    NodeId target;
    std::string_view op;
  };
  std::vector<Target> targets;
  Part rest = part;
  while (rest.syntax == Syntax::kAssignment || rest.syntax == Syntax::kAugmentedAssignment) {
    const Parts parts(*this, rest.node);
    std::string_view op = "=";
    if (rest.syntax == Syntax::kAugmentedAssignment) {
      op = text(Parts(*this, rest.node, kTokens)[1]);
      if (op.ends_with('=')) op.remove_suffix(1);
    }
    targets.push_back({rest, expression(parts[0]), op});
    rest = parts.size() > 1 ? parts.back() : Part{};
  }
  NodeId value = expression(rest);
  for (auto target = targets.rbegin(); target != targets.rend(); ++target) {
    value = add(NodeKind::kAssign, target->part, target->op, {target->target, value});
  }
  return value;
}

NodeId JavaScriptLowering::new_expression(const Part& part) {
  const Parts parts(*this, part.node);
  List list{expression(parts[0])};
  arguments(parts[1], list);
  return add(NodeKind::kNew, part, {}, list);
}

NodeId JavaScriptLowering::unary(const Part& part) {
  const Parts parts(*this, part.node);
  std::string_view op = part.syntax == Syntax::kAwait ? "await" : "yield";
  if (part.syntax != Syntax::kAwait && Parts(*this, part.node, kTokens).has(Syntax::kStar)) {
    op = "yield*";
  }
  if (part.syntax == Syntax::kUnary || part.syntax == Syntax::kUpdate) {
    const Parts tokens(*this, part.node, kTokens);
    op = text(is_token(tokens[0].syntax) ? tokens[0] : tokens[1]);
  }
  return add(NodeKind::kUnary, part, op, {expression(parts.back())});
}

NodeId JavaScriptLowering::template_string(const Part& part) {
  const Parts parts(*this, part.node);
  List list;
  uint32_t at = part.begin() + 1;
  const auto literal = [&](uint32_t end) {
    if (end <= at) return;
    const std::string_view raw = source_.substr(at, end - at);
    list.push_back(builder_.add(NodeKind::kString, at, end, unescape_javascript(raw)));
  };
  for (size_t i = 0; i < parts.size(); ++i) {
    literal(parts[i].begin());
    list.push_back(expression(parts[i]));
    at = parts[i].end();
  }
  literal(part.end() - (source_.substr(0, part.end()).ends_with('`') ? 1 : 0));
  return add(NodeKind::kTemplate, part, {}, list);
}

NodeId JavaScriptLowering::array(const Part& part) {
  const Parts parts(*this, part.node, kCommas);
  List list;
  bool hole = true;
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool comma = parts[i].syntax == Syntax::kComma;
    if (!comma) {
      list.push_back(expression(parts[i]));
    } else if (hole) {
      list.push_back(empty(parts[i]));
    }
    hole = comma;
  }
  return add(NodeKind::kArray, part, {}, list);
}

NodeId JavaScriptLowering::object(const Part& part) {
  const Parts parts(*this, part.node);
  List list;
  for (size_t i = 0; i < parts.size(); ++i) list.push_back(property(parts[i]));
  return add(NodeKind::kObject, part, {}, list);
}

NodeId JavaScriptLowering::property(const Part& part) {
  switch (part.syntax) {
    case Syntax::kShorthand: {
      const NodeId name = key(part);
      return add(NodeKind::kProperty, part, {}, {name, expression(part)});
    }
    case Syntax::kPair: {
      const Parts parts(*this, part.node);
      const NodeId name = key(parts[0]);
      return add(NodeKind::kProperty, part, {}, {name, expression(parts[1])});
    }
    case Syntax::kDefaulted: {  // {a = 1}
      const Parts parts(*this, part.node);
      const NodeId name = key(parts[0]);
      return add(NodeKind::kProperty, part, {}, {name, defaulted(part)});
    }
    case Syntax::kMethod:
      return method_property(part);
    default:
      return expression(part);
  }
}

NodeId JavaScriptLowering::key(const Part& part) {
  if (part.syntax == Syntax::kIdentifier || part.syntax == Syntax::kShorthand) {
    return add(NodeKind::kString, part, identifier(part));
  }
  return expression(part);
}

NodeId JavaScriptLowering::defaulted(const Part& part) {
  const Parts parts(*this, part.node);
  const NodeId target = expression(parts[0]);
  return add(NodeKind::kDefault, part, {}, {target, expression(parts[1])});
}

}  // namespace cerebro
