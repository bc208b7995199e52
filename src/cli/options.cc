#include "cli/options.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "cli/commands.h"
#include "cli/output.h"
#include "report/json.h"
#include "report/printable.h"
#include "scan/lockfile_reader.h"
#include "scan/result_cache.h"
#include "scan/scan_pool.h"
#include "scan/step_reader.h"

namespace cerebro {
namespace {

constexpr size_t kMostJobs = 256;

void add_password(CLI::App& command, std::string& password) {
  command.add_option("--archive-password", password, "Password of protected zip archives")
      ->type_name("PASSWORD");
}

std::filesystem::path installed_model() {
  std::error_code error;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
  return binary.parent_path().parent_path() / "share/cerebro/models/cerebro";
}

Error with_advice(Error error) {
  error.message += "; `cerebro doctor` says more, --no-sandbox reads packages all the same";
  return error;
}

}  // namespace

std::string describe(const Error& error) {
  return number(error.code) + " " + (error.where.empty() ? "" : error.where + ": ") + error.message;
}

bool has_unread(const std::vector<Note>& notes) {
  return std::any_of(notes.begin(), notes.end(),
                     [](const Note& note) { return info(note.code).unread; });
}

void TargetArguments::add_to(CLI::App& command) {
  command.add_option("TARGET", named,
                     "Archive (tgz, zip, whl, egg, ...), directory, or npm:NAME@RANGE, "
                     "pypi:NAME==VERSION, pkg:npm/NAME@VERSION");
  command
      .add_option("--from", from, "Read more targets from FILE, one a line; - is standard input")
      ->type_name("FILE");
  command.add_option("-j,--jobs", jobs, "Packages read at a time (default: one for each core)")
      ->type_name("N")
      ->check(CLI::Range(size_t{1}, kMostJobs));
  add_password(command, password);
}

TargetList TargetArguments::list() {
  if (jobs == 0) jobs = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostJobs);
  if (named.empty() && from.empty()) throw CLI::RequiredError("TARGET or --from");
  if (from.empty()) return TargetList(named);
  if (from == "-") return TargetList(named, &std::cin);
  file_.open(from);
  if (!file_) throw CLI::ValidationError("--from", "cannot open " + from);
  return TargetList(named, &file_);
}

void TargetArgument::add_to(CLI::App& command) {
  command
      .add_option("TARGET", target,
                  "Archive (tgz, zip, whl, egg, ...), directory, or npm:NAME@RANGE, "
                  "pypi:NAME==VERSION, pkg:npm/NAME@VERSION")
      ->required();
  add_password(command, password);
  registry.add_to(command);
}

ScanInput TargetArgument::input() const {
  if (!is_registry_spec(target)) return ScanInput::path(target);
  Registry from(registry.options());
  const auto downloads = from.resolve(target);
  if (!downloads) {
    ScanInput failed = ScanInput::path(target);
    failed.error = downloads.error();
    return failed;
  }
  for (size_t i = 1; i < downloads->size(); ++i) {
    complain("not shown: " + (*downloads)[i].target);
  }
  return from.fetch(downloads->front());
}

void StepArgument::add_to(CLI::App& command) {
  target.add_to(command);
  add_no_sandbox(command, no_sandbox);
}

int StepArgument::show(std::function<std::string(const Analysis&)> show) const {
  const ShowStep one = [show = std::move(show)](const Analysis& analysis) {
    return std::vector<std::string>{show(analysis)};
  };
  // Before the threads that download.
  const Result<StepReader> read = step_reader({.archive = {target.password}}, {}, one, no_sandbox);
  if (!read) {
    complain(describe(with_advice(read.error())));
    return kExitUnread;
  }
  const StepText text = (*read)(target.input());
  for (const Error& error : text.errors) complain(describe(error));
  Output output("");
  for (const std::string& part : text.texts) {
    if (!output.write(shown(part))) return kExitUnread;
  }
  for (const Note& note : text.notes) {
    if (info(note.code).unread) {
      complain(number(note.code) + " " + (note.file.empty() ? "" : note.file + ": ") +
               message(note));
    }
  }
  return text.errors.empty() && !has_unread(text.notes) ? kExitNothing : kExitUnread;
}

std::string shown(std::string_view text) {
  std::string all;
  all.reserve(text.size());
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    all += printable(text.substr(0, end), std::string::npos);
    if (end < text.size()) all += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

Result<Readers> readers(const Model& model, const ScanOptions& options, bool no_sandbox,
                        bool keep_results) {
  if (no_sandbox) {
    return Readers{
        [&model, options](const ScanInput& input) { return scan_input(input, model, options); },
        [limits = options.limits](const std::string& path) {
          return read_lockfile_at(path, limits);
        }};
  }
  Result<std::unique_ptr<ScanPool>> started = ScanPool::start(model, options);
  if (!started) return tl::unexpected(with_advice(started.error()));
  const std::shared_ptr<ScanPool> pool = std::move(*started);
  if (keep_results) pool->keep_results(ResultCache::default_folder());
  return Readers{[pool](const ScanInput& input) { return pool->scan(input); },
                 [pool](const std::string& path) { return pool->read_lockfile(path); }};
}

Result<LockfileReader> lockfile_reader(const Limits& limits, bool no_sandbox) {
  if (no_sandbox) {
    return [limits](const std::string& path) { return read_lockfile_at(path, limits); };
  }
  Result<std::unique_ptr<WorkerPool>> started = start_lockfile_pool(limits);
  if (!started) return tl::unexpected(with_advice(started.error()));
  const std::shared_ptr<WorkerPool> pool = std::move(*started);
  return [pool, limits](const std::string& path) { return read_lockfile_in(*pool, path, limits); };
}

void add_no_sandbox(CLI::App& command, bool& no_sandbox) {
  command.add_flag("--no-sandbox", no_sandbox,
                   "Read packages in this process, not in workers that can do no harm");
}

void ModelArgument::add_to(CLI::App& command, const std::string& flags) {
  command.add_option(flags, directory, "Model directory (default: the one that came with cerebro)")
      ->type_name("DIR")
      ->envname("CEREBRO_MODEL");
}

std::string ModelArgument::path() const {
  if (!directory.empty()) return directory;
  std::error_code error;
  const std::filesystem::path installed = installed_model();
  if (std::filesystem::exists(installed, error)) return installed.string();
  return CEREBRO_SOURCE_DIR "/models/cerebro";
}

}  // namespace cerebro
