#include "classifier/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "classifier/encoder.h"
#include "classifier/tokenizer.h"

namespace cerebro {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const fs::path kData = fs::path(CEREBRO_SOURCE_DIR) / "tests/data";
constexpr double kTolerance = 1e-5;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void write(const fs::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

// A copy of tests/data/tiny_bert that a test may spoil; removed at the end.
class TemporaryModel {
 public:
  TemporaryModel()
      : path_(fs::temp_directory_path() / ("cerebro_model_" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::copy(kData / "tiny_bert", path_);
  }
  ~TemporaryModel() { fs::remove_all(path_); }
  TemporaryModel(const TemporaryModel&) = delete;
  TemporaryModel& operator=(const TemporaryModel&) = delete;

  const fs::path& path() const { return path_; }
  Model load() const {
    auto model = Model::load(path_);
    EXPECT_TRUE(model.has_value()) << model.error().where << ": " << model.error().message;
    return std::move(*model);
  }

 private:
  fs::path path_;
};

struct Golden {
  std::vector<std::string> texts;
  std::vector<std::vector<int32_t>> tokens;
  std::vector<std::vector<float>> logits;

  explicit Golden(const fs::path& directory) {
    for (const auto& row : nlohmann::json::parse(read(directory / "golden.json"))) {
      texts.push_back(row["text"]);
      tokens.push_back(row["tokens"]);
      logits.push_back(row["logits"]);
    }
  }
};

class GoldenModel : public testing::TestWithParam<const char*> {};

// The expected values are of tests/reference/bert_reference.py.
TEST_P(GoldenModel, TokensAndLogitsAgreeWithTheReference) {
  const Golden golden(kData / GetParam());
  const auto model = Model::load(kData / GetParam());
  ASSERT_TRUE(model.has_value()) << model.error().where << ": " << model.error().message;
  const auto tokenizer = Tokenizer::create(read(kData / GetParam() / "vocab.txt"));
  const auto batched = model->logits(golden.texts);
  ASSERT_EQ(batched.size(), golden.texts.size());
  for (size_t i = 0; i < golden.texts.size(); ++i) {
    EXPECT_EQ(tokenizer->encode(golden.texts[i]), golden.tokens[i]) << golden.texts[i];
    const auto alone = model->logits({golden.texts[i]}).front();
    ASSERT_EQ(batched[i].size(), golden.logits[i].size());
    for (size_t label = 0; label < alone.size(); ++label) {
      EXPECT_NEAR(batched[i][label], golden.logits[i][label], kTolerance) << golden.texts[i];
      EXPECT_NEAR(batched[i][label], alone[label], kTolerance) << golden.texts[i];
    }
  }
}

TEST_P(GoldenModel, BothKernelsAgree) {
  const Golden golden(kData / GetParam());
  const auto config = parse_config(read(kData / GetParam() / "config.json"));
  const auto file = TensorFile::parse(read(kData / GetParam() / "model.safetensors"));
  const auto encoder = Encoder::create(*config, *file);
  ASSERT_TRUE(encoder.has_value()) << encoder.error().message;
  TokenBatch batch;
  for (const auto& tokens : golden.tokens) {
    batch.tokens.insert(batch.tokens.end(), tokens.begin(), tokens.end());
    batch.lengths.push_back(tokens.size());
  }
  Workspace workspace;
  const auto fast = encoder->logits(batch, fast_kernels(), workspace);
  const auto plain = encoder->logits(batch, reference_kernels(), workspace);
  double difference = 0, square = 0;
  for (size_t i = 0; i < plain.size(); ++i) {
    difference += std::pow(fast[i] - plain[i], 2);
    square += std::pow(plain[i], 2);
  }
  EXPECT_LT(difference / square, 1e-10);
}

INSTANTIATE_TEST_SUITE_P(Checkpoints, GoldenModel,
                         testing::Values("tiny_bert", "tiny_bert_old", "tiny_bert_relu"));

TEST(Model, Info) {
  const auto model = Model::load(kData / "tiny_bert");
  const ModelInfo& info = model->info();
  EXPECT_EQ(info.version, "unversioned");
  EXPECT_EQ(info.hidden_size, 16);
  EXPECT_EQ(info.layers, 2);
  EXPECT_EQ(info.labels, 2);
  // embeddings (39 + 64 + 2) * 16, five norms 2 * 16, per layer 4 * (16 * 16 + 16) + (16 * 32 + 32)
  // + (32 * 16 + 16), pooler 16 * 16 + 16, classifier 2 * 16 + 2
  EXPECT_EQ(info.parameters, 105U * 16 + 5 * 32 + 2 * (4 * 272 + 544 + 528) + 272 + 34);
  EXPECT_EQ(info.sha256.size(), 64U);
}

TEST(Model, LongTextsAreCutToThePositions) {
  const auto model = Model::load(kData / "tiny_bert");
  std::string text = "use";
  for (int i = 0; i < 1000; ++i) text += " url";
  const auto logits = model->logits({text, text.substr(0, 3 + 4 * 61)});  // 62 words and borders
  EXPECT_NEAR(logits[0][0], logits[1][0], kTolerance);
  EXPECT_NEAR(logits[0][1], logits[1][1], kTolerance);
  EXPECT_TRUE(model->logits({}).empty());
}

TEST(Model, ScorePoolsWindows) {
  const TemporaryModel directory;
  write(directory.path() / "cerebro.json",
        R"({"version":"7","max_tokens":16,"temperature":2,"bias":0.5})");
  const Model model = directory.load();
  EXPECT_EQ(model.info().version, "7");
  const std::vector<EntryText> entries = {"start entry install, use url, end of entry",
                                          "start entry run, send file, call, end of entry",
                                          "start entry install, use url, end of entry"};
  const Score score = model.score(entries, {});
  const auto windows = model.windows(entries);
  ASSERT_EQ(windows.size(), 3U);
  ASSERT_EQ(score.window_logits.size(), 3U);
  double highest = -INFINITY;
  for (size_t i = 0; i < windows.size(); ++i) {
    const auto logits = model.logits({windows[i].text}).front();
    EXPECT_NEAR(score.window_logits[i], logits[1] - logits[0], 2 * kTolerance);
    highest = std::max(highest, score.window_logits[i]);
  }
  EXPECT_EQ(score.window_logits[0], score.window_logits[2]);
  EXPECT_EQ(score.logit, highest);
  EXPECT_EQ(score.window_logits[score.deciding_window], highest);
  EXPECT_DOUBLE_EQ(score.probability, 1 / (1 + std::exp(-(highest / 2 + 0.5))));
  EXPECT_EQ(score.windows_dropped, 0U);
}

TEST(Model, WordsMoveTheScoreWithinBounds) {
  const TemporaryModel directory;
  write(directory.path() / "cerebro.json", R"({"temperature":2,"bias":0.5})");
  const Model model = directory.load();
  EXPECT_EQ(model.words(), nullptr);
  const std::vector<EntryText> entries = {"start entry install, use url, end of entry"};
  const double alone = model.score(entries, {}).logit;
  const auto added = [&](double package, double file) {
    const WordScore words{package, file, 0};
    const Score score = model.score(entries, {}, &words);
    EXPECT_EQ(score.logit, alone);
    EXPECT_DOUBLE_EQ(score.probability, model.calibrate(alone + score.words));
    return score.words;
  };
  EXPECT_DOUBLE_EQ(added(1, -1), 0.6 - 0.3);
  EXPECT_DOUBLE_EQ(added(1e9, 1e9), 0.6 * 2 + 0.3 * 2);
  EXPECT_DOUBLE_EQ(added(-1e9, -1e9), -0.6 * 2 - 0.3 * 4);
  const WordScore suspicious{1e9, 1e9, 0};  // what does nothing is clean whatever it says
  EXPECT_EQ(model.score({}, {}, &suspicious).probability, 0);
}

TEST(Model, ADamagedWordFileIsRefused) {
  const TemporaryModel directory;
  write(directory.path() / "words.safetensors", "x");
  const auto model = Model::load(directory.path());
  ASSERT_FALSE(model.has_value());
  EXPECT_EQ(model.error().code, Code::kModelInvalid);
  EXPECT_THAT(model.error().where, HasSubstr("words.safetensors"));
}

TEST(Model, ScoreOfNothingIsZero) {
  const auto model = Model::load(kData / "tiny_bert");
  for (const auto& entries : {std::vector<EntryText>{}, {"", ""}}) {
    const Score score = model->score(entries, {});
    EXPECT_EQ(score.probability, 0);
    EXPECT_TRUE(score.window_logits.empty());
  }
}

TEST(Model, ScoreOfOneLabelIsItsLogit) {
  const auto model = Model::load(kData / "tiny_bert_old");
  EXPECT_EQ(model->score({"use url"}, {}).logit, model->logits({"use url"})[0][0]);
}

TEST(Model, WindowLimitCountsDistinctWindows) {
  const TemporaryModel directory;
  write(directory.path() / "cerebro.json", R"({"max_tokens":5})");  // two words and a comma
  const Model model = directory.load();
  Limits limits;
  limits.windows = 2;
  const Score score =
      model.score({"use url", "use file", "use url", "use code", "use url"}, limits);
  EXPECT_EQ(score.window_logits.size(), 3U);
  EXPECT_EQ(score.windows_dropped, 2U);
}

TEST(Model, ThreadsMayShareIt) {
  const auto model = Model::load(kData / "tiny_bert");
  const Golden golden(kData / "tiny_bert");
  const auto expected = model->logits(golden.texts);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(model->logits(golden.texts), expected); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Model, LoadErrors) {
  const std::string weights = read(kData / "tiny_bert/model.safetensors");
  std::string renamed = weights;
  renamed.replace(renamed.find("pooler.dense.bias"), 17, "pooler.dense.bios");
  std::string config = read(kData / "tiny_bert/config.json");
  const auto config_with = [&](const std::string& from, const std::string& to) {
    std::string changed = config;
    return changed.replace(changed.find(from), from.size(), to);
  };
  const struct {
    const char* file;
    std::string content;  // empty: removed
    Code code;
    std::string_view message;
  } rows[] = {
      {"config.json", "", Code::kModelMissing, "No such file"},
      {"vocab.txt", "", Code::kModelMissing, "No such file"},
      {"model.safetensors", "", Code::kModelMissing, "No such file"},
      {"config.json", "{", Code::kModelInvalid, "not a JSON object"},
      {"vocab.txt", "use\n", Code::kModelInvalid, "no piece [PAD]"},
      {"vocab.txt", read(kData / "tiny_bert/vocab.txt") + "more\n", Code::kModelInvalid,
       "more pieces"},
      {"cerebro.json", "[]", Code::kModelInvalid, "not a JSON object"},
      {"model.safetensors", weights.substr(0, weights.size() - 1), Code::kModelInvalid, "offsets"},
      {"model.safetensors", renamed, Code::kModelInvalid, "no tensor bert.pooler.dense.bias"},
      {"config.json", config_with("\"hidden_size\": 16", "\"hidden_size\": 32"),
       Code::kModelInvalid, "has shape [39, 16], not [39, 32]"},
      {"config.json", config_with("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 999999"),
       Code::kModelInvalid, "no tensor bert.encoder.layer.2."},
  };
  for (const auto& row : rows) {
    const TemporaryModel directory;
    if (row.content.empty()) {
      fs::remove(directory.path() / row.file);
    } else {
      write(directory.path() / row.file, row.content);
    }
    const auto model = Model::load(directory.path());
    ASSERT_FALSE(model.has_value()) << row.message;
    EXPECT_EQ(model.error().code, row.code) << row.message;
    EXPECT_THAT(model.error().message, HasSubstr(row.message));
    EXPECT_THAT(model.error().where, testing::StartsWith(directory.path().string() + "/"));
  }
}

}  // namespace
}  // namespace cerebro
