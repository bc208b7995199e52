#include "syntax/lower_javascript.h"

namespace cerebro {

void JavaScriptLowering::statements(FlatId parent, List& out) {
  const Parts parts(*this, parent, kErrors);
  statements(parts, 0, out);
}

void JavaScriptLowering::statements(const Parts& parts, size_t first, List& out) {
  const size_t outer_errors = errors_.size();
  for (size_t i = first; i < parts.size() && !builder_.exhausted(); ++i) {
    statement(parts[i], out);
    for (size_t e = outer_errors; e < errors_.size(); ++e) statement(part(errors_[e]), out);
    errors_.resize(outer_errors);
  }
}

void JavaScriptLowering::statement(const Part& part, List& out) {
  const Builder::Depth depth(builder_);
  if (!depth) return;
  switch (part.syntax) {
    case Syntax::kError:
      return statements(part.node, out);
    case Syntax::kExpressionStatement: {
      const Parts parts(*this, part.node);
      if (parts[0].syntax == Syntax::kString) return;  // a directive, or nothing at all
      for (size_t i = 0; i < parts.size(); ++i) out.push_back(expression(parts[i]));
      return;
    }
    case Syntax::kNothing:
    case Syntax::kDecorator:
      return;  // read with what it decorates
    case Syntax::kDeclaration:
      return declaration(part, out);
    case Syntax::kImport:
      return import_statement(part, out);
    case Syntax::kExport:
      return export_statement(part, out);
    case Syntax::kLabeled: {
      const Parts parts(*this, part.node);
      if (parts.size() > 0) statement(parts.back(), out);
      return;
    }
    default:
      out.push_back(expression(part));
  }
}

NodeId JavaScriptLowering::body(const Part& part) {
  List list;
  if (part) statement(part, list);
  if (list.empty()) return empty(part);
  return list.size() == 1 ? list.front() : add(NodeKind::kBlock, part, {}, list);
}

NodeId JavaScriptLowering::block(const Part& part) {
  List list;
  statements(part.node, list);
  return add(NodeKind::kBlock, part, {}, list);
}

void JavaScriptLowering::declaration(const Part& part, List& out) {
  const Parts parts(*this, part.node, kTokens);
  const Syntax word = parts[0].syntax == Syntax::kAwaitWord ? parts[1].syntax : parts[0].syntax;
  const uint16_t flags = word == Syntax::kVar   ? kDeclaresVar
                         : word == Syntax::kLet ? kDeclaresLet
                                                : kDeclaresConst;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].syntax != Syntax::kDeclarator) continue;
    const Parts sides(*this, parts[i].node);
    const NodeId target = expression(sides[0]);
    const NodeId value = sides.size() > 1 ? expression(sides[1]) : empty(parts[i]);
    out.push_back(add(NodeKind::kAssign, parts[i], "=", {target, value}, flags));
  }
}

// Several declarations where the tree wants one node; no block, which would be a scope.
NodeId JavaScriptLowering::declarations(const Part& part) {
  List list;
  declaration(part, list);
  return list.size() == 1 ? list.front() : add(NodeKind::kSequence, part, {}, list);
}

NodeId JavaScriptLowering::if_chain(Part part) {
  struct Branch {
    Part part;
    NodeId test, then;
  };
  std::vector<Branch> branches;
  NodeId otherwise = kNoNode;
  while (part) {
    if (part.syntax != Syntax::kIf) {
      otherwise = body(part);
      break;
    }
    const Parts parts(*this, part.node);
    const NodeId test = expression(parts[0]);
    branches.push_back({part, test, body(parts[1])});
    part = parts[2].syntax == Syntax::kElse ? Parts(*this, parts[2].node)[0] : Part{};
  }
  for (auto branch = branches.rbegin(); branch != branches.rend(); ++branch) {
    const NodeId all[] = {branch->test, branch->then, otherwise};
    otherwise = add(NodeKind::kIf, branch->part, {}, std::span(all, otherwise == kNoNode ? 2 : 3));
  }
  return otherwise;
}

NodeId JavaScriptLowering::for_loop(const Part& part) {
  const Parts parts(*this, part.node);
  const auto clause = [&](const Part& p) {
    if (p.syntax == Syntax::kNothing || !p) return empty(part);
    return p.syntax == Syntax::kDeclaration ? declarations(p) : expression(p);
  };
  const NodeId init = clause(parts[0]);
  const NodeId test = clause(parts[1]);
  const NodeId update = clause(parts.size() > 3 ? parts[2] : Part{});
  return add(NodeKind::kLoop, part, {}, {init, test, update, body(parts.back())});
}

NodeId JavaScriptLowering::for_in(const Part& part) {
  const Parts tokens(*this, part.node, kTokens);
  uint16_t declares = 0;
  uint16_t flags = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    switch (tokens[i].syntax) {
      case Syntax::kVar:
        declares = kDeclaresVar;
        break;
      case Syntax::kLet:
        declares = kDeclaresLet;
        break;
      case Syntax::kConst:
        declares = kDeclaresConst;
        break;
      case Syntax::kAwaitWord:
        if (i == 0) flags = kAsync;  // `for await`, not `await using`
        break;
      default:
        break;
    }
  }
  const Parts parts(*this, part.node);
  if (parts.size() < 3) return others(part);
  const NodeId target = expression(parts[0]);
  builder_.module().nodes[target].flags |= declares;
  NodeId iterable = expression(parts[parts.size() - 2]);
  if (parts.size() > 3) {  // for (var i = 0 in x): ES5 has it
    iterable = add(NodeKind::kSequence, parts[1], {}, {expression(parts[1]), iterable});
  }
  return add(NodeKind::kForIn, part, {}, {target, iterable, body(parts.back())}, flags);
}

NodeId JavaScriptLowering::try_statement(const Part& part) {
  const Parts parts(*this, part.node);
  List list;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& clause = parts[i];
    if (clause.syntax == Syntax::kCatch) {
      const Parts inner(*this, clause.node);
      const NodeId type = empty(clause);
      const NodeId target = inner.size() > 1 ? expression(inner[0]) : empty(clause);
      list.push_back(add(NodeKind::kCatch, clause, {}, {type, target, body(inner.back())}));
    } else if (clause.syntax == Syntax::kFinally) {
      list.push_back(body(Parts(*this, clause.node).back()));
    } else {
      list.push_back(body(clause));
    }
  }
  return add(NodeKind::kTry, part, {}, list);
}

NodeId JavaScriptLowering::switch_statement(const Part& part) {
  const Parts parts(*this, part.node);
  List list{expression(parts[0])};
  const Parts cases(*this, parts[1] ? parts[1].node : part.node);
  for (size_t i = 0; i < cases.size(); ++i) {
    const bool has_test = cases[i].syntax == Syntax::kCase;
    if (!has_test && cases[i].syntax != Syntax::kDefaultCase) continue;
    const Parts inner(*this, cases[i].node, kErrors);
    const NodeId test = has_test ? expression(inner[0]) : empty(cases[i]);
    List then;
    statements(inner, has_test ? 1 : 0, then);
    const NodeId block = add(NodeKind::kBlock, cases[i], {}, then);
    list.push_back(add(NodeKind::kIf, cases[i], {}, {test, block, empty(cases[i])}));
  }
  return add(NodeKind::kSwitch, part, {}, list);
}

NodeId JavaScriptLowering::leave(NodeKind kind, const Part& part) {
  const Parts parts(*this, part.node);
  if (parts.size() == 0) return add(kind, part);
  return add(kind, part, {}, {expression(parts[0])});
}

}  // namespace cerebro
