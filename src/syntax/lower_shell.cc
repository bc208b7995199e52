// The shell's statements.

#include <algorithm>
#include <utility>

#include "syntax/lower.h"
#include "syntax/shell_lowering.h"

namespace cerebro {
namespace {

constexpr auto kToTheEnd = [](ShellKind) { return false; };

}  // namespace

ShellLowering::ShellLowering(TSNode root, Builder& builder)
    : TreeLowering(root, shell_symbols(ts_tree_language(root.tree)), builder) {}

NodeId ShellLowering::block() {
  NodeList children(stack_);
  statements(children);
  return add(NodeKind::kBlock, {}, children.span());
}

void ShellLowering::statements(NodeList& out) {
  const Builder::Depth depth(builder_);
  if (!depth || !walk_.first_child()) return;
  statements_until(out, kToTheEnd);
  walk_.parent();
}

// Lowers the node that the walk is on and its siblings, up to one that stops it or to the last.
// Words without a command are what is left of a broken one: each run of them is taken for a
// command.
template <class Stop>
void ShellLowering::statements_until(NodeList& out, Stop stop) {
  std::vector<NodeId> words;
  uint32_t words_begin = 0, words_end = 0;
  const auto flush_words = [&] {
    if (words.empty()) return;
    out.push(builder_.add(NodeKind::kCommand, words_begin, words_end, {}, words));
    words.clear();
  };
  do {
    const Kind kind = walk_.kind();
    if (stop(kind)) break;
    const size_t first_stray = strays_.size();
    if (is_word(kind)) {
      if (words.empty()) words_begin = walk_.begin();
      words_end = walk_.end();
      if (!walk_.missing()) words.push_back(word());
      continue;
    }
    flush_words();
    if (is_statement(kind) && kind != Kind::kAssignments) {
      out.push(statement());
      release_strays(first_stray, out);
    } else if (is_redirect(kind)) {  // $(<file)
      Tail tail;
      redirect(tail);
      for (const NodeId id : tail.redirects) out.push(id);
    } else if (kind == Kind::kAmpersand && out.size() > 0) {
      const NodeId command = out.pop();
      const uint32_t begin = builder_.module()[command].begin;
      out.push(builder_.add(NodeKind::kBackground, begin, walk_.end(), {}, {command}));
    } else if (kind != Kind::kExtra) {
      statements(out);
    }
  } while (!builder_.exhausted() && walk_.next_sibling());
  flush_words();
}

// The same as one node.
template <class Stop>
NodeId ShellLowering::sequence(Stop stop) {
  NodeList parts(stack_);
  const uint32_t begin = walk_.begin();
  statements_until(parts, stop);
  if (parts.size() == 1) return parts[0];
  return builder_.add(NodeKind::kBlock, begin, std::max(begin, walk_.begin()), {}, parts.span());
}

NodeId ShellLowering::statement(const Tail& tail) {
  const Builder::Depth depth(builder_);
  if (!depth) return builder_.empty(walk_.begin());
  switch (walk_.kind()) {
    case Kind::kCommand:
      return command(tail);
    case Kind::kList:
      return list(tail);
    case Kind::kPipeline:
      return pipeline(tail);
    case Kind::kRedirected:
      return redirected();
    default:
      break;
  }
  const NodeId id = compound(walk_.kind());
  if (tail.empty()) return id;
  std::vector<NodeId> parts{id};  // `done < file`, `} > file`
  parts.insert(parts.end(), tail.words.begin(), tail.words.end());
  parts.insert(parts.end(), tail.redirects.begin(), tail.redirects.end());
  return add(NodeKind::kBlock, {}, parts);
}

NodeId ShellLowering::compound(Kind kind) {
  switch (kind) {
    case Kind::kAssignment:
      return assignment();
    case Kind::kDeclaration:
      return declaration();
    case Kind::kTest:
      return test();
    case Kind::kNegated:
      return negated();
    case Kind::kFor:
      return for_statement();
    case Kind::kCFor:
      return c_for_statement();
    case Kind::kWhile:
      return while_statement();
    case Kind::kIf:
      return if_statement();
    case Kind::kCase:
      return case_statement();
    case Kind::kFunction:
      return function();
    case Kind::kCompound:
      if (text().starts_with("((")) return arithmetic();
      return block();
    default:
      return block();
  }
}

NodeId ShellLowering::command(const Tail& tail) {
  NodeList parts(stack_);
  Tail own;
  each([&](Kind kind) {
    if (kind == Kind::kAssignment) {
      parts.push(assignment());
    } else if (kind == Kind::kOperator) {
      parts.push(add(NodeKind::kString, text()));
    } else if (is_redirect(kind)) {
      redirect(own);
    } else if (is_statement(kind)) {
      strays_.push_back(statement());
    } else if (kind == Kind::kCommandName && text().ends_with('}')) {
      brace_expansion(parts);
    } else if (is_word(kind) && !walk_.missing()) {
      parts.push(word());
    }
  });
  for (const std::vector<NodeId>* ids :
       {&std::as_const(own).words, &tail.words, &std::as_const(own).redirects, &tail.redirects}) {
    for (const NodeId id : *ids) parts.push(id);
  }
  if (parts.size() == 0) return builder_.empty(walk_.begin());  // `a &&`, and no more
  return add(NodeKind::kCommand, {}, parts.span());
}

// {curl,-s,url} is the command `curl -s url`, a way to write it without spaces. The grammar takes
// the brace for the start of a group, so it may be missing here.
void ShellLowering::brace_expansion(NodeList& out) {
  const NodeId whole = word();
  std::string_view rest = builder_.pool().text(builder_.module()[whole].text);
  const bool commas =
      rest.find(',') != std::string_view::npos && rest.rfind('{', 0) == rest.rfind('{');
  if (kind_of(whole) != NodeKind::kString || !commas) return out.push(whole);
  rest.remove_suffix(1);
  if (rest.starts_with('{')) rest.remove_prefix(1);
  for (size_t comma = 0; comma != std::string_view::npos;) {
    comma = rest.find(',');
    out.push(add(NodeKind::kString, rest.substr(0, comma)));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
}

// a && b || c leans to the left; long lists cost no stack.
NodeId ShellLowering::list(const Tail& tail) {
  size_t levels = 0;
  while (walk_.kind() == Kind::kList && walk_.first_child()) {
    ++levels;
    while (!is_statement(walk_.kind()) && walk_.next_sibling()) {
    }
  }
  NodeId left = is_statement(walk_.kind()) ? statement() : builder_.empty(walk_.begin());
  for (; levels > 0; --levels) {
    std::string_view op;
    NodeId right = kNoNode;
    each_sibling([&](Kind kind) {
      if (kind == Kind::kAndOr) op = walk_.symbol_name();
      if (is_statement(kind)) right = levels == 1 ? statement(tail) : statement();
    });
    left = add(NodeKind::kBinary, op, {left, or_empty(right)});
  }
  return left;
}

NodeId ShellLowering::pipeline(const Tail& tail) {
  size_t commands = 0;
  each([&](Kind kind) { commands += is_statement(kind); });
  NodeList parts(stack_);
  each([&](Kind kind) {
    if (is_statement(kind)) parts.push(--commands == 0 ? statement(tail) : statement());
  });
  return add(NodeKind::kPipeline, {}, parts.span());
}

// The redirections are lowered first, so that they can become part of the command.
NodeId ShellLowering::redirected() {
  Tail tail;
  each([&](Kind kind) {
    if (is_redirect(kind)) redirect(tail);
  });
  NodeId id = kNoNode;
  each([&](Kind kind) {
    if (is_statement(kind)) id = statement(tail);
  });
  if (id == kNoNode) id = add(NodeKind::kCommand, {}, tail.redirects);
  if (!tail.piped.empty()) {
    tail.piped.insert(tail.piped.begin(), id);
    id = add(NodeKind::kPipeline, {}, tail.piped);
  }
  return tail.right == kNoNode ? id : add(NodeKind::kBinary, tail.op, {id, tail.right});
}

// `export A=b c` is a command whose words may be assignments.
NodeId ShellLowering::declaration() {
  NodeList parts(stack_);
  each([&](Kind kind) {
    if (kind == Kind::kAssignment) {
      parts.push(assignment());
    } else if (is_word(kind) || parts.size() == 0) {
      parts.push(word());
    }
  });
  return add(NodeKind::kCommand, {}, parts.span());
}

NodeId ShellLowering::test() {
  NodeList parts(stack_);
  parts.push(builder_.add(NodeKind::kString, walk_.begin(), walk_.begin() + 1, "["));
  test_operands(parts);
  return add(NodeKind::kCommand, {}, parts.span());
}

void ShellLowering::test_operands(NodeList& out) {
  const Builder::Depth depth(builder_);
  if (!depth) return;
  each([&](Kind kind) {
    if (is_word(kind)) {
      out.push(word());
    } else if (kind == Kind::kOperator || kind == Kind::kAndOr) {
      out.push(add(NodeKind::kString, text()));
    } else if (is_statement(kind)) {
      strays_.push_back(statement());
    } else {
      test_operands(out);
    }
  });
}

NodeId ShellLowering::negated() {
  NodeId operand = kNoNode;
  each([&](Kind kind) {
    if (is_statement(kind)) operand = statement();
  });
  return add(NodeKind::kUnary, "!", {or_empty(operand)});
}

NodeId ShellLowering::if_statement() {
  std::vector<NodeId> parts;  // test, block, test, block, ...
  NodeId otherwise = kNoNode;
  if (!walk_.first_child()) return builder_.empty(walk_.begin());
  if_clause(parts);
  do {
    if (walk_.kind() == Kind::kElif && walk_.first_child()) {
      if_clause(parts);
      walk_.parent();
    } else if (walk_.kind() == Kind::kElse) {
      otherwise = block();
    }
  } while (walk_.next_sibling());
  walk_.parent();
  for (size_t i = parts.size(); i > 0; i -= 2) {
    const uint32_t begin = i == 2 ? walk_.begin() : builder_.module()[parts[i - 2]].begin;
    std::vector<NodeId> children{parts[i - 2], parts[i - 1]};
    if (otherwise != kNoNode) children.push_back(otherwise);
    otherwise = builder_.add(NodeKind::kIf, begin, walk_.end(), {}, children);
  }
  return otherwise;
}

// if test; then block -- stays on what follows the block
void ShellLowering::if_clause(std::vector<NodeId>& parts) {
  parts.push_back(sequence([](Kind kind) { return kind == Kind::kThen; }));
  NodeList body(stack_);
  const uint32_t begin = walk_.begin();
  statements_until(body, [](Kind kind) { return kind == Kind::kElif || kind == Kind::kElse; });
  parts.push_back(
      builder_.add(NodeKind::kBlock, begin, std::max(begin, walk_.begin()), {}, body.span()));
}

NodeId ShellLowering::while_statement() {
  if (!walk_.first_child()) return builder_.empty(walk_.begin());
  const NodeId test = sequence([](Kind kind) { return kind == Kind::kDoGroup; });
  const NodeId body = walk_.kind() == Kind::kDoGroup ? block() : builder_.empty(walk_.end());
  walk_.parent();
  return add(NodeKind::kLoop, {}, {test, body});
}

NodeId ShellLowering::for_statement() {
  NodeList words(stack_);
  NodeId target = kNoNode, body = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kVariable && target == kNoNode) {
      target = variable();
    } else if (kind == Kind::kDoGroup) {
      body = block();
    } else if (is_word(kind)) {
      words.push(word());
    }
  });
  const NodeId iterable = add(NodeKind::kArray, {}, words.span());
  return add(NodeKind::kForIn, {}, {or_empty(target), iterable, or_empty(body)});
}

NodeId ShellLowering::c_for_statement() {
  NodeList parts(stack_);
  each([&](Kind kind) {
    if (kind == Kind::kDoGroup || kind == Kind::kCompound) {
      parts.push(block());
    } else if (kind == Kind::kSubstitution) {
      parts.push(substitution());
    } else {
      substitutions(parts);
    }
  });
  return add(NodeKind::kLoop, {}, parts.span());
}

NodeId ShellLowering::case_statement() {
  NodeList parts(stack_);
  each([&](Kind kind) {
    if (kind == Kind::kCaseItem) {
      parts.push(case_item());
    } else if (is_word(kind)) {
      parts.push(word());
    }
  });
  return add(NodeKind::kSwitch, {}, parts.span());
}

// a|b) statements ;;
NodeId ShellLowering::case_item() {
  NodeId test = kNoNode, body = kNoNode;
  if (walk_.first_child()) {
    NodeList patterns(stack_);
    do {
      if (is_word(walk_.kind())) patterns.push(word());
    } while (walk_.kind() != Kind::kCloseParenthesis && walk_.next_sibling());
    test = patterns.size() == 1 ? patterns[0] : add(NodeKind::kArray, {}, patterns.span());
    NodeList commands(stack_);
    if (walk_.next_sibling()) statements_until(commands, kToTheEnd);
    walk_.parent();
    body = add(NodeKind::kBlock, {}, commands.span());
  }
  return add(NodeKind::kIf, {}, {or_empty(test), or_empty(body), builder_.empty(walk_.end())});
}

NodeId ShellLowering::function() {
  Tail tail;
  each([&](Kind kind) {
    if (is_redirect(kind)) redirect(tail);
  });
  std::string_view name;
  NodeId body = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kWord && name.empty()) name = text();
    if (is_statement(kind)) body = statement(tail);
  });
  if (body == kNoNode || kind_of(body) != NodeKind::kBlock) {
    body = add(NodeKind::kBlock, {}, {or_empty(body)});
  }
  return add(NodeKind::kFunction, name, {add(NodeKind::kParams), body}, kIsStatement);
}

NodeId ShellLowering::assignment() {
  std::string_view op = "=";
  NodeId target = kNoNode, value = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kOperator && text() == "+=") op = "+";
    if (!is_word(kind)) return;
    if (target == kNoNode) {
      target = variable();
    } else {
      value = word();
    }
  });
  if (value == kNoNode) value = builder_.add(NodeKind::kString, walk_.end(), walk_.end());
  return add(NodeKind::kAssign, op, {or_empty(target), value});
}

void lower_shell(TSNode root, Builder& builder) { ShellLowering(root, builder).run(); }

}  // namespace cerebro
