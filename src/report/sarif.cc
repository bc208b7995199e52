#include "report/sarif.h"

#include <algorithm>
#include <map>
#include <utility>

#include "behaviour/catalogue.h"
#include "report/json.h"
#include "report/json_value.h"
#include "report/place.h"
#include "report/strongest.h"
#include "report/text_lines.h"
#include "report/writer.h"
#include "verdict/fingerprint.h"

namespace cerebro {
namespace {

// GitHub keeps 5,000 results of a run
// (https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit).
constexpr size_t kBehaviours = 5, kMostResults = 5000, kMostNotifications = 1000;
constexpr std::string_view kBase = "SRCROOT";

// The rules that are not behaviours. Severities are those of CVSS v3's bands: 9 critical, 7 high,
// 4 medium.
struct OwnRule {
  std::string_view id, name, sentence, help, severity, level;
};
constexpr OwnRule kOwnRules[] = {
    {"cerebro.malicious", "MaliciousPackage", "The package is malicious.",
     "The behaviours of the package, in the order in which they would run, are those of malware. "
     "Do "
     "not install it. Where it was installed, take the machine for compromised and replace the "
     "secrets that it held.",
     "9.8", "error"},
    {"cerebro.suspicious", "SuspiciousPackage", "The package is suspicious.",
     "The behaviours of the package resemble those of malware. Look at the places named before you "
     "install it.",
     "6.0", "warning"},
    {"cerebro.forbidden-behaviour", "ForbiddenBehaviour", "The policy forbids a behaviour.",
     "A [[forbid]] row of .cerebro.toml names this behaviour at this phase.", "7.0", "error"},
    {"cerebro.release-age", "ReleaseAge", "The release is younger than the policy allows.",
     "Most malicious releases are found and removed within days. Wait, or allow the release in "
     ".cerebro.toml with a reason.",
     "5.0", "warning"},
};

// How much a finding of this root matters by itself, when the package is already alarming.
std::string_view severity(Root root) {
  switch (root) {
    case Root::kR1:
    case Root::kR2:
    case Root::kR3:
      return "3.0";
    case Root::kR4:
    case Root::kD1:
      return "4.0";
    case Root::kR5:
    case Root::kE4:
    case Root::kP4:
      return "7.0";
    default:
      return "5.5";
  }
}

// Plain text of a message: "[x](y)" would be a link and "{0}" a placeholder (SARIF 3.11.5, 3.11.6).
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']') out += '\\';
    out += c;
    if (c == '{' || c == '}') out += c;
  }
  return out;
}

// Code-scanning pages want the end of a region, too; of unknown length it is one character.
Json region_json(int line, int column, std::string_view text = {}) {
  const int from = std::max(column, 1), at = std::max(line, 1);
  Json region = {{"startLine", at},
                 {"startColumn", from},
                 {"endLine", at},
                 {"endColumn", from + std::max(static_cast<int>(columns(text)), 1)}};
  if (!text.empty()) region["snippet"] = {{"text", text}};
  return region;
}

Json message_json(std::string_view text) { return {{"text", plain(text)}}; }

std::string attack_url(std::string_view id) {
  std::string path(id);
  std::replace(path.begin(), path.end(), '.', '/');
  return "https://attack.mitre.org/techniques/" + path + "/";
}

// "read.ssh_keys" -> "ReadSshKeys"
std::string camel(std::string_view id) {
  std::string out;
  bool upper = true;
  for (const char c : id) {
    if (c == '.' || c == '_' || c == '-') {
      upper = true;
    } else {
      out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return out;
}

Json rule_json(std::string_view id, std::string_view name, std::string_view sentence,
               const std::string& full, const std::string& markdown, std::string_view level,
               std::string_view severity_text, std::string_view attack) {
  Json tags = {"security", "supply-chain"};
  if (!attack.empty()) tags.push_back("external/attack/" + std::string(attack));
  Json rule = {{"id", id},
               {"name", name},
               {"shortDescription", {{"text", sentence}}},
               {"fullDescription", {{"text", full}}},
               {"help", {{"text", full}, {"markdown", markdown}}},
               {"defaultConfiguration", {{"level", level}}},
               {"properties",
                {{"tags", tags}, {"precision", "high"}, {"security-severity", severity_text}}}};
  if (!attack.empty()) rule["helpUri"] = attack_url(attack);
  return rule;
}

Json behaviour_rule(const Behaviour& what) {
  const std::string feature(name(what.root));
  std::string full(what.sentence);
  full += " It counts among the feature " + feature + " (" + std::string(phrase(what.root)) + ").";
  std::string markdown = "**" + std::string(what.sentence) + "**\n\nBehaviour `" +
                         std::string(what.id) + "`, feature " + feature + " (" +
                         std::string(phrase(what.root)) + ").";
  if (!what.attack.empty()) {
    full += " MITRE ATT&CK " + std::string(what.attack) + ".";
    markdown +=
        "\n\nMITRE ATT&CK [" + std::string(what.attack) + "](" + attack_url(what.attack) + ").";
  }
  const std::string_view hint =
      "Many decent packages do this, too. It is reported because the package as a whole was judged "
      "malicious or suspicious.";
  full += " " + std::string(hint);
  markdown += "\n\n" + std::string(hint);
  return rule_json(what.id, camel(what.id), what.sentence, full, markdown, "warning",
                   severity(what.root), what.attack);
}

Json own_rule(const OwnRule& rule) {
  const std::string help = std::string(rule.sentence) + " " + std::string(rule.help);
  return rule_json(rule.id, rule.name, rule.sentence, help,
                   "**" + std::string(rule.sentence) + "**\n\n" + std::string(rule.help),
                   rule.level, rule.severity, rule.id == "cerebro.malicious" ? "T1195.002" : "");
}

}  // namespace

struct SarifLog::State {
  explicit State(const WriterOptions& given) : options(given) {}

  const WriterOptions options;
  std::vector<Json> results, notifications;
  std::map<std::string, Json> rules;        // by id
  std::map<std::string, Json> descriptors;  // of notifications, by code
  size_t results_left_out = 0, notifications_left_out = 0;
  std::string catalogue, model;

  Json physical(const Uri& uri, const Json& region) const {
    Json artifact = {{"uri", uri.text}};
    if (uri.relative) artifact["uriBaseId"] = kBase;
    Json json = {{"artifactLocation", std::move(artifact)}};
    if (!region.is_null()) json["region"] = region;
    return json;
  }

  Json place(const ScanReport& report, const ReportedBehaviour& row) const {
    const int column = row.character > 0 ? row.character : row.column;
    return physical(file_uri(report, row.file, options.source_root),
                    region_json(row.line, column, row.snippet));
  }

  Json origin(const ScanReport& report) const {
    return physical(disk_uri(report.origin_file, options.source_root),
                    region_json(report.origin_line, 1));
  }

  Json logical(const ScanReport& report, const ReportedBehaviour* row) const {
    Json package = {{"name", report.name.empty() ? report.target : report.name},
                    {"fullyQualifiedName",
                     package_label(report) + (report.version.empty() ? "" : "@" + report.version)},
                    {"kind", "package"}};
    Json list = Json::array({std::move(package)});
    if (row != nullptr && row->path.size() > 1) {
      list.push_back({{"fullyQualifiedName", row->path.back()}, {"kind", "function"}});
    }
    return list;
  }

  // Where a page should point: the line of the lockfile if there is one, else the code.
  void locate(const ScanReport& report, const ReportedBehaviour* row, Json& result) const {
    Json code;
    if (row != nullptr) {
      code = place(report, *row);
    } else {
      code = physical(file_uri(report, {}, options.source_root), region_json(1, 1));
    }
    const bool listed = !report.origin_file.empty();
    result["locations"] = Json::array({{{"physicalLocation", listed ? origin(report) : code},
                                        {"logicalLocations", logical(report, row)}}});
    if (listed && row != nullptr) {
      result["relatedLocations"] = Json::array(
          {{{"id", 1}, {"physicalLocation", code}, {"message", message_json("in the package")}}});
    }
  }

  Json flow(const ScanReport& report, const ReportedBehaviour& row) const {
    Json locations = Json::array();
    std::string before;  // an entry has no place of its own
    for (const PathStep& step : steps(report, row)) {
      if (step.file.empty()) {
        before = step.label + " -> ";
        continue;
      }
      const Json region = step.line > 0 ? region_json(step.line, 1) : Json();
      locations.push_back({{"location",
                            {{"physicalLocation",
                              physical(file_uri(report, step.file, options.source_root), region)},
                             {"message", message_json(before + step.label)}}},
                           {"kinds", {"call"}}});
      before.clear();
    }
    locations.push_back(
        {{"location",
          {{"physicalLocation", place(report, row)}, {"message", message_json(row.sentence)}}},
         {"importance", "essential"}});
    return Json::array({{{"threadFlows", Json::array({{{"locations", std::move(locations)}}})}}});
  }

  void push(Json result, const std::string& fingerprint, const Suppression* suppressed) {
    if (results.size() == kMostResults) {
      ++results_left_out;
      // That a package is malicious comes before a reason why another one is.
      const auto last = std::find_if(results.rbegin(), results.rend(),
                                     [](const Json& one) { return one["level"] != "error"; });
      if (result["level"] != "error" || last == results.rend()) return;
      results.erase(std::next(last).base());
    }
    // Pages track alerts by the second name (GitHub) or by any (SARIF 3.27.17).
    result["partialFingerprints"] = {{"cerebroFinding/v1", fingerprint},
                                     {"primaryLocationLineHash", fingerprint + ":1"}};
    if (suppressed != nullptr) {
      result["suppressions"] =
          Json::array({{{"kind", "external"},
                        {"status", "accepted"},
                        {"justification", suppressed->by + ": " + suppressed->reason}}});
    }
    results.push_back(std::move(result));
  }

  static const Suppression* get(const std::optional<Suppression>& suppressed) {
    return suppressed ? &*suppressed : nullptr;
  }

  void own(std::string_view id) {
    for (const OwnRule& rule : kOwnRules) {
      if (rule.id == id) rules.emplace(id, own_rule(rule));
    }
  }

  void alarm(const ScanReport& report, const std::vector<std::string>& names) {
    const bool malicious = report.decision == Decision::kMalicious;
    const std::string_view level = malicious ? "error" : "warning";
    const std::string id = malicious ? "cerebro.malicious" : "cerebro.suspicious";
    own(id);
    const std::vector<Reason> reasons = strongest_first(report);
    const std::string label =
        package_label(report) + (report.version.empty() ? "" : " " + report.version);
    char score[16];
    std::snprintf(score, sizeof score, "%.3f", report.score);
    std::string text = "The package " + label + " is " + std::string(name(report.decision)) +
                       " (score " + score + ").";
    for (size_t i = 0; i < std::min<size_t>(3, reasons.size()); ++i) {
      text += " " + reasons[i].first().sentence;
    }
    Json result = {{"ruleId", id}, {"level", level}, {"message", message_json(text)}};
    locate(report, reasons.empty() ? nullptr : &reasons[0].first(), result);
    if (!reasons.empty()) result["codeFlows"] = flow(report, reasons[0].first());
    result["properties"] = {{"score", decimals(report.score, 6)},
                            {"ecosystem", name(report.ecosystem)},
                            {"package", report.name},
                            {"version", report.version},
                            {"sha256", report.sha256},
                            {"target", report.target}};
    push(std::move(result), package_fingerprint(report), get(report.suppressed));
    size_t shown = 0;
    for (const Reason& reason : reasons) {
      const ReportedBehaviour& row = reason.first();
      if (shown == kBehaviours || (row.weight < 0 && shown > 0)) break;
      ++shown;
      const Suppression* suppressed = get(report.suppressed ? report.suppressed : row.suppressed);
      std::string said = row.sentence + " " + label + ", at " + std::string(name(row.phase)) + ".";
      if (row.unreached) said = row.sentence + " " + label + ", where no entry leads.";
      if (!row.detail.empty()) said += " It comes to: " + row.detail;
      Json one = {{"ruleId", row.id},
                  {"level", malicious ? "warning" : "note"},
                  {"message", message_json(said)}};
      locate(report, &row, one);
      one["codeFlows"] = flow(report, row);
      one["properties"] = {{"weight", decimals(row.weight, 6)},
                           {"phase", name(row.phase)},
                           {"feature", row.feature},
                           {"detail", row.detail}};
      const auto index = static_cast<size_t>(&row - report.behaviours.data());
      behaviour_known(row.id);
      push(std::move(one), names[index], suppressed);
    }
  }

  void behaviour_known(const std::string& id) {
    if (rules.contains(id)) return;
    const BehaviourId found = find_behaviour(id);
    if (found != kNoBehaviour) {
      rules.emplace(id, behaviour_rule(behaviour(found)));
    } else {
      rules.emplace(id, rule_json(id, camel(id), id, id, id, "warning", "5.0", ""));
    }
  }

  void violations(const ScanReport& report, const std::vector<std::string>& names) {
    for (const Violation& violation : report.violations) {
      const std::string id = "cerebro." + violation.rule;
      own(id);
      const ReportedBehaviour* row =
          violation.behaviour >= 0 &&
                  static_cast<size_t>(violation.behaviour) < report.behaviours.size()
              ? &report.behaviours[static_cast<size_t>(violation.behaviour)]
              : nullptr;
      Json result = {{"ruleId", id},
                     {"level", violation.rule == "release-age" ? "warning" : "error"},
                     {"message", message_json(violation.message)}};
      locate(report, row, result);
      if (row != nullptr) result["codeFlows"] = flow(report, *row);
      push(std::move(result),
           row != nullptr ? names[static_cast<size_t>(violation.behaviour)]
                          : package_fingerprint(report),
           nullptr);
    }
  }

  void notes(const ScanReport& report) {
    for (const Note& note : report.notes) {
      const bool unread = info(note.code).unread;
      // Remarks about packages that are fine would drown what was not read.
      if (!unread && !is_alarming(report)) continue;
      if (notifications.size() == kMostNotifications) {
        ++notifications_left_out;
        continue;
      }
      const std::string code = number(note.code);
      descriptors.emplace(code, Json{{"id", code},
                                     {"name", camel(info(note.code).slug)},
                                     {"shortDescription", {{"text", info(note.code).sentence}}}});
      const Uri uri = report.origin_file.empty()
                          ? file_uri(report, note.file, options.source_root)
                          : disk_uri(report.origin_file, options.source_root);
      notifications.push_back(
          {{"descriptor", {{"id", code}}},
           {"level", unread ? "warning" : "note"},
           {"message", message_json(report.target + (note.file.empty() ? "" : ": " + note.file) +
                                    ": " + message(note))},
           {"locations",
            Json::array({{{"physicalLocation",
                           physical(uri, report.origin_line > 0 ? region_json(report.origin_line, 1)
                                                                : Json())}}})}});
    }
  }
};

SarifLog::SarifLog(const WriterOptions& options) : state_(std::make_unique<State>(options)) {}
SarifLog::~SarifLog() = default;

void SarifLog::add(const ScanReport& report) {
  state_->model = report.model;
  state_->catalogue = report.catalogue;
  const bool findings = is_alarming(report) || !report.violations.empty();
  const std::vector<std::string> names =
      findings ? fingerprints(report) : std::vector<std::string>();
  if (is_alarming(report)) state_->alarm(report, names);
  state_->violations(report, names);
  state_->notes(report);
}

std::string SarifLog::text() const {
  Json rules = Json::array();
  std::map<std::string, size_t> index;
  for (const auto& [id, rule] : state_->rules) {
    index[id] = rules.size();
    rules.push_back(rule);
  }
  Json results = Json::array();
  for (Json result : state_->results) {
    result["ruleIndex"] = index[result["ruleId"].get<std::string>()];
    results.push_back(std::move(result));
  }
  Json descriptors = Json::array();
  for (const auto& [code, descriptor] : state_->descriptors) descriptors.push_back(descriptor);
  Json notifications = state_->notifications;
  for (const auto& [count, what] : {std::pair{state_->results_left_out, "results"},
                                    std::pair{state_->notifications_left_out, "notifications"}}) {
    if (count == 0) continue;
    notifications.push_back({{"level", "warning"},
                             {"message",
                              {{"text", std::to_string(count) + " more " + what +
                                            " were left out; the JSON has all."}}}});
  }
  Json driver = {{"name", "Cerebro"},
                 {"version", state_->options.version},
                 {"semanticVersion", state_->options.version},
                 {"shortDescription",
                  {{"text", "Says whether an npm or PyPI package is malicious, why, and where."}}},
                 {"rules", std::move(rules)},
                 {"notifications", std::move(descriptors)},
                 {"properties", {{"model", state_->model}, {"catalogue", state_->catalogue}}}};
  Json run = {
      {"tool", {{"driver", std::move(driver)}}},
      {"invocations", Json::array({{{"executionSuccessful", true},
                                    {"toolExecutionNotifications", std::move(notifications)}}})},
      {"originalUriBaseIds",
       {{kBase, {{"description", {{"text", "The folder that cerebro was started in."}}}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)}};
  const Json log = {{"$schema",
                     "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                     "sarif-schema-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({std::move(run)})}};
  return json_text(log, 2) + "\n";
}

}  // namespace cerebro
