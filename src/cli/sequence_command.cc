#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/registry_arguments.h"
#include "registry/input_stream.h"
#include "report/json.h"
#include "report/printable.h"
#include "scan/ordered_map.h"
#include "scan/step_reader.h"

namespace cerebro {
namespace {

struct SequenceArguments {
  TargetArguments targets;
  RegistryArguments registry;
  std::string format = "text", output, order = "execution";
  SequenceOptions options;
  bool no_sandbox = false;
};

struct Outcome {
  std::string text, complaint;
  bool unread = true;
};

// The line that training reads: every entry is one text of the classifier.
std::string line(const std::string& target, const StepText& text, const std::vector<Note>& notes) {
  using Json = nlohmann::ordered_json;
  Json json = {
      {"target", target},      {"sha256", text.sha256},   {"ecosystem", name(text.ecosystem)},
      {"name", text.name},     {"version", text.version}, {"entries", text.texts},
      {"notes", Json::array()}};
  for (const Note& note : notes) {
    json["notes"].push_back(
        {{"code", number(note.code)}, {"message", message(note)}, {"file", note.file}});
  }
  return printable_json(json.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::string lines(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "\n") + text;
  return all.empty() ? all : shown(all) + "\n";  // nothing at all of a package without behaviour
}

Outcome outcome(const std::string& target, const StepText& text, bool jsonl) {
  if (text.errors.empty()) {
    return {jsonl ? line(target, text, text.notes) : lines(text.texts), {}, has_unread(text.notes)};
  }
  const Error& error = text.errors.front();
  return {jsonl ? line(target, {}, {{error.code, error.message, {}}}) : "", describe(error), true};
}

int sequence(SequenceArguments& arguments) {
  TargetList targets = arguments.targets.list();
  Output output(arguments.output);
  if (!output.ok()) return kExitUnread;
  // Before the threads that download.
  const Result<StepReader> read = step_reader(
      {.archive = {arguments.targets.password}}, arguments.options,
      [](const Analysis& analysis) { return analysis.sequence.texts(); }, arguments.no_sandbox);
  if (!read) {
    complain(describe(read.error()));
    return kExitUnread;
  }
  Registry registry(arguments.registry.options());
  const auto next_target = [&]() -> std::optional<ScanInput> {
    std::optional<std::string> target = targets.next();
    if (!target) return std::nullopt;
    return ScanInput::path(std::move(*target));
  };
  InputStream inputs(next_target, registry);
  Progress progress;
  bool unread = false;
  ordered_map(
      arguments.targets.jobs, [&] { return inputs.next(); },
      [&](const ScanInput& input) {
        return outcome(input.target, (*read)(input), arguments.format == "jsonl");
      },
      [&](const Outcome& one) {
        unread = unread || one.unread;
        progress.clear();
        if (!one.complaint.empty()) complain(one.complaint);
        const bool written = output.write(one.text);
        progress.tick();
        return written;
      });
  return unread || !output.ok() ? kExitUnread : kExitNothing;
}

}  // namespace

void add_sequence_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("sequence", "Show the behaviour sequence, one line for each entry");
  auto arguments = std::make_shared<SequenceArguments>();
  arguments->targets.add_to(*command);
  arguments->registry.add_to(*command);
  command->add_option("--format", arguments->format, "text, or jsonl: one object a package")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "jsonl"}));
  command->add_option("-o,--output", arguments->output, "Write to FILE")->type_name("FILE");
  add_no_sandbox(*command, arguments->no_sandbox);
  command->add_flag("--roots", arguments->options.roots_only,
                    "Roll every behaviour up to the paper's 16 phrases");
  command
      ->add_option("--order", arguments->order,
                   "execution: as the code would run; file: file by file, to compare with")
      ->type_name("ORDER")
      ->capture_default_str()
      ->check(CLI::IsMember({"execution", "file"}));
  command->callback([arguments, &exit_code] {
    if (arguments->order == "file") arguments->options.order = SequenceOptions::Order::kFile;
    exit_code = sequence(*arguments);
  });
}

}  // namespace cerebro
