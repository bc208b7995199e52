#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "bags.h"
#include "classifier/windows.h"
#include "commands.h"
#include "files.h"
#include "model_directory.h"
#include "parallel.h"
#include "phrases.h"
#include "progress.h"
#include "session.h"

namespace cerebro::train {
namespace {

constexpr double kMaskedShare = 0.15, kMaskShare = 0.8, kRandomShare = 0.1;  // as in BERT

struct MaskedWindow {
  TokenIds ids;
  std::vector<size_t> places;  // of the tokens to guess
  std::vector<int64_t> answers;
};

// Masks whole behaviours: single words of a phrase would be guessed from their neighbours.
MaskedWindow mask_window(std::string_view text, const Tokenizer& tokenizer, Rng& rng) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::uniform_int_distribution<int32_t> any_piece(0, static_cast<int32_t>(tokenizer.size()) - 1);
  MaskedWindow window;
  window.ids.push_back(tokenizer.cls());
  for (const std::string_view phrase : split_phrases(text)) {
    if (window.ids.size() > 1) tokenizer.append(",", window.ids);
    const size_t begin = window.ids.size();
    tokenizer.append(phrase, window.ids);
    if (!is_behaviour(phrase) || uniform(rng) >= kMaskedShare) continue;
    const double fate = uniform(rng);
    for (size_t i = begin; i < window.ids.size(); ++i) {
      window.places.push_back(i);
      window.answers.push_back(window.ids[i]);
      if (fate < kMaskShare) {
        window.ids[i] = tokenizer.mask();
      } else if (fate < kMaskShare + kRandomShare) {
        window.ids[i] = any_piece(rng);
      }
    }
  }
  window.ids.push_back(tokenizer.sep());
  return window;
}

// The texts of an epoch: of each package at most so many windows, in random order.
std::vector<std::string> epoch_texts(const Packages& packages, const Tokenizer& tokenizer,
                                     const PretrainOptions& options, Rng& rng) {
  const Ablation ablation = parse_ablation(options.ablation);
  std::vector<std::string> texts;
  for (const LabelledPackage& package : packages) {
    auto windows = make_windows(ablate(package.entries, ablation), tokenizer, options.max_tokens);
    std::shuffle(windows.begin(), windows.end(), rng);
    if (windows.size() > options.windows_per_package) windows.resize(options.windows_per_package);
    for (Window& window : windows) texts.push_back(std::move(window.text));
  }
  std::shuffle(texts.begin(), texts.end(), rng);
  return texts;
}

struct StepResult {
  Gradients gradients;  // of the summed loss
  double loss = 0;
  size_t guesses = 0, tokens = 0;
};

StepResult run_shard(const Bert& model, const std::vector<MaskedWindow>& windows, int32_t pad_id,
                     const PretrainOptions& options, uint64_t seed) {
  std::vector<const TokenIds*> ids;
  for (const MaskedWindow& window : windows) ids.push_back(&window.ids);
  StepResult result;
  for (const auto& batch : batches_by_length(ids, options.batch_tokens)) {
    std::vector<const TokenIds*> rows;
    for (const size_t i : batch) rows.push_back(ids[i]);
    const PaddedBatch padded = pad(rows, pad_id, model.device());
    std::vector<int64_t> places, answers;
    for (size_t row = 0; row < batch.size(); ++row) {
      const MaskedWindow& window = windows[batch[row]];
      for (const size_t place : window.places) {
        places.push_back(static_cast<int64_t>(row) * padded.ids.size(1) +
                         static_cast<int64_t>(place));
      }
      answers.insert(answers.end(), window.answers.begin(), window.answers.end());
      result.tokens += window.ids.size();
    }
    if (places.empty()) continue;
    const auto to_tensor = [&](const std::vector<int64_t>& values) {
      return torch::tensor(values, torch::kInt64).to(model.device());
    };
    const torch::Tensor logits =
        model.token_logits(padded, to_tensor(places), Dropout(options.dropout, seed + batch[0]));
    const torch::Tensor loss =
        torch::nll_loss(torch::log_softmax(logits, -1), to_tensor(answers), {}, at::Reduction::Sum);
    add_gradients(loss, model, result.gradients);
    result.loss += loss.item<double>();
    result.guesses += places.size();
  }
  return result;
}

}  // namespace

void pretrain(const PretrainOptions& options) {
  const Packages packages = select(read_packages(options.data), "train", options.ecosystem);
  const std::string vocabulary = read_file(options.vocabulary);
  const Tokenizer tokenizer = make_tokenizer(vocabulary);
  BertConfig config = options.model;
  config.vocabulary = static_cast<int64_t>(tokenizer.size());
  Bert model(config, options.seed, best_device());

  Rng first_rng(options.seed);
  const size_t windows = epoch_texts(packages, tokenizer, options, first_rng).size();
  const size_t steps = (windows + options.step_windows - 1) / options.step_windows;
  Optimizer optimizer(model, options.optimizer, steps * options.epochs);
  Session session(options.out, optimizer);
  if (options.resume) session.load();

  const size_t shards = shard_count(options, model.device());
  Progress progress;
  progress.say(fmt::format("pre-training on {} packages, {} windows an epoch, {} threads",
                           packages.size(), windows, shards));
  for (; session.epoch < last_epoch(options); ++session.epoch) {
    Rng rng(options.seed + 1000 * (session.epoch + 1));
    const std::vector<std::string> texts = epoch_texts(packages, tokenizer, options, rng);
    const Stopwatch watch;
    StepResult total;
    for (size_t begin = 0; begin < texts.size(); begin += options.step_windows) {
      const size_t end = std::min(texts.size(), begin + options.step_windows);
      std::vector<std::vector<MaskedWindow>> parts(shards);
      for (size_t i = begin; i < end; ++i) {
        parts[(i - begin) % shards].push_back(mask_window(texts[i], tokenizer, rng));
      }
      const uint64_t seed = rng();
      std::vector<StepResult> results(shards);
      parallel_for(shards, shards, [&](size_t i) {
        results[i] = run_shard(model, parts[i], tokenizer.pad(), options, seed + (i << 32));
      });
      StepResult step;
      for (StepResult& result : results) {
        add_gradients(result.gradients, step.gradients);
        step.guesses += result.guesses;
        total.loss += result.loss;
        total.tokens += result.tokens;
      }
      total.guesses += step.guesses;
      if (step.guesses == 0) continue;
      for (torch::Tensor& gradient : step.gradients) {
        if (gradient.defined()) gradient /= static_cast<double>(step.guesses);
      }
      optimizer.step(step.gradients);
      progress.show(fmt::format("epoch {}/{}, window {}/{}: loss {:.3f}, {:.0f} tokens/s",
                                session.epoch + 1, options.epochs, end, texts.size(),
                                total.loss / static_cast<double>(total.guesses),
                                static_cast<double>(total.tokens) / watch.seconds()));
    }
    progress.say(fmt::format("epoch {}/{}: loss {:.4f}, {:.0f} s, {:.0f} tokens/s",
                             session.epoch + 1, options.epochs,
                             total.loss / static_cast<double>(std::max<size_t>(1, total.guesses)),
                             watch.seconds(), static_cast<double>(total.tokens) / watch.seconds()));
    save_model(options.out, config, model.export_tensors(), vocabulary,
               {.version = "pre-trained", .max_tokens = static_cast<int64_t>(options.max_tokens)});
    session.save(session.epoch + 1);
  }
}

}  // namespace cerebro::train
