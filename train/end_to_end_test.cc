// Trains a tiny model on synthetic packages, from vocabulary to evaluation.

#include <gmock/gmock.h>
#include <torch/autograd.h>
#include <torch/utils.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bags.h"
#include "commands.h"
#include "files.h"
#include "model_directory.h"
#include "scoring.h"
#include "session.h"
#include "vocabulary.h"

namespace cerebro::train {
namespace {

constexpr int kPackages = 200;

// Malicious: what an install entry reads is sent away. Benign: the same behaviours apart, in longer
// packages.
nlohmann::json synthetic_package(int i) {
  const bool malicious = i % 3 == 0;
  nlohmann::json entries = nlohmann::json::array();
  if (malicious) {
    entries.push_back(
        "start entry install, read sensitive information, use network module call, use url, "
        "end of entry");
  }
  for (int entry = 0; entry < i % 7 + 1; ++entry) {
    std::string text = "start entry run";
    for (int phrase = 0; phrase < (i * 31 + entry * 7) % 40 + 1; ++phrase) {
      constexpr std::string_view kCommon[] = {"use file system module call", "check platform",
                                              "use network module call", "import process module"};
      text.append(", ").append(kCommon[static_cast<size_t>(i + phrase * phrase) % 4]);
    }
    entries.push_back(text + ", end of entry");
  }
  return {{"sha256", std::to_string(i)},
          {"label", malicious ? "malicious" : "benign"},
          {"ecosystem", i % 2 == 0 ? "npm" : "pypi"},
          {"name", "package" + std::to_string(i)},
          {"version", "1.0.0"},
          {"cluster", "cluster" + std::to_string(i / 2)},
          {"split", i % 10 == 8   ? "val"
                    : i % 10 == 9 ? "test"
                                  : "train"},
          {"added", i % 4 == 0 ? "2024-05-01" : "2024-09-01"},
          {"fragment", false},
          {"entries", i % 50 == 49 ? nlohmann::json::array() : entries}};
}

class EndToEnd : public testing::Test {
 protected:
  void SetUp() override {
    use_one_thread_per_operation();
    directory_ = testing::TempDir() + "cerebro_train_" + std::to_string(getpid());
    write_file(path("vocab.txt"), make_vocabulary());
    write_packages(path("data.jsonl.gz"), false);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  static void write_packages(const std::string& to, bool wrong_labels) {
    const gzFile file = gzopen(to.c_str(), "wb");
    for (int i = 0; i < kPackages; ++i) {
      nlohmann::json package = synthetic_package(i);
      if (wrong_labels && package["split"] == "train") {
        package["label"] = package["label"] == "benign" ? "malicious" : "benign";
      }
      const std::string line = package.dump() + "\n";
      gzwrite(file, line.data(), static_cast<unsigned>(line.size()));
    }
    gzclose(file);
  }

  template <typename Options>
  Options common() const {
    Options options;
    options.data = path("data.jsonl.gz");
    options.threads = 2;
    return options;
  }

  PretrainOptions pretrain_options() const {
    auto options = common<PretrainOptions>();
    options.vocabulary = path("vocab.txt");
    options.out = path("pretrained");
    options.model = {.hidden = 32, .layers = 2, .heads = 2, .intermediate = 64, .positions = 128};
    options.max_tokens = 64;
    options.epochs = 1;
    options.optimizer.learning_rate = 2e-3;
    return options;
  }

  FinetuneOptions finetune_options() const {
    auto options = common<FinetuneOptions>();
    options.vocabulary = path("vocab.txt");
    options.pretrained = path("pretrained");
    options.out = path("model");
    options.max_tokens = 64;
    options.epochs = 12;
    options.step_packages = 4;
    options.optimizer.learning_rate = 2e-3;
    options.optimizer.average = 0.9;
    return options;
  }

 private:
  std::string directory_;
};

TEST_F(EndToEnd, TrainsAModelThatTheScannerReads) {
  pretrain(pretrain_options());
  finetune(finetune_options());

  auto calibrate_options = common<CalibrateOptions>();
  calibrate_options.model = path("model");
  calibrate_options.version = "test.1";
  calibrate(calibrate_options);

  auto evaluate_options = common<EvaluateOptions>();
  evaluate_options.model = path("model");
  evaluate_options.markdown = path("evaluation.md");
  evaluate_options.scores = path("scores.jsonl");
  evaluate_options.resamples = 20;
  evaluate(evaluate_options);
  EXPECT_THAT(read_file(path("evaluation.md")), testing::HasSubstr("| AUPRC | "));
  EXPECT_THAT(read_file(path("evaluation.md")), testing::HasSubstr("package199"));  // it is empty
  EXPECT_EQ(lines(read_file(path("scores.jsonl"))).size(), 20);

  // The model has learned, and its verdicts are the scanner's.
  const Model scanner = load_classifier(path("model"));
  EXPECT_EQ(scanner.info().version, "test.1");
  const Packages test = select(read_packages(path("data.jsonl.gz")), "test", "both");
  const auto scores = score_packages(scanner, test, Ablation::kNone, 2);
  for (size_t i = 0; i < test.size(); ++i) {
    if (scores[i].empty) continue;
    EXPECT_EQ(scanner.calibrate(scores[i].logit) >= scanner.info().threshold_malicious,
              test[i].malicious)
        << test[i].name;
  }

  // And so are its logits.
  const SavedModel saved = load_model(path("model"));
  Bert model(saved.config, 0, torch::kCPU);
  model.import_tensors(saved.tensors);
  const Tokenizer tokenizer = make_tokenizer(saved.vocabulary);
  for (const LabelledPackage& package : test) {
    const Bag bag = make_bag(package.entries, tokenizer, 64);
    std::vector<const TokenIds*> windows;
    for (const BagWindow& window : bag) windows.push_back(&window.ids);
    if (windows.empty()) continue;
    const torch::NoGradGuard no_gradients;
    const torch::Tensor logits =
        model.window_logits(pad(windows, tokenizer.pad(), torch::kCPU), Dropout());
    EXPECT_NEAR(logits.max().item<double>(), scanner.score(package.entries, Limits{}).logit, 1e-4)
        << package.name;
  }
}

TEST_F(EndToEnd, ResumesWhereItStopped) {
  PretrainOptions first = pretrain_options();
  first.epochs = 2;
  pretrain(first);
  FinetuneOptions second = finetune_options();
  second.epochs = 2;
  finetune(second);

  PretrainOptions first_again = first;
  FinetuneOptions second_again = second;
  first_again.out = second_again.pretrained = path("pretrained2");
  second_again.out = path("model2");
  for (const bool resume : {false, true}) {
    first_again.stop_after = resume ? 0 : 1;
    first_again.resume = resume;
    pretrain(first_again);
  }
  EXPECT_EQ(read_file(first.out + "/model.safetensors"),
            read_file(first_again.out + "/model.safetensors"));
  for (const bool resume : {false, true}) {
    second_again.stop_after = resume ? 0 : 1;
    second_again.resume = resume;
    finetune(second_again);
  }
  EXPECT_EQ(read_file(second.out + "/model.safetensors"),
            read_file(second_again.out + "/model.safetensors"));
}

TEST_F(EndToEnd, AveragesModels) {
  pretrain(pretrain_options());
  FinetuneOptions first = finetune_options();
  first.epochs = 1;
  finetune(first);
  FinetuneOptions second = first;
  second.seed = 2;
  second.out = path("second");
  finetune(second);

  // With itself a model stays what it is; of two, every weight is the mean.
  soup({.models = {first.out, first.out}, .out = path("same")});
  EXPECT_EQ(read_file(path("same/model.safetensors")), read_file(first.out + "/model.safetensors"));
  soup({.models = {first.out, second.out}, .out = path("mean")});
  const auto weights = [](const std::string& model) {
    return load_model(model).tensors.at("classifier.weight");
  };
  const torch::Tensor mean = (weights(first.out) + weights(second.out)) / 2;
  EXPECT_TRUE(torch::allclose(weights(path("mean")), mean));
  EXPECT_FALSE(torch::allclose(weights(path("mean")), weights(first.out)));
  EXPECT_TRUE(Model::load(path("mean")));

  write_file(path("other/vocab.txt"), "[PAD]\n");
  EXPECT_THROW(soup({.models = {first.out, path("other")}, .out = path("none")}), std::exception);
}

// A pupil whose own labels are all wrong, but count for nothing beside its teacher's opinion.
TEST_F(EndToEnd, LearnsFromTeachers) {
  pretrain(pretrain_options());
  FinetuneOptions teacher = finetune_options();
  teacher.out = path("teacher");
  finetune(teacher);
  FinetuneOptions pupil = finetune_options();
  pupil.data = path("wrong.jsonl.gz");
  write_packages(pupil.data, true);
  pupil.teachers = {teacher.out};
  pupil.teaching = 1;
  finetune(pupil);

  const Packages test = select(read_packages(path("data.jsonl.gz")), "test", "both");
  const auto scores = score_packages(load_classifier(pupil.out), test, Ablation::kNone, 2);
  std::array<double, 2> sum{}, count{};
  for (size_t i = 0; i < test.size(); ++i) {
    if (scores[i].empty) continue;
    sum.at(test[i].malicious) += scores[i].logit;
    count.at(test[i].malicious) += 1;
  }
  EXPECT_GT(sum[1] / count[1], sum[0] / count[0] + 1);
}

TEST_F(EndToEnd, TrainsEachAblation) {
  for (const char* name : {"roots", "shuffle", "truncate512", "no-pretrain"}) {
    PretrainOptions first = pretrain_options();
    first.ablation = name;
    pretrain(first);
    FinetuneOptions options = finetune_options();
    options.model = first.model;
    options.ablation = name;
    options.epochs = 1;
    finetune(options);
    EXPECT_TRUE(Model::load(options.out)) << name;
  }
}

TEST(Dropout, KeepsTheMeanAndItsMaskInTheGradient) {
  const torch::Tensor x = torch::ones({1000, 100}).set_requires_grad(true);
  Dropout dropout(0.25, 7);
  const torch::Tensor y = dropout(x);
  EXPECT_NEAR(y.mean().item<double>(), 1, 0.02);
  EXPECT_NEAR((y == 0).to(torch::kFloat).mean().item<double>(), 0.25, 0.01);
  EXPECT_TRUE(torch::autograd::grad({y.sum()}, {x})[0].equal(y.detach()));
  EXPECT_FALSE(dropout(x).equal(y));
}

}  // namespace
}  // namespace cerebro::train
