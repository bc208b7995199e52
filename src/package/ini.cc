#include "package/ini.h"

#include <algorithm>

#include "package/text.h"

namespace cerebro {

std::vector<IniValue> read_ini(std::string_view text) {
  std::vector<IniValue> ini;
  std::string section;
  bool open = false;  // a continuation line belongs to ini.back()
  int line_number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++line_number;
    const std::string_view content = trim(line);
    if (content.empty() || content[0] == '#' || content[0] == ';') continue;
    const bool indented = line[0] == ' ' || line[0] == '\t';
    if (indented && open) {
      std::string& value = ini.back().value;
      if (!value.empty()) value += '\n';
      value += content;
      continue;
    }
    open = false;
    if (content.front() == '[' && content.find(']') != std::string_view::npos) {
      section = trim(content.substr(1, content.find(']') - 1));
      continue;
    }
    const size_t separator = std::min(content.find_first_of("=:"), content.size());
    std::string_view value = content.substr(separator);
    if (!value.empty()) value.remove_prefix(1);
    ini.push_back({section, std::string(trim(content.substr(0, separator))),
                   std::string(trim(value)), line_number});
    open = true;
  }
  return ini;
}

const IniValue* find(const std::vector<IniValue>& ini, std::string_view section,
                     std::string_view key) {
  const auto found = std::find_if(ini.rbegin(), ini.rend(), [&](const IniValue& value) {
    return value.section == section && value.key == key;
  });
  return found == ini.rend() ? nullptr : &*found;
}

}  // namespace cerebro
