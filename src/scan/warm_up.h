#pragma once

#include "archive/file_tree.h"

namespace cerebro {

// A package that makes every step fill its tables and patterns, for a process that will be forked.
FileTree warm_up_package();

}  // namespace cerebro
