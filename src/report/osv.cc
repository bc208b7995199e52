#include "report/osv.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "report/json_value.h"
#include "report/place.h"
#include "report/strongest.h"
#include "report/writer.h"

namespace cerebro {
namespace {

constexpr size_t kReasons = 10;

std::string timestamp(int64_t unix_time) {
  const auto time = static_cast<time_t>(unix_time);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

// What may stand in an id.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (keep || c == '.' || c == '_') {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

}  // namespace

struct OsvReports::State {
  WriterOptions options;
  std::vector<Json> reports;
};

OsvReports::OsvReports(const WriterOptions& options)
    : state_(std::make_unique<State>(State{options, {}})) {}
OsvReports::~OsvReports() = default;

void OsvReports::add(const ScanReport& report) {
  if (report.decision != Decision::kMalicious || report.suppressed) return;
  if (report.ecosystem == Ecosystem::kUnknown || report.name.empty()) return;
  const bool npm = report.ecosystem == Ecosystem::kNpm;
  const std::string ecosystem = npm ? "npm" : "PyPI";
  std::string details =
      "The behaviours of this package, in the order in which they would run, are "
      "those of malware:\n";
  Json evidence = Json::array();
  size_t shown = 0;
  for (const Reason& reason : strongest_first(report)) {
    const ReportedBehaviour& row = reason.first();
    if (shown == kReasons || (row.weight < 0 && shown > 0)) break;
    ++shown;
    details += "\n- " + row.sentence + " (`" + row.file + "` line " + std::to_string(row.line) +
               (row.unreached ? ")" : ", at " + std::string(name(row.phase)) + ")");
    evidence.push_back({{"behaviour", row.id},
                        {"attack", row.attack},
                        {"phase", name(row.phase)},
                        {"file", row.file},
                        {"line", row.line},
                        {"path", row.path},
                        {"detail", row.detail}});
  }
  Json affected = {{"package", {{"ecosystem", ecosystem}, {"name", report.name}}}};
  if (report.version.empty()) {
    affected["ranges"] = Json::array(
        {{{"type", npm ? "SEMVER" : "ECOSYSTEM"}, {"events", {{{"introduced", "0"}}}}}});
  } else {
    affected["versions"] = {report.version};
  }
  affected["database_specific"] = {{"cwes",
                                    {{{"cweId", "CWE-506"},
                                      {"name", "Embedded Malicious Code"},
                                      {"description",
                                       "The product contains code that appears to be malicious in "
                                       "nature."}}}}};
  const std::string now = timestamp(state_->options.now);
  state_->reports.push_back(
      {{"schema_version", "1.7.0"},
       {"id", "MAL-0000-" + plain_name(ecosystem + "-" + report.name)},
       {"modified", now},
       {"published", now},
       {"summary", "Malicious code in " + report.name + " (" + ecosystem + ")"},
       {"details", details},
       {"affected", {affected}},
       {"credits", {{{"name", "Cerebro"}, {"type", "TOOL"}}}},
       {"database_specific",
        {{"cerebro",
          {{"version", state_->options.version},
           {"model", report.model},
           {"catalogue", report.catalogue},
           {"score", decimals(report.score, 6)},
           {report.is_directory ? "sha256_of_files" : "sha256", report.sha256},
           {"evidence", evidence}}}}}});
}

std::string OsvReports::text() const {
  if (!state_->options.several && state_->reports.size() == 1) {
    return json_text(state_->reports[0], 2) + "\n";
  }
  return json_text(Json(state_->reports), 2) + "\n";
}

}  // namespace cerebro
