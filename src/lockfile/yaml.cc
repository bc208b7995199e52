#include "lockfile/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <istream>
#include <streambuf>
#include <string>
#include <utility>

namespace cerebro {
namespace {

constexpr size_t kMaxDocuments = 16;

class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // only ever read
    setg(begin, begin, begin + text.size());
  }
};

// Builds the tree from the parser's events: its own node graph has neither bounds nor order.
class TreeHandler : public YAML::EventHandler {
 public:
  explicit TreeHandler(const JsonBounds& bounds) : bounds_(bounds) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { take(start(mark)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { take(start(mark)); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    JsonValue scalar = start(mark);
    // "!" is the tag of quoted text; the values of lockfiles need no more types than that.
    const bool plain = tag != "!";
    const bool other = plain && (value == "true" || value == "false");
    scalar.kind = other ? JsonValue::Kind::kOther : JsonValue::Kind::kString;
    scalar.text = value;
    take(std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, JsonValue::Kind::kArray);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, JsonValue::Kind::kObject);
  }
  void OnMapEnd() override { close(); }

  // What was read, also when the parser gave up in the middle.
  JsonValue finish() {
    while (!open_.empty()) close();
    return std::move(root_);
  }

 private:
  struct Open {
    JsonValue value;
    bool has_key = false;
    std::string key;
    int line = 1, column = 1;  // of the key
  };

  JsonValue start(const YAML::Mark& mark) {
    if (++values_ > bounds_.values) throw YAML::Exception(mark, "too many values");
    JsonValue value;
    value.line = value.name_line = mark.line + 1;
    value.column = value.name_column = mark.column + 1;
    return value;
  }

  void open(const YAML::Mark& mark, JsonValue::Kind kind) {
    if (open_.size() >= static_cast<size_t>(bounds_.depth)) {
      throw YAML::Exception(mark, "too deeply nested");
    }
    JsonValue value = start(mark);
    value.kind = kind;
    open_.push_back({std::move(value), false, {}, 1, 1});
  }

  void close() {
    JsonValue value = std::move(open_.back().value);
    open_.pop_back();
    take(std::move(value));
  }

  void take(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = open_.back();
    if (parent.value.is_object() && !parent.has_key) {
      parent.has_key = true;
      parent.key = std::move(value.text);
      parent.line = value.line;
      parent.column = value.column;
      return;
    }
    if (parent.value.is_object()) {
      parent.has_key = false;
      value.name_line = parent.line;
      value.name_column = parent.column;
      parent.value.keys.push_back(std::move(parent.key));
    }
    parent.value.items.push_back(std::move(value));
  }

  const JsonBounds bounds_;
  size_t values_ = 0;
  std::vector<Open> open_;
  JsonValue root_;
};

}  // namespace

YamlStream read_yaml(std::string_view text, const JsonBounds& bounds) {
  YamlStream stream;
  JsonDocument last;
  if (text.size() > bounds.bytes) {
    last.cut = true;
    last.problem = "larger than is read";
    stream.documents.push_back(std::move(last));
    return stream;
  }
  try {
    ViewBuffer buffer(text);
    std::istream input(&buffer);
    YAML::Parser parser(input);

    while (stream.documents.size() < kMaxDocuments) {
      TreeHandler handler(bounds);
      std::string problem;
      bool more = false;
      try {
        more = parser.HandleNextDocument(handler);
      } catch (const YAML::Exception& error) {
        problem = error.msg + " at line " + std::to_string(error.mark.line + 1);
      }
      if (!more && problem.empty()) break;
      JsonDocument document;
      document.root = handler.finish();
      document.cut = !problem.empty();
      document.problem = std::move(problem);
      stream.documents.push_back(std::move(document));
      if (stream.documents.back().cut) break;
    }
  } catch (const std::exception& error) {
    last.cut = true;
    last.problem = error.what();
    stream.documents.push_back(std::move(last));
  }
  if (stream.documents.empty()) stream.documents.emplace_back();
  return stream;
}

}  // namespace cerebro
