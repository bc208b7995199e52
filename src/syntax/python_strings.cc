// Python's string literals: plain, concatenated, formatted.

#include <algorithm>

#include "syntax/python_literal.h"
#include "syntax/python_lowering.h"

namespace cerebro {

NodeId PythonLowering::string() {
  const PythonLiteral literal = split_python_literal(text());
  if (literal.backquoted) return builder_.empty(walk_.begin());
  const uint16_t flags = literal.bytes ? kBytes : 0;
  if (!literal.format && literal.body.find_first_of("\\\r") == std::string_view::npos) {
    return add(NodeKind::kString, literal.body, {}, flags);
  }
  TemplateParts parts(builder_, stack_);
  string_parts(parts);
  return parts.finish(walk_.begin(), walk_.end(), false);
}

NodeId PythonLowering::concatenated_string() {
  TemplateParts parts(builder_, stack_);
  each([&](Kind kind) {
    if (kind == Kind::kString) string_parts(parts);
  });
  return parts.finish(walk_.begin(), walk_.end(), false);
}

void PythonLowering::string_parts(TemplateParts& parts) {
  const PythonLiteral literal = split_python_literal(text());
  if (literal.format) return format_string_parts(parts);
  parts.literal(walk_.begin(), walk_.end(),
                decode_python_text(literal.body, literal.bytes, literal.raw), literal.bytes);
}

void PythonLowering::format_string_parts(TemplateParts& parts) {
  const PythonLiteral literal = split_python_literal(text());
  auto at = static_cast<uint32_t>(walk_.begin() + literal.body_offset);
  const auto constant = [&](uint32_t until) {
    if (at >= until) return;
    parts.literal(at, until, decode_python_format_text(source(at, until), literal.raw));
  };
  const auto body_end = static_cast<uint32_t>(at + literal.body.size());
  each([&](Kind kind) {
    if (kind != Kind::kInterpolation) return;
    constant(walk_.begin());
    at = walk_.end();
    std::string debug_text;
    const NodeId value = interpolation(debug_text);
    if (!debug_text.empty()) parts.literal(walk_.begin(), walk_.end(), debug_text);
    parts.value(value);
  });
  constant(body_end);
}

// {x} is x. {x!r:>{w}} is "{!r:>{}}".format(x, w), which has the same value. {x=} is "x=" and
// {x!r}; "x=" goes to debug_text.
NodeId PythonLowering::interpolation(std::string& debug_text) {
  NodeList fields(stack_);
  std::string conversion, spec;
  uint32_t debug_end = 0;
  each([&](Kind kind) {
    if (is_expression(kind)) fields.push(expression());
    if (kind == Kind::kEquals) debug_end = walk_.end();
    if (kind == Kind::kConversion) conversion = text();
    if (kind == Kind::kFormatSpecifier) format_specifier(spec, fields);
  });
  if (debug_end != 0) {
    const std::string_view rest = source(debug_end, walk_.end());
    debug_end += static_cast<uint32_t>(std::min(rest.find_first_not_of(" \t"), rest.size()));
    debug_text = source(walk_.begin() + 1, debug_end);
    if (conversion.empty() && spec.empty()) conversion = "!r";
  }
  if (conversion == "!s") conversion.clear();
  if (fields.size() == 0) return builder_.empty(walk_.begin());
  if (conversion.empty() && spec.empty()) return fields[0];
  const std::string pattern = "{" + conversion + (spec.empty() ? "" : ":" + spec) + "}";
  const NodeId format = add(NodeKind::kMember, "format", {add(NodeKind::kString, pattern)});
  std::vector<NodeId> call{format};
  call.insert(call.end(), fields.span().begin(), fields.span().end());
  return add(NodeKind::kCall, {}, call);
}

// The text after the colon, with {} for every nested field.
void PythonLowering::format_specifier(std::string& spec, NodeList& fields) {
  uint32_t at = walk_.begin() + 1;
  each([&](Kind kind) {
    if (kind != Kind::kInterpolation) return;
    spec += source(at, walk_.begin());
    spec += "{}";
    at = walk_.end();
    fields.push(inner_expression());
  });
  spec += source(at, walk_.end());
}

}  // namespace cerebro
