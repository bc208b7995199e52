#pragma once

// Which data is worth following: the catalogue's answer to the resolver.

#include <string_view>
#include <vector>

#include "behaviour/catalogue.h"
#include "resolve/resolver.h"

namespace cerebro {

class CatalogueOracle final : public TaintOracle {
 public:
  explicit CatalogueOracle(const Catalogue& catalogue);
  uint32_t taints_of_api(std::string_view path) const override;
  uint32_t taints_of_string(std::string_view text) const override;
  uint32_t taints_of_parameter(std::string_view name) const override;

 private:
  uint32_t taints_of_text(StringPlace place, std::string_view text) const;

  const Catalogue& catalogue_;
  std::vector<uint32_t> taint_;  // by BehaviourId
};

}  // namespace cerebro
