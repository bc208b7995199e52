#include "scan/scan_pool.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "behaviour/catalogue.h"
#include "scan/lockfile_reader.h"
#include "scan/warm_up.h"
#include "scan/worker_result.h"

namespace cerebro {
namespace {

using Clock = std::chrono::steady_clock;
constexpr uint64_t kMostKeptBytes = 256 << 20;  // of an input whose report is kept

bool out_of_memory(const ScanReport& report) {
  return std::any_of(report.notes.begin(), report.notes.end(),
                     [](const Note& note) { return note.code == Code::kWorkerMemory; });
}

}  // namespace

ScanReport read_and_judge(const std::string& target, const TargetInput& input, const Model& model,
                          const ScanOptions& options) {
  return scan_tree(
      target, [&] { return read_input(target, input, options.archive, options.limits); }, model,
      options);
}

Result<std::unique_ptr<ScanPool>> ScanPool::start(const Model& model, const ScanOptions& options,
                                                  ReportBody body) {
  const auto serve = [&model, options, body](const std::string& target, const TargetInput& input) {
    if (input.kind == TargetInput::Kind::kLockfile) return answer_lockfile(input, options.limits);
    const ScanReport report = body(target, input, model, options);
    return WorkerAnswer{to_bytes(report), !out_of_memory(report)};
  };
  const auto warm_up = [&model, options] {
    scan_tree(
        "", [] { return Result<FileTree>(warm_up_package()); }, model, options);
  };
  TRY(workers, WorkerPool::start(options.limits, serve, warm_up));
  return std::unique_ptr<ScanPool>(new ScanPool(model, options, std::move(workers)));
}

void ScanPool::keep_results(const std::string& folder) {
  results_.emplace(folder, model_, options_);
  if (!results_->enabled()) results_.reset();
}

Result<ScanReport> ScanPool::report_of(const ScanInput& what) {
  TRY(input, open_input(what, options_.limits));
  if (!results_) return ask(what.target, input);
  TRY(copy, copied_input(std::move(input), what.target, kMostKeptBytes));
  const std::string key = results_->key(copy, what.target);
  if (std::optional<ScanReport> known = results_->find(key)) return std::move(*known);
  Result<ScanReport> report = ask(what.target, copy);
  if (report) results_->put(key, *report);
  return report;
}

Result<ScanReport> ScanPool::ask(const std::string& target, TargetInput& input) {
  ScanReport report;
  TRY(taken, workers_->ask(target, input, [&](std::string_view bytes) -> Result<int> {
    TRY(parsed, parse_report(bytes));
    report = std::move(parsed);
    return 0;
  }));
  static_cast<void>(taken);
  return report;
}

ScanReport ScanPool::scan(const ScanInput& input) {
  const auto start = Clock::now();
  ScanReport report;
  Result<ScanReport> read = report_of(input);
  if (read) {
    report = std::move(*read);
  } else {
    report.notes.push_back(note_of(read.error(), input.target));
  }
  report.target = input.target;
  report.origin_file = input.origin_file;
  report.origin_line = input.origin_line;
  report.released = input.released;
  report.model = model_.info().version;
  report.catalogue = Catalogue::builtin().version();
  add_notes(input.notes, model_, options_, report);
  report.total_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  return report;
}

Result<Lockfile> ScanPool::read_lockfile(const std::string& path) {
  return read_lockfile_in(*workers_, path, options_.limits);
}

}  // namespace cerebro
