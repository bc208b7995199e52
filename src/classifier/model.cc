#include "classifier/model.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "classifier/calibration.h"
#include "classifier/config.h"
#include "classifier/encoder.h"
#include "classifier/safetensors.h"
#include "classifier/tokenizer.h"
#include "classifier/windows.h"

namespace cerebro {
namespace {

// Enough rows for the matrix products to run at full speed, few enough for the L2 cache.
constexpr size_t kBatchTokens = 512;

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size_bytes = std::filesystem::file_size(path, error);
  if (error) return fail(Code::kModelMissing, error.message(), path.string());
  std::string content(size_bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(content.data(), static_cast<std::streamsize>(size_bytes));
  if (!file) return fail(Code::kModelMissing, "could not be read", path.string());
  return content;
}

// Errors of the parsers name the file; this adds the directory.
template <typename T>
Result<T> in_directory(Result<T> result, const std::filesystem::path& directory) {
  if (!result) result.error().where = (directory / result.error().where).string();
  return result;
}

Workspace& thread_workspace() {
  thread_local Workspace workspace;
  return workspace;
}

}  // namespace

struct Model::Impl {
  Tokenizer tokenizer;
  Encoder encoder;
  Calibration calibration;
  std::optional<WordModel> words;
  ModelInfo info;

  // [texts, labels]
  std::vector<float> logits(const std::vector<std::string_view>& texts) const;
};

Model::Model(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

Result<Model> Model::load(const std::string& directory) {
  const std::filesystem::path path = directory;
  TRY(config_json, read_file(path / "config.json"));
  TRY(config, in_directory(parse_config(config_json), path));
  TRY(vocab, read_file(path / "vocab.txt"));
  TRY(tokenizer, in_directory(Tokenizer::create(vocab), path));
  if (tokenizer.size() > config.vocabulary) {
    return fail(Code::kModelInvalid, "more pieces than config.json's vocab_size",
                (path / "vocab.txt").string());
  }

  std::string calibration_json = "{}";
  if (std::filesystem::exists(path / "cerebro.json")) {
    TRY(content, read_file(path / "cerebro.json"));
    calibration_json = std::move(content);
  }
  TRY(calibration, in_directory(parse_calibration(calibration_json, config.positions), path));

  TRY(weights, read_file(path / "model.safetensors"));
  std::string sha256 = sha256_hex(weights);
  std::optional<WordModel> words;
  std::string words_sha256;
  if (std::filesystem::exists(path / "words.safetensors")) {
    TRY(bytes, read_file(path / "words.safetensors"));
    words_sha256 = sha256_hex(bytes);
    Result<WordModel> read = TensorFile::parse(std::move(bytes)).and_then(WordModel::create);
    if (!read) {
      read.error().where = (path / "words.safetensors").string();
      return tl::unexpected(read.error());
    }
    words = std::move(*read);
  }
  std::string all;
  for (const std::string& part : {config_json, vocab, calibration_json, sha256, words_sha256}) {
    all += sha256_hex(part);
  }
  TRY(file, in_directory(TensorFile::parse(std::move(weights)), path));
  TRY(encoder, in_directory(Encoder::create(config, file), path));

  ModelInfo info{
      .version = calibration.version,
      .hidden_size = static_cast<int>(config.hidden),
      .layers = static_cast<int>(config.layers),
      .heads = static_cast<int>(config.heads),
      .intermediate_size = static_cast<int>(config.intermediate),
      .vocabulary = static_cast<int>(config.vocabulary),
      .positions = static_cast<int>(config.positions),
      .labels = static_cast<int>(config.labels),
      .parameters = encoder.parameters(),
      .sha256 = std::move(sha256),
      .all_sha256 = sha256_hex(all),
      .threshold_malicious = calibration.threshold_malicious,
      .threshold_suspicious = calibration.threshold_suspicious,
  };
  return Model(
      std::make_unique<Impl>(Impl{std::move(tokenizer), std::move(encoder), std::move(calibration),
                                  std::move(words), std::move(info)}));
}

const ModelInfo& Model::info() const { return impl_->info; }

const WordModel* Model::words() const { return impl_->words ? &*impl_->words : nullptr; }

double Model::word_logit(const WordScore& words) const {
  return impl_->calibration.words.logit(words.package, words.file);
}

double Model::calibrate(double logit) const { return impl_->calibration.probability(logit); }

std::vector<Window> Model::windows(const std::vector<EntryText>& entries) const {
  return make_windows(entries, impl_->tokenizer, impl_->calibration.max_tokens);
}

std::vector<float> Model::Impl::logits(const std::vector<std::string_view>& texts) const {
  std::vector<float> logits;
  TokenBatch batch;
  const auto flush = [&] {
    const auto part = encoder.logits(batch, fast_kernels(), thread_workspace());
    logits.insert(logits.end(), part.begin(), part.end());
    batch = {};
  };
  for (const std::string_view text : texts) {
    std::vector<int32_t> tokens = tokenizer.encode(text);
    if (tokens.size() > encoder.config().positions) {
      tokens.resize(encoder.config().positions);
      tokens.back() = tokenizer.sep();
    }
    if (batch.tokens.size() + tokens.size() > kBatchTokens) flush();
    batch.tokens.insert(batch.tokens.end(), tokens.begin(), tokens.end());
    batch.lengths.push_back(tokens.size());
  }
  flush();
  return logits;
}

std::vector<std::vector<float>> Model::logits(const std::vector<std::string>& texts) const {
  const std::vector<float> flat = impl_->logits({texts.begin(), texts.end()});
  const size_t labels = impl_->encoder.config().labels;
  std::vector<std::vector<float>> rows;
  for (auto row = flat.begin(); row != flat.end(); row += static_cast<ptrdiff_t>(labels)) {
    rows.emplace_back(row, row + static_cast<ptrdiff_t>(labels));
  }
  return rows;
}

Score Model::score(const std::vector<EntryText>& entries, const Limits& limits,
                   const WordScore* words) const {
  const std::vector<Window> all = windows(entries);

  // Equal windows (generated code repeats itself) are computed once.
  std::vector<std::string_view> texts;
  std::vector<size_t> text_of_window;
  std::unordered_map<std::string_view, size_t> known;
  for (const Window& window : all) {
    const auto [text, is_new] = known.try_emplace(window.text, texts.size());
    if (is_new && texts.size() == limits.windows) break;
    if (is_new) texts.push_back(window.text);
    text_of_window.push_back(text->second);
  }

  Score score;
  score.windows_dropped = all.size() - text_of_window.size();
  if (text_of_window.empty()) return score;
  const std::vector<float> logits = impl_->logits(texts);
  for (const size_t text : text_of_window) {
    const bool two_labels = impl_->encoder.config().labels == 2;
    score.window_logits.push_back(
        two_labels ? static_cast<double>(logits[2 * text + 1]) - logits[2 * text] : logits[text]);
  }
  const auto highest = std::max_element(score.window_logits.begin(), score.window_logits.end());
  score.deciding_window = static_cast<size_t>(highest - score.window_logits.begin());
  score.logit = impl_->calibration.pool(score.window_logits);
  if (words != nullptr) score.words = word_logit(*words);
  score.probability = calibrate(score.logit + score.words);
  return score;
}

}  // namespace cerebro
