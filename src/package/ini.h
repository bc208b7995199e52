#pragma once

// The INI dialect of Python's configparser, as far as setup.cfg and entry_points.txt use it.

#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

struct IniValue {
  std::string section;
  std::string key;    // as written, without surrounding space
  std::string value;  // continuation lines joined with '\n', each without surrounding space
  int line = 1;
};

std::vector<IniValue> read_ini(std::string_view text);  // in file order

// The last value of that section and key, or null.
const IniValue* find(const std::vector<IniValue>& ini, std::string_view section,
                     std::string_view key);

}  // namespace cerebro
