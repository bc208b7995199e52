// <Tag a="b" {...c}>text {d}</Tag>  ->  Tag({a: "b", ...c}, "text", d), as compilers do.

#include "syntax/javascript_text.h"
#include "syntax/lower_javascript.h"

namespace cerebro {

NodeId JavaScriptLowering::jsx_element(const Part& part) {
  List list;
  if (part.syntax == Syntax::kJsxTag) {  // self-closing
    NodeId properties = kNoNode;
    list.push_back(jsx_tag(part, properties));
    list.push_back(properties);
    return add(NodeKind::kCall, part, {}, list);
  }
  const Parts parts(*this, part.node);
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& child = parts[i];
    if (i == 0 && child.syntax == Syntax::kJsxTag) {
      NodeId properties = kNoNode;
      list.push_back(jsx_tag(child, properties));
      list.push_back(properties);
    } else if (child.syntax == Syntax::kJsxText) {
      const NodeId id = jsx_text(child, text(child));
      if (builder_.module()[id].kind == NodeKind::kString) list.push_back(id);
    } else if (child.syntax != Syntax::kTransparent || Parts(*this, child.node).size() > 0) {
      list.push_back(expression(child));  // but no {/* comment */}
    }
  }
  return add(NodeKind::kCall, part, {}, list);
}

// The callee; "" for <>...</>.
NodeId JavaScriptLowering::jsx_tag(const Part& tag, NodeId& properties) {
  const Parts parts(*this, tag.node);
  NodeId callee = kNoNode;
  List list;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& item = parts[i];
    if (item.syntax == Syntax::kIdentifier && i == 0) {
      const std::string_view name = identifier(item);
      const bool component = !name.empty() && !(name[0] >= 'a' && name[0] <= 'z') &&
                             name.find('-') == std::string_view::npos;
      callee = add(component ? NodeKind::kName : NodeKind::kString, item, name);
    } else if (i == 0 && (item.syntax == Syntax::kMember || item.syntax == Syntax::kJsxName)) {
      callee = expression(item);
    } else {
      list.push_back(expression(item));
    }
  }
  if (callee == kNoNode) callee = add(NodeKind::kString, tag);
  properties = add(NodeKind::kObject, tag, {}, list);
  return callee;
}

NodeId JavaScriptLowering::jsx_attribute(const Part& part) {
  const Parts parts(*this, part.node);
  const NodeId name = key(parts[0]);
  NodeId value;
  if (parts.size() < 2) {
    value = add(NodeKind::kConstant, part, "true");
  } else if (parts[1].syntax == Syntax::kString) {
    std::string_view raw = text(parts[1]);
    if (raw.size() >= 2) raw = raw.substr(1, raw.size() - 2);
    value = add(NodeKind::kString, parts[1], unescape_jsx(raw));
  } else {
    value = expression(parts[1]);
  }
  return add(NodeKind::kProperty, part, {}, {name, value});
}

NodeId JavaScriptLowering::jsx_text(const Part& part, std::string_view raw) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = raw.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return empty(part);
  raw = raw.substr(first, raw.find_last_not_of(kSpace) + 1 - first);
  return add(NodeKind::kString, part, unescape_jsx(raw));
}

}  // namespace cerebro
