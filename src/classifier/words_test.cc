#include "classifier/words.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace cerebro {
namespace {

// words.safetensors with the weights that are named, all others 0.
std::string words_file(const std::map<std::string, float>& package,
                       const std::map<std::string, float>& file, float bias = 0,
                       uint32_t size = kWordFeatures) {
  const auto weights = [&](const std::map<std::string, float>& named) {
    std::vector<float> all(size, 0);
    for (const auto& [word, weight] : named) {
      for_each_word_feature(word, [&](uint32_t feature, size_t) { all[feature % size] = weight; });
    }
    return all;
  };
  nlohmann::json header;
  std::string data;
  const auto add = [&](const std::string& name, const std::vector<float>& values) {
    const size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    header[name] = {
        {"dtype", "F32"}, {"shape", {values.size()}}, {"data_offsets", {begin, data.size()}}};
  };
  add("file.bias", {bias});
  add("file.weight", weights(file));
  add("package.bias", {bias});
  add("package.weight", weights(package));
  const std::string text = header.dump();
  const uint64_t length = text.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + text + data;
}

WordModel model_of(const std::map<std::string, float>& package,
                   const std::map<std::string, float>& file, float bias = 0) {
  auto model = TensorFile::parse(words_file(package, file, bias)).and_then(WordModel::create);
  EXPECT_TRUE(model.has_value());
  return std::move(*model);
}

TEST(Words, CountOnlyWhereTheNameSaysThatItIsCode) {
  EXPECT_TRUE(is_word_source("package/lib/a.js"));
  EXPECT_TRUE(is_word_source("x-1/setup.py"));
  EXPECT_TRUE(is_word_source("package/package.json"));
  EXPECT_FALSE(is_word_source("package/README.md"));
  EXPECT_FALSE(is_word_source("x-1/setup.cfg"));
}

TEST(Words, ALogitIsTheWeightedSumOverTheLengthOfTheBag) {
  const WordModel model = model_of({{"steal", 2}}, {{"steal", 3}}, 0.25F);
  WordReader reader(model);
  reader.add("steal");
  EXPECT_NEAR(reader.finish().package, 0.25 + 2, 1e-9);
  EXPECT_NEAR(reader.finish().file, 0.25 + 3, 1e-9);

  // "steal add steal": the values are 1 + ln 2 and 1, and two pairs.
  WordReader mixed(model);
  mixed.add("steal add steal");
  const double twice = 1 + std::log(2.0);
  EXPECT_NEAR(mixed.finish().file, 0.25 + 3 * twice / std::sqrt(twice * twice + 3), 1e-6);
}

TEST(Words, TheWorstFileCountsAndThePackageIsOneBag) {
  const WordModel model = model_of({{"steal", 2}}, {{"steal", 3}, {"add", -1}});
  WordReader reader(model);
  reader.add("add");
  reader.add("?!");  // no word
  reader.add("steal");
  const WordScore score = reader.finish();
  EXPECT_EQ(score.worst_file, 2);
  EXPECT_NEAR(score.file, 3, 1e-9);
  EXPECT_NEAR(score.package, 2 / std::sqrt(2.0), 1e-9);

  WordReader other(model);  // the order of files does not matter
  other.add("steal");
  other.add("add");
  EXPECT_NEAR(other.finish().package, score.package, 1e-12);
  EXPECT_NEAR(other.finish().file, score.file, 1e-12);
}

TEST(Words, NothingIsSaidOfNothing) {
  const WordModel model = model_of({{"steal", 2}}, {{"steal", 3}}, 0.5F);
  WordReader reader(model);
  EXPECT_EQ(reader.finish().package, 0);
  reader.add("... !");
  EXPECT_EQ(reader.finish().package, 0);
  EXPECT_EQ(reader.finish().file, 0);
  EXPECT_TRUE(model.heaviest_lines("", 3).empty());
}

TEST(Words, OnlyTheFirstBytesOfAFileCount) {
  const WordModel model = model_of({}, {{"steal", 3}});
  WordReader reader(model);
  reader.add(std::string(kMostWordBytes, ' ') + "steal");
  EXPECT_EQ(reader.finish().file, 0);
}

TEST(Words, ALineWeighsWhatItsWordsAddToTheFile) {
  const WordModel model = model_of({}, {{"steal", 3}, {"send", 1}});
  const std::string text = "import os\n  x = steal\nadd\nsend\n";
  const std::vector<WordLine> lines = model.heaviest_lines(text, 2);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[0].line, 2);
  EXPECT_EQ(lines[0].column, 7);
  EXPECT_EQ(lines[1].line, 4);
  WordReader reader(model);
  reader.add(text);
  double sum = 0;
  for (const WordLine& line : model.heaviest_lines(text, 100)) sum += line.weight;
  EXPECT_NEAR(sum, reader.finish().file, 1e-9);
}

TEST(Words, AModelOfAnotherSizeIsRefused) {
  const auto model =
      TensorFile::parse(words_file({}, {}, 0, kWordFeatures / 2)).and_then(WordModel::create);
  ASSERT_FALSE(model.has_value());
  EXPECT_EQ(model.error().code, Code::kModelInvalid);
  const auto infinite = TensorFile::parse(words_file({}, {}, INFINITY)).and_then(WordModel::create);
  EXPECT_FALSE(infinite.has_value());
}

}  // namespace
}  // namespace cerebro
