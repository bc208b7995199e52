// Words of the shell, with quotes removed.

#include "syntax/shell_literal.h"
#include "syntax/shell_lowering.h"

namespace cerebro {

NodeId ShellLowering::word() {
  const Builder::Depth depth(builder_);
  if (!depth) return builder_.empty(walk_.begin());
  TemplateParts parts(builder_, stack_);
  word_parts(parts);
  return parts.finish(walk_.begin(), walk_.end(), true);
}

void ShellLowering::word_parts(TemplateParts& parts) {
  const auto literal = [&](std::string_view value, bool bytes = false) {
    parts.literal(walk_.begin(), walk_.end(), value, bytes);
  };
  switch (walk_.kind()) {
    case Kind::kRaw:
      return literal(text().substr(1, text().size() - 2));
    case Kind::kAnsiC: {
      bool bytes = false;
      const std::string value = decode_ansi_c(text().substr(2, text().size() - 3), bytes);
      return literal(value, bytes);
    }
    case Kind::kString: {
      const bool closed = text().size() > 1 && text().ends_with('"');
      return quoted_parts(parts, walk_.begin() + 1, walk_.end() - (closed ? 1 : 0), false);
    }
    case Kind::kSimpleExpansion:
      return parts.value(add(NodeKind::kParameter, text().substr(text().find('$') + 1)));
    case Kind::kExpansion:
      return parts.value(expansion());
    case Kind::kSubstitution:
      return parts.value(substitution());
    case Kind::kArithmetic:
      return parts.value(arithmetic());
    case Kind::kArray:
      return parts.value(array());
    case Kind::kTranslated:
      return each([&](Kind kind) {
        if (kind == Kind::kString) word_parts(parts);
      });
    case Kind::kCommandName:
    case Kind::kConcatenation:
      return each([&](Kind kind) {
        if (is_word(kind)) word_parts(parts);
      });
    default:
      return literal(unquote_word(text()));
  }
}

// The text between expansions is taken from the source: white space at the start of a line belongs
// to no node, or to the wrong one.
void ShellLowering::quoted_parts(TemplateParts& parts, uint32_t begin, uint32_t end, bool heredoc) {
  uint32_t at = begin;
  const auto constant = [&](uint32_t until) {
    if (at < until) parts.literal(at, until, unquote_double(source(at, until), heredoc));
  };
  each([&](Kind kind) {
    if (kind < Kind::kSimpleExpansion || kind > Kind::kArithmetic) return;
    const size_t space = text().find_first_not_of(" \t\r\n");  // the node may start with some
    constant(walk_.begin() + static_cast<uint32_t>(space));
    at = walk_.end();
    word_parts(parts);
  });
  constant(end);
}

// ${name}, ${name:-operand}, ${name//operand/operand}, ${name[operand]}
NodeId ShellLowering::expansion() {
  NodeList operands(stack_);
  std::string_view name;
  each([&](Kind kind) {
    if (kind == Kind::kVariable && name.empty()) {
      name = text();
    } else if (kind == Kind::kSubscript) {
      each([&](Kind part) {
        if (part == Kind::kVariable && name.empty()) {
          name = text();
        } else if (is_word(part)) {
          operands.push(word());
        }
      });
    } else if (is_word(kind)) {
      operands.push(word());
    }
  });
  return add(NodeKind::kParameter, name, operands.span());
}

NodeId ShellLowering::substitution() {
  const NodeId body = block();
  return add(NodeKind::kSubstitution, {}, {body});
}

// Arithmetic has no value here, but what it runs is kept.
NodeId ShellLowering::arithmetic() {
  NodeList found(stack_);
  substitutions(found);
  return add(NodeKind::kParameter, {}, found.span());
}

void ShellLowering::substitutions(NodeList& out) {
  const Builder::Depth depth(builder_);
  if (!depth) return;
  each([&](Kind kind) {
    if (kind == Kind::kSubstitution) {
      out.push(substitution());
    } else {
      substitutions(out);
    }
  });
}

NodeId ShellLowering::array() {
  NodeList elements(stack_);
  each([&](Kind kind) {
    if (is_word(kind)) elements.push(word());
  });
  return add(NodeKind::kArray, {}, elements.span());
}

// The target of an assignment: name or name[index].
NodeId ShellLowering::variable() {
  if (walk_.kind() == Kind::kVariable) return add(NodeKind::kName, text());
  NodeId name = kNoNode, index = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kVariable && name == kNoNode) {
      name = add(NodeKind::kName, text());
    } else if (is_word(kind)) {
      index = word();
    }
  });
  return add(NodeKind::kIndex, {}, {or_empty(name), or_empty(index)});
}

}  // namespace cerebro
