#include "files.h"

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace cerebro::train {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return std::move(content).str();
}

void write_file(const std::string& path, std::string_view content) {
  const std::filesystem::path target = path;
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path());
  const std::string unfinished = path + ".tmp";
  {
    std::ofstream file(unfinished, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush()) throw std::runtime_error(unfinished + ": cannot be written");
  }
  std::filesystem::rename(unfinished, target);
}

void write_gzip(const std::string& path, std::string_view content) {
  const std::string unfinished = path + ".tmp";
  const gzFile file = gzopen(unfinished.c_str(), "wb9");
  if (file == nullptr) throw std::runtime_error(unfinished + ": cannot be written");
  const int written = gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  if (gzclose(file) != Z_OK || written != static_cast<int>(content.size()))
    throw std::runtime_error(unfinished + ": cannot be written");
  std::filesystem::rename(unfinished, path);
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) result.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace cerebro::train
