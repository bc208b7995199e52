#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>

#include "augment.h"
#include "baselines.h"
#include "commands.h"
#include "files.h"
#include "phrases.h"
#include "progress.h"
#include "scoring.h"

namespace cerebro::train {
namespace {

struct SizeClass {
  const char* name;
  size_t below;  // phrases of the host
};
constexpr SizeClass kSizes[] = {
    {"no behaviour", 1},
    {"1 to 49 phrases", 50},
    {"50 to 499", 500},
    {"500 to 4,999", 5000},
    {"5,000 and more", std::numeric_limits<size_t>::max()},
};

size_t size_of(const Entries& entries) {
  size_t phrases = 0;
  for (const std::string& entry : entries) phrases += split_phrases(entry).size();
  return phrases;
}

// One package of each malicious cluster that shows something.
Packages payload_packages(const Packages& packages) {
  std::map<std::string, LabelledPackage> by_cluster;
  for (const LabelledPackage& package : packages) {
    if (!package.malicious || package.fragment || package.entries.empty()) continue;
    by_cluster.try_emplace(package.cluster, package);
  }
  Packages chosen;
  for (auto& [cluster, package] : by_cluster) chosen.push_back(std::move(package));
  return chosen;
}

double recall(const Model& model, const Packages& packages, const ImplantsOptions& options) {
  const auto scores =
      score_packages(model, packages, parse_ablation(options.ablation), thread_count(options));
  const auto found = std::count_if(scores.begin(), scores.end(), [&](const PackageScore& score) {
    return !score.empty && model.calibrate(score.logit) >= model.info().threshold_malicious;
  });
  return 100.0 * static_cast<double>(found) / static_cast<double>(packages.size());
}

}  // namespace

// A file of the payload beside the host's: the worst file is the worse of the two; that the host's
// words as a whole change is left out, which is the stricter guess.
std::optional<WordScore> words_together(const std::optional<WordScore>& host,
                                        const std::optional<WordScore>& payload) {
  if (!host || !payload) return {};
  return WordScore{host->package, std::max(host->file, payload->file), 0};
}

void implants(const ImplantsOptions& options) {
  const Packages all = read_packages(options);
  const Packages packages = select(all, options.split, options.ecosystem);
  const PhraseRegression regression(select(all, "train", "both"));
  const Model model = load_classifier(options.model);
  const Packages payloads = payload_packages(packages);
  if (payloads.empty()) throw std::runtime_error("no malicious package in this split");

  std::string page = fmt::format(
      "## {}\n\nModel {}, split `{}`: one entry of one package of each of {} malicious clusters "
      "(the "
      "entry that the regression on counts finds worst) is put into a benign package of the split, "
      "at a random place of its first entry of "
      "that phase. Recall in per cent; {:.1f} of the same packages are found when they stand "
      "alone.\n\n"
      "| host | hosts | false positives without it | at install | at import | at run |\n"
      "|---|---|---|---|---|---|\n",
      options.title, model.info().version, options.split, payloads.size(),
      recall(model, payloads, options));
  size_t from = 0;
  for (const SizeClass& size : kSizes) {
    Packages hosts;
    for (const LabelledPackage& package : packages) {
      const size_t phrases = size_of(package.entries);
      if (!package.malicious && phrases >= from && phrases < size.below) hosts.push_back(package);
    }
    from = size.below;
    if (hosts.empty()) continue;
    page +=
        fmt::format("| {} | {} | {:.1f} |", size.name, hosts.size(), recall(model, hosts, options));
    for (const Stage stage : {Stage::kInstall, Stage::kImport, Stage::kRun}) {
      Rng rng(options.seed);
      std::uniform_int_distribution<size_t> any(0, hosts.size() - 1);
      Packages grafted = payloads;
      for (size_t i = 0; i < payloads.size(); ++i) {
        const LabelledPackage& host = hosts[any(rng)];
        grafted[i].entries =
            graft(host.entries, regression.worst_entry(payloads[i].entries), stage, rng);
        grafted[i].words = words_together(host.words, payloads[i].words);
      }
      page += fmt::format(" {:.1f} |", recall(model, grafted, options));
    }
    page += "\n";
  }
  write_file(options.markdown, page);
  Progress().say(fmt::format("{} written", options.markdown));
}

}  // namespace cerebro::train
