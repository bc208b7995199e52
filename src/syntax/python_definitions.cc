// Python's functions, classes and match statements.

#include <utility>

#include "syntax/python_lowering.h"

namespace cerebro {

NodeId PythonLowering::function(const NodeList* decorators) {
  const bool outer_generator = std::exchange(generator_, false);
  std::string name;
  NodeId params = kNoNode, body = kNoNode;
  uint16_t flags = kIsStatement;
  each([&](Kind kind) {
    if (kind == Kind::kAsync) flags |= kAsync;
    if (kind == Kind::kIdentifier) name = name_text();
    if (kind == Kind::kParameters) params = parameters();
    if (kind == Kind::kType) annotation();
    if (kind == Kind::kBlock) body = block();
  });
  if (std::exchange(generator_, outer_generator)) flags |= kGenerator;
  if (params == kNoNode) params = add(NodeKind::kParams);
  return definition(NodeKind::kFunction, name, params, body, decorators, flags);
}

NodeId PythonLowering::lambda() {
  const bool outer_generator = std::exchange(generator_, false);
  NodeId params = kNoNode, body = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kParameters) params = parameters();
    if (is_expression(kind)) {
      const NodeId value = expression();
      body = add(NodeKind::kBlock, {}, {add(NodeKind::kReturn, {}, {value})});
    }
  });
  const uint16_t flags = std::exchange(generator_, outer_generator) ? kGenerator : 0;
  if (params == kNoNode) params = add(NodeKind::kParams);
  if (body == kNoNode) body = add(NodeKind::kBlock);
  return add(NodeKind::kFunction, {}, {params, body}, flags);
}

NodeId PythonLowering::class_definition(const NodeList* decorators) {
  std::string name;
  NodeId bases = kNoNode, body = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kIdentifier) name = name_text();
    if (kind == Kind::kArguments) bases = list(NodeKind::kArray);
    if (kind == Kind::kBlock) body = block();
  });
  if (bases == kNoNode) bases = add(NodeKind::kArray);
  return definition(NodeKind::kClass, name, bases, body, decorators, kIsStatement);
}

NodeId PythonLowering::definition(NodeKind kind, std::string_view name, NodeId head, NodeId body,
                                  const NodeList* decorators, uint16_t flags) {
  if (body == kNoNode) body = add(NodeKind::kBlock);
  if (!decorators) return add(kind, name, {head, body}, flags);
  std::vector<NodeId> children{head, body};
  children.insert(children.end(), decorators->span().begin(), decorators->span().end());
  return add(kind, name, children, flags);
}

NodeId PythonLowering::decorated() {
  NodeList decorators(stack_);
  NodeId id = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kDecorator) decorators.push(inner_expression());
    if (kind == Kind::kFunction) id = function(&decorators);
    if (kind == Kind::kClass) id = class_definition(&decorators);
  });
  return or_empty(id);
}

NodeId PythonLowering::parameters() {
  NodeList params(stack_);
  each([&](Kind kind) {
    if (is_expression(kind) || kind == Kind::kTypedParameter || kind == Kind::kDefaultParameter) {
      params.push(parameter());
    }
  });
  return add(NodeKind::kParams, {}, params.span());
}

NodeId PythonLowering::parameter() {
  Parameter parameter;
  read_parameter(parameter);
  const NodeId target = or_empty(parameter.target);
  if (parameter.value == kNoNode) return add(NodeKind::kParam, {}, {target}, parameter.flags);
  return add(NodeKind::kParam, {}, {target, parameter.value}, parameter.flags);
}

void PythonLowering::read_parameter(Parameter& parameter) {
  const Kind kind = walk_.kind();
  if (kind == Kind::kSplat || kind == Kind::kDictionarySplat) {
    parameter.flags = kind == Kind::kSplat ? kRest : kMapping;
    parameter.target = inner_expression();
  } else if (kind == Kind::kTypedParameter || kind == Kind::kDefaultParameter) {
    each([&](Kind part) {
      if (part == Kind::kType) {
        annotation();
      } else if (is_expression(part) && parameter.target == kNoNode) {
        read_parameter(parameter);
      } else if (is_expression(part)) {
        parameter.value = expression();
      }
    });
  } else {
    parameter.target = expression();
  }
}

NodeId PythonLowering::match_statement() {
  NodeList parts(stack_);
  parts.push(match_subject());
  each([&](Kind kind) {
    if (kind != Kind::kBlock) return;
    each([&](Kind clause) {
      if (clause == Kind::kCase) parts.push(case_clause());
    });
  });
  return add(NodeKind::kSwitch, {}, parts.span());
}

NodeId PythonLowering::match_subject() {
  NodeList values(stack_);
  expressions(values);
  return array_unless_single(values, false);
}

// The names that a pattern binds are not bound: what matters here is which code can run.
NodeId PythonLowering::case_clause() {
  NodeList patterns(stack_);
  NodeId guard = kNoNode, body = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kIfClause) guard = inner_expression();
    if (kind == Kind::kBlock) body = block();
    if (is_expression(kind)) patterns.push(expression());
  });
  NodeId test = array_unless_single(patterns, false);
  if (guard != kNoNode) test = add(NodeKind::kBinary, "&&", {test, guard});
  return add(NodeKind::kIf, {}, {test, or_empty(body), builder_.empty(walk_.end())});
}

// `_` has no child, `-1` has two.
NodeId PythonLowering::case_pattern() {
  NodeId pattern = kNoNode;
  bool negative = false;
  each([&](Kind kind) {
    if (kind == Kind::kOperator) negative = true;
    if (is_expression(kind)) pattern = expression();
  });
  if (negative) return add(NodeKind::kUnary, "-", {or_empty(pattern)});
  return or_empty(pattern);
}

NodeId PythonLowering::union_pattern() {
  NodeId any = kNoNode;
  bool negative = false;
  each([&](Kind kind) {
    if (kind == Kind::kOperator) negative = walk_.symbol_name() == "-";
    if (!is_expression(kind)) return;
    NodeId pattern = expression();
    if (std::exchange(negative, false)) pattern = add(NodeKind::kUnary, "-", {pattern});
    any = any == kNoNode ? pattern : add(NodeKind::kBinary, "|", {any, pattern});
  });
  return or_empty(any);
}

// {k: v, **rest}: each value is a case_pattern, no key is.
NodeId PythonLowering::dict_pattern() {
  NodeList properties(stack_);
  NodeId key = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kSplat) {
      properties.push(expression());
    } else if (kind == Kind::kCasePattern) {
      const NodeId value = expression();
      properties.push(add(NodeKind::kProperty, {}, {or_empty(key), value}));
      key = kNoNode;
    } else if (is_expression(kind)) {
      key = expression();
    }
  });
  return add(NodeKind::kObject, {}, properties.span());
}

}  // namespace cerebro
