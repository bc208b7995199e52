#include "classifier/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

namespace cerebro {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxSize = 1 << 20;  // of any dimension; keeps products within 64 bits

constexpr std::pair<std::string_view, Activation> kActivations[] = {
    {"gelu", Activation::kGelu},
    {"gelu_new", Activation::kGeluTanh},
    {"gelu_pytorch_tanh", Activation::kGeluTanh},
    {"relu", Activation::kRelu},
};

constexpr std::pair<std::string_view, Pooling> kPoolings[] = {
    {"max", Pooling::kMax},
    {"logsumexp", Pooling::kLogSumExp},
};

// Typed access to the fields of one JSON object. The first error is kept.
class Fields {
 public:
  Fields(std::string_view text, std::string file)
      : json_(Json::parse(text, nullptr, /*allow_exceptions=*/false)), file_(std::move(file)) {
    if (!json_.is_object()) set_error(Code::kModelInvalid, "not a JSON object");
  }

  bool contains(const char* name) const { return find(name) != nullptr; }

  void read_size(const char* name, size_t& value) {
    const Json* field = find(name);
    if (field == nullptr) return;
    if (!field->is_number_unsigned() || *field < 1 || *field > kMaxSize) {
      return set_error(Code::kModelInvalid,
                       fmt::format("{} is not a number from 1 to {}", name, kMaxSize));
    }
    value = field->get<size_t>();
  }

  void require_size(const char* name, size_t& value) {
    if (!contains(name)) set_error(Code::kModelInvalid, fmt::format("no {}", name));
    read_size(name, value);
  }

  void read_number(const char* name, double low, double high, double& value) {
    const Json* field = find(name);
    if (field == nullptr) return;
    const double number = field->is_number() ? field->get<double>() : NAN;
    if (!(number >= low && number <= high)) {
      return set_error(Code::kModelInvalid,
                       fmt::format("{} is not a number from {} to {}", name, low, high));
    }
    value = number;
  }

  void read_text(const char* name, std::string& value) {
    const Json* field = find(name);
    if (field == nullptr) return;
    if (!field->is_string()) {
      return set_error(Code::kModelInvalid, fmt::format("{} is not a string", name));
    }
    value = field->get<std::string>();
  }

  template <typename T, size_t kCount>
  void read_choice(const char* name, const std::pair<std::string_view, T> (&choices)[kCount],
                   Code unknown, T& value) {
    std::string text;
    read_text(name, text);
    if (!contains(name) || error_) return;
    const auto* found = std::find_if(std::begin(choices), std::end(choices),
                                     [&](const auto& choice) { return choice.first == text; });
    if (found == std::end(choices)) {
      return set_error(unknown, fmt::format("{} \"{}\" is not supported", name, text));
    }
    value = found->second;
  }

  // Fails unless the field is missing or `expected`.
  void require_text(const char* name, std::string_view expected) {
    std::string text(expected);
    read_text(name, text);
    if (text != expected) {
      set_error(Code::kModelUnsupported, fmt::format("{} is not \"{}\"", name, expected));
    }
  }

  // The number of members of an object; 0 if it is missing or something else.
  size_t count_members(const char* name) const {
    const Json* field = find(name);
    return field != nullptr && field->is_object() ? field->size() : 0;
  }

  void set_error(Code code, std::string message) {
    if (!error_) error_ = Error{code, std::move(message), file_};
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  // Null counts as missing, as transformers writes it for fields without a value.
  const Json* find(const char* name) const {
    if (!json_.is_object()) return nullptr;
    const auto field = json_.find(name);
    return field == json_.end() || field->is_null() ? nullptr : &*field;
  }

  Json json_;
  std::string file_;
  std::optional<Error> error_;
};

}  // namespace

Result<EncoderConfig> parse_config(std::string_view json) {
  Fields fields(json, "config.json");
  EncoderConfig config;
  double epsilon = 1e-12;
  fields.require_text("model_type", "bert");
  fields.require_text("position_embedding_type", "absolute");
  fields.require_size("hidden_size", config.hidden);
  fields.require_size("num_hidden_layers", config.layers);
  fields.require_size("num_attention_heads", config.heads);
  fields.require_size("intermediate_size", config.intermediate);
  fields.require_size("max_position_embeddings", config.positions);
  fields.require_size("type_vocab_size", config.types);
  fields.require_size("vocab_size", config.vocabulary);
  fields.read_choice("hidden_act", kActivations, Code::kModelUnsupported, config.activation);
  fields.read_number("layer_norm_eps", 0, 1, epsilon);
  fields.read_size("num_labels", config.labels);
  if (const size_t labels = fields.count_members("id2label"); labels > 0) config.labels = labels;
  config.norm_epsilon = static_cast<float>(epsilon);

  if (!fields.error()) {
    if (config.hidden % config.heads != 0) {
      fields.set_error(Code::kModelInvalid, "hidden_size is not a multiple of the heads");
    }
    if (config.positions < 3) {
      fields.set_error(Code::kModelInvalid, "max_position_embeddings is below 3");
    }
    if (config.labels > 2) {
      fields.set_error(Code::kModelUnsupported, "one or two labels are supported");
    }
  }
  if (fields.error()) return tl::unexpected(*fields.error());
  return config;
}

Result<Calibration> parse_calibration(std::string_view json, size_t positions) {
  Fields fields(json, "cerebro.json");
  Calibration calibration;
  calibration.max_tokens = std::min(calibration.max_tokens, positions);
  fields.read_text("version", calibration.version);
  fields.read_number("temperature", 1e-3, 1e3, calibration.temperature);
  fields.read_number("bias", -1e3, 1e3, calibration.bias);
  fields.read_number("threshold_malicious", 0, 1, calibration.threshold_malicious);
  fields.read_number("threshold_suspicious", 0, 1, calibration.threshold_suspicious);
  fields.read_size("max_tokens", calibration.max_tokens);
  fields.read_number("package_words", 0, 1e3, calibration.words.package);
  fields.read_number("file_words", 0, 1e3, calibration.words.file);
  fields.read_choice("pooling", kPoolings, Code::kModelInvalid, calibration.pooling);
  if (calibration.max_tokens < 3 || calibration.max_tokens > positions) {
    fields.set_error(Code::kModelInvalid,
                     fmt::format("max_tokens is not a number from 3 to {}", positions));
  }
  if (calibration.threshold_suspicious > calibration.threshold_malicious) {
    fields.set_error(Code::kModelInvalid, "threshold_suspicious is above threshold_malicious");
  }
  if (fields.error()) return tl::unexpected(*fields.error());
  return calibration;
}

}  // namespace cerebro
