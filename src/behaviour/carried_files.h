#pragma once

// Code under a name that does not say so: files of the package that its code requires, or reads and
// then evaluates.

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "archive/file_tree.h"
#include "behaviour/catalogue.h"
#include "package/package.h"
#include "resolve/resolver.h"

namespace cerebro {

class CarriedFiles {
 public:
  CarriedFiles(Resolver& resolver, const Package& package, const FileTree& tree,
               const Catalogue& catalogue, const Limits& limits)
      : resolver_(resolver),
        package_(package),
        tree_(tree),
        catalogue_(catalogue),
        limits_(limits) {}

  // Looks at the units of a solved resolver; true when a file or an edge was added.
  bool look();

 private:
  void look_at(UnitId unit);
  void require(UnitId unit, NodeId call, std::string_view request);
  void read(UnitId unit, NodeId call, const ApiRow& row);
  void require_computed(UnitId unit, NodeId call, std::string_view request);
  void require_any(UnitId unit, NodeId call, NodeId argument);
  void evaluate(UnitId unit, NodeId call);
  void evaluate_settings(UnitId unit, NodeId call);
  std::vector<const File*> named_files(UnitId unit) const;
  const File* find(UnitId unit, std::string_view path) const;
  UnitId add(const File& file, Language language);
  void link(UnitId unit, NodeId call, UnitId target);

  Resolver& resolver_;
  const Package& package_;
  const FileTree& tree_;
  const Catalogue& catalogue_;
  const Limits& limits_;
  std::vector<const File*> read_;      // by the unit that is looked at
  std::vector<const File*> settings_;  // JSON that it requires
  std::vector<NodeId> evaluated_;
  std::unordered_map<const File*, std::string> codes_;  // the code in a JSON file
  std::set<std::pair<UnitId, const File*>> evaluated_in_;
  std::set<const File*> refused_;  // no code
  UnitId seen_ = 0;
  bool added_ = false;
};

}  // namespace cerebro
