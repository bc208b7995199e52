// Python's expressions.

#include <algorithm>
#include <array>
#include <cctype>

#include "syntax/nfkc.h"
#include "syntax/python_literal.h"
#include "syntax/python_lowering.h"

namespace cerebro {
namespace {

// Operators are named as in JavaScript.
std::string_view operator_text(std::string_view token) {
  if (token == "and") return "&&";
  if (token == "or") return "||";
  if (token == "<>") return "!=";
  return token;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c < 0; });
}

}  // namespace

// Operators, calls and members lean to the left: a.b(c).d + e has a at the bottom. Generated code
// has chains of thousands, so the way down and up that side is a loop; only the other operands
// nest.
NodeId PythonLowering::expression() {
  const Builder::Depth depth(builder_);
  if (!depth || builder_.exhausted()) return builder_.empty(walk_.begin());
  const uint32_t begin = walk_.begin();
  const size_t base = spine_.size();
  while (enter_left_operand()) {
  }
  const bool python2_exec = spine_.size() > base && at_python2_exec();
  NodeId id = python2_exec ? inner_expression() : operand();
  while (spine_.size() > base) {
    const Kind kind = spine_.back();
    spine_.pop_back();
    id = climb(kind, id);
  }
  if (!python2_exec) return id;
  const NodeId name = builder_.add(NodeKind::kName, begin, begin + 4, "exec");
  return add(NodeKind::kCall, {}, {name, id});
}

bool PythonLowering::enter_left_operand() {
  const Kind kind = walk_.kind();
  if (kind < Kind::kBinary || kind > Kind::kCall || !walk_.first_child()) return false;
  while (!is_expression(walk_.kind())) {
    if (walk_.kind() == Kind::kError) salvage_strays();
    if (!walk_.next_sibling()) {
      walk_.parent();
      return false;
    }
  }
  spine_.push_back(kind);
  return true;
}

// The grammar knows Python 2's `exec NAME` only. `exec zlib.decompress(x)` is read as a chain that
// starts with the name exec and an error, which holds the real start (zlib). Goes to that error.
bool PythonLowering::at_python2_exec() {
  if (walk_.kind() != Kind::kIdentifier || text() != "exec" || !walk_.next_sibling()) return false;
  if (walk_.kind() == Kind::kError) return true;
  walk_.previous_sibling();
  return false;
}

// From the left operand, lowered, to the node above it.
NodeId PythonLowering::climb(Kind kind, NodeId left) {
  switch (kind) {
    case Kind::kBinary: {
      std::string_view op;
      NodeId right = kNoNode;
      each_sibling([&](Kind part) {
        if (part == Kind::kOperator) op = operator_text(walk_.symbol_name());
        if (is_expression(part)) right = expression();
      });
      return add(NodeKind::kBinary, op, {left, or_empty(right)});
    }
    case Kind::kAttribute: {
      std::string name;
      each_sibling([&](Kind part) {
        if (part == Kind::kIdentifier) name = name_text();
      });
      return add(NodeKind::kMember, name, {left});
    }
    case Kind::kSubscript: {
      NodeList indices(stack_);
      bool comma = false;
      each_sibling([&](Kind part) {
        if (part == Kind::kComma) comma = true;
        if (is_expression(part)) indices.push(expression());
      });
      const NodeId index = array_unless_single(indices, comma);
      return add(NodeKind::kIndex, {}, {left, index});
    }
    case Kind::kComparison:
      return comparison(left);
    default:
      return call(left);
  }
}

// a < b < c is `a < b and b < c`. The second use of b is left empty: it must not run twice, and
// (a < b) < c would have another value.
NodeId PythonLowering::comparison(NodeId left) {
  const uint32_t begin = builder_.module()[left].begin;
  std::string_view op;
  NodeId chain = kNoNode;
  each_sibling([&](Kind part) {
    if (part == Kind::kOperator) op = operator_text(walk_.symbol_name());
    if (!is_expression(part)) return;
    const NodeId right = expression();
    const NodeId first = chain == kNoNode ? left : builder_.empty(walk_.begin());
    const NodeId link = builder_.add(NodeKind::kBinary, begin, walk_.end(), op, {first, right});
    chain = chain == kNoNode
                ? link
                : builder_.add(NodeKind::kBinary, begin, walk_.end(), "&&", {chain, link});
  });
  return chain == kNoNode ? left : chain;
}

NodeId PythonLowering::call(NodeId callee) {
  NodeList parts(stack_);
  parts.push(callee);
  each_sibling([&](Kind part) {
    if (part == Kind::kArguments) expressions(parts);
    if (is_expression(part)) parts.push(expression());  // f(x for x in y)
  });
  return add(NodeKind::kCall, {}, parts.span());
}

NodeId PythonLowering::operand() {
  switch (walk_.kind()) {
    case Kind::kIdentifier:
      return identifier();
    case Kind::kDottedName:
      return dotted_name();
    case Kind::kString:
      return string();
    case Kind::kStringContent:
      return add(NodeKind::kString, decode_python_text(text(), false, false));
    case Kind::kConcatenated:
      return concatenated_string();
    case Kind::kNumber:
      return number();
    case Kind::kTrue:
      return add(NodeKind::kConstant, "true");
    case Kind::kFalse:
      return add(NodeKind::kConstant, "false");
    case Kind::kNull:
      return add(NodeKind::kConstant, "null");
    case Kind::kUnary:
      return unary({});
    case Kind::kNot:
      return unary("not");
    case Kind::kAwait:
      return unary("await");
    case Kind::kYield:
      generator_ = true;
      return unary("yield");
    case Kind::kConditional:
      return conditional();
    case Kind::kNamed:
    case Kind::kAssignment:
    case Kind::kAugmented:
      return assignment();
    case Kind::kAs:
      return as_pattern();
    case Kind::kLambda:
      return lambda();
    case Kind::kSlice:
      return slice();
    case Kind::kKeywordArgument:
      return keyword(NodeKind::kKeyword);
    case Kind::kList:
      return list(NodeKind::kArray);
    case Kind::kTuple:
    case Kind::kExpressionList:
      return list(NodeKind::kArray, kTuple);
    case Kind::kDictionary:
      return list(NodeKind::kObject);
    case Kind::kPair:
      return pair();
    case Kind::kSplat:
    case Kind::kDictionarySplat: {
      const uint16_t flags = text().starts_with("**") ? kMapping : 0;
      const NodeId value = inner_expression();
      return add(NodeKind::kSpread, {}, {value}, flags);
    }
    case Kind::kComprehension:
      return comprehension();
    case Kind::kCasePattern:
      return case_pattern();
    case Kind::kUnionPattern:
      return union_pattern();
    case Kind::kClassPattern:
      return list(NodeKind::kArray);  // asks for the class, makes no instance
    case Kind::kDictPattern:
      return dict_pattern();
    default:
      return inner_expression();
  }
}

void PythonLowering::expressions(NodeList& out) {
  each([&](Kind kind) {
    if (is_expression(kind)) out.push(expression());
  });
}

NodeId PythonLowering::inner_expression() {
  NodeId first = kNoNode;
  each([&](Kind kind) {
    if (!is_expression(kind)) return;
    const NodeId id = expression();
    if (first == kNoNode) {
      first = id;
    } else {
      strays_.push_back(id);
    }
  });
  return or_empty(first);
}

NodeId PythonLowering::list(NodeKind kind, uint16_t flags) {
  NodeList elements(stack_);
  expressions(elements);
  return add(kind, {}, elements.span(), flags);
}

NodeId PythonLowering::array_unless_single(const NodeList& values, bool comma) {
  if (values.size() == 1 && !comma) return values[0];
  return add(NodeKind::kArray, {}, values.span(), kTuple);
}

NodeId PythonLowering::unary(std::string_view op) {
  NodeId value = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kOperator) op = walk_.symbol_name();
    if (kind == Kind::kToken && walk_.symbol_name() == "from") op = "yield from";
    if (is_expression(kind)) value = expression();
  });
  return add(NodeKind::kUnary, op, {or_empty(value)});
}

// a = b, a += b, a := b, a: T = b; a = b = c is kAssign(a, kAssign(b, c)).
NodeId PythonLowering::assignment() {
  std::string_view op = "=";
  NodeId target = kNoNode, value = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kOperator) {
      op = walk_.symbol_name();
      op.remove_suffix(1);
    }
    if (kind == Kind::kType) annotation();
    if (is_expression(kind)) (target == kNoNode ? target : value) = expression();
  });
  return add(NodeKind::kAssign, op, {or_empty(target), or_empty(value)});
}

NodeId PythonLowering::conditional() {
  std::array<NodeId, 3> parts{kNoNode, kNoNode, kNoNode};  // then, test, else
  size_t count = 0;
  each([&](Kind kind) {
    if (is_expression(kind) && count < parts.size()) parts[count++] = expression();
  });
  return add(NodeKind::kConditional, {},
             {or_empty(parts[1]), or_empty(parts[0]), or_empty(parts[2])});
}

// `open(p) as f` of a with statement; in a match pattern the name is not bound.
NodeId PythonLowering::as_pattern() {
  NodeId value = kNoNode, target = kNoNode;
  read_as(value, target);
  if (target == kNoNode) return or_empty(value);
  return add(NodeKind::kAssign, "=", {target, or_empty(value)});
}

void PythonLowering::read_as(NodeId& value, NodeId& target) {
  each([&](Kind kind) {
    if (kind == Kind::kAsTarget) {
      target = inner_expression();
    } else if (is_expression(kind) && value == kNoNode) {
      value = expression();
    }
  });
}

NodeId PythonLowering::slice() {
  std::array<NodeId, 3> bounds{kNoNode, kNoNode, kNoNode};
  size_t at = 0;
  each([&](Kind kind) {
    if (kind == Kind::kColon && at < 2) ++at;
    if (is_expression(kind)) bounds[at] = expression();
  });
  for (NodeId& bound : bounds) bound = or_empty(bound);
  return add(NodeKind::kSlice, {}, bounds);
}

NodeId PythonLowering::comprehension() {
  NodeList parts(stack_);
  each([&](Kind kind) {
    if (kind == Kind::kForIn) parts.push(for_in_clause());
    if (kind == Kind::kIfClause) {
      const NodeId test = inner_expression();
      parts.push(add(NodeKind::kIf, {}, {test}));
    }
    if (is_expression(kind)) parts.push(expression());
  });
  return add(NodeKind::kComprehension, {}, parts.span());
}

NodeId PythonLowering::for_in_clause() {
  NodeList values(stack_);
  NodeId target = kNoNode;
  uint16_t flags = 0;
  each([&](Kind kind) {
    if (kind == Kind::kAsync) flags = kAsync;
    if (!is_expression(kind)) return;
    if (target == kNoNode) {
      target = expression();
    } else {
      values.push(expression());
    }
  });
  const NodeId iterable = array_unless_single(values, false);
  return add(NodeKind::kForIn, {}, {or_empty(target), iterable}, flags);
}

NodeId PythonLowering::pair() {
  NodeId key = kNoNode, value = kNoNode;
  each([&](Kind kind) {
    if (is_expression(kind)) (key == kNoNode ? key : value) = expression();
  });
  return add(NodeKind::kProperty, {}, {or_empty(key), or_empty(value)});
}

// name=value, as a kKeyword or as a kAssign to the name
NodeId PythonLowering::keyword(NodeKind kind) {
  std::string name;
  NodeId target = kNoNode, value = kNoNode;
  bool name_seen = false;
  each([&](Kind part) {
    if (part == Kind::kIdentifier && !name_seen) {
      name_seen = true;
      name = name_text();
      if (kind == NodeKind::kAssign) target = identifier();
    } else if (is_expression(part)) {
      value = expression();
    }
  });
  value = or_empty(value);
  if (kind == NodeKind::kAssign) return add(kind, "=", {or_empty(target), value});
  return add(kind, name, {value});
}

NodeId PythonLowering::identifier() {
  if (walk_.missing()) return builder_.empty(walk_.begin());
  if (is_ascii(text())) return add(NodeKind::kName, text());
  return add(NodeKind::kName, name_text());
}

NodeId PythonLowering::number() {
  std::string digits;
  for (const char c : text()) {
    if (c != '_') digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (digits.ends_with('l')) digits.pop_back();
  return add(NodeKind::kNumber, digits);
}

NodeId PythonLowering::dotted_name() {
  NodeId id = kNoNode;
  each([&](Kind kind) {
    if (kind != Kind::kIdentifier) return;
    id = id == kNoNode ? identifier()
                       : builder_.add(NodeKind::kMember, builder_.module()[id].begin, walk_.end(),
                                      name_text(), {id});
  });
  return or_empty(id);
}

std::string PythonLowering::name_text() const {
  return is_ascii(text()) ? std::string(text()) : nfkc_ascii(text());
}

std::string PythonLowering::dotted_text() {
  std::string dotted;
  each([&](Kind kind) {
    if (kind != Kind::kIdentifier) return;
    if (!dotted.empty()) dotted += '.';
    dotted += name_text();
  });
  return dotted;
}

}  // namespace cerebro
