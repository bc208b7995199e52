#pragma once

// Files that are payloads in themselves: native programs, WebAssembly, bytecode without source,
// programs and scripts under harmless names.

#include <string_view>
#include <vector>

#include "archive/file_tree.h"
#include "package/package.h"
#include "syntax/ir.h"

namespace cerebro {

std::vector<ManifestFinding> find_payloads(const FileTree& tree);

// Whether nobody expects code under this name: pictures, sounds, texts, data.
bool has_data_name(std::string_view path);

// The language of a file with such a name whose content is a script all the same; kNone for what
// is what its name says.
Language disguised_language(std::string_view path, std::string_view content);

}  // namespace cerebro
