// cerebro-train: makes the model that cerebro ships (README.md). LibTorch reports errors by
// exceptions, so the trainer does too; they end here.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "commands.h"
#include "files.h"
#include "vocabulary.h"

namespace cerebro::train {
namespace {

const std::vector<std::string> kEcosystems = {"npm", "pypi", "both"};
const std::vector<std::string> kAblations = {"none", "roots", "shuffle", "truncate512",
                                             "no-pretrain"};

void add_common(CLI::App& command, CommonOptions& options) {
  command.add_option("--data", options.data, "labelled sequences, .jsonl.gz")
      ->capture_default_str();
  command.add_option("--ecosystem", options.ecosystem)
      ->check(CLI::IsMember(kEcosystems))
      ->capture_default_str();
  command.add_option("--ablation", options.ablation)
      ->check(CLI::IsMember(kAblations))
      ->capture_default_str();
  command.add_option("--seed", options.seed)->capture_default_str();
  command.add_option("--threads", options.threads, "0: all cores")->capture_default_str();
}

void add_training(CLI::App& command, TrainingOptions& options) {
  add_common(command, options);
  const auto positive = CLI::PositiveNumber;
  const CLI::Range share(0.0, 1.0);
  command.add_option("--hidden", options.model.hidden)->check(positive)->capture_default_str();
  command.add_option("--layers", options.model.layers)->check(positive)->capture_default_str();
  command.add_option("--heads", options.model.heads)->check(positive)->capture_default_str();
  command.add_option("--intermediate", options.model.intermediate)
      ->check(positive)
      ->capture_default_str();
  command.add_option("--positions", options.model.positions)
      ->check(positive)
      ->capture_default_str();
  command.add_option("--max-tokens", options.max_tokens, "tokens of a window")
      ->check(CLI::Range(16, 512))
      ->capture_default_str();
  command.add_option("--batch-tokens", options.batch_tokens, "tokens of one matrix product")
      ->check(positive)
      ->capture_default_str();
  command.add_option("--dropout", options.dropout)->check(share)->capture_default_str();
  command.add_option("--epochs", options.epochs)->check(positive)->capture_default_str();
  command.add_option("--learning-rate", options.optimizer.learning_rate)->capture_default_str();
  command.add_option("--warmup", options.optimizer.warmup, "share of all steps")
      ->check(CLI::Range(0.001, 0.999))
      ->capture_default_str();
  command.add_option("--weight-decay", options.optimizer.weight_decay)->capture_default_str();
  command
      .add_option("--average", options.optimizer.average,
                  "decay of the moving average of the weights, such as 0.99; 0: none")
      ->check(share)
      ->capture_default_str();
  command.add_option("--stop-after", options.stop_after, "end after this epoch; 0: the last")
      ->capture_default_str();
  command.add_flag("--resume", options.resume, "go on from the checkpoint of the output directory");
}

void add_pretrain(CLI::App& app, PretrainOptions& options) {
  options.optimizer.learning_rate = 1e-3;
  CLI::App& command = *app.add_subcommand("pretrain", "learn to guess masked behaviours");
  add_training(command, options);
  command.add_option("--vocab", options.vocabulary)->capture_default_str();
  command.add_option("--out", options.out, "model directory to write")->capture_default_str();
  command.add_option("--windows-per-package", options.windows_per_package, "an epoch")
      ->capture_default_str();
  command.add_option("--step-windows", options.step_windows)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.callback([&] { pretrain(options); });
}

void add_finetune(CLI::App& app, FinetuneOptions& options) {
  CLI::App& command = *app.add_subcommand("finetune", "learn to tell malicious packages");
  add_training(command, options);
  const CLI::Range share(0.0, 1.0);
  command.add_option("--vocab", options.vocabulary, "for the ablation no-pretrain")
      ->capture_default_str();
  command.add_option("--pretrained", options.pretrained, "model directory to start from")
      ->capture_default_str();
  command.add_option("--out", options.out, "model directory to write")->capture_default_str();
  command.add_option("--step-packages", options.step_packages)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      .add_option("--bag-windows", options.bag_windows, "windows of a package trained on at once")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--mined-windows", options.mined_windows, "windows they are chosen from")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--pool-temperature", options.pool_temperature, "0: the maximum")
      ->capture_default_str();
  command
      .add_option("--cluster-power", options.cluster_power,
                  "an epoch draws size^power packages of a cluster")
      ->check(share)
      ->capture_default_str();
  command.add_option("--label-smoothing", options.label_smoothing)
      ->check(share)
      ->capture_default_str();
  command
      .add_option("--bounded-loss", options.bounded_loss,
                  "q of the generalised cross entropy of malicious packages; 0: cross entropy")
      ->check(share)
      ->capture_default_str();
  command.add_option("--drop", options.augmentation.drop)->check(share)->capture_default_str();
  command.add_option("--swap", options.augmentation.swap)->check(share)->capture_default_str();
  command.add_option("--roll-up", options.augmentation.roll_up)
      ->check(share)
      ->capture_default_str();
  command.add_option("--implant", options.augmentation.implant)
      ->check(share)
      ->capture_default_str();
  command.add_option("--part", options.augmentation.part, "of benign packages")
      ->check(share)
      ->capture_default_str();
  command.add_option("--teachers", options.teachers,
                     "models whose mean probability is learnt beside the labels (distillation)");
  command.add_option("--teaching", options.teaching, "the teachers' share of the target")
      ->check(share)
      ->capture_default_str();
  command.add_option("--patience", options.patience, "epochs without progress; 0: no early end")
      ->capture_default_str();
  command.add_flag("--fragments,!--no-fragments", options.fragments, "train with fragments too");
  command.add_option("--folds", options.folds, "parts of the clusters; one is left out")
      ->capture_default_str();
  command.add_option("--fold", options.fold, "the part that is left out, from 0")
      ->capture_default_str();
  command.add_option("--added-before", options.added_before,
                     "leave out malware first listed on this day (2024-08-01) or later");
  command.callback([&] { finetune(options); });
}

void add_soup(CLI::App& app, SoupOptions& options) {
  CLI::App& command = *app.add_subcommand("soup", "average models of one pre-training");
  command.add_option("models", options.models, "model directories")->required();
  command.add_option("--out", options.out, "model directory to write")->capture_default_str();
  command.callback([&] { soup(options); });
}

void add_words_option(CLI::App& command, CommonOptions& options) {
  command.add_option("--words", options.words, "scores of the word judge (cerebro-train words)");
}

void add_calibrate(CLI::App& app, CalibrateOptions& options) {
  CLI::App& command = *app.add_subcommand("calibrate", "choose scale and thresholds on val");
  add_common(command, options);
  add_words_option(command, options);
  command.add_option("--model", options.model)->capture_default_str();
  command.add_option("--model-version", options.version, "shown in every report")
      ->capture_default_str();
  command.add_option("--malicious-fpr", options.malicious_fpr)->capture_default_str();
  command.add_option("--suspicious-fpr", options.suspicious_fpr)->capture_default_str();
  command.add_option("--fold-models", options.fold_models,
                     "models fine-tuned without one fold each, in the order of the folds");
  command.callback([&] { calibrate(options); });
}

void add_evaluate(CLI::App& app, EvaluateOptions& options) {
  CLI::App& command =
      *app.add_subcommand("evaluate", "measure a model with the shipped classifier");
  add_common(command, options);
  add_words_option(command, options);
  command.add_option("--model", options.model)->capture_default_str();
  command.add_option("--split", options.split)
      ->check(CLI::IsMember({"train", "val", "test"}))
      ->capture_default_str();
  command.add_option("--fold-models", options.fold_models,
                     "for the split train: the models that left a fold out, in order");
  command.add_option("--title", options.title)->capture_default_str();
  command.add_option("--markdown", options.markdown, "file to write")->capture_default_str();
  command.add_option("--scores", options.scores, "file to write, one package a line")
      ->capture_default_str();
  command.add_option("--resamples", options.resamples)->capture_default_str();
  command.callback([&] { evaluate(options); });
}

void add_implants(CLI::App& app, ImplantsOptions& options) {
  CLI::App& command = *app.add_subcommand("implants", "measure malware grafted into good packages");
  add_common(command, options);
  add_words_option(command, options);
  command.add_option("--model", options.model)->capture_default_str();
  command.add_option("--split", options.split)
      ->check(CLI::IsMember({"val", "test"}))
      ->capture_default_str();
  command.add_option("--title", options.title)->capture_default_str();
  command.add_option("--markdown", options.markdown, "file to write")->capture_default_str();
  command.callback([&] { implants(options); });
}

void add_words(CLI::App& app, WordsOptions& options) {
  CLI::App& command = *app.add_subcommand("words", "train the judge of the source's words");
  command.add_option("corpus", options.corpus, "folder of the archives")->required();
  command.add_option("manifest", options.manifest, "one JSON object a line")->required();
  command.add_option("--folds", options.folds, "train is judged in as many parts")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command.add_option("--added-before", options.added_before,
                     "learn from no malware first listed at this date or later");
  command.add_option("--out", options.out, "words.safetensors of a model directory");
  command.add_option("--scores", options.scores, "file to write, .jsonl.gz")->capture_default_str();
  command.add_option("--seed", options.seed)->capture_default_str();
  command.add_option("--threads", options.threads, "0: all cores")->capture_default_str();
  command.callback([&] { words(options); });
}

int run(int argc, char** argv) {
  CLI::App app("Trains and measures Cerebro's model; train/README.md shows the way.");
  app.require_subcommand(1);

  std::string vocabulary = "train/out/vocab.txt";
  CLI::App& vocab = *app.add_subcommand("vocab", "write vocab.txt from the catalogue");
  vocab.add_option("--out", vocabulary)->capture_default_str();
  vocab.callback([&] { write_file(vocabulary, make_vocabulary()); });

  PretrainOptions pretrain_options;
  FinetuneOptions finetune_options;
  SoupOptions soup_options;
  CalibrateOptions calibrate_options;
  EvaluateOptions evaluate_options;
  add_pretrain(app, pretrain_options);
  add_finetune(app, finetune_options);
  add_soup(app, soup_options);
  add_calibrate(app, calibrate_options);
  add_evaluate(app, evaluate_options);
  ImplantsOptions implants_options;
  add_implants(app, implants_options);
  WordsOptions words_options;
  add_words(app, words_options);

  use_one_thread_per_operation();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cerebro-train: %s\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace cerebro::train

int main(int argc, char** argv) { return cerebro::train::run(argc, argv); }
