#include "package/json.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace cerebro {
namespace {

// Whatever their places are.
bool same_value(const JsonValue& a, const JsonValue& b) {
  return a.kind == b.kind && a.text == b.text && a.keys == b.keys &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value);
}

constexpr std::string_view kBom = "\xEF\xBB\xBF";

void append_utf8(std::string& out, uint32_t code) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  }
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool ends_word(char c) {
  return is_space(c) || c == ',' || c == ':' || c == '{' || c == '}' || c == '[' || c == ']' ||
         c == '"' || c == '/';
}

class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonBounds& bounds)
      : text_(text.substr(0, bounds.bytes)), bounds_(bounds) {
    if (text.size() > bounds.bytes) {
      problem("larger than a manifest may be");
      document_.cut = document_.limited = true;
    }
    if (text_.starts_with(kBom)) at_ = line_start_ = kBom.size();
  }

  JsonDocument read() {
    skip();
    if (at_ == text_.size()) problem("no value");
    document_.root = value(0);
    skip();
    if (at_ < text_.size()) problem("text after the value");
    return std::move(document_);
  }

 private:
  void problem(std::string_view what) {
    if (document_.problem.empty()) {
      document_.problem = std::string(what) + " at line " + std::to_string(line_);
    }
  }

  // After a problem that cannot be mended the rest is not read; what was read stays.
  void give_up(std::string_view what) {
    problem(what);
    document_.cut = true;
    at_ = text_.size();
  }

  int column() const { return static_cast<int>(at_ - line_start_) + 1; }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void advance() {
    const bool line_ends = text_[at_] == '\n';
    ++at_;
    if (!line_ends) return;
    ++line_;
    line_start_ = at_;
  }

  void advance_past(std::string_view end) {
    const size_t stop = text_.find(end, at_ + 2);
    const size_t next = stop == std::string_view::npos ? text_.size() : stop + end.size();
    while (at_ < next) advance();
  }

  // White space and comments.
  void skip() {
    for (;;) {
      while (at_ < text_.size() && is_space(text_[at_])) advance();
      const std::string_view rest = text_.substr(at_, 2);
      if (rest != "//" && rest != "/*") return;
      problem("a comment");
      advance_past(rest == "//" ? "\n" : "*/");
    }
  }

  JsonValue value(int depth) {
    JsonValue read;
    read.line = read.name_line = line_;
    read.column = read.name_column = column();
    if (++values_ > bounds_.values) {
      give_up("too many values");
      document_.limited = true;
      return read;
    }
    if (depth > bounds_.depth && (peek() == '{' || peek() == '[')) {
      pass_over();
      return read;
    }
    switch (peek()) {
      case '{':
      case '[':
        container(read, depth);
        break;
      case '\'':
      case '"':
        read.kind = JsonValue::Kind::kString;
        read.text = string();
        break;
      default: {
        read.text = word();
        if (read.text.empty()) give_up("an unexpected character");
        const bool null = read.text.empty() || read.text == "null";
        read.kind = null ? JsonValue::Kind::kNull : JsonValue::Kind::kOther;
      }
    }
    return read;
  }

  // What is nested too deeply; what stands behind it is read.
  void pass_over() {
    problem("too deeply nested values");
    document_.cut = document_.limited = true;
    size_t open = 0;
    do {
      const char c = peek();
      if (c == '"' || c == '\'') {
        string();
      } else {
        if (c == '{' || c == '[') ++open;
        if (c == '}' || c == ']') --open;
        advance();
      }
      skip();
    } while (open > 0 && at_ < text_.size());
  }

  void container(JsonValue& into, int depth) {
    const bool object = peek() == '{';
    const char close = object ? '}' : ']';
    into.kind = object ? JsonValue::Kind::kObject : JsonValue::Kind::kArray;
    struct Seen {
      size_t times = 0, last = 0;  // `last`: index of the item
    };
    std::unordered_map<std::string, Seen> seen;
    advance();
    for (bool comma = true;; comma = false) {
      skip();
      if (peek() == ',' && !comma) {
        advance();
        skip();
        comma = true;
        if (peek() == close) problem("a trailing comma");
      }
      if (peek() == close) return advance();
      if (at_ == text_.size()) return give_up("the end is missing");
      const int name_line = line_, name_column = column();
      if (!comma) problem("a missing comma");
      size_t same = into.items.size();  // the item before it of the same key
      if (object) {
        std::string key = peek() == '"' || peek() == '\'' ? string() : word();
        skip();
        if (peek() != ':') return give_up("a missing colon");
        advance();
        skip();
        Seen& known = seen[key];
        if (++known.times > 1) same = known.last;
        known.last = into.items.size();
        if (known.times == 2 && document_.duplicate_key.empty()) document_.duplicate_key = key;
        document_.readings = std::max(document_.readings, known.times);
        into.keys.push_back(std::move(key));
      }
      into.items.push_back(value(depth + 1));
      if (object) {
        into.items.back().name_line = name_line;
        into.items.back().name_column = name_column;
        if (!document_.contested && same + 1 < into.items.size()) {
          document_.contested = !same_value(into.items[same], into.items.back());
        }
      }
    }
  }

  std::string word() {
    const size_t begin = at_;
    while (at_ < text_.size() && !ends_word(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string string() {
    const char quote = text_[at_];
    if (quote == '\'') problem("single quotes");
    std::string out;
    for (advance(); at_ < text_.size() && text_[at_] != quote;) {
      if (text_[at_] == '\\') {
        escape(out);
        continue;
      }
      if (text_[at_] == '\n') problem("a line break in a string");
      out += text_[at_];
      advance();
    }
    if (at_ == text_.size()) {
      problem("a string without end");
    } else {
      advance();
    }
    return out;
  }

  void escape(std::string& out) {
    static constexpr std::string_view kNames = "bfnrt";
    static constexpr std::string_view kValues = "\b\f\n\r\t";
    advance();
    if (at_ == text_.size()) return;
    const char name = text_[at_];
    advance();
    if (name == 'u') {
      append_utf8(out, code_point());
    } else if (const size_t i = kNames.find(name); i != std::string_view::npos) {
      out += kValues[i];
    } else {
      out += name;
    }
  }

  uint32_t code_point() {
    constexpr uint32_t kReplacement = 0xFFFD;
    const uint32_t first = hex4();
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first > 0xDBFF || text_.substr(at_, 2) != "\\u") return kReplacement;
    at_ += 2;
    const uint32_t second = hex4();
    if (second < 0xDC00 || second > 0xDFFF) return kReplacement;
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  uint32_t hex4() {
    uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const uint32_t digit = c >= '0' && c <= '9'   ? static_cast<uint32_t>(c - '0')
                             : c >= 'a' && c <= 'f' ? static_cast<uint32_t>(c - 'a' + 10)
                             : c >= 'A' && c <= 'F' ? static_cast<uint32_t>(c - 'A' + 10)
                                                    : 16;
      if (digit == 16) {
        problem("a malformed escape");
        return code;
      }
      code = code << 4 | digit;
    }
    return code;
  }

  std::string_view text_;
  const JsonBounds bounds_;
  size_t at_ = 0, line_start_ = 0;
  int line_ = 1;
  size_t values_ = 0;
  JsonDocument document_;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto found = std::find(keys.rbegin(), keys.rend(), key);
  return found == keys.rend() ? nullptr : &items[static_cast<size_t>(keys.rend() - found) - 1];
}

std::string_view JsonValue::string(std::string_view key) const {
  const JsonValue* member = find(key);
  return member != nullptr && member->is_string() ? std::string_view(member->text)
                                                  : std::string_view();
}

int JsonValue::line_of(std::string_view key) const {
  const JsonValue* member = find(key);
  return member != nullptr ? member->line : line;
}

JsonValue other_reading(JsonValue value, size_t skip, size_t skip_inside) {
  for (JsonValue& item : value.items) {
    item = other_reading(std::move(item), skip_inside, skip_inside);
  }
  if (value.keys.empty()) return value;
  std::unordered_map<std::string, std::vector<size_t>> places;
  for (size_t i = 0; i < value.keys.size(); ++i) places[value.keys[i]].push_back(i);
  for (const auto& [key, at] : places) {
    if (at.size() == 1) continue;
    const size_t wanted = at[at.size() - 1 - std::min(skip, at.size() - 1)];
    std::swap(value.items[wanted], value.items[at.back()]);  // the last one counts
  }
  return value;
}

JsonDocument read_json(std::string_view text, const JsonBounds& bounds) {
  return JsonReader(text, bounds).read();
}

}  // namespace cerebro
