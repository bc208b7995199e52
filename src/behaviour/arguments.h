#pragma once

// The arguments of a call as the catalogue speaks of them: by position, by keyword (or property of
// a trailing options object), folded to text where they are known.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/catalogue.h"
#include "resolve/resolver.h"

namespace cerebro {

class Arguments {
 public:
  // `node` is a kCall, kNew or kCommand.
  Arguments(Resolver& resolver, UnitId unit, NodeId node);
  // Of a call that something else makes (indirect_calls.h).
  Arguments(Resolver& resolver, UnitId unit, std::vector<NodeId> positional)
      : resolver_(resolver), unit_(unit), positional_(std::move(positional)) {}

  NodeId find(const ArgumentKey& key) const;  // kNoNode
  size_t count() const { return positional_.size() + keywords_.size(); }
  const std::vector<NodeId>& positional() const { return positional_; }

  // All conditions of the row hold.
  bool satisfy(const ApiRow& row, const Catalogue& catalogue) const;

  // The argument as text: strings as they are, numbers and constants as written, lists of texts
  // joined by blanks; nothing when unknown. Unknown parts of a string are U+FFFC.
  std::optional<std::string> text(NodeId argument) const;

 private:
  Resolver& resolver_;
  UnitId unit_;
  std::vector<NodeId> positional_;
  std::vector<std::pair<std::string_view, NodeId>> keywords_;
};

// Text of a value as above.
std::optional<std::string> text_of(const Value& value);

}  // namespace cerebro
