#include "report/place.h"

#include <cstdio>
#include <filesystem>

#include "lockfile/purl.h"

namespace cerebro {
namespace {

// Everything but the unreserved characters, "/" and sub-delimiters (RFC 3986, section 3.3).
std::string percent_encoded(std::string_view path) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
  std::string out;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      char code[8];
      std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
      out += code;
    }
  }
  return out;
}

}  // namespace

// As the command line has it: a file of such a name is written "./npm:x".
bool is_fetched(std::string_view target) {
  for (const std::string_view start : {"npm:", "pypi:", "pkg:", "http://", "https://"}) {
    if (target.starts_with(start)) return true;
  }
  return false;
}

Uri disk_uri(std::string_view path, std::string_view source_root) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(source_root).lexically_normal();
  const fs::path full = (root / fs::path(path)).lexically_normal();
  std::string relative = full.lexically_relative(root).string();
  if (!relative.empty() && !relative.starts_with("..")) return {percent_encoded(relative), true};
  return {"file://" + percent_encoded(full.string()), false};
}

std::string fetched_path(std::string_view target) {
  if (const size_t scheme = target.find("://"); scheme != target.npos) {
    return std::string(target.substr(scheme + 3));
  }
  if (target.starts_with("pkg:")) target.remove_prefix(4);
  std::string path(target);
  for (const std::string_view ecosystem : {"npm:", "pypi:"}) {
    if (target.starts_with(ecosystem)) path[ecosystem.size() - 1] = '/';
  }
  if (const size_t equals = path.find("=="); equals != path.npos) path.replace(equals, 2, "@");
  // "pypi:x==1.0 (x-1.0.tar.gz)"
  if (const size_t file = path.find(" ("); file != path.npos && path.ends_with(')')) {
    path.pop_back();
    path.replace(file, 2, "/");
  }
  return path;
}

Uri file_uri(const ScanReport& report, std::string_view file, std::string_view source_root) {
  if (is_fetched(report.target)) {
    const std::string path = fetched_path(report.target);
    return {percent_encoded(file.empty() ? path : path + "/" + std::string(file)), true};
  }
  Uri uri = disk_uri(report.target, source_root);
  if (file.empty()) return uri;
  if (report.is_directory) {
    if (uri.text == ".") return {percent_encoded(file), uri.relative};
    while (uri.text.ends_with('/')) uri.text.pop_back();
    uri.text += '/';
  } else {
    const std::string_view target = report.target;
    if (target.substr(target.rfind('/') + 1) == file) return uri;  // one source file
    uri.text += "!/";
  }
  uri.text += percent_encoded(file);
  return uri;
}

std::string package_url(const ScanReport& report) {
  if (report.ecosystem == Ecosystem::kUnknown || report.name.empty()) return {};
  return purl_text(cerebro::name(report.ecosystem), report.name, report.version);
}

std::vector<PathStep> steps(const ScanReport& report, const ReportedBehaviour& row) {
  std::vector<PathStep> out;
  for (size_t i = 0; i < row.path.size(); ++i) {
    PathStep step{row.path[i], {}, i < row.path_lines.size() ? row.path_lines[i] : 0};
    const size_t colon = step.label.rfind(':');
    if (i > 0 && colon != std::string::npos) {
      step.file = step.label.substr(0, colon);
      const size_t layer = step.file.find("!layer");
      if (layer != std::string::npos) {  // its lines are not those of a file
        step.file = row.file;
        step.line = row.line;
      } else {
        step.file = report.root + step.file;
      }
    }
    out.push_back(std::move(step));
  }
  return out;
}

}  // namespace cerebro
