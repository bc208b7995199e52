#include <exception>
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
#include "scan/deep_stack.h"
#include "scan/ordered_map.h"

namespace cerebro {
namespace {

struct SequenceArguments {
  TargetArguments targets;
  RegistryArguments registry;
  std::string format = "text", output, order = "execution";
  SequenceOptions options;
};

struct Outcome {
  std::string text, complaint;
  bool unread = true;
};

// The line that training reads: every entry is one text of the classifier.
std::string line(const std::string& target, const Analysis* analysis,
                 const std::vector<Note>& notes) {
  using Json = nlohmann::ordered_json;
  Json json = {{"target", target},       {"sha256", ""},
               {"ecosystem", "unknown"}, {"name", ""},
               {"version", ""},          {"entries", Json::array()},
               {"notes", Json::array()}};
  if (analysis != nullptr) {
    json["sha256"] = analysis->tree.sha256;
    json["ecosystem"] = name(analysis->package.ecosystem);
    json["name"] = analysis->package.name;
    json["version"] = analysis->package.version;
    json["entries"] = analysis->sequence.texts();
  }
  for (const Note& note : notes) {
    json["notes"].push_back(
        {{"code", number(note.code)}, {"message", message(note)}, {"file", note.file}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Outcome outcome(const ScanInput& input, const SequenceArguments& arguments) {
  const std::string& target = input.target;
  const bool jsonl = arguments.format == "jsonl";
  Outcome out;
  const auto fail = [&](const Error& error) {
    if (jsonl) out.text = line(target, nullptr, {{error.code, error.message, {}}});
    out.complaint = describe(error);
  };
  try {
    with_deep_stack([&] {
      const auto result =
          analyse_input(input, {.archive = {arguments.targets.password}}, arguments.options);
      if (!result) return fail(result.error());
      const Analysis& analysis = **result;
      out.unread = has_unread(analysis.notes);
      out.text = jsonl ? line(target, &analysis, analysis.notes) : analysis.sequence.text() + "\n";
    });
  } catch (const std::exception& error) {
    fail({Code::kScanInternal, error.what(), target});
  }
  return out;
}

int sequence(SequenceArguments& arguments) {
  TargetList targets = arguments.targets.list();
  Output output(arguments.output);
  if (!output.ok()) return kExitUnread;
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
      [&](const ScanInput& input) { return outcome(input, arguments); },
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
