#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "cli/expand_targets.h"
#include "cli/options.h"
#include "cli/output.h"
#include "lockfile/lockfile.h"
#include "report/printable.h"

namespace cerebro {
namespace {

constexpr size_t kColumns = 1 << 16;

struct LockfileArguments {
  std::string file, format = "text";
};

std::string to_text(const Lockfile& lockfile) {
  std::string text;
  const std::string raw = dump(lockfile);
  for (size_t begin = 0; begin < raw.size();) {
    const size_t end = raw.find('\n', begin);
    text += printable(std::string_view(raw).substr(begin, end - begin), kColumns) + "\n";
    begin = end + 1;
  }
  return text;
}

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
  return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

int show(const LockfileArguments& arguments) {
  const Result<Lockfile> lockfile = read_lockfile_at(arguments.file, Limits{});
  if (!lockfile) {
    complain(describe(lockfile.error()));
    return kExitUnread;
  }
  Output output("");
  const bool written =
      output.write(arguments.format == "json" ? to_json(*lockfile) : to_text(*lockfile));
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
  command->callback([arguments, &exit_code] { exit_code = show(*arguments); });
}

}  // namespace cerebro
