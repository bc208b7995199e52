#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "report/printable.h"
#include "scan/attempts.h"
#include "scan/sandbox.h"
#include "scan/scan_pool.h"

namespace cerebro {
namespace {

constexpr size_t kHowColumns = 200;

// Something that should hold on this machine, and whether it does.
struct Finding {
  std::string id, what;
  bool holds = false;
  bool needed = true;  // without it packages are not scanned, or not safely
  std::string how;
};

// The encoder and the tables in a worker, on a package of one line.
Finding check_scan(const Model& model) {
  const std::string what = "a worker reads a package";
  Result<std::unique_ptr<ScanPool>> pool = ScanPool::start(model, {});
  if (!pool) return {"worker", what, false, true, pool.error().message};
  const ScanReport report = (*pool)->scan("/proc/self/cmdline");  // any file that is always there
  const bool died = std::any_of(report.notes.begin(), report.notes.end(), [](const Note& note) {
    return note.code >= Code::kWorkerDied && note.code <= Code::kSandboxUnavailable;
  });
  return {"worker", what, !died, true, died ? report.notes.front().message : "it answers"};
}

Finding check_model(const Result<Model>& model, const std::string& path) {
  Finding finding{"model", "the model is well-formed and judges", false, true, path};
  if (!model) {
    finding.how = describe(model.error());
    return finding;
  }
  const Score score =
      model->score({"start entry import, use network module call, end of entry"}, {});
  finding.holds = score.probability >= 0 && score.probability <= 1;
  finding.how = finding.holds ? model->info().version + ", weights sha256 " + model->info().sha256
                              : "the score is not a probability";
  return finding;
}

std::vector<Finding> examine(const ModelArgument& argument) {
  std::vector<Finding> findings;
  const int abi = landlock_abi();
  findings.push_back({"landlock", "Landlock", abi > 0, false,
                      abi > 0 ? "version " + std::to_string(abi)
                              : "not in this kernel; seccomp alone keeps files shut"});
  for (const Attempt& attempt : attempts()) {
    const Outcome outcome = try_attempt(attempt);
    std::string id = attempt.name;
    std::replace(id.begin(), id.end(), ' ', '_');
    findings.push_back({id, std::string("a worker cannot ") + attempt.name,
                        outcome.locked_down && outcome.held, true, outcome.how});
  }
  const Result<Model> model = argument.load();
  findings.push_back(check_model(model, argument.path()));
  if (model) findings.push_back(check_scan(*model));
  return findings;
}

std::string to_text(const std::vector<Finding>& findings, bool well) {
  std::string text;
  for (const Finding& finding : findings) {
    const std::string_view mark = finding.holds    ? "ok      "
                                  : finding.needed ? "FAILS   "
                                                   : "missing ";
    text.append(mark).append(finding.what) += ": " + printable(finding.how, kHowColumns) + "\n";
  }
  return text + (well ? "All that is needed holds.\n"
                      : "Something that is needed does not hold: see the lines that say FAILS.\n");
}

std::string to_json(const std::vector<Finding>& findings, bool well) {
  using Json = nlohmann::ordered_json;
  Json rows = Json::array();
  for (const Finding& finding : findings) {
    rows.push_back({{"id", finding.id},
                    {"what", finding.what},
                    {"holds", finding.holds},
                    {"needed", finding.needed},
                    {"how", finding.how}});
  }
  const Json json = {{"schema", "cerebro.doctor/1"}, {"ok", well}, {"checks", rows}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int examine_and_tell(const ModelArgument& model, const std::string& format) {
  const std::vector<Finding> findings = examine(model);
  const bool well = std::all_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.holds || !finding.needed;
  });
  const std::string text = format == "json" ? to_json(findings, well) : to_text(findings, well);
  return Output("").write(text) && well ? kExitNothing : kExitUnread;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("doctor", "Say what protects this machine from packages, by trying it");
  auto model = std::make_shared<ModelArgument>();
  auto format = std::make_shared<std::string>("human");
  command->add_option("--format", *format, "human or json")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember({"human", "json"}));
  model->add_to(*command);
  command->callback([model, format, &exit_code] { exit_code = examine_and_tell(*model, *format); });
}

}  // namespace cerebro
