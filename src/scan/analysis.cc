#include "scan/analysis.h"

#include <algorithm>

#include "base/clock.h"
#include "behaviour/layers.h"
#include "behaviour/oracle.h"
#include "behaviour/payloads.h"
#include "syntax/ir.h"

namespace cerebro {
namespace {

void describe_package(Analysis& analysis) {
  Timed timed(Stage::kPackage);
  analysis.package = describe(analysis.tree);
  std::vector<ManifestFinding>& findings = analysis.package.findings;
  const std::vector<ManifestFinding> payloads = find_payloads(analysis.tree);
  findings.insert(findings.end(), payloads.begin(), payloads.end());
}

// The language of a file that an entry runs although its name does not say that it is code.
Language entry_language(const Package& package, const Entry& entry) {
  if (entry.kind == Entry::Kind::kCommand) return Language::kShell;
  if (entry.kind == Entry::Kind::kPython || package.ecosystem == Ecosystem::kPypi)
    return Language::kPython;
  return Language::kJavaScript;
}

UnitId add_file(Analysis& analysis, const File& file, Language language, const Limits& limits) {
  analysis.parsed_bytes += file.content.size();
  return analysis.resolver->add_unit(
      parse(language, file.path, file.content, analysis.pool, limits));
}

void add_files(Analysis& analysis, const Limits& limits) {
  for (const File& file : analysis.tree.files) {
    // Of equal paths the installer leaves the last, but all are read.
    Language language = detect_language(file.path, file.content);
    if (language == Language::kNone) language = disguised_language(file.path, file.content);
    if (language != Language::kNone) add_file(analysis, file, language, limits);
  }
}

FunctionId start_entry(Analysis& analysis, const Entry& entry, const Limits& limits) {
  Resolver& resolver = *analysis.resolver;
  if (entry.kind != Entry::Kind::kFile) {
    Module module = parse(entry_language(analysis.package, entry), entry.file, entry.command,
                          analysis.pool, limits);
    const UnitId unit =
        resolver.add_unit(std::move(module), kNoId, kNoNode, std::max(1, entry.line) - 1, false);
    return resolver.unit(unit).top;
  }
  UnitId unit = resolver.unit_of_file(entry.file);
  if (unit == kNoId) {
    const File* file = analysis.tree.find(entry.file);
    if (file == nullptr || file->path.ends_with(".json") || file->path.ends_with(".node"))
      return kNoId;
    if (file->content.find('\0') != std::string::npos) return kNoId;  // a native program
    unit = add_file(analysis, *file, entry_language(analysis.package, entry), limits);
  }
  return resolver.unit(unit).top;
}

// Most packages take less than a step for each byte, bundles up to ten (@vue/compiler-sfc, mqtt).
// The floor and the factor let every package of docs/performance.md come to its end.
uint64_t resolve_budget(uint64_t parsed_bytes, const Limits& limits) {
  constexpr uint64_t kFloor = 16'000'000, kStepsPerByte = 16;
  return std::min(limits.resolve_steps, kFloor + kStepsPerByte * parsed_bytes);
}

}  // namespace

std::unique_ptr<Analysis> analyse(FileTree tree, const Limits& given,
                                  const SequenceOptions& options) {
  auto analysis = std::make_unique<Analysis>();
  analysis->limits = given;
  Limits& limits = analysis->limits;
  analysis->tree = std::move(tree);
  describe_package(*analysis);

  const Catalogue& catalogue = Catalogue::builtin();
  const CatalogueOracle oracle(catalogue);
  analysis->resolver =
      std::make_unique<Resolver>(analysis->package, analysis->pool, limits, oracle);
  add_files(*analysis, limits);
  for (const Entry& entry : analysis->package.entries) {
    analysis->entry_functions.push_back(start_entry(*analysis, entry, limits));
  }

  limits.resolve_steps = resolve_budget(analysis->parsed_bytes, limits);
  Resolver& resolver = *analysis->resolver;
  expand_layers(resolver, analysis->package, analysis->tree, catalogue, limits, analysis->notes);
  if (resolver.exhausted()) analysis->notes.push_back({Code::kResolveLimit, {}, {}});
  if (resolver.dropped_values()) {
    analysis->notes.push_back({Code::kResolveValues, {}, {}});
  }
  resolver.finish();
  // An entry point's function is known only now that its module is.
  for (size_t i = 0; i < analysis->package.entries.size(); ++i) {
    const Entry& entry = analysis->package.entries[i];
    if (entry.function.empty() || analysis->entry_functions[i] == kNoId) continue;
    const UnitId unit = resolver.functions()[analysis->entry_functions[i]].unit;
    const FunctionId function = resolver.find_function(unit, entry.function);
    if (function != kNoId) analysis->entry_functions[i] = function;
  }
  analysis->behaviours = extract(resolver, catalogue, limits);

  analysis->sequence = build_sequence(analysis->package, analysis->entry_functions, resolver,
                                      analysis->behaviours, limits, options);

  std::vector<Note>& notes = analysis->notes;
  const auto collect = [&](const std::vector<Note>& more) {
    notes.insert(notes.end(), more.begin(), more.end());
  };
  collect(analysis->tree.notes);
  collect(analysis->package.notes);
  collect(analysis->behaviours.notes);
  collect(analysis->sequence.notes);
  for (UnitId id = 0; id < resolver.unit_count(); ++id) {
    if (resolver.unit(id).outer == kNoId) collect(resolver.unit(id).module.notes);
  }
  std::sort(notes.begin(), notes.end());
  notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
  return analysis;
}

}  // namespace cerebro
