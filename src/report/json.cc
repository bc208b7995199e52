#include "report/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace cerebro {
namespace {

using Json = nlohmann::ordered_json;

// Six digits after the point for probabilities and weights, three for milliseconds: below that is
// noise. -0 becomes 0.
double decimals(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale + 0.0;
}

Json behaviour_json(const ReportedBehaviour& row) {
  return {{"id", row.id},           {"feature", row.feature}, {"phase", name(row.phase)},
          {"file", row.file},       {"line", row.line},       {"column", row.column},
          {"snippet", row.snippet}, {"detail", row.detail},   {"weight", decimals(row.weight, 6)},
          {"path", row.path}};
}

Json milliseconds_json(const ScanReport& report) {
  Json json = Json::object();
  for (size_t step = 0; step < kStages; ++step) {
    json[std::string(name(static_cast<Stage>(step)))] = decimals(report.ms[step], 3);
  }
  json["total"] = decimals(report.total_ms, 3);
  return json;
}

std::string text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string message(const Note& note) {
  const std::string_view sentence = info(note.code).sentence;
  if (note.message.empty()) return std::string(sentence);
  return std::string(sentence.substr(0, sentence.size() - 1)) + ": " + note.message;
}

std::string to_json(const ScanReport& report, int indent) {
  Json behaviours = Json::array();
  for (const ReportedBehaviour& row : report.behaviours) behaviours.push_back(behaviour_json(row));
  Json notes = Json::array();
  for (const Note& note : report.notes) {
    notes.push_back({{"code", number(note.code)}, {"message", message(note)}, {"file", note.file}});
  }
  const Json json = {{"schema", "cerebro.scan/1"},
                     {"target", report.target},
                     {"ecosystem", name(report.ecosystem)},
                     {"name", report.name},
                     {"version", report.version},
                     {"sha256", report.sha256},
                     {"verdict", name(report.decision)},
                     {"score", decimals(report.score, 6)},
                     {"model", report.model},
                     {"catalogue", report.catalogue},
                     {"behaviours", std::move(behaviours)},
                     {"sequence", report.sequence},
                     {"notes", std::move(notes)},
                     {"stats",
                      {{"files", report.files},
                       {"bytes", report.bytes},
                       {"parsed_bytes", report.parsed_bytes},
                       {"ms", milliseconds_json(report)}}}};
  return text(json, indent);
}

std::string json_string(std::string_view bytes) { return text(Json(bytes), -1); }

}  // namespace cerebro
