#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "baselines.h"
#include "boosting.h"
#include "commands.h"
#include "files.h"
#include "metrics.h"
#include "model_directory.h"
#include "progress.h"
#include "scoring.h"

namespace cerebro::train {
namespace {

constexpr uint64_t kBootstrapSeed = 20240831;
constexpr std::string_view kEcosystems[] = {"npm", "pypi", "both"};
constexpr std::string_view kNewFrom = "2024-08";  // `added`; what came before is "old"
constexpr double kNoLogit = -100;                 // below all others
constexpr size_t kNamesShown = 100;

struct Judged {
  const LabelledPackage* package;
  double score;  // what the judge compares with its threshold
  bool empty;
};
using JudgedList = std::vector<Judged>;

struct Judge {
  std::string name;
  double threshold;
  JudgedList packages;
};

using Filter = std::function<bool(const Judged&)>;

ScoredList filter(const JudgedList& list, const Filter& keep) {
  ScoredList result;
  for (const Judged& item : list) {
    if (keep(item)) result.push_back({item.score, item.package->malicious, item.package->cluster});
  }
  return result;
}

Filter of_ecosystem(std::string_view ecosystem, bool fragments) {
  return [=](const Judged& item) {
    return item.package->fragment == fragments &&
           (ecosystem == "both" || item.package->ecosystem == ecosystem);
  };
}

std::string percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.1f}", 100 * share);
}

struct Measure {
  std::string_view name;
  std::function<double(const ScoredList&)> of;
};

std::vector<Measure> measures(double threshold) {
  return {
      {"precision", [=](const auto& list) { return confusion(list, threshold).precision(); }},
      {"recall", [=](const auto& list) { return confusion(list, threshold).recall(); }},
      {"F1", [=](const auto& list) { return confusion(list, threshold).f1(); }},
      {"FPR", [=](const auto& list) { return confusion(list, threshold).false_positive_rate(); }},
      {"AUPRC", average_precision},
      {"AUROC", roc_area},
      {"recall at FPR 0.1 %", [](const auto& list) { return recall_at_fpr(list, 0.001); }},
      {"recall at FPR 0.5 %", [](const auto& list) { return recall_at_fpr(list, 0.005); }},
      {"recall at FPR 1 %", [](const auto& list) { return recall_at_fpr(list, 0.01); }},
  };
}

std::string count_malicious(const ScoredList& list) {
  const auto count =
      std::count_if(list.begin(), list.end(), [](const Scored& item) { return item.malicious; });
  return fmt::format("{} / {}", count, list.size() - static_cast<size_t>(count));
}

// One column per ecosystem.
std::string metrics_table(const Judge& judge, size_t resamples) {
  std::string table = "| |";
  std::string rule = "|---|", sizes = "| malicious / benign packages |";
  std::vector<ScoredList> lists;
  for (const std::string_view ecosystem : kEcosystems) {
    lists.push_back(filter(judge.packages, of_ecosystem(ecosystem, false)));
    table += fmt::format(" {} |", ecosystem);
    rule += "---|";
    sizes += fmt::format(" {} |", count_malicious(lists.back()));
  }
  table += "\n" + rule + "\n" + sizes + "\n";
  for (const auto& [name, of] : measures(judge.threshold)) {
    table += fmt::format("| {} |", name);
    for (const ScoredList& list : lists) {
      const double value = of(list);
      const Interval interval = bootstrap(list, resamples, kBootstrapSeed, of);
      table += std::isnan(value) ? " - |"
                                 : fmt::format(" {} ({} to {}) |", percent(value),
                                               percent(interval.low), percent(interval.high));
    }
    table += "\n";
  }
  return table;
}

std::string judges_table(const std::vector<Judge>& judges) {
  std::string table =
      "| judge | ecosystem | precision | recall | F1 | FPR | AUPRC | recall at FPR 0.1 % | at 0.5 "
      "% | "
      "at 1 % |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Judge& judge : judges) {
    for (const std::string_view ecosystem : kEcosystems) {
      const ScoredList list = filter(judge.packages, of_ecosystem(ecosystem, false));
      const Confusion at = confusion(list, judge.threshold);
      table += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", judge.name,
                           ecosystem, percent(at.precision()), percent(at.recall()),
                           percent(at.f1()), percent(at.false_positive_rate()),
                           percent(average_precision(list)), percent(recall_at_fpr(list, 0.001)),
                           percent(recall_at_fpr(list, 0.005)), percent(recall_at_fpr(list, 0.01)));
    }
  }
  return table;
}

// Recall by when the malicious packages were first listed.
std::string dates_table(const Judge& judge, size_t resamples) {
  std::map<std::string, ScoredList> rows;
  for (const Judged& item : judge.packages) {
    if (!item.package->malicious || item.package->fragment) continue;
    const std::string& added = item.package->added;
    const Scored scored{item.score, true, item.package->cluster};
    if (added.size() < 7) {
      rows["unknown"].push_back(scored);
      continue;
    }
    rows[added.substr(0, 7)].push_back(scored);
    const bool is_old = added < kNewFrom;
    rows[(is_old ? "before " : "since ") + std::string(kNewFrom)].push_back(scored);
  }
  std::string table = "| first listed | malicious packages | recall |\n|---|---|---|\n";
  for (const auto& [when, list] : rows) {
    const auto recall = [&](const ScoredList& l) { return confusion(l, judge.threshold).recall(); };
    const Interval interval = bootstrap(list, resamples, kBootstrapSeed, recall);
    table += fmt::format("| {} | {} | {} ({} to {}) |\n", when, list.size(), percent(recall(list)),
                         percent(interval.low), percent(interval.high));
  }
  return table;
}

// Packages without behaviour are left out: their score is no probability.
std::string reliability_table(const Judge& judge) {
  constexpr size_t kBins = 10;
  const ScoredList list = filter(judge.packages, [](const Judged& item) { return !item.empty; });
  std::string table = fmt::format(
      "Both labels weigh the same. Expected calibration error: {} %.\n\n"
      "| probability | packages | mean probability | malicious |\n|---|---|---|---|\n",
      percent(calibration_error(list, kBins)));
  for (const ReliabilityBin& bin : reliability(list, kBins)) {
    if (bin.count == 0) continue;
    table += fmt::format("| {:.1f} to {:.1f} | {} | {} | {} |\n", bin.from, bin.to, bin.count,
                         percent(bin.mean_score), percent(bin.malicious));
  }
  return table;
}

std::string label_of(const LabelledPackage& package) {
  return package.malicious ? "malicious" : "benign";
}

std::string empty_packages(const JudgedList& list) {
  std::map<std::string, std::vector<std::string>> names;
  for (const Judged& item : list) {
    if (!item.empty) continue;
    names[item.package->ecosystem + ", " + label_of(*item.package)].push_back(
        item.package->name + " " + item.package->version);
  }
  if (names.empty()) return "None.\n";
  std::string text;
  for (auto& [group, members] : names) {
    std::sort(members.begin(), members.end());
    text += fmt::format("- {}, {}: ", group, members.size());
    for (size_t i = 0; i < std::min(members.size(), kNamesShown); ++i) {
      text += (i > 0 ? ", `" : "`") + members[i] + "`";
    }
    text += members.size() > kNamesShown ? ", ...\n" : "\n";
  }
  return text;
}

std::string fragments_line(const Judge& judge) {
  const ScoredList list = filter(judge.packages, of_ecosystem("both", true));
  const Confusion at = confusion(list, judge.threshold);
  return fmt::format("{} malicious / benign fragments, recall {} %.\n", count_malicious(list),
                     percent(at.recall()));
}

std::string score_lines(const Judge& malicious, double suspicious) {
  std::string lines;
  for (const Judged& item : malicious.packages) {
    const LabelledPackage& package = *item.package;
    const char* verdict = item.score >= malicious.threshold ? "malicious"
                          : item.score >= suspicious        ? "suspicious"
                                                            : "clean";
    const nlohmann::ordered_json json = {
        {"sha256", package.sha256},     {"ecosystem", package.ecosystem},
        {"name", package.name},         {"version", package.version},
        {"label", label_of(package)},   {"cluster", package.cluster},
        {"split", package.split},       {"added", package.added},
        {"fragment", package.fragment}, {"empty", item.empty},
        {"score", item.score},          {"verdict", verdict}};
    lines += json.dump() + "\n";
  }
  return lines;
}

// Packages and what judges them: a model and simpler judges that never saw them.
struct Part {
  Packages packages, training;
  std::string model;
};

// `val` and `test` are judged whole; `train` in folds, each by the model that was fine-tuned
// without it.
std::vector<Part> parts_of(const EvaluateOptions& options, const Packages& all) {
  const Packages training = select(all, "train", "both");
  if (options.split != "train") {
    return {{select(all, options.split, options.ecosystem), training, options.model}};
  }
  const size_t folds = options.fold_models.size();
  if (folds == 0) throw std::runtime_error("the split train is judged by --fold-models");
  std::vector<Part> parts;
  for (size_t fold = 0; fold < folds; ++fold) {
    parts.push_back({split_fold(select(all, "train", options.ecosystem), folds, fold).inside,
                     split_fold(training, folds, fold).outside, options.fold_models[fold]});
  }
  return parts;
}

// The score from which 0.5 % of the benign packages are false alarms.
template <typename Logit>
double threshold_on(const Packages& validation, const Logit& logit) {
  ScoredList scored;
  for (const LabelledPackage& package : validation)
    scored.push_back({logit(package), package.malicious, {}});
  return threshold_at_fpr(scored, 0.005);
}

// Ours is the first, with the calibration and thresholds of `options.model`.
std::vector<Judge> judge(const std::vector<Part>& parts, const Packages& val,
                         const EvaluateOptions& options) {
  const Ablation ablation = parse_ablation(options.ablation);
  const Model calibrated = load_classifier(options.model);
  Judge ours{"Cerebro", calibrated.info().threshold_malicious, {}};
  Judge suspicious{"Cerebro, suspicious too", calibrated.info().threshold_suspicious, {}};
  Judge rules{"majority of rules", kMajority, {}};
  Judge encoder{"the encoder alone", 0, {}};
  Judge words{"bag of source words", 0, {}};
  Judge counts{"logistic regression on counts", 0, {}};
  Judge boosted{"gradient boosting on counts", 0, {}};
  // Judges without a threshold of their own take one from the validation.
  const double words_threshold = threshold_on(val, [](const LabelledPackage& package) {
    return package.words ? package.words->package : kNoLogit;
  });
  for (const Part& part : parts) {
    const Model model = load_classifier(part.model);
    const auto scores = score_packages(model, part.packages, ablation, thread_count(options));
    const auto val_scores = score_packages(model, val, ablation, thread_count(options));
    const double encoder_threshold = threshold_on(val, [&](const LabelledPackage& package) {
      const PackageScore& score = val_scores[static_cast<size_t>(&package - val.data())];
      return score.empty ? kNoLogit : score.logit - score.words;
    });
    const PhraseRegression regression(part.training, ablation);
    const PhraseBoosting boosting(part.training, ablation);
    // What shows no behaviour raises no alarm with any judge.
    const auto count_logit = [&](const auto& judge, const LabelledPackage& package) {
      return package.entries.empty() ? kNoLogit : judge.logit(ablate(package.entries, ablation));
    };
    const double counts_threshold = threshold_on(
        val, [&](const LabelledPackage& package) { return count_logit(regression, package); });
    const double boosted_threshold = threshold_on(
        val, [&](const LabelledPackage& package) { return count_logit(boosting, package); });
    for (size_t i = 0; i < part.packages.size(); ++i) {
      const LabelledPackage& package = part.packages[i];
      const bool empty = scores[i].empty;
      encoder.packages.push_back(
          {&package, empty ? kNoLogit : scores[i].logit - scores[i].words - encoder_threshold,
           empty});
      words.packages.push_back(
          {&package, package.words ? package.words->package - words_threshold : kNoLogit, empty});
      const double probability = empty ? 0 : calibrated.calibrate(scores[i].logit);
      ours.packages.push_back({&package, probability, empty});
      const size_t broken = count_rules(ablate(package.entries, ablation));
      rules.packages.push_back({&package, static_cast<double>(broken), empty});
      counts.packages.push_back(
          {&package, count_logit(regression, package) - counts_threshold, empty});
      boosted.packages.push_back(
          {&package, count_logit(boosting, package) - boosted_threshold, empty});
    }
  }
  suspicious.packages = ours.packages;
  std::vector<Judge> judges{ours, suspicious};
  if (!options.words.empty()) judges.insert(judges.end(), {encoder, words});
  judges.insert(judges.end(), {boosted, counts, rules});
  return judges;
}

}  // namespace

void evaluate(const EvaluateOptions& options) {
  const Packages all = read_packages(options);
  const std::vector<Part> parts = parts_of(options, all);
  const std::vector<Judge> judges = judge(parts, select(all, "val", "both"), options);
  const Judge& ours = judges[0];
  const double suspicious = judges[1].threshold;

  std::string page = fmt::format(
      "## {}\n\nModel {}, split `{}`, ecosystem {}, ablation {}; malicious from probability "
      "{:.4f}, "
      "suspicious from {:.4f}. In per cent; in brackets the 95 % interval of {} bootstrap "
      "resamples "
      "of clusters. Fragments are reported apart.\n\n",
      options.title, load_calibration(options.model).version, options.split, options.ecosystem,
      options.ablation, ours.threshold, suspicious, options.resamples);
  page += metrics_table(ours, options.resamples);
  page +=
      "\n### Suspicious and malicious together\n\n" + metrics_table(judges[1], options.resamples);
  page +=
      "\n### Beside simpler judges\n\nThe thresholds of those that are neither ours nor rules "
      "are chosen on `val` at 0.5 % false positives; rules are malicious from three of five.\n\n" +
      judges_table(judges);
  page += "\n### Reliability\n\n" + reliability_table(ours);
  page += "\n### By date\n\n" + dates_table(ours, options.resamples);
  page += "\n### Fragments\n\n" + fragments_line(ours);
  page +=
      "\n### Packages that show no behaviour\n\nThey score 0 and count in every table above.\n\n" +
      empty_packages(ours.packages);
  write_file(options.markdown, page);
  write_file(options.scores, score_lines(ours, suspicious));
  Progress().say(fmt::format("{} packages evaluated: {} and {}", ours.packages.size(),
                             options.markdown, options.scores));
}

}  // namespace cerebro::train
