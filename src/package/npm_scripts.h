#pragma once

// What the command line of a package.json script says about other files and scripts. A rough
// reading by words; the real one, as shell, is made when the sequence is built.

#include <string>
#include <string_view>
#include <vector>

#include "package/json.h"

namespace cerebro {

// The files that the command would run (`node FILE`, `sh FILE`, `./FILE`), when they can be told:
// relative, without variables, and outside node_modules.
std::vector<std::string> script_targets(std::string_view command);

struct NamedScript {
  std::string name;
  const JsonValue* script;  // in the object given
};

// The scripts of `scripts` that `command` runs by name ("npm run build", "yarn build",
// "npm-run-all a b"), with their pre and post scripts, and what those run in turn; in the order in
// which they would start, each once.
std::vector<NamedScript> called_scripts(const JsonValue& scripts, std::string_view command);

}  // namespace cerebro
