#include "cli/resume.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

namespace cerebro {

Result<int> Resumed::open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::kOutputFailed, std::strerror(errno), path);
  uintmax_t whole = 0;  // bytes of whole lines
  std::string line;
  while (std::getline(file, line) && !file.eof()) {
    whole += line.size() + 1;
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const auto target = json.is_object() ? json.find("target") : json.end();
    if (!json.is_object() || target == json.end() || !target->is_string()) {
      return fail(Code::kOutputFailed, "it has a line that is no report", path);
    }
    targets_.insert(target->get<std::string>());
  }
  std::filesystem::resize_file(path, whole, error);
  if (error) return fail(Code::kOutputFailed, error.message(), path);
  return 0;
}

}  // namespace cerebro
