#include "verdict/fingerprint.h"

#include <algorithm>
#include <map>

#include "base/hash.h"

namespace cerebro {
namespace {

constexpr size_t kDigits = 32;

std::string without_spaces(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return c != ' ' && c != '\t'; });
  return out;
}

}  // namespace

std::string package_label(const ScanReport& report) {
  std::string label(name(report.ecosystem));
  label += ':';
  if (!report.name.empty()) return label + report.name;
  std::string_view target = report.target;
  while (target.size() > 1 && target.back() == '/') target.remove_suffix(1);
  return label.append(target.substr(target.rfind('/') + 1));
}

std::vector<std::string> fingerprints(const ScanReport& report) {
  std::vector<std::string> out;
  std::map<std::string, size_t> seen;
  const std::string package = package_label(report);
  for (const ReportedBehaviour& row : report.behaviours) {
    std::string file = row.file;
    if (file.starts_with(report.root)) file.erase(0, report.root.size());
    std::string basis = package;
    for (const std::string& part :
         {row.id, std::string(name(row.phase)), file, row.path.empty() ? "" : row.path.back(),
          without_spaces(row.snippet)}) {
      basis += '\0';
      basis += part;
    }
    const size_t ordinal = seen[basis]++;
    basis += '\0' + std::to_string(ordinal);
    out.push_back(sha256_hex(basis).substr(0, kDigits));
  }
  return out;
}

std::string package_fingerprint(const ScanReport& report) {
  return sha256_hex(package_label(report) + '\0' + report.sha256).substr(0, kDigits);
}

}  // namespace cerebro
