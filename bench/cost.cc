// The cost of each step of a scan, beside two yardsticks taken in the same run: parsing alone
// (tree-sitter, without what comes after) and `gzip -dc` of the same archives. README.md says how
// to read it.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <numeric>

#include "cli/options.h"
#include "scan/scanner.h"
#include "yardstick.h"

namespace cerebro::bench {
namespace {

struct Cost {
  StageTimes ms{};  // CPU time
  double total_ms = 0;
  uint64_t bytes = 0, parsed_bytes = 0;

  double of(std::initializer_list<Stage> stages) const {
    double sum = 0;
    for (const Stage stage : stages) sum += ms[static_cast<size_t>(stage)];
    return sum;
  }
};

// The steps are timed on the wall, where other processes count too: the ratio of CPU time to
// wall-clock time of the whole takes that out again.
Cost scan_once(const std::string& target, const Model& model, const ScanOptions& options) {
  const double cpu_before = cpu_seconds();
  const ScanReport report = scan_target(target, model, options);
  const double cpu_ms = 1000 * (cpu_seconds() - cpu_before);
  Cost cost{report.ms, cpu_ms, report.bytes, report.parsed_bytes};
  const double steps_ms = std::accumulate(report.ms.begin(), report.ms.end(), 0.0);
  if (steps_ms <= 0) return cost;
  for (double& ms : cost.ms) ms *= std::min(1.0, cpu_ms / steps_ms);
  return cost;
}

Cost cheapest(const std::string& target, const Model& model, const ScanOptions& options,
              unsigned repetitions) {
  Cost best = scan_once(target, model, options);
  for (unsigned i = 1; i < repetitions; ++i) {
    const Cost next = scan_once(target, model, options);
    if (next.total_ms < best.total_ms) best = next;
  }
  return best;
}

void add(const Cost& one, Cost& sum) {
  for (size_t i = 0; i < kStages; ++i) sum.ms[i] += one.ms[i];
  sum.total_ms += one.total_ms;
  sum.bytes += one.bytes;
  sum.parsed_bytes += one.parsed_bytes;
}

double percentile(std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

void print(const Cost& sum, std::vector<double> totals, double gzip_ms) {
  const double parse_ms = std::max(sum.of({Stage::kParse}), 1e-9);
  const auto row = [&](std::string_view what, double ms) {
    const std::string by_gzip = gzip_ms > 0 ? fmt::format("{:.2f}", ms / gzip_ms) : "-";
    fmt::print("| {:<40} | {:>9.1f} | {:>7.2f} | {:>10} |\n", what, ms, ms / parse_ms, by_gzip);
  };
  fmt::print("| {:<40} | {:>9} | {:>7} | {:>10} |\n", "step", "CPU ms", "x parse", "x gzip -dc");
  fmt::print("| {0:-<40} | {0:->8}: | {0:->6}: | {0:->9}: |\n", "");
  for (size_t i = 0; i < kStages; ++i) row(name(static_cast<Stage>(i)), sum.ms[i]);
  row("whole", sum.total_ms);
  row("parse + lower + scopes + fold + extract",
      sum.of({Stage::kParse, Stage::kLower, Stage::kScopes, Stage::kFold, Stage::kExtract}));
  row("resolve", sum.of({Stage::kResolve}));
  if (gzip_ms > 0) row("gzip -dc", gzip_ms);

  std::ranges::sort(totals);
  fmt::print(
      "\n{} packages, {:.1f} MB unpacked, {:.1f} MB parsed. One package: median {:.1f} ms, "
      "95 % {:.1f} ms, most {:.1f} ms. Peak memory {:.0f} MB.\n",
      totals.size(), static_cast<double>(sum.bytes) / 1e6,
      static_cast<double>(sum.parsed_bytes) / 1e6, percentile(totals, 0.5),
      percentile(totals, 0.95), percentile(totals, 1), peak_megabytes());
}

// One line of JSON for plot.py. Targets are paths of our own: nothing in them needs
// an escape.
void write_line(std::FILE* file, const std::string& target, const Cost& cost) {
  std::string steps;
  for (size_t i = 0; i < kStages; ++i) {
    steps +=
        fmt::format("{}\"{}\":{:.3f}", i == 0 ? "" : ",", name(static_cast<Stage>(i)), cost.ms[i]);
  }
  fmt::print(
      file,
      "{{\"target\":\"{}\",\"bytes\":{},\"parsed_bytes\":{},\"cpu_ms\":{:.3f},\"ms\":{{{}}}}}\n",
      target, cost.bytes, cost.parsed_bytes, cost.total_ms, steps);
}

int run(TargetArguments& arguments, const ModelArgument& model_argument, unsigned repetitions,
        const std::string& each) {
  const Result<Model> model = model_argument.load();
  if (!model) {
    fmt::print(stderr, "{}\n", describe(model.error()));
    return 2;
  }
  const ScanOptions options{.archive = {arguments.password}};
  std::vector<std::string> gzipped;
  std::vector<double> totals;
  bool all_gzipped = true;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> lines(
      each.empty() ? nullptr : std::fopen(each.c_str(), "w"), std::fclose);
  if (!each.empty() && !lines) {
    fmt::print(stderr, "{} cannot be written\n", each);
    return 2;
  }
  Cost sum;
  TargetList targets = arguments.list();
  while (const std::optional<std::string> target = targets.next()) {
    const Cost cost = cheapest(*target, *model, options, repetitions);
    add(cost, sum);
    if (lines) write_line(lines.get(), *target, cost);
    totals.push_back(cost.total_ms);
    gzipped.push_back(*target);
    all_gzipped = all_gzipped && (target->ends_with(".tgz") || target->ends_with(".gz"));
  }
  // As a ratio it means something only where all packages are of that kind.
  double gzip_ms = -1;
  for (unsigned i = 0; all_gzipped && i < repetitions; ++i) {
    const double ms = 1000 * gzip_seconds(gzipped);
    if (gzip_ms < 0 || ms < gzip_ms) gzip_ms = ms;
  }
  print(sum, std::move(totals), gzip_ms);
  return 0;
}

}  // namespace
}  // namespace cerebro::bench

int main(int argc, char** argv) {
  CLI::App app("The cost of each step of a scan, as CPU time and as ratios");
  cerebro::TargetArguments targets;
  cerebro::ModelArgument model;
  unsigned repetitions = 3;
  std::string each;
  targets.add_to(app);
  model.add_to(app);
  app.add_option("--repetitions", repetitions, "Scans of each package; the cheapest counts")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  app.add_option("--each", each,
                 "Write the cost of each package to FILE, one line of JSON a package");
  CLI11_PARSE(app, argc, argv);
  return cerebro::bench::run(targets, model, repetitions, each);
}
