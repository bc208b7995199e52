#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"

namespace cerebro {
namespace {

std::string describe(const ModelInfo& info, const std::string& path) {
  char text[1024];
  std::snprintf(text, sizeof text,
                "version      %s\nweights      sha256 %s\nparameters   %llu\n"
                "encoder      %d layers, hidden size %d, %d heads, intermediate size %d\n"
                "vocabulary   %d\npositions    %d\nlabels       %d\n"
                "thresholds   malicious %.6g, suspicious %.6g\n",
                info.version.substr(0, 100).c_str(), info.sha256.c_str(),
                static_cast<unsigned long long>(info.parameters), info.layers, info.hidden_size,
                info.heads, info.intermediate_size, info.vocabulary, info.positions, info.labels,
                info.threshold_malicious, info.threshold_suspicious);
  return "path         " + path + "\n" + text;
}

// Loading checks the shape of everything; one judgement shows that the weights give finite numbers.
int run(const ModelArgument& argument, bool verify) {
  const Result<Model> model = argument.load();
  if (!model) {
    complain(describe(model.error()));
    return kExitUsage;
  }
  if (verify) {
    const Score score =
        model->score({"start entry import, use network module call, end of entry"}, {});
    if (!(score.probability >= 0 && score.probability <= 1)) {
      complain(number(Code::kModelInvalid) + " " + argument.path() +
               ": the score is not a probability");
      return kExitUsage;
    }
  }
  const std::string text = verify
                               ? "ok " + model->info().version + " " + model->info().sha256 + "\n"
                               : describe(model->info(), argument.path());
  return Output("").write(text) ? kExitNothing : kExitUnread;
}

}  // namespace

void add_model_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("model", "Describe or check the model");
  auto argument = std::make_shared<ModelArgument>();
  argument->add_to(*command, "--path,--model");
  command->require_subcommand(1);
  command->add_subcommand("info", "Print version, size, digest and thresholds")
      ->callback([argument, &exit_code] { exit_code = run(*argument, false); });
  command->add_subcommand("verify", "Load the model and judge one sequence")
      ->callback([argument, &exit_code] { exit_code = run(*argument, true); });
}

}  // namespace cerebro
