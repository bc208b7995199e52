#pragma once

// What the configuration of clients is read from, so that tests can say what there is.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cerebro {

struct Surroundings {
  std::map<std::string, std::string> variables;  // the environment
  std::string folder;                            // the current folder: a project's .npmrc is there
  std::function<std::optional<std::string>(const std::string& path)> read;
  // The standard output of a program that ended well. Found by PATH; no shell; not in `folder`.
  std::function<std::optional<std::string>(const std::vector<std::string>& arguments)> run;

  std::string variable(const std::string& name) const;  // "" when unset

  static Surroundings real();
};

}  // namespace cerebro
