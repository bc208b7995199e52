#include <algorithm>
#include <iterator>

#include "syntax/ir.h"

namespace cerebro {
namespace {

struct Row {
  std::string_view word;
  Language language;
};

// By the file name's end, whatever the content; the longest must come first. kNone ends the search:
// prose holds examples of code. What is required or evaluated is read under any name
// (behaviour/carried_files.h).
constexpr Row kNames[] = {
    {"makefile", Language::kNone},    {"license", Language::kNone},
    {"readme", Language::kNone},      {"pkg-info", Language::kNone},
    {"metadata", Language::kNone},    {"changelog", Language::kNone},
    {"changes", Language::kNone},     {"authors", Language::kNone},
    {"copying", Language::kNone},     {".d.ts", Language::kNone},
    {".d.mts", Language::kNone},      {".d.cts", Language::kNone},
    {".js", Language::kJavaScript},   {".cjs", Language::kJavaScript},
    {".mjs", Language::kJavaScript},  {".jsx", Language::kJavaScript},
    {".es6", Language::kJavaScript},  {".ts", Language::kTypeScript},
    {".mts", Language::kTypeScript},  {".cts", Language::kTypeScript},
    {".tsx", Language::kTsx},         {".py", Language::kPython},
    {".pyw", Language::kPython},      {".sh", Language::kShell},
    {".bash", Language::kShell},      {".zsh", Language::kShell},
    {".ksh", Language::kShell},       {".command", Language::kShell},
    {".bat", Language::kBatch},       {".cmd", Language::kBatch},
    {".ps1", Language::kPowerShell},  {".psm1", Language::kPowerShell},
    {".vbs", Language::kVisualBasic}, {".hta", Language::kVisualBasic},
};

// Interpreters of a #! line, by the beginning of their name (python3.11, nodejs).
constexpr Row kInterpreters[] = {
    {"node", Language::kJavaScript}, {"bun", Language::kJavaScript},
    {"deno", Language::kTypeScript}, {"ts-node", Language::kTypeScript},
    {"tsx", Language::kTypeScript},  {"python", Language::kPython},
    {"pypy", Language::kPython},     {"sh", Language::kShell},
    {"bash", Language::kShell},      {"dash", Language::kShell},
    {"zsh", Language::kShell},       {"ksh", Language::kShell},
    {"ash", Language::kShell},
};

// What gives a file without extension away: `require('./data')` runs it all the same.
constexpr Row kContents[] = {
    {"'use strict'", Language::kJavaScript},   {"\"use strict\"", Language::kJavaScript},
    {"module.exports", Language::kJavaScript}, {"require(", Language::kJavaScript},
    {"function(", Language::kJavaScript},      {"function (", Language::kJavaScript},
    {"=> {", Language::kJavaScript},           {"\nimport os", Language::kPython},
    {"\nimport sys", Language::kPython},       {"\ndef ", Language::kPython},
};
constexpr size_t kSniffedBytes = 4096;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return out;
}

// `#!/usr/bin/env -S node --flag` -> the first word that names a known interpreter.
Language by_shebang(std::string_view content) {
  std::string_view line = content.substr(2, content.find('\n') - 2);
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(word.size());
    const std::string_view name = word.substr(word.rfind('/') + 1);
    for (const Row& row : kInterpreters) {
      if (name.starts_with(row.word)) return row.language;
    }
  }
  return Language::kNone;
}

Language by_content(std::string_view content) {
  content = content.substr(0, kSniffedBytes);
  if (content.find('\0') != std::string_view::npos) return Language::kNone;
  for (const Row& row : kContents) {
    if (content.find(row.word) != std::string_view::npos) return row.language;
  }
  return Language::kNone;
}

// Video streams and Qt translations are called .ts as well.
bool is_other_ts(std::string_view content) {
  return content.starts_with('\x47') || content.starts_with("<?xml") ||
         content.starts_with("<!DOCTYPE");
}

}  // namespace

Language detect_language(std::string_view path, std::string_view content) {
  const std::string name = lower(path.substr(path.rfind('/') + 1));
  for (const Row& row : kNames) {
    if (!name.ends_with(row.word)) continue;
    const bool typescript = row.language == Language::kTypeScript;
    return typescript && is_other_ts(content) ? Language::kNone : row.language;
  }
  if (content.starts_with("#!")) return by_shebang(content);
  const bool extension = name.find('.', 1) != std::string::npos;
  return extension ? Language::kNone : by_content(content);
}

}  // namespace cerebro
