#pragma once

// The sub-commands of cerebro-train; README.md says how they follow each other. All throw
// std::exception on what they cannot read, write or do; LibTorch does so too.

#include <string>
#include <vector>

#include "augment.h"
#include "bert.h"
#include "optimizer.h"

namespace cerebro::train {

struct CommonOptions {
  std::string data = "train/data/sequences.jsonl.gz";
  std::string ecosystem = "both";
  std::string ablation = "none";
  std::string words{};  // scores of the word judge, for those commands that judge; "": none
  uint64_t seed = 1;
  size_t threads = 0;  // 0: all cores
};

struct TrainingOptions : CommonOptions {
  BertConfig model{};  // the vocabulary's size is taken from the file
  OptimizerOptions optimizer{};
  size_t max_tokens = 256;     // of a window
  size_t batch_tokens = 1024;  // of one product: measured; 4096 costs a quarter more
  double dropout = 0.1;
  size_t epochs = 10;
  size_t stop_after = 0;  // so many epochs in all are enough for this run; 0: all
  bool resume = false;
};

struct PretrainOptions : TrainingOptions {
  std::string vocabulary = "train/out/vocab.txt", out = "train/out/pretrained";
  size_t windows_per_package = 8;  // an epoch
  size_t step_windows = 64;
};
void pretrain(const PretrainOptions& options);

struct FinetuneOptions : TrainingOptions {
  std::string vocabulary = "train/out/vocab.txt";   // with the "no-pretrain" ablation
  std::string pretrained = "train/out/pretrained";  // else: gives shape, weights and vocabulary
  std::string out = "train/out/model";
  Augmentation augmentation{};
  std::vector<std::string> teachers;  // models whose mean is learnt beside the labels
  double teaching = 0.5;              // the teachers' share of the target
  size_t step_packages = 32;
  size_t bag_windows = 4;         // trained on at once: those with the highest logits
  size_t mined_windows = 32;      // ... among so many
  double pool_temperature = 0.5;  // t log sum exp(logit / t) over the bag; 0: the maximum
  double cluster_power = 0.5;     // an epoch takes size^power packages of a cluster
  double label_smoothing = 0.02;
  double bounded_loss = 0;  // q of the generalised cross entropy of malicious packages; 0: none
  size_t patience = 0;      // epochs without a better validation before stopping; 0: never
  bool fragments = true;
  size_t folds = 0, fold = 0;  // leaves out the clusters of one of so many parts; 0: none
  std::string added_before;    // leaves out malware first listed on this day or later; empty: none
};
void finetune(const FinetuneOptions& options);

// The mean of the weights of models that were fine-tuned from one pre-training with several seeds:
// about as good as their ensemble at the price of one (model soups, arXiv 2203.05482). Not
// calibrated.
struct SoupOptions {
  std::vector<std::string> models;  // directories of one shape and vocabulary
  std::string out = "train/out/model";
};
void soup(const SoupOptions& options);

struct CalibrateOptions : CommonOptions {
  std::string model = "train/out/model";
  std::string version = "unversioned";
  double malicious_fpr = 0.005, suspicious_fpr = 0.02;
  // The k-th was fine-tuned without the k-th fold: it judges those training packages as new ones.
  // They join `val`, which alone has too few independent benign projects for a threshold.
  std::vector<std::string> fold_models;
};
void calibrate(const CalibrateOptions& options);

struct EvaluateOptions : CommonOptions {
  std::string model = "train/out/model";
  std::string split = "test";  // or "val", or "train" by models that left a fold of it out
  std::vector<std::string> fold_models;
  std::string title = "Evaluation";
  std::string markdown = "train/out/evaluation.md";
  std::string scores = "train/out/scores.jsonl";
  size_t resamples = 1000;
};
void evaluate(const EvaluateOptions& options);

// How well hijacked releases are found: malicious behaviours grafted into benign packages.
struct ImplantsOptions : CommonOptions {
  std::string model = "train/out/model";
  std::string split = "test";
  std::string title = "Implants";
  std::string markdown = "train/out/implants.md";
};
void implants(const ImplantsOptions& options);

// Trains the second judge on the archives' words, and says what it thinks of every package: those
// of `train` in folds, each by a judge that never saw the package's cluster.
struct WordsOptions : CommonOptions {
  std::string corpus, manifest;  // as for tools/make_sequences.py
  size_t folds = 3;
  std::string added_before{};  // malware that was first listed later is left out of learning
  std::string out{};           // words.safetensors of the judge that saw all of `train`; "": none
  std::string scores = "train/data/word_scores.jsonl.gz";
};
void words(const WordsOptions& options);

// The cores, or what the options say.
size_t thread_count(const CommonOptions& options);

// LibTorch and its BLAS work on the calling thread alone: the trainer shards every step itself,
// which loses no time at barriers. Call once.
void use_one_thread_per_operation();

}  // namespace cerebro::train
