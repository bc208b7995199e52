#pragma once

// A test case in one readable text file: prose on top, then sections.
//
//   # What the case shows, in a sentence.
//   telling: eval.layer, exec.recon
//   -- file: index.js --
//   eval(atob("..."))
//   -- twin: index.js --
//   JSON.parse(atob("..."))
//   -- expect --
//   import index.js:1 eval.code
//
// `file-base64:` and `twin-base64:` hold bytes that are no text.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "archive/file_tree.h"

namespace cerebro {

struct CaseFile {
  std::filesystem::path path;
  std::map<std::string, std::string> settings;  // "telling" -> "eval.layer, exec.recon"
  FileTree files;                               // the package
  FileTree twin;                                // its benign twin, may be empty
  std::map<std::string, std::string> sections;  // all others: "expect" -> text

  std::vector<std::string> list(const std::string& setting) const;  // split at commas
};

// All cases of a folder and the folders in it, by path. A malformed file throws std::runtime_error.
std::vector<CaseFile> read_cases(const std::filesystem::path& folder);

// Puts `text` in place of a section; for CEREBRO_UPDATE_CASES=1.
void write_section(const CaseFile& test, const std::string& section, const std::string& text);
bool update_cases();

std::vector<std::string> lines_of(std::string_view text);  // without empty ones

}  // namespace cerebro
