#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "report/printable.h"
#include "lockfile/lockfile.h"

namespace cerebro {
namespace {

struct LockfileArguments {
  std::string file, format = "text";
  bool no_sandbox = false;
};

std::string to_json(const Lockfile& lockfile) {
  nlohmann::ordered_json entries = nlohmann::ordered_json::array();
  for (const LockedPackage& package : lockfile.packages) {
    entries.push_back({{"ecosystem", name(package.ecosystem)},
                       {"name", package.name},
                       {"version", package.version},
                       {"wanted", package.wanted},
                       {"source", name(package.source)},
                       {"resolved", package.resolved},
                       {"hashes", package.hashes},
                       {"file", package.file},
                       {"line", package.line},
                       {"column", package.column},
                       {"dev", package.dev},
                       {"optional", package.optional}});
  }
  nlohmann::ordered_json notes = nlohmann::ordered_json::array();
  for (const Note& note : lockfile.notes) {
    notes.push_back({{"code", number(note.code)}, {"message", note.message}, {"file", note.file}});
  }
  const nlohmann::ordered_json all = {{"schema", "cerebro.lockfile/1"},
                                      {"format", lockfile.format},
                                      {"packages", std::move(entries)},
                                      {"notes", std::move(notes)}};
  return printable_json(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n";
}

int show(const LockfileArguments& arguments) {
  const Result<LockfileReader> read = lockfile_reader(Limits{}, arguments.no_sandbox);
  if (!read) {
    complain(describe(read.error()));
    return kExitUnread;
  }
  const Result<Lockfile> lockfile = (*read)(arguments.file);
  if (!lockfile) {
    complain(describe(lockfile.error()));
    return kExitUnread;
  }
  Output output("");
  const bool written =
      output.write(arguments.format == "json" ? to_json(*lockfile) : shown(dump(*lockfile)));
  return written && !has_unread(lockfile->notes) ? kExitNothing : kExitUnread;
}

}  // namespace

void add_lockfile_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("lockfile", "Show what a lockfile pins, each entry with its place");
  auto arguments = std::make_shared<LockfileArguments>();
  command->add_option("FILE", arguments->file, "Lockfile, requirements file or bill of materials")
      ->required();
  command->add_option("--format", arguments->format, "text or json")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}));
  add_no_sandbox(*command, arguments->no_sandbox);
  command->callback([arguments, &exit_code] { exit_code = show(*arguments); });
}

}  // namespace cerebro
