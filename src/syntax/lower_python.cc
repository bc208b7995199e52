// Python's statements.

#include <algorithm>
#include <array>

#include "syntax/lower.h"
#include "syntax/python_literal.h"
#include "syntax/python_lowering.h"

namespace cerebro {

PythonLowering::PythonLowering(TSNode root, Builder& builder)
    : TreeLowering(root, python_symbols(ts_tree_language(root.tree)), builder) {}

void PythonLowering::run() { builder_.module().root = block(); }

// Every statement below the node, whatever the node is.
void PythonLowering::statements(NodeList& out) {
  const Builder::Depth depth(builder_);
  if (!depth || !walk_.first_child()) return;
  do {
    const Kind kind = walk_.kind();
    if (is_statement(kind)) {
      statement(out);
    } else if (kind == Kind::kKeywordArgument) {  // an assignment after an unclosed parenthesis
      out.push(keyword(NodeKind::kAssign));
    } else if (is_expression(kind)) {
      out.push(expression());
    } else if (kind != Kind::kExtra) {
      statements(out);
    }
  } while (!builder_.exhausted() && walk_.next_sibling());
  walk_.parent();
}

void PythonLowering::statement(NodeList& out) {
  const size_t first_stray = strays_.size();
  simple_statement(out);
  release_strays(first_stray, out);
}

void PythonLowering::simple_statement(NodeList& out) {
  switch (walk_.kind()) {
    case Kind::kExpressionStatement:
      if (const NodeId id = expression_statement(); id != kNoNode) out.push(id);
      break;
    case Kind::kImport:
      return import_statement(out);
    case Kind::kImportFrom:
      return out.push(import_from());
    case Kind::kPrint:
      return out.push(python2_call("print"));
    case Kind::kExec:
      return out.push(python2_call("exec"));
    case Kind::kAssert:
      each([&](Kind kind) {  // the test, not a constant message
        if (is_expression(kind) && kind != Kind::kString) out.push(expression());
      });
      break;
    case Kind::kReturn:
      return out.push(list(NodeKind::kReturn));
    case Kind::kDelete:
      return out.push(flat_list(NodeKind::kDel));
    case Kind::kRaise:
      return out.push(flat_list(NodeKind::kThrow));
    case Kind::kGlobal:
      return out.push(scope_statement("global"));
    case Kind::kNonlocal:
      return out.push(scope_statement("nonlocal"));
    case Kind::kIf:
      return out.push(if_statement());
    case Kind::kFor:
      return out.push(for_statement());
    case Kind::kWhile:
      return out.push(while_statement());
    case Kind::kTry:
      return out.push(try_statement());
    case Kind::kWith:
      return out.push(with_statement());
    case Kind::kFunction:
      return out.push(function(nullptr));
    case Kind::kClass:
      return out.push(class_definition(nullptr));
    case Kind::kDecorated:
      return out.push(decorated());
    case Kind::kMatch:
      return out.push(match_statement());
    default:
      break;
  }
}

NodeId PythonLowering::expression_statement() {
  NodeList values(stack_);
  bool comma = false, only_text = false;
  each([&](Kind kind) {
    only_text = kind == Kind::kString || kind == Kind::kConcatenated;
    if (kind == Kind::kComma) comma = true;
    if (kind == Kind::kString && !split_python_literal(text()).format) return;  // a docstring
    if (kind == Kind::kAssignment && declares_only()) return;
    if (is_expression(kind)) values.push(expression());
  });
  if (values.size() == 0) return kNoNode;
  if (only_text && !comma && kind_of(values[0]) == NodeKind::kString) return kNoNode;
  return array_unless_single(values, comma);
}

// `x: int` gives x no value, so nothing of it stays but what its annotation and target call.
bool PythonLowering::declares_only() {
  bool assigns = false;
  each([&](Kind kind) { assigns |= kind == Kind::kEquals; });
  if (assigns) return false;
  each([&](Kind kind) {
    if (kind == Kind::kType) annotation();
    if (is_expression(kind) && kind != Kind::kIdentifier) strays_.push_back(expression());
  });
  return true;
}

// Annotations are dropped, but Python evaluates them: code can hide there.
void PythonLowering::annotation() {
  if (text().find('(') != std::string_view::npos) salvage_strays();
}

void PythonLowering::import_statement(NodeList& out) {
  each([&](Kind kind) {
    if (kind == Kind::kDottedName || kind == Kind::kAliasedImport) out.push(import_module());
  });
}

// a.b, or a.b as c. In the first kTop, on the import and on its name, says that `a` is bound.
NodeId PythonLowering::import_module() {
  std::string module, local;
  uint16_t flags = 0;
  if (walk_.kind() == Kind::kDottedName) {
    module = dotted_text();
    local = module.substr(0, module.find('.'));
    if (local.size() < module.size()) flags = kTop;
  } else {
    each([&](Kind kind) {
      if (kind == Kind::kDottedName) module = dotted_text();
      if (kind == Kind::kIdentifier) local = name_text();
    });
  }
  const NodeId name = add(NodeKind::kImportName, {}, {}, flags, builder_.pool().intern(local));
  return add(NodeKind::kImport, module, {name}, flags);
}

NodeId PythonLowering::import_from() {
  NodeList names(stack_);
  std::string module;
  uint32_t level = 0;
  bool module_seen = false;
  each([&](Kind kind) {
    if (kind == Kind::kRelativeImport) {
      module_seen = true;
      each([&](Kind part) {
        if (part == Kind::kDottedName) module = dotted_text();
        if (part == Kind::kImportPrefix) {
          level = static_cast<uint32_t>(std::count(text().begin(), text().end(), '.'));
        }
      });
    } else if (kind == Kind::kDottedName && !module_seen) {
      module_seen = true;
      module = dotted_text();
    } else if (kind == Kind::kWildcard) {
      names.push(add(NodeKind::kImportName, "*"));
    } else if (kind == Kind::kDottedName || kind == Kind::kAliasedImport) {
      names.push(import_name());
    }
  });
  return add(NodeKind::kImport, module, names.span(), 0, level);
}

// y, or y as z
NodeId PythonLowering::import_name() {
  std::string name, local;
  if (walk_.kind() == Kind::kDottedName) {
    name = local = dotted_text();
  } else {
    each([&](Kind kind) {
      if (kind == Kind::kDottedName) name = dotted_text();
      if (kind == Kind::kIdentifier) local = name_text();
    });
  }
  return add(NodeKind::kImportName, name, {}, 0, builder_.pool().intern(local));
}

// `print >>file, a, b` and `exec code in globals, locals` as the calls of Python 3.
NodeId PythonLowering::python2_call(std::string_view function) {
  NodeList parts(stack_);
  const auto name_end = static_cast<uint32_t>(walk_.begin() + function.size());
  parts.push(builder_.add(NodeKind::kName, walk_.begin(), name_end, function));
  each([&](Kind kind) {
    if (kind == Kind::kChevron) {
      const NodeId file = inner_expression();
      parts.push(add(NodeKind::kKeyword, "file", {file}));
    } else if (is_expression(kind)) {
      parts.push(expression());
    }
  });
  return add(NodeKind::kCall, {}, parts.span());
}

// `del a, b` and Python 2's `raise E, "text"`
NodeId PythonLowering::flat_list(NodeKind kind) {
  NodeList parts(stack_);
  each([&](Kind part) {
    if (part == Kind::kExpressionList) {
      expressions(parts);
    } else if (is_expression(part)) {
      parts.push(expression());
    }
  });
  return add(kind, {}, parts.span());
}

NodeId PythonLowering::scope_statement(std::string_view text) {
  NodeList names(stack_);
  expressions(names);
  return add(NodeKind::kScope, text, names.span());
}

NodeId PythonLowering::block() {
  NodeList children(stack_);
  statements(children);
  return add(NodeKind::kBlock, {}, children.span());
}

// The block of an else or finally clause.
NodeId PythonLowering::inner_block() {
  NodeId body = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kBlock) body = block();
  });
  return body == kNoNode ? add(NodeKind::kBlock) : body;
}

// The elif clauses are siblings in the grammar and nest in the tree, so a long chain costs no
// stack.
NodeId PythonLowering::if_statement() {
  NodeList parts(stack_);  // test, block, test, block, ...
  NodeId otherwise = kNoNode;
  const auto clause_part = [&](Kind kind) {
    if (kind == Kind::kBlock) {
      if (parts.size() % 2 == 0) parts.push(builder_.empty(walk_.begin()));
      parts.push(block());
    } else if (is_expression(kind) && parts.size() % 2 == 0) {
      parts.push(expression());
    }
  };
  each([&](Kind kind) {
    if (kind == Kind::kElif) {
      each(clause_part);
    } else if (kind == Kind::kElse) {
      otherwise = inner_block();
    } else {
      clause_part(kind);
    }
  });
  if (parts.size() % 2 == 1) parts.push(add(NodeKind::kBlock));
  for (size_t i = parts.size(); i > 0; i -= 2) {
    const NodeId test = parts[i - 2], then = parts[i - 1];
    const uint32_t begin = i == 2 ? walk_.begin() : builder_.module()[test].begin;
    const std::array<NodeId, 3> children{test, then, otherwise};
    otherwise = builder_.add(NodeKind::kIf, begin, walk_.end(), {},
                             std::span(children).first(otherwise == kNoNode ? 2 : 3));
  }
  return or_empty(otherwise);
}

NodeId PythonLowering::for_statement() {
  NodeId target = kNoNode, iterable = kNoNode, body = kNoNode, otherwise = kNoNode;
  uint16_t flags = 0;
  each([&](Kind kind) {
    if (kind == Kind::kAsync) flags = kAsync;
    if (kind == Kind::kBlock) body = block();
    if (kind == Kind::kElse) otherwise = inner_block();
    if (is_expression(kind)) (target == kNoNode ? target : iterable) = expression();
  });
  const std::array<NodeId, 4> children{or_empty(target), or_empty(iterable), or_empty(body),
                                       otherwise};
  return add(NodeKind::kForIn, {}, std::span(children).first(otherwise == kNoNode ? 3 : 4), flags);
}

NodeId PythonLowering::while_statement() {
  NodeList parts(stack_);
  each([&](Kind kind) {
    if (kind == Kind::kBlock) parts.push(block());
    if (kind == Kind::kElse) parts.push(inner_block());
    if (is_expression(kind)) parts.push(expression());
  });
  return add(NodeKind::kLoop, {}, parts.span());
}

NodeId PythonLowering::try_statement() {
  NodeList parts(stack_);
  each([&](Kind kind) {
    if (kind == Kind::kBlock) parts.push(block());
    if (kind == Kind::kExcept) parts.push(except_clause());
    if (kind == Kind::kElse || kind == Kind::kFinally) parts.push(inner_block());
  });
  return add(NodeKind::kTry, {}, parts.span());
}

// `except T as e`, and Python 2's `except T, e`.
NodeId PythonLowering::except_clause() {
  NodeId type = kNoNode, target = kNoNode, body = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kBlock) {
      body = block();
    } else if (kind == Kind::kAs) {
      read_as(type, target);
    } else if (is_expression(kind)) {
      const NodeId value = expression();
      if (type == kNoNode) {
        type = value;
      } else if (target == kNoNode) {
        target = value;
      } else {
        strays_.push_back(value);
      }
    }
  });
  return add(NodeKind::kCatch, {}, {or_empty(type), or_empty(target), or_empty(body)});
}

NodeId PythonLowering::with_statement() {
  NodeList parts(stack_);
  uint16_t flags = 0;
  each([&](Kind kind) {
    if (kind == Kind::kAsync) flags = kAsync;
    if (kind == Kind::kBlock) parts.push(block());
    if (kind == Kind::kWithClause) {
      each([&](Kind item) {
        if (item == Kind::kWithItem) parts.push(inner_expression());
      });
    }
  });
  return add(NodeKind::kWith, {}, parts.span(), flags);
}

void lower_python(TSNode root, Builder& builder) { PythonLowering(root, builder).run(); }

}  // namespace cerebro
