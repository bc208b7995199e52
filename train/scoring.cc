#include "scoring.h"

#include <stdexcept>

#include "parallel.h"

namespace cerebro::train {

Packages read_packages(const CommonOptions& options) {
  Packages packages = read_packages(options.data);
  if (!options.words.empty()) read_word_scores(options.words, packages);
  return packages;
}

Model load_classifier(const std::string& directory) {
  auto model = Model::load(directory);
  if (!model) throw std::runtime_error(model.error().where + ": " + model.error().message);
  return std::move(*model);
}

std::vector<PackageScore> score_packages(const Model& model, const Packages& packages,
                                         Ablation ablation, size_t threads) {
  std::vector<PackageScore> scores(packages.size());
  parallel_for(threads, packages.size(), [&](size_t i) {
    Entries entries = ablate(packages[i].entries, ablation);
    if (ablation == Ablation::kTruncate512) {
      const auto windows = model.windows(entries);
      entries = windows.empty() ? Entries() : Entries{windows.front().text};
    }
    const Score score = model.score(entries, Limits{});
    const double words = packages[i].words ? model.word_logit(*packages[i].words) : 0;
    scores[i] = {score.logit + words, words, score.window_logits.empty()};
  });
  return scores;
}

}  // namespace cerebro::train
