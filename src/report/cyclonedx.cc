#include "report/cyclonedx.h"

#include <set>

#include "report/json.h"
#include "report/json_value.h"
#include "report/place.h"
#include "report/strongest.h"
#include "report/writer.h"
#include "verdict/fingerprint.h"

namespace cerebro {
namespace {

constexpr size_t kReasons = 10;

Json property(std::string_view name, std::string_view value) {
  return {{"name", "cerebro:" + std::string(name)}, {"value", value}};
}

std::string score_text(double score) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", score);
  return text;
}

}  // namespace

struct CycloneDxBom::State {
  WriterOptions options;
  std::vector<Json> components, vulnerabilities;
  std::set<std::string> references;
};

CycloneDxBom::CycloneDxBom(const WriterOptions& options)
    : state_(std::make_unique<State>(State{options, {}, {}, {}})) {}
CycloneDxBom::~CycloneDxBom() = default;

void CycloneDxBom::add(const ScanReport& report) {
  const std::string purl = package_url(report);
  const std::string wish = purl.empty() ? package_label(report) : purl;
  std::string reference = wish;
  for (size_t n = 2; !state_->references.insert(reference).second; ++n) {
    reference = wish + "#" + std::to_string(n);
  }
  Json component = {{"type", "library"},
                    {"bom-ref", reference},
                    {"name", report.name.empty() ? report.target : report.name}};
  if (!report.version.empty()) component["version"] = report.version;
  if (!report.is_directory && !report.sha256.empty()) {
    component["hashes"] = Json::array({{{"alg", "SHA-256"}, {"content", report.sha256}}});
  }
  if (!purl.empty()) component["purl"] = purl;
  if (!report.origin_file.empty()) {
    component["evidence"]["occurrences"] = Json::array({{{"location", report.origin_file}}});
    if (report.origin_line > 0) {
      component["evidence"]["occurrences"][0]["line"] = report.origin_line;
    }
  }
  Json properties = {property("verdict", name(report.decision)),
                     property("score", score_text(report.score)), property("target", report.target),
                     property("model", report.model), property("catalogue", report.catalogue)};
  for (const Note& note : report.notes) {
    if (info(note.code).unread) {
      properties.push_back(property("unread", number(note.code) + " " + message(note)));
    }
  }
  for (const Violation& violation : report.violations) {
    properties.push_back(property("violation:" + violation.rule, violation.message));
  }
  component["properties"] = std::move(properties);
  state_->components.push_back(std::move(component));
  if (!is_alarming(report)) return;

  const bool malicious = report.decision == Decision::kMalicious;
  Json found = Json::array();
  std::string detail;
  size_t shown = 0;
  for (const Reason& reason : strongest_first(report)) {
    const ReportedBehaviour& row = reason.first();
    if (shown == kReasons || (row.weight < 0 && shown > 0)) break;
    ++shown;
    const std::string place = row.file + ":" + std::to_string(row.line);
    detail += "- " + row.sentence + " `" + place + "`\n";
    found.push_back(property("behaviour:" + row.id, place + " at " + std::string(name(row.phase))));
  }
  Json vulnerability = {
      {"bom-ref", "finding:" + reference},
      {"id", "CEREBRO-" + package_fingerprint(report)},
      {"source", {{"name", "Cerebro"}}},
      {"ratings", Json::array({{{"source", {{"name", "Cerebro"}}},
                                {"severity", malicious ? "critical" : "medium"},
                                {"method", "other"},
                                {"justification", "score " + score_text(report.score)}}})},
      {"cwes", {506}},  // embedded malicious code
      {"description",
       "The package " + package_label(report) + " is " + std::string(name(report.decision)) + "."},
      {"detail", detail},
      {"recommendation", malicious ? "Do not install it; remove it where it is."
                                   : "Look at the places named before you install it."}};
  if (report.suppressed) {
    vulnerability["analysis"] = {{"state", "false_positive"},
                                 {"detail", report.suppressed->reason}};
  } else {
    vulnerability["analysis"] = {{"state", malicious ? "exploitable" : "in_triage"}};
  }
  vulnerability["affects"] = Json::array({{{"ref", reference}}});
  vulnerability["properties"] = std::move(found);
  state_->vulnerabilities.push_back(std::move(vulnerability));
}

std::string CycloneDxBom::text() const {
  const Json bom = {{"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
                    {"bomFormat", "CycloneDX"},
                    {"specVersion", "1.6"},
                    {"version", 1},
                    {"metadata",
                     {{"tools",
                       {{"components", Json::array({{{"type", "application"},
                                                     {"name", "cerebro"},
                                                     {"version", state_->options.version}}})}}}}},
                    {"components", state_->components},
                    {"vulnerabilities", state_->vulnerabilities}};
  return json_text(bom, 2) + "\n";
}

}  // namespace cerebro
