#pragma once

// Paths that code puts together: path.join(os.homedir(), ".ssh"), Path.home() / ".aws".

#include <string>

#include "resolve/resolver.h"

namespace cerebro {

// The text of such an expression: unknown parts are U+FFFC, the home folder is "~". Empty when the
// expression joins nothing or nothing of it is known.
std::string joined_path(Resolver& resolver, UnitId unit, NodeId expression);

}  // namespace cerebro
