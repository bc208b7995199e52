#include "case_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "syntax/decode.h"

namespace cerebro {
namespace {

constexpr size_t kMaxBytes = 1 << 24;

std::string trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
}

// "-- file: index.js --" -> "file: index.js"; "" when the line starts no section.
std::string section_title(std::string_view line) {
  if (!line.starts_with("-- ") || !line.ends_with(" --") || line.size() < 7) return {};
  return trimmed(line.substr(3, line.size() - 6));
}

void add_file(FileTree& tree, std::string path, std::string content) {
  tree.unpacked_bytes += content.size();
  const bool executable = content.starts_with("#!");
  tree.files.push_back({std::move(path), std::move(content), executable, false});
}

void add_section(CaseFile& test, const std::string& title, std::string content) {
  const size_t colon = title.find(": ");
  if (colon == std::string::npos) {
    test.sections[title] = std::move(content);
    return;
  }
  std::string kind = title.substr(0, colon);
  if (kind.ends_with("-base64")) {
    kind.resize(kind.size() - std::string_view("-base64").size());
    const auto bytes = decode_base64(content, kMaxBytes);
    if (!bytes) throw std::runtime_error(test.path.string() + ": bad base64 in " + title);
    content = *bytes;
  }
  if (kind != "file" && kind != "twin")
    throw std::runtime_error(test.path.string() + ": unknown section " + title);
  add_file(kind == "file" ? test.files : test.twin, title.substr(colon + 2), std::move(content));
}

void sort_files(FileTree& tree) {
  std::stable_sort(tree.files.begin(), tree.files.end(),
                   [](const File& a, const File& b) { return a.path < b.path; });
}

CaseFile read_case(const std::filesystem::path& path) {
  CaseFile test;
  test.path = path;
  std::ifstream in(path, std::ios::binary);
  std::string line, title, content;
  while (std::getline(in, line)) {
    if (std::string next = section_title(line); !next.empty()) {
      if (!title.empty()) add_section(test, title, std::move(content));
      title = std::move(next);
      content.clear();
    } else if (!title.empty()) {
      content += line + "\n";
    } else if (const size_t colon = line.find(": "); colon != std::string::npos && line[0] != '#') {
      test.settings[line.substr(0, colon)] = trimmed(line.substr(colon + 2));
    }
  }
  if (title.empty()) throw std::runtime_error(path.string() + ": no section");
  add_section(test, title, std::move(content));
  sort_files(test.files);
  sort_files(test.twin);
  return test;
}

}  // namespace

std::vector<std::string> CaseFile::list(const std::string& setting) const {
  std::vector<std::string> items;
  const auto found = settings.find(setting);
  if (found == settings.end()) return items;
  std::stringstream in(found->second);
  for (std::string item; std::getline(in, item, ',');) items.push_back(trimmed(item));
  return items;
}

std::vector<CaseFile> read_cases(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".case") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<CaseFile> cases;
  for (const auto& path : paths) cases.push_back(read_case(path));
  return cases;
}

bool update_cases() { return std::getenv("CEREBRO_UPDATE_CASES") != nullptr; }

void write_section(const CaseFile& test, const std::string& section, const std::string& text) {
  std::ifstream in(test.path, std::ios::binary);
  std::string output, line;
  bool inside = false, written = false;
  while (std::getline(in, line)) {
    if (const std::string title = section_title(line); !title.empty()) {
      inside = title == section;
      if (inside) {
        output += line + "\n" + text;
        written = true;
      }
    }
    if (!inside) output += line + "\n";
  }
  if (!written) output += "-- " + section + " --\n" + text;
  in.close();
  std::ofstream(test.path, std::ios::binary) << output;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::stringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    if (!trimmed(line).empty()) lines.push_back(trimmed(line));
  }
  return lines;
}

}  // namespace cerebro
