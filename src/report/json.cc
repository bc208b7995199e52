#include "report/json.h"

#include "report/json_value.h"

namespace cerebro {
namespace {

Json suppression_json(const Suppression& suppression) {
  return {{"by", suppression.by}, {"reason", suppression.reason}};
}

Json behaviour_json(const ReportedBehaviour& row) {
  Json json = {
      {"id", row.id},           {"feature", row.feature}, {"phase", name(row.phase)},
      {"file", row.file},       {"line", row.line},       {"column", row.column},
      {"snippet", row.snippet}, {"detail", row.detail},   {"weight", decimals(row.weight, 6)},
      {"path", row.path}};
  if (row.suppressed) json["suppressed"] = suppression_json(*row.suppressed);
  return json;
}

Json words_json(const ReportedWords& words) {
  Json lines = Json::array();
  for (const ReportedWordLine& line : words.lines) {
    lines.push_back({{"line", line.line},
                     {"column", line.column},
                     {"weight", decimals(line.weight, 6)},
                     {"snippet", line.snippet}});
  }
  return {{"weight", decimals(words.weight, 6)}, {"file", words.file}, {"lines", std::move(lines)}};
}

Json milliseconds_json(const ScanReport& report) {
  Json json = Json::object();
  for (size_t step = 0; step < kStages; ++step) {
    json[std::string(name(static_cast<Stage>(step)))] = decimals(report.ms[step], 3);
  }
  json["total"] = decimals(report.total_ms, 3);
  return json;
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
  Json json = {{"schema", "cerebro.scan/1"},
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
                 {"ms", milliseconds_json(report)}}},
               {"words", words_json(report.words)}};
  if (!report.origin_file.empty()) {
    json["origin"] = {{"file", report.origin_file}, {"line", report.origin_line}};
  }
  if (report.suppressed) json["suppressed"] = suppression_json(*report.suppressed);
  for (const Violation& violation : report.violations) {
    json["violations"].push_back({{"rule", violation.rule},
                                  {"message", violation.message},
                                  {"behaviour", violation.behaviour}});
  }
  return json_text(json, indent);
}

std::string json_string(std::string_view bytes) { return json_text(Json(bytes), -1); }

}  // namespace cerebro
