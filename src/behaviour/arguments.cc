#include "behaviour/arguments.h"

namespace cerebro {

namespace {

// The interpreter that runs the code itself.
constexpr std::pair<std::string_view, std::string_view> kInterpreters[] = {
    {"globalThis.process.execPath", "node"},
    {"process.execPath", "node"},
    {"globalThis.process.argv0", "node"}};

std::optional<std::string> interpreter_of(std::string_view path) {
  for (const auto& [api, program] : kInterpreters) {
    if (api == path) return std::string(program);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> text_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kString:
    case Value::Kind::kBytes:
    case Value::Kind::kPartial:
      return value.text;
    case Value::Kind::kInt:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return std::to_string(value.real);
    case Value::Kind::kBool:
      return value.boolean ? "true" : "false";
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kList: {
      std::string joined;
      for (const Value& element : *value.list) {
        const std::optional<std::string> part = text_of(element);
        if (!joined.empty()) joined += ' ';
        joined += part.value_or("\xEF\xBF\xBC");
      }
      return joined;
    }
    case Value::Kind::kPath:
      return interpreter_of(value.text);
    default:
      return std::nullopt;
  }
}

Arguments::Arguments(Resolver& resolver, UnitId unit, NodeId node)
    : resolver_(resolver), unit_(unit) {
  const Module& module = resolver.unit(unit).module;
  const StringPool& pool = resolver.pool();
  const NodeId callee = module.child(node, 0);
  if (callee == kNoNode) return;
  for (NodeId c = module[callee].next_sibling; c != kNoNode; c = module[c].next_sibling) {
    if (module[c].kind == NodeKind::kKeyword) {
      keywords_.emplace_back(pool.text(module[c].text), module.child(c, 0));
    } else {
      positional_.push_back(c);
    }
  }
  // Options objects, in place or behind a name that is assigned once.
  const Scopes& scopes = resolver.unit(unit).scopes;
  for (NodeId argument : positional_) {
    NodeId object = argument;
    if (module[object].kind == NodeKind::kName) {
      const BindingId binding = scopes.binding(object);
      object = binding == kNone32 ? kNoNode : scopes.single_value(module, binding);
    }
    if (object == kNoNode || module[object].kind != NodeKind::kObject) continue;
    for (NodeId property : children(module, object)) {
      if (module[property].kind != NodeKind::kProperty) continue;
      const NodeId key = module.child(property, 0);
      if (module[key].kind == NodeKind::kString) {
        keywords_.emplace_back(pool.text(module[key].text), module.child(property, 1));
      }
    }
  }
}

NodeId Arguments::find(const ArgumentKey& key) const {
  if (key.kind == ArgumentKey::Kind::kPosition) {
    const auto position = static_cast<size_t>(key.position);
    return position < positional_.size() ? positional_[position] : kNoNode;
  }
  for (const auto& [name, node] : keywords_) {
    if (name == key.keyword) return node;
  }
  return kNoNode;
}

std::optional<std::string> Arguments::text(NodeId argument) const {
  return text_of(resolver_.fold(unit_, argument));
}

bool Arguments::satisfy(const ApiRow& row, const Catalogue& catalogue) const {
  for (const ConditionRow& condition : row.conditions) {
    bool holds = false;
    const auto test = [&](NodeId argument) {
      if (argument == kNoNode || holds) return;
      // Given but unknown counts as the empty text (`cmdclass=commands`), an API as its path.
      const Value& value = resolver_.fold(unit_, argument);
      const std::string known =
          value.kind == Value::Kind::kPath ? value.text : text_of(value).value_or("");
      holds = catalogue.matches(condition.pattern, known);
    };
    switch (condition.key.kind) {
      case ArgumentKey::Kind::kNone:
        holds = count() == 0;
        break;
      case ArgumentKey::Kind::kAny:
        for (NodeId argument : positional_) test(argument);
        for (const auto& [name, argument] : keywords_) test(argument);
        break;
      default:
        test(find(condition.key));
    }
    if (!holds) return false;
  }
  return true;
}

}  // namespace cerebro
