#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cerebro::train {

// Both throw std::runtime_error. Writing replaces the file in one step, so that a killed run leaves
// the old one or the new one.
std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view content);

// As write_file, compressed; the same content gives the same bytes.
void write_gzip(const std::string& path, std::string_view content);

// The lines of `text` that are not empty; views into it.
std::vector<std::string_view> lines(std::string_view text);

}  // namespace cerebro::train
