#pragma once

// Decoded layers: text that the package runs as code (eval, exec, node -e, sh -c, a fork of one of
// its own files) becomes a unit of its own, called where it is executed, layer after layer.

#include <vector>

#include "archive/file_tree.h"
#include "base/note.h"
#include "behaviour/catalogue.h"
#include "package/package.h"
#include "resolve/resolver.h"

namespace cerebro {

// Solves, looks for executed text in units not yet seen, adds it, and solves again, until nothing
// new appears or Limits::layers / layer_bytes is reached. A file of `tree` that is run becomes a
// unit too, whatever its name says it is.
void expand_layers(Resolver& resolver, const Package& package, const FileTree& tree,
                   const Catalogue& catalogue, const Limits& limits, std::vector<Note>& notes);

}  // namespace cerebro
