#include "scan/scanner.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <optional>

#include "base/clock.h"
#include "behaviour/catalogue.h"
#include "scan/deep_stack.h"
#include "scan/targets.h"
#include "verdict/compare.h"
#include "verdict/decide.h"
#include "verdict/explain.h"

namespace cerebro {
namespace {

// A package may hold data alone, then nothing runs; but where neither code nor a manifest was found
// the target is something else, and "clean" would be a guess. Loose files beside installed packages
// are known for what they are: by whoever listed the tree, not by a name that anybody may choose.
bool found_nothing(const Analysis& analysis) {
  if (analysis.tree.unclaimed) return false;
  const auto lacks_manifest = [](const Note& note) { return note.code == Code::kManifestMissing; };
  return analysis.resolver->unit_count() == 0 && analysis.behaviours.events.empty() &&
         analysis.package.findings.empty() &&
         std::any_of(analysis.notes.begin(), analysis.notes.end(), lacks_manifest);
}

// What the model's second judge says of the source; nothing where it has none.
struct JudgedWords {
  std::optional<WordScore> score;
  const File* worst = nullptr;
};

JudgedWords judge_words(const FileTree& tree, const Model& model) {
  JudgedWords judged;
  if (model.words() == nullptr) return judged;
  WordReader reader(*model.words());
  std::vector<const File*> read;
  for (const File& file : tree.files) {
    if (!is_word_source(file.path)) continue;
    reader.add(file.content);
    read.push_back(&file);
  }
  judged.score = reader.finish();
  if (!read.empty()) judged.worst = read[judged.score->worst_file];
  return judged;
}

void judge(const Analysis& analysis, const Model& model, const ScanOptions& options,
           ScanReport& report) {
  Timed timed(Stage::kClassifier);
  JudgedWords words;  // what shows no behaviour is not asked for its words
  if (!analysis.sequence.entries.empty()) words = judge_words(analysis.tree, model);
  const Score score =
      model.score(analysis.sequence.texts(), options.limits, words.score ? &*words.score : nullptr);
  report.score = score.probability;
  report.words.weight = score.words;
  if (score.windows_dropped > 0) {
    report.notes.push_back({Code::kSequenceLimit,
                            std::to_string(score.windows_dropped) + " windows were not judged",
                            {}});
  }
  std::sort(report.notes.begin(), report.notes.end());
  report.decision = decide(report.score, report.notes, thresholds(model.info(), options));

  std::vector<double> weights;
  const bool alarming =
      report.decision == Decision::kMalicious || report.decision == Decision::kSuspicious;
  if (alarming || options.explain) weights = occlusion_weights(model, analysis.sequence, score);
  Timed reporting(Stage::kReport);
  if (words.worst != nullptr) {
    report.words.file = without_root(words.worst->path, analysis.package.root);
    if (alarming || options.explain)
      report.words.lines = describe_words(*model.words(), words.worst->content, options.limits);
  }
  report.behaviours = describe_behaviours(analysis.package, *analysis.resolver, analysis.behaviours,
                                          analysis.sequence, weights, options.limits);
}

void scan(const TreeReader& read, const Model& model, const ScanOptions& options,
          ScanReport& report) {
  Result<FileTree> tree = read();
  if (!tree) {
    report.notes.push_back(note_of(tree.error(), report.target));
    return;
  }
  std::unique_ptr<Analysis> result = analyse(std::move(*tree), options.limits);
  const Analysis& analysis = *result;
  report.ecosystem = analysis.package.ecosystem;
  report.name = analysis.package.name;
  report.version = analysis.package.version;
  report.sha256 = analysis.tree.sha256;
  report.is_directory = analysis.tree.is_directory;
  report.root = analysis.package.root;
  report.files = analysis.tree.files.size();
  report.bytes = analysis.tree.unpacked_bytes;
  report.parsed_bytes = analysis.parsed_bytes;
  report.sequence = analysis.sequence.text();
  report.notes = analysis.notes;
  if (found_nothing(analysis)) report.notes.push_back({Code::kScanNothing, {}, {}});
  judge(analysis, model, options, report);
  if (options.inspect) options.inspect(analysis);

  Timed releasing(Stage::kRelease);
  result.reset();
}

}  // namespace

Thresholds thresholds(const ModelInfo& model, const ScanOptions& options) {
  Thresholds both{model.threshold_malicious, model.threshold_suspicious};
  if (options.threshold) both.malicious = *options.threshold;
  if (options.suspicious) both.suspicious = *options.suspicious;
  both.suspicious = std::min(both.suspicious, both.malicious);
  return both;
}

Result<std::unique_ptr<Analysis>> analyse_target(const std::string& target,
                                                 const ScanOptions& options,
                                                 const SequenceOptions& sequence) {
  return analyse_input(ScanInput::path(target), options, sequence);
}

Result<std::unique_ptr<Analysis>> analyse_input(const ScanInput& input, const ScanOptions& options,
                                                const SequenceOptions& sequence) {
  TRY(tree, read_input(input, options.archive, options.limits));
  tree.notes.insert(tree.notes.end(), input.notes.begin(), input.notes.end());
  return analyse(std::move(tree), options.limits, sequence);
}

Note note_of(const Error& error, const std::string& target) {
  // A note's file is one of the package; that of the target itself is said already.
  return {error.code, error.message, error.where == target ? std::string() : error.where};
}

ScanReport scan_tree(const std::string& target, const TreeReader& read, const Model& model,
                     const ScanOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  ScanReport report;
  report.target = target;
  report.model = model.info().version;
  report.catalogue = Catalogue::builtin().version();
  try {
    with_deep_stack([&] {
      StageClock clock;
      scan(read, model, options, report);
      report.ms = clock.times();
    });
  } catch (const std::bad_alloc&) {
    report.decision = Decision::kIncomplete;
    report.notes.push_back({Code::kWorkerMemory, {}, {}});
  } catch (const std::exception& error) {
    report.decision = Decision::kIncomplete;
    report.notes.push_back({Code::kScanInternal, error.what(), {}});
  }
  const std::chrono::duration<double, std::milli> total = std::chrono::steady_clock::now() - start;
  report.total_ms = total.count();
  return report;
}

void add_notes(const std::vector<Note>& notes, const Model& model, const ScanOptions& options,
               ScanReport& report) {
  if (notes.empty()) return;
  report.notes.insert(report.notes.end(), notes.begin(), notes.end());
  std::sort(report.notes.begin(), report.notes.end());
  report.decision = decide(report.score, report.notes, thresholds(model.info(), options));
}

ScanReport scan_input(const ScanInput& input, const Model& model, const ScanOptions& options) {
  ScanReport report = scan_tree(
      input.target, [&] { return read_input(input, options.archive, options.limits); }, model,
      options);
  add_notes(input.notes, model, options, report);
  report.origin_file = input.origin_file;
  report.origin_line = input.origin_line;
  report.released = input.released;
  return report;
}

ScanReport scan_target(const std::string& target, const Model& model, const ScanOptions& options) {
  return scan_input(ScanInput::path(target), model, options);
}

}  // namespace cerebro
