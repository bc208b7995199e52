#pragma once

// Small helpers over text, shared by the manifest readers.

#include <string>
#include <string_view>
#include <vector>

namespace cerebro {

std::string_view trim(std::string_view text);                   // without surrounding white space
std::vector<std::string_view> lines_of(std::string_view text);  // without line ends
int line_at(std::string_view text, size_t offset);              // 1-based

std::string_view file_name(std::string_view path);  // behind the last '/'
std::string_view folder_of(std::string_view path);  // up to and with the last '/', or ""

bool is_identifier_byte(char c);  // letters, digits, '_' and non-ASCII

}  // namespace cerebro
