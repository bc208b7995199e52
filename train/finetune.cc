#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>

#include "bags.h"
#include "baselines.h"
#include "commands.h"
#include "files.h"
#include "metrics.h"
#include "model_directory.h"
#include "parallel.h"
#include "progress.h"
#include "scoring.h"
#include "session.h"

namespace cerebro::train {
namespace {

constexpr double kWholeImplants = 0.3;  // the others: one entry of the malicious package alone

size_t drawn_from(size_t cluster_size, double power) {
  return static_cast<size_t>(std::ceil(std::pow(static_cast<double>(cluster_size), power) - 1e-9));
}

// Each label weighs the same in an epoch; within one, an ecosystem weighs as the root of its drawn
// packages, so that the smaller is heard and the larger still leads. The mean weight is 1. What
// counts is what is drawn: benign PyPI packages come from a few large repositories, of which little
// is.
class Weights {
 public:
  Weights(const Packages& packages, double cluster_power) {
    std::map<std::pair<Group, std::string_view>, size_t> clusters;
    for (const LabelledPackage& package : packages)
      clusters[{group(package), package.cluster}] += 1;
    std::map<Group, double> counts;
    double all = 0;
    for (const auto& [key, size] : clusters) {
      const auto drawn = static_cast<double>(drawn_from(size, cluster_power));
      counts[key.first] += drawn;
      all += drawn;
    }
    std::map<bool, double> labels;
    for (const auto& [key, count] : counts) labels[key.first] += std::sqrt(count);
    const double share = all / static_cast<double>(labels.size());
    for (const auto& [key, count] : counts) {
      weights_[key] = share * std::sqrt(count) / labels[key.first] / count;
    }
  }

  double of(const LabelledPackage& package) const { return weights_.at(group(package)); }

 private:
  using Group = std::pair<bool, std::string>;
  static Group group(const LabelledPackage& package) {
    return {package.malicious, package.ecosystem};
  }
  std::map<Group, double> weights_;
};

// size^power packages of each cluster, in random order: a campaign of twelve is not twelve times
// as interesting as a single find, and what is not drawn costs no time.
Packages draw_epoch(const Packages& packages, double power, Rng& rng) {
  std::map<std::string_view, std::vector<const LabelledPackage*>> clusters;
  for (const LabelledPackage& package : packages) clusters[package.cluster].push_back(&package);
  Packages drawn;
  for (auto& [name, members] : clusters) {
    std::shuffle(members.begin(), members.end(), rng);
    const size_t count = drawn_from(members.size(), power);
    for (size_t i = 0; i < count; ++i) drawn.push_back(*members[i]);
  }
  std::shuffle(drawn.begin(), drawn.end(), rng);
  return drawn;
}

struct Example {
  Bag bag;
  double target = 0, weight = 0;
};

// Logits of `windows`, in their order.
torch::Tensor run_windows(const Bert& model, const std::vector<const TokenIds*>& windows,
                          int32_t pad_id, size_t batch_tokens, double dropout, uint64_t seed) {
  std::vector<torch::Tensor> logits;
  std::vector<int64_t> place(windows.size());
  int64_t next = 0;
  for (const auto& batch : batches_by_length(windows, batch_tokens)) {
    std::vector<const TokenIds*> rows;
    for (const size_t i : batch) {
      rows.push_back(windows[i]);
      place[i] = next++;
    }
    logits.push_back(
        model.window_logits(pad(rows, pad_id, model.device()), Dropout(dropout, seed + batch[0])));
  }
  return torch::cat(logits).index_select(0, torch::tensor(place, torch::kInt64).to(model.device()));
}

class Finetuning {
 public:
  Finetuning(const FinetuneOptions& options, const Packages& packages, const Bert& model,
             const Tokenizer& tokenizer)
      : options_(options),
        ablation_(parse_ablation(options.ablation)),
        packages_(packages),
        weights_(packages, options.cluster_power),
        regression_(packages),
        model_(model),
        tokenizer_(tokenizer) {
    for (const LabelledPackage& package : packages) {
      if (!package.malicious) hosts_.push_back(&package);
    }
    for (const std::string& directory : options.teachers) {
      teachers_.push_back(load_classifier(directory));
    }
  }

  Example prepare(const LabelledPackage& package, uint64_t seed) const {
    Rng rng(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    Entries entries = package.entries;
    if (!hosts_.empty() && uniform(rng) < options_.augmentation.implant) {
      std::uniform_int_distribution<size_t> any(0, hosts_.size() - 1);
      entries = put_into(hosts_[any(rng)]->entries, package, rng);
    }
    if (!package.malicious && uniform(rng) < options_.augmentation.part) {
      entries = part_of(entries, rng);
    }
    entries = ablate(augment(entries, options_.augmentation, rng), ablation_);
    const double label =
        package.malicious ? 1 - options_.label_smoothing : options_.label_smoothing;
    Example example{.bag = make_bag(entries, tokenizer_, options_.max_tokens),
                    .target = taught(label, entries),
                    .weight = weights_.of(package)};
    if (ablation_ == Ablation::kTruncate512 && !example.bag.empty()) example.bag.resize(1);
    sample_windows(example.bag, options_.mined_windows, rng);
    return example;
  }

  struct Result {
    Gradients gradients;  // of the weighted sum of losses
    double loss = 0;
    size_t tokens = 0;
  };

  Result run_shard(std::vector<Example*> examples, uint64_t seed) const {
    std::erase_if(examples, [](const Example* example) { return example->bag.empty(); });
    Result result;
    if (examples.empty()) return result;
    mine(examples, result.tokens);

    std::vector<const TokenIds*> windows;
    std::vector<int64_t> counts;
    for (const Example* example : examples) {
      for (const BagWindow& window : example->bag) {
        windows.push_back(&window.ids);
        result.tokens += window.ids.size();
      }
      counts.push_back(static_cast<int64_t>(example->bag.size()));
    }
    const torch::Tensor logits = run_windows(model_, windows, tokenizer_.pad(),
                                             options_.batch_tokens, options_.dropout, seed);
    std::vector<torch::Tensor> losses;
    const std::vector<torch::Tensor> bags = logits.split_with_sizes(counts);
    for (size_t i = 0; i < bags.size(); ++i) {
      const torch::Tensor pooled = pool(bags[i]);
      // -log sigmoid(x) = softplus(-x)
      const double target = examples[i]->target;
      losses.push_back((target * malicious_loss(pooled) + (1 - target) * torch::softplus(pooled)) *
                       examples[i]->weight);
    }
    const torch::Tensor loss = torch::stack(losses).sum();
    add_gradients(loss, model_, result.gradients);
    result.loss = loss.item<double>();
    return result;
  }

 private:
  // Seeds differ, and their mean is steadier than each of them. One model can learn that mean: what
  // several models say of this very example takes a share of its target (knowledge distillation,
  // arXiv 1503.02531).
  double taught(double label, const Entries& entries) const {
    if (teachers_.empty()) return label;
    double sum = 0;
    for (const Model& teacher : teachers_) {
      const Score score = teacher.score(entries, Limits{});
      if (!score.window_logits.empty()) sum += 1 / (1 + std::exp(-score.logit));
    }
    const double mean = sum / static_cast<double>(teachers_.size());
    return (1 - options_.teaching) * label + options_.teaching * mean;
  }

  // What a hijacked release looks like. Good entries are put into good packages just as often, or a
  // seam would give the malicious ones away; they keep their stage, for what is harmless when run
  // need not be so when installed.
  Entries put_into(const Entries& host, const LabelledPackage& package, Rng& rng) const {
    std::uniform_real_distribution<double> uniform(0, 1);
    std::uniform_int_distribution<int> stage(0, 2);  // install, import, run
    if (uniform(rng) < kWholeImplants) return implant(host, package.entries, rng);
    const std::string_view worst = regression_.worst_entry(package.entries);
    return graft(host, worst, package.malicious ? static_cast<Stage>(stage(rng)) : stage_of(worst),
                 rng);
  }

  // A package is judged by its highest window, so large bags are first scored without gradients, at
  // a third of the price, and trained on their highest windows alone.
  void mine(const std::vector<Example*>& examples, size_t& tokens) const {
    const torch::NoGradGuard no_gradients;
    std::vector<Example*> large;
    std::vector<const TokenIds*> windows;
    for (Example* example : examples) {
      if (example->bag.size() <= options_.bag_windows) continue;
      large.push_back(example);
      for (const BagWindow& window : example->bag) {
        windows.push_back(&window.ids);
        tokens += window.ids.size();
      }
    }
    if (large.empty()) return;
    const torch::Tensor logits =
        run_windows(model_, windows, tokenizer_.pad(), options_.batch_tokens, 0, 0).to(torch::kCPU);
    const float* bag_logits = logits.data_ptr<float>();
    for (Example* example : large) {
      std::vector<size_t> order(example->bag.size());
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(),
                       [&](size_t a, size_t b) { return bag_logits[a] > bag_logits[b]; });
      bag_logits += example->bag.size();
      Bag highest;
      for (size_t i = 0; i < options_.bag_windows; ++i) {
        highest.push_back(std::move(example->bag[order[i]]));
      }
      example->bag = std::move(highest);
    }
  }

  // Some malicious packages do nothing that tells them from good ones: learnt by heart, they would
  // cost false alarms. So the loss of a malicious one is bounded, (1 - p^q) / q, which gives those
  // a small gradient (generalised cross entropy, arXiv 1805.07836); q = 0 is the cross entropy.
  torch::Tensor malicious_loss(const torch::Tensor& logit) const {
    const double q = options_.bounded_loss;
    const torch::Tensor cross_entropy = torch::softplus(-logit);
    return q > 0 ? (1 - torch::exp(-q * cross_entropy)) / q : cross_entropy;
  }

  torch::Tensor pool(const torch::Tensor& logits) const {
    const double t = options_.pool_temperature;
    return t > 0 ? torch::logsumexp(logits / t, 0) * t : logits.max();
  }

  const FinetuneOptions& options_;
  const Ablation ablation_;
  const Packages& packages_;
  const Weights weights_;
  const PhraseRegression regression_;  // knows which entry is the payload
  const Bert& model_;
  const Tokenizer& tokenizer_;
  std::vector<const LabelledPackage*> hosts_;
  std::vector<Model> teachers_;
};

struct Validation {
  double average_precision = 0, recall = 0;  // recall at 1 % false positives
  double value() const { return (average_precision + recall) / 2; }
};

Validation validate(const std::string& directory, const Packages& packages, Ablation ablation,
                    size_t threads) {
  const Model model = load_classifier(directory);
  const auto scores = score_packages(model, packages, ablation, threads);
  ScoredList list;
  for (size_t i = 0; i < packages.size(); ++i) {
    if (!scores[i].empty) list.push_back({scores[i].logit, packages[i].malicious, {}});
  }
  return {average_precision(list), recall_at_fpr(list, 0.01)};
}

}  // namespace

void finetune(const FinetuneOptions& options) {
  const Packages all = read_packages(options.data);
  Packages packages = select(all, "train", options.ecosystem);
  std::erase_if(packages, [&](const LabelledPackage& package) {
    return package.entries.empty() || (package.fragment && !options.fragments) ||
           (options.folds > 0 && fold_of(package.cluster, options.folds) == options.fold) ||
           (package.malicious && !options.added_before.empty() &&
            (package.added.empty() || package.added >= options.added_before));
  });
  const Packages validation = select(all, "val", options.ecosystem);
  const Ablation ablation = parse_ablation(options.ablation);

  SavedModel start;
  if (ablation == Ablation::kNoPretrain) {
    start.vocabulary = read_file(options.vocabulary);
    start.config = options.model;
  } else {
    start = load_model(options.pretrained);
  }
  const Tokenizer tokenizer = make_tokenizer(start.vocabulary);
  start.config.vocabulary = static_cast<int64_t>(tokenizer.size());
  Bert model(start.config, options.seed, best_device());
  if (!start.tensors.empty()) model.import_tensors(start.tensors);

  Rng first_rng(options.seed);
  const size_t drawn = draw_epoch(packages, options.cluster_power, first_rng).size();
  const size_t steps = (drawn + options.step_packages - 1) / options.step_packages;
  Optimizer optimizer(model, options.optimizer, steps * options.epochs);
  Session session(options.out, optimizer);
  if (options.resume) session.load();

  const size_t threads = thread_count(options), shards = shard_count(options, model.device());
  const Finetuning finetuning(options, packages, model, tokenizer);
  const Calibrated calibrated{.version = "uncalibrated",
                              .max_tokens = static_cast<int64_t>(options.max_tokens)};
  Progress progress;
  progress.say(
      fmt::format("fine-tuning on {} of {} packages an epoch, {} for validation, {} threads", drawn,
                  packages.size(), validation.size(), shards));
  for (; session.epoch < last_epoch(options); ++session.epoch) {
    Rng rng(options.seed + 1000 * (session.epoch + 1));
    const Packages epoch = draw_epoch(packages, options.cluster_power, rng);
    const Stopwatch watch;
    double loss = 0, tokens = 0;
    for (size_t begin = 0; begin < epoch.size(); begin += options.step_packages) {
      const size_t count = std::min(options.step_packages, epoch.size() - begin);
      std::vector<Example> examples(count);
      const uint64_t seed = rng();
      parallel_for(threads, count,
                   [&](size_t i) { examples[i] = finetuning.prepare(epoch[begin + i], seed + i); });
      // Dealt out by size, so that the shards end together.
      std::vector<Example*> order;
      for (Example& example : examples) order.push_back(&example);
      std::stable_sort(order.begin(), order.end(), [](const Example* a, const Example* b) {
        return a->bag.size() > b->bag.size();
      });
      std::vector<std::vector<Example*>> parts(shards);
      for (size_t i = 0; i < count; ++i) parts[i % shards].push_back(order[i]);
      std::vector<Finetuning::Result> results(shards);
      parallel_for(shards, shards, [&](size_t i) {
        results[i] = finetuning.run_shard(parts[i], seed + (i << 32));
      });
      Gradients gradients;
      for (const Finetuning::Result& result : results) {
        if (!result.gradients.empty()) add_gradients(result.gradients, gradients);
        loss += result.loss;
        tokens += static_cast<double>(result.tokens);
      }
      if (gradients.empty()) continue;
      for (torch::Tensor& gradient : gradients) {
        if (gradient.defined()) gradient /= static_cast<double>(count);
      }
      optimizer.step(gradients);
      progress.show(fmt::format("epoch {}/{}, package {}/{}: loss {:.3f}, {:.0f} tokens/s",
                                session.epoch + 1, options.epochs, begin + count, epoch.size(),
                                loss / static_cast<double>(begin + count),
                                tokens / watch.seconds()));
    }

    const double training_seconds = watch.seconds();
    const std::string candidate = options.out + "/candidate";
    optimizer.swap_average();
    save_model(candidate, start.config, model.export_tensors(), start.vocabulary, calibrated);
    const Validation result = validate(candidate, validation, ablation, threads);
    const bool better = result.value() >= session.best;
    if (better) {
      save_model(options.out, start.config, model.export_tensors(), start.vocabulary, calibrated);
      session.best = result.value();
      session.best_epoch = session.epoch + 1;
    }
    optimizer.swap_average();
    progress.say(fmt::format(
        "epoch {}/{}: loss {:.4f}, validation AUPRC {:.4f}, recall at 1 % FPR {:.4f}{}; {:.0f} + "
        "{:.0f} s, {:.0f} tokens/s",
        session.epoch + 1, options.epochs, loss / static_cast<double>(epoch.size()),
        result.average_precision, result.recall, better ? ", the best so far" : "",
        training_seconds, watch.seconds() - training_seconds, tokens / training_seconds));
    session.save(session.epoch + 1);
    if (options.patience > 0 && session.epoch + 1 >= session.best_epoch + options.patience) break;
  }
  std::filesystem::remove_all(options.out + "/candidate");
}

}  // namespace cerebro::train
