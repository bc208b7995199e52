// Redirections and here-documents.

#include <algorithm>

#include "syntax/shell_literal.h"
#include "syntax/shell_lowering.h"

namespace cerebro {

void ShellLowering::redirect(Tail& tail) {
  if (walk_.kind() == Kind::kHeredoc) {
    heredoc(tail);
  } else {
    file_redirect(tail);
  }
}

// In `> file a b` the grammar takes a and b for targets; they are arguments. In `>& file 0>&1` the
// 0 is the descriptor of the next redirection.
void ShellLowering::file_redirect(Tail& tail) {
  NodeId target = kNoNode;
  uint32_t target_begin = walk_.end();
  each([&](Kind kind) {
    if (!is_word(kind)) return;
    const std::string_view after = source(walk_.end(), walk_.end() + 1);
    const bool number =
        std::all_of(text().begin(), text().end(), [](char c) { return c >= '0' && c <= '9'; });
    if (target == kNoNode) {
      target_begin = walk_.begin();
      target = word();
    } else if (!number || (after != ">" && after != "<")) {
      tail.words.push_back(word());
    }
  });
  std::string_view op = source(walk_.begin(), target_begin);
  op = op.substr(0, op.find_last_not_of(" \t\r\n\\") + 1);
  tail.redirects.push_back(add(NodeKind::kRedirect, op, {or_empty(target)}));
}

// The rest of the line that starts a here-document is inside of the grammar's node.
void ShellLowering::heredoc(Tail& tail) {
  std::string_view descriptor;
  bool quoted = false, after_operator = false;
  const bool strip_tabs = text().substr(0, text().find('\n')).find("<<-") != std::string_view::npos;
  NodeId target = kNoNode;
  each([&](Kind kind) {
    if (kind == Kind::kDescriptor) descriptor = text();
    if (kind == Kind::kHeredocStart)
      quoted = text().find_first_of("'\"\\") != std::string_view::npos;
    if (kind == Kind::kHeredocBody) target = heredoc_body(quoted, strip_tabs);
    if (is_redirect(kind)) redirect(tail);
    if (is_word(kind)) tail.words.push_back(word());
    if (kind == Kind::kAndOr) {
      tail.op = walk_.symbol_name();
      after_operator = true;
    }
    if (kind == Kind::kPipeline && !after_operator) {
      piped_commands(tail);
    } else if (is_statement(kind)) {
      tail.right = statement();
    }
  });
  const std::string op = std::string(descriptor) + "<<";
  tail.redirects.push_back(add(NodeKind::kRedirect, op, {or_empty(target)}));
}

void ShellLowering::piped_commands(Tail& tail) {
  const Builder::Depth depth(builder_);
  if (!depth) return;
  each([&](Kind kind) {
    if (kind == Kind::kPipeline) {
      piped_commands(tail);
    } else if (is_statement(kind)) {
      tail.piped.push_back(statement());
    }
  });
}

NodeId ShellLowering::heredoc_body(bool quoted, bool strip_tabs) {
  if (quoted || text().find_first_of("$`\\") == std::string_view::npos) {
    return add(NodeKind::kString, strip_tabs ? strip_leading_tabs(text()) : std::string(text()));
  }
  TemplateParts parts(builder_, stack_);
  quoted_parts(parts, walk_.begin(), walk_.end(), true);
  return parts.finish(walk_.begin(), walk_.end(), false);
}

}  // namespace cerebro
