#pragma once

#include "package/package_builder.h"

namespace cerebro {

// Settings that start commands once the folder they lie in is opened or pushed: tasks and servers
// of editors and coding agents, workflows of build services. Nobody needs them in a package, but
// sdists are full of workflows: only what starts a command by itself, or gives secrets away,
// counts.
void describe_settings(PackageBuilder& builder);

}  // namespace cerebro
