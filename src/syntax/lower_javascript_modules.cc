// Imports, exports, and TypeScript's enums and namespaces.

#include <charconv>
#include <optional>

#include "syntax/lower_javascript.h"

namespace cerebro {

// A name of an import or export list: an identifier, a string, or the word `default`.
std::string_view JavaScriptLowering::module_name(const Part& part) {
  return part.syntax == Syntax::kString ? string_value(part) : identifier(part);
}

void JavaScriptLowering::import_statement(const Part& part, List& out) {
  const Parts parts(*this, part.node, kTokens);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (is_token(parts[i].syntax)) return;  // `import type`, `import typeof`
  }
  if (const Part require = parts.find(Syntax::kImportRequire)) {  // import fs = require('fs')
    const Parts sides(*this, require.node);
    const NodeId target = expression(sides[0]);
    const NodeId callee = add(NodeKind::kName, require, "require");
    const NodeId call = add(NodeKind::kCall, require, {}, {callee, expression(sides[1])});
    out.push_back(add(NodeKind::kAssign, part, "=", {target, call}, kDeclaresConst));
    return;
  }
  List names;
  bool types = false;
  const auto import_name = [&](const Part& at, std::string_view name, const Part& local,
                               uint16_t flags = 0) {
    const Symbol symbol = builder_.pool().intern(identifier(local));
    names.push_back(add(NodeKind::kImportName, at, name, {}, flags, symbol));
  };
  if (const Part clause_part = parts.find(Syntax::kImportClause)) {
    const Parts clause(*this, clause_part.node);
    for (size_t i = 0; i < clause.size(); ++i) {
      const Part& item = clause[i];
      if (item.syntax == Syntax::kIdentifier) {
        import_name(item, "default", item);
      } else if (item.syntax == Syntax::kNamespaceImport) {
        import_name(item, "*", Parts(*this, item.node)[0], kNamespace);
      } else if (item.syntax == Syntax::kNamedImports) {
        const Parts specifiers(*this, item.node);
        for (size_t s = 0; s < specifiers.size(); ++s) {
          const Parts words(*this, specifiers[s].node, kTokens);
          const bool type = words[0].syntax == Syntax::kTypeWord ||
                            words[0].syntax == Syntax::kOperator;  // typeof
          types |= type;
          if (!type) import_name(specifiers[s], module_name(words[0]), words.back());
        }
      }
    }
  }
  if (types && names.empty()) return;  // the compiler drops an import of types alone
  const Part source = parts.find(Syntax::kString);
  out.push_back(add(NodeKind::kImport, part, string_value(source), names));
}

void JavaScriptLowering::export_names(const Part& clause, List& out) {
  const Parts specifiers(*this, clause.node);
  for (size_t i = 0; i < specifiers.size(); ++i) {
    const Parts words(*this, specifiers[i].node, kTokens);
    if (words[0].syntax == Syntax::kTypeWord || words[0].syntax == Syntax::kOperator) continue;
    const Symbol local = builder_.pool().intern(module_name(words[0]));
    out.push_back(
        add(NodeKind::kExportName, specifiers[i], module_name(words.back()), {}, 0, local));
  }
}

void JavaScriptLowering::export_statement(const Part& part, List& out) {
  const Parts parts(*this, part.node, kTokens);
  if (parts.has(Syntax::kTypeWord)) return;
  const bool is_default = parts.has(Syntax::kDefaultWord);
  const Part equals = parts.find(Syntax::kEquals);
  const Part source = parts.find(Syntax::kString);
  const bool value = is_default || equals;

  List decorators;
  List children;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& item = parts[i];
    switch (item.syntax) {
      case Syntax::kDecorator:
        decorators.push_back(expression(item));
        break;
      case Syntax::kExportClause:
        export_names(item, children);
        break;
      case Syntax::kStar:
        children.push_back(add(NodeKind::kExportName, item, "*"));
        break;
      case Syntax::kNamespaceExport: {
        const Part name = Parts(*this, item.node, kTokens).back();
        const Symbol all = builder_.pool().intern("*");
        children.push_back(add(NodeKind::kExportName, item, module_name(name), {}, 0, all));
        break;
      }
      case Syntax::kClassDeclaration:
        children.push_back(class_like(item, kIsStatement, std::move(decorators)));
        decorators.clear();
        break;
      case Syntax::kString:
        if (value) children.push_back(expression(item));
        break;
      case Syntax::kIdentifier:  // otherwise `export as namespace X`
        if (value) children.push_back(expression(item));
        break;
      default:
        if (!is_token(item.syntax)) statement(item, children);
    }
  }
  const bool has_clause = parts.has(Syntax::kExportClause);
  if (children.empty() && !has_clause) return;  // nothing but types
  if (equals && children.size() == 1) {         // export = x
    const NodeId module = add(NodeKind::kName, equals, "module");
    const NodeId target = add(NodeKind::kMember, equals, "exports", {module});
    out.push_back(add(NodeKind::kAssign, part, "=", {target, children.front()}));
  } else if (namespaces_ > 0) {  // exported from the namespace, not from the module
    if (!has_clause) out.insert(out.end(), children.begin(), children.end());
  } else {
    const std::string_view from = source && !value ? string_value(source) : std::string_view();
    out.push_back(add(NodeKind::kExport, part, from, children, is_default ? kIsDefault : 0));
  }
}

// enum Level { Low, High = 5, Next }  ->  const Level = {Low: 0, High: 5, Next: 6}
NodeId JavaScriptLowering::enumeration(const Part& part) {
  const Parts parts(*this, part.node);
  const NodeId target = expression(parts[0]);
  std::optional<int64_t> next = 0;  // nothing behind a value that is no plain number
  List properties;
  const Part body = parts.find(Syntax::kEnumBody);
  const Parts members(*this, body ? body.node : part.node);
  for (size_t i = 0; body && i < members.size(); ++i) {
    const Part& member = members[i];
    NodeId name;
    NodeId value;
    if (member.syntax == Syntax::kEnumAssignment) {
      const Parts sides(*this, member.node);
      name = key(sides[0]);
      value = expression(sides[1]);
      next.reset();
      const std::string_view digits = sides[1] ? text(sides[1]) : std::string_view();
      int32_t number = 0;
      const char* end = digits.data() + digits.size();
      const auto [stopped, error] = std::from_chars(digits.data(), end, number);
      if (error == std::errc() && stopped == end) next = number;
    } else {
      name = key(member);
      value = next ? add(NodeKind::kNumber, member, std::to_string(*next)) : empty(member);
    }
    if (next) ++*next;
    properties.push_back(add(NodeKind::kProperty, member, {}, {name, value}));
  }
  const NodeId object = add(NodeKind::kObject, part, {}, properties);
  return add(NodeKind::kAssign, part, "=", {target, object}, kDeclaresConst);
}

// namespace N { ... }  ->  var N = (function () { ... })()
NodeId JavaScriptLowering::name_space(const Part& part) {
  const Parts parts(*this, part.node);
  const Part body = parts.find(Syntax::kBlock);
  if (!body || parts[0].syntax == Syntax::kString) return empty(part);  // only declares types
  const NodeId target = expression(parts[0]);
  ++namespaces_;
  const NodeId params = add(NodeKind::kParams, body);
  const NodeId function = add(NodeKind::kFunction, body, {}, {params, block(body)});
  --namespaces_;
  const NodeId call = add(NodeKind::kCall, part, {}, {function});
  const bool simple = parts[0].syntax == Syntax::kIdentifier;
  return add(NodeKind::kAssign, part, "=", {target, call}, simple ? kDeclaresVar : 0);
}

}  // namespace cerebro
